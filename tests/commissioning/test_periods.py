"""A budget's period binds its money, and no day shows more used than there was, at every door."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from commissioning import figures
from commissioning.actions import awards, funds, payments, proposals, schedules
from commissioning.figures import Slice
from commissioning.models import Allocation, Award, Budget, Instalment, Payment, ProposedVariation
from commissioning.resources.awards import TakenOnAwardResource
from commissioning.resources.base import load_rows
from finance.actions import batches
from finance.models import PaymentBatch
from tests import builders as a
from tests import clock
from tests.chain import MAY, Chain, terminate
from tests.commissioning.staff import traces
from tests.standing import for_the_module

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]

THIS_YEAR = {"starts_on": date(2026, 4, 1), "ends_on": date(2027, 3, 31)}
LAST, AFTER = THIS_YEAR["ends_on"], date(2027, 4, 1)
YEARS = [
    {"starts_on": date(year, 4, 1), "ends_on": date(year + 1, 3, 31)} for year in (2026, 2027, 2028)
]


class World(Chain):
    """A chain of this year's money, with an award over the year in each state that is needed."""

    def __init__(self):
        budget = a.a_budget(100_000)
        allocation = a.an_allocation(40_000, budget)
        self.award = a.an_award(12_000, allocation, **THIS_YEAR)
        super().__init__(budget, allocation, self.award)
        self.draft = a.a_draft(1_000, allocation, **self.beyond())
        self.ready = a.a_draft(1_000, allocation)
        awards.recommend(self.ready, by=a.an_officer())
        self.by_milestones = a.an_award_by_milestones(1_000, allocation=allocation)
        self.over = a.an_award(500, allocation, **THIS_YEAR)
        terminate(self.over)
        # An older record, of which a half is for days after the period.
        self.half = a.an_award(1_000, allocation, **THIS_YEAR)
        Award.objects.filter(pk=self.half.pk).update(ends_on=date(2028, 3, 31))
        a.an_account(self.half.recipient)

    @staticmethod
    def beyond() -> dict:
        return {"starts_on": THIS_YEAR["starts_on"], "ends_on": AFTER}

    def request(self, **fields) -> Payment:
        """A payment of more than was delivered of an award by the last day."""
        return a.a_request(900, self.half, **fields)


def decided(on: date = MAY) -> dict:
    return {"decision": a.a_decision(), "effective_on": on, "by": a.an_approver()}


def varied(world: World, on: date, amount: int = 10, award: Award | None = None, **fields) -> None:
    changes = [(world.allocation, a.pounds(amount))] if amount else []
    posted = {"kind": "increase", "reason": "More.", **decided(on), **fields}
    awards.vary(award or world.award, changes, **posted)


def proposed(world: World, **fields) -> None:
    proposal = ProposedVariation(award=world.award, kind="extension", reason="More time.", **fields)
    proposals.propose(proposal, [], by=a.an_officer())


def taken_on(world: World, on: date, **days) -> None:
    award = Award(title="Old", kind="grant", fund=world.budget.fund, **days)
    lines = [(world.allocation, a.pounds(10))]
    posted = {"from_record": "The ledger of 2019", "effective_on": on}
    awards.take_on(award, lines, by=a.a_finance_officer(), **posted)


def imported(world: World, on: date, **days) -> None:
    budget, row = world.budget, {"title": "Old", "kind": "grant", "from_record": "The ledger"}
    line = {
        "line_fund_code": budget.fund.code,
        "line_source_code": budget.source.code,
        "line_starts_on": str(budget.starts_on),
        "line_ends_on": str(budget.ends_on),
        "line_area_code": world.allocation.area.code,
        "line_amount": "10.00",
    }
    days = {name: str(day) for name, day in days.items()}
    load_rows(
        TakenOnAwardResource, [row | line | days | {"effective_on": str(on)}], a.a_finance_officer()
    )


def written(world: World, day: date) -> None:
    milestone = a.a_milestone(world.by_milestones, 1_000, day)
    a.a_written_schedule(world.by_milestones, milestone)


def an_old_instalment(world: World) -> Instalment:
    """One that was planned for days after the period, before periods were held."""
    line = world.half.commitments.get()
    days = {"covers_from": AFTER, "covers_to": date(2027, 4, 30)}
    return Instalment.objects.create(
        commitment=line, amount=100, due_on=AFTER, recorded_by=a.an_officer(), **days
    )


def released(world: World, paid_on: date) -> None:
    request = world.request(due_on=LAST)
    with clock.on(paid_on):
        payments.release(request, paid_on=paid_on, by=a.a_finance_officer())


def released_early() -> None:
    """Money that was there, and promised, before its period begins."""
    budget, march = Budget(fund=a.a_fund(), source=a.a_source(), **THIS_YEAR), date(2026, 3, 2)
    by, posted = a.a_finance_officer(), {"effective_on": march}
    funds.open_budget(budget, a.pounds(100), by=by, **posted)
    allocation = Allocation(budget=budget, area=a.an_area())
    funds.allocate([(allocation, a.pounds(100))], by=by, **posted)
    request = a.a_request(100, a.an_award(100, allocation, **posted))
    payments.release(request, paid_on=date(2026, 3, 31), by=by)


def batched(world: World, pay_on: date) -> PaymentBatch:
    return a.a_batch(world.request(due_on=LAST), pay_on=pay_on)


def batch_later(world: World) -> None:
    batch = batched(world, LAST)
    batches.reschedule(batch, AFTER, by=a.a_finance_officer())


def batch_released_late(world: World) -> None:
    batch = batched(world, LAST)
    PaymentBatch.objects.filter(pk=batch.pk).update(pay_on=AFTER)
    batch.refresh_from_db()
    batches.release(batch, by=a.a_finance_officer())


def reviewed(world: World, amount: int, on: date) -> None:
    posted = {"effective_on": on, "note": "More.", "by": a.a_finance_officer()}
    funds.revise_budget(world.budget, a.pounds(amount), **posted)


def allocated(world: World, amount: int, on: date) -> None:
    posted = {"effective_on": on, "note": "More.", "by": a.a_finance_officer()}
    funds.allocate([(world.allocation, a.pounds(amount))], **posted)


def vired(giver, taker, on: date, amount: int = 10) -> None:
    posted = {"effective_on": on, "note": "Moved.", "by": a.a_finance_officer()}
    funds.vire(giver, taker, a.pounds(amount), **posted)


def opened(world: World, on: date) -> None:
    budget = Budget(fund=a.a_fund(), source=world.budget.source, **THIS_YEAR)
    funds.open_budget(budget, a.pounds(5), effective_on=on, by=a.a_finance_officer())


OUTSIDE = {
    "recommend": lambda world: awards.recommend(world.draft, by=a.an_officer()),
    "approve late": lambda world: awards.approve(world.ready, **decided(AFTER)),
    "approve several late": lambda world: awards.approve_many([world.ready], **decided(AFTER)),
    "migrated late": lambda world: taken_on(world, AFTER),
    "migrated for later days": lambda world: taken_on(world, MAY, **world.beyond()),
    "migrated award imported late": lambda world: imported(world, AFTER),
    "migrated award imported for later days": lambda world: imported(world, MAY, **world.beyond()),
    "increase late": lambda world: varied(world, AFTER),
    "extend and increase": lambda world: varied(world, MAY, ends_on=AFTER),
    "extend": lambda world: varied(world, MAY, amount=0, ends_on=AFTER),
    "extend and decrease": lambda world: varied(world, MAY, amount=-10, ends_on=AFTER),
    "put an extension forward": lambda world: proposed(world, ends_on=AFTER),
    "reinstate late": lambda world: awards.reinstate(world.over, reason="Again.", **decided(AFTER)),
    "milestone after": lambda world: written(world, AFTER),
    "milestone before": lambda world: written(world, date(2026, 3, 31)),
    "request what is due late": lambda world: world.request(due_on=AFTER),
    "request an instalment for later days": lambda world: payments.request_instalments(
        [an_old_instalment(world)], by=a.an_officer()
    ),
    "release late": lambda world: released(world, AFTER),
    "release early": lambda world: released_early(),
    "batch late": lambda world: batched(world, AFTER),
    "batch put off": batch_later,
    "batch released late": batch_released_late,
    "open a budget late": lambda world: opened(world, AFTER),
    "revise up late": lambda world: reviewed(world, 10, AFTER),
    "allocate late": lambda world: allocated(world, 10, AFTER),
    "vire budgets late": lambda world: vired(
        world.budget, a.a_budget(source=_source(world)), AFTER
    ),
    "vire allocations late": lambda world: vired(
        world.allocation, a.an_allocation(budget=world.budget), AFTER
    ),
}
# What is asked once the period is over.
ON_DAY = {
    "request what is due late",
    "request an instalment for later days",
    "release late",
    "batch late",
    "batch put off",
    "batch released late",
}


def _source(world: World):
    return world.budget.source


def make_world() -> World:
    return World()


world = for_the_module(make_world)


@pytest.mark.parametrize("door", OUTSIDE)
def test_money_stays_in_the_period_of_its_budget_at_every_entry_point(world, door):
    before = world.state()
    today = LAST if door in ON_DAY else timezone.localdate()

    with clock.on(today), pytest.raises(ValidationError) as refusal:
        OUTSIDE[door](world)

    sentence = " ".join(refusal.value.messages)
    assert "last day" in sentence or "days of award" in sentence or "first day" in sentence
    assert [row for row in world.state()[-1] if row not in before[-1]] in ([], _new_money(world))


def _new_money(world: World) -> list:
    """Entries of what a door needs made first: another budget or allocation to vire to."""
    return [row for row in world.state()[-1] if row["budget_id"] != world.budget.pk] or [
        row for row in world.state()[-1] if row["allocation_id"] not in (None, world.allocation.pk)
    ]


def test_what_was_delivered_is_paid_after_the_period_from_request_to_batch(world):
    with clock.on(date(2027, 4, 20)):
        request = a.a_request(12_000, world.award)
        a.an_account(world.award.recipient)
        batch = a.a_batch(request, pay_on=date(2027, 4, 20))
        batches.release(batch, by=a.a_finance_officer())

    world.award.refresh_from_db()
    assert world.award.unpaid == 0


def test_what_goes_back_after_the_period_is_free_to_go(world):
    a.a_payment(1_000, world.award)
    varied(world, AFTER, amount=-500, kind="decrease")
    a.a_recovery(100, world.award, Payment.Cause.UNDERSPEND)
    allocated(world, -1_000, AFTER)
    reviewed(world, -1_000, AFTER)

    world.budget.refresh_from_db()
    assert world.budget.amount == 99_000


def test_each_year_of_an_award_over_three_budgets_is_paid_within_its_own_period():
    parts = [a.an_allocation(4_000, a.a_budget(10_000, **days)) for days in YEARS]
    award = Award(
        title="Refuge",
        kind="grant",
        purpose="To keep people safe.",
        reason="It cuts crime and disorder.",
        legal_power="s9",
        recipient=a.an_organisation(),
        fund=parts[0].budget.fund,
        payment_pattern="quarterly",
        payment_timing="arrears",
        starts_on=YEARS[0]["starts_on"],
        ends_on=YEARS[2]["ends_on"],
    )
    awards.draft(award, [(part, a.pounds(4_000)) for part in parts], by=a.an_officer())
    awards.recommend(award, by=a.an_officer())
    awards.approve(award, **decided())

    for part in parts:
        budget = part.budget
        counted = figures.position(Slice(budget=budget, as_at=budget.starts_on - timedelta(1)))
        assert counted.committed == counted.budget == 0
        rows = Instalment.objects.standing().filter(commitment__allocation=part)
        assert [row.amount for row in rows] == [1_000] * 4
        for row in rows:
            assert budget.starts_on <= row.covers_from <= row.covers_to <= budget.ends_on
            assert budget.starts_on <= row.due_on <= budget.ends_on
    with pytest.raises(ValidationError, match="for 1 April 2029"):
        awards.vary(
            award, [], kind="extension", reason="More.", ends_on=date(2029, 4, 1), **decided()
        )


# --- As at every day ------------------------------------------------------------------------------

JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)


class Late(Chain):
    """Money that came in July: £1,000 in a budget, all of it allocated, £100 of it committed."""

    def __init__(self):
        budget = a.a_budget(1_000)
        funds.revise_budget(
            budget, a.pounds(1_000), effective_on=JULY, note="Late.", by=a.a_finance_officer()
        )
        allocation = Allocation(budget=budget, area=a.an_area())
        posted = {"effective_on": JULY, "by": a.a_finance_officer()}
        funds.allocate([(allocation, a.pounds(2_000))], **posted)
        super().__init__(budget, allocation, a.an_award(100, allocation, effective_on=AUGUST))
        self.ready = a.a_draft(1_000, allocation)
        awards.recommend(self.ready, by=a.an_officer())


def late_payment(late: Late) -> None:
    varied(late, date(2026, 9, 1), amount=50)
    a.a_payment(150, late.award, paid_on=date(2026, 8, 15))


TOO_EARLY = {
    "approve": lambda late: awards.approve(late.ready, **decided(MAY)),
    "approve several": lambda late: awards.approve_many([late.ready], **decided(MAY)),
    "migrate": lambda late: taken_on(late, MAY),
    "import": lambda late: imported(late, MAY),
    "increase": lambda late: varied(late, MAY),
    "allocate": lambda late: funds.allocate(
        [(Allocation(budget=a.a_budget(10), area=a.an_area()), a.pounds(10))],
        effective_on=date(2026, 3, 1),
        by=a.a_finance_officer(),
    ),
    "take back from an allocation": lambda late: (
        varied(late, AUGUST, amount=1_800),
        varied(late, date(2026, 9, 1), amount=-1_800, kind="decrease"),
        allocated(late, -1_500, AUGUST),
    ),
    "take out of a budget": lambda late: (
        allocated(late, -500, AUGUST),
        reviewed(late, -500, JULY),
    ),
    "vire away": lambda late: (
        allocated(late, -500, AUGUST),
        vired(late.budget, a.a_budget(source=_source(late)), JULY, 500),
    ),
    "pay": late_payment,
}


@pytest.mark.parametrize("door", TOO_EARLY)
def test_no_day_shows_more_used_than_there_was(door):
    late = Late()

    with pytest.raises(ValidationError, match="by then"):
        TOO_EARLY[door](late)

    first = date(2026, 3, 1)
    for day in (first + timedelta(days=count) for count in range(0, 215, 7)):
        at = figures.position(Slice(budget=late.budget, as_at=day))
        assert at.paid <= at.committed <= at.allocated <= at.budget, day


# --- Increases ------------------------------------------------------------------------------------


@pytest.mark.parametrize("timing", ["advance", "arrears"])
@pytest.mark.parametrize("pattern", ["once", "monthly", "quarterly"])
def test_an_increase_never_falls_due_before_it_was_decided(pattern, timing):
    allocation, decided_on = a.an_allocation(40_000), date(2026, 8, 15)
    posted = {"payment_pattern": pattern, "payment_timing": timing}
    award = a.an_award(12_000, allocation, **posted, **THIS_YEAR)
    world = Chain(allocation.budget, allocation, award)
    before = {row.due_on: row.amount for row in a.instalments_of(award)}

    varied(world, decided_on, amount=1_200)
    schedules.plan(award, by=a.an_officer())
    varied(world, date(2026, 9, 1), amount=-100, kind="decrease")

    rows = a.instalments_of(award)
    assert sum(row.amount for row in rows) == 13_100
    for row in rows:
        assert row.due_on >= decided_on or row.amount == before[row.due_on]


def test_milestones_of_an_increase_are_not_due_before_it_was_decided():
    award = a.an_award_by_milestones(1_000)
    allocation = award.commitments.get().allocation
    world = Chain(allocation.budget, allocation, award)
    varied(world, JULY, amount=200)

    with pytest.raises(ValidationError, match=r"£1,001.00 of .* would fall due before 1 July 2026"):
        a.a_written_schedule(
            award, a.a_milestone(award, 1_001, MAY), a.a_milestone(award, 199, JULY)
        )
    a.a_written_schedule(award, a.a_milestone(award, 1_000, MAY), a.a_milestone(award, 200, JULY))

    assert len(a.instalments_of(award)) == 2


def test_nothing_is_left_behind_by_what_is_refused(world):
    before = traces()

    for door in ("approve late", "extend", "revise up late", "milestone after"):
        with pytest.raises(ValidationError):
            OUTSIDE[door](world)

    after = traces()
    # The decision notices that were made for the attempts.
    assert after[1:5] == before[1:5]
