"""What money of a source may be spent on, until when, and how sure it is."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from commissioning.actions import awards, funds, records
from commissioning.models import Allocation, Award, Budget, FundingSource
from commissioning.rules import RuleBroken
from tests import builders as a
from tests.chain import MAY
from tests.commissioning import staff
from tests.spreadsheets import as_csv

pytestmark = pytest.mark.django_db

VICTIMS, SAFETY = "Victims’ services only.", "Only for safety"
NEXT_YEAR = {"starts_on": date(2027, 4, 1), "ends_on": date(2028, 3, 31)}


def a_budget_of(ring_fence: str = "", amount: int = 1_000, **fields) -> Budget:
    source = a.a_source(f"Source {next(a.numbers)}", ring_fence=ring_fence)
    return a.a_budget(amount, source=source, **fields)


def vire(giver, taker, amount=100, **fields) -> None:
    fields = {"effective_on": MAY, "note": "Agreed.", "by": a.a_finance_officer(), **fields}
    funds.vire(giver, taker, a.pounds(amount), **fields)


@pytest.mark.parametrize("superuser", [False, True])
def test_ring_fenced_money_does_not_become_money_of_another_ring_fence(superuser):
    giver, taker = a_budget_of(VICTIMS), a_budget_of(SAFETY)

    with pytest.raises(RuleBroken) as refusal:
        vire(giver, taker, by=a.a_user(superuser=superuser))

    assert refusal.value.message == (
        f"Money of {giver.source} may be spent only on: Victims’ services only. It cannot become "
        f"money of {taker.source}, which may be spent only on: Only for safety."
    )
    giver.refresh_from_db()
    assert giver.amount == 1_000


@pytest.mark.parametrize(
    ("ring_fence", "direction", "warned"),
    [(VICTIMS, "out", True), (VICTIMS, "in", False), ("", "out", False)],
)
def test_taking_money_out_of_a_ring_fence_warns_that_it_is_no_way_round(
    client, ring_fence, direction, warned
):
    budget = a_budget_of(ring_fence)
    client.force_login(a.a_finance_officer())
    told = {"direction": direction, "amount": "100", "reason": "Told.", "effective_on": MAY}

    page = staff.ask(client, budget, "revise", **told)

    assert ("Take money out only if the source gives less." in staff.effect(page)) is warned


def test_ring_fenced_money_does_not_become_free():
    with pytest.raises(RuleBroken, match="which has no ring-fence"):
        vire(a_budget_of(VICTIMS), a_budget_of())


def test_the_parts_of_budgets_are_under_the_same_rule():
    giver, taker = (a.an_allocation(500, a_budget_of(fence)) for fence in (VICTIMS, SAFETY))

    with pytest.raises(RuleBroken, match="It cannot become"):
        vire(giver, taker)

    assert set(Allocation.objects.values_list("amount", flat=True)) == {500}


def test_free_money_goes_anywhere_and_what_went_may_come_back_but_no_more():
    free, fenced, other = a_budget_of(), a_budget_of(VICTIMS), a_budget_of()
    vire(free, fenced, 300)

    vire(fenced, free, 200)

    for taker, amount in ((free, "100.01"), (other, 100)):
        with pytest.raises(RuleBroken, match="It cannot become"):
            vire(fenced, taker, amount)
    vire(fenced, free, 100)
    fenced.refresh_from_db()
    assert fenced.amount == 1_000


def test_money_moves_within_one_source_and_between_two_of_the_same_ring_fence():
    giver = a_budget_of(VICTIMS)

    vire(giver, a.a_budget(1, source=giver.source))
    vire(giver, a_budget_of("victims’  SERVICES only."))

    giver.refresh_from_db()
    assert giver.amount == 800


def test_whoever_changed_a_ring_fence_does_not_move_its_money():
    giver, finance = a_budget_of(VICTIMS), a.a_finance_officer()
    source = FundingSource.objects.get(pk=giver.source_id)
    source.ring_fence = ""
    records.save(source, by=finance)

    with pytest.raises(RuleBroken, match=r"You changed what money of .* may be spent on"):
        vire(giver, a_budget_of(), by=finance)
    vire(giver, a_budget_of())


def test_money_is_not_carried_or_vired_past_the_day_by_which_it_is_to_be_spent():
    giver = a_budget_of(use_by=date(2027, 3, 31))
    later = a.a_budget(1, giver.fund, giver.source, **NEXT_YEAR)
    sentence = "is to be spent by 31 March 2027, and 2027/28 begins on 1 April 2027"

    with pytest.raises(RuleBroken, match=sentence):
        funds.carry_forward(giver, later, a.pounds(1), note="Late.", by=a.a_finance_officer())
    with pytest.raises(RuleBroken, match=sentence):
        vire(giver, later)

    giver.use_by = date(2027, 6, 30)
    records.save(giver, by=a.a_finance_officer())
    funds.carry_forward(giver, later, a.pounds(1), note="Agreed.", by=a.a_finance_officer())
    later.refresh_from_db()
    assert later.amount == 2


def test_the_page_says_where_money_may_go_and_refuses_before_anything_moves(client):
    client.force_login(a.a_finance_officer())
    giver, taker = a_budget_of(VICTIMS), a_budget_of(SAFETY)

    page = client.get(staff.address(giver, "vire"))
    assert f"{giver.source} may be spent only on: {VICTIMS}" in page.context["tells"]
    told = {"amount": "5", "reason": "Agreed.", "effective_on": MAY, "taker": taker.pk}
    page = staff.ask(client, giver, "vire", **told)

    assert "It cannot become money of" in staff.problems(page)


class TestUnconfirmedMoney:
    def expected(self) -> Allocation:
        return a.an_allocation(1_000, a_budget_of(source_status="expected"))

    def recommended(self, allocation: Allocation) -> Award:
        draft = a.a_draft(400, allocation)
        awards.recommend(draft, by=a.an_officer())
        return draft

    def approve(self, client, award: Award):
        client.force_login(a.an_approver())
        told = {"decision": a.a_decision().pk, "effective_on": MAY}
        return staff.ask(client, award, "approve", **told)

    def test_the_confirm_page_warns_of_it(self, client):
        page = self.approve(client, self.recommended(self.expected()))

        assert "is only expected, not yet confirmed" in staff.effect(page)

    def test_where_the_office_says_so_it_is_refused(self, client, settings):
        settings.UNCONFIRMED_MONEY = "refuse"
        allocation = self.expected()

        page = self.approve(client, self.recommended(allocation))

        assert "is only expected. It is committed once" in staff.problems(page)
        allocation.refresh_from_db()
        assert allocation.committed == 0

    def test_no_spreadsheet_commits_it_either(self, settings, tmp_path):
        settings.UNCONFIRMED_MONEY = "refuse"
        allocation, file = self.expected(), tmp_path / "awards.csv"
        row = {
            "reference": "OLD-1",
            "title": "Old",
            "kind": "grant",
            "recipient_note": "A youth club",
            "from_record": "Ledger",
            "effective_on": "2026-05-01",
            "line_fund_code": allocation.budget.fund.code,
            "line_area_code": allocation.area.code,
            "line_amount": "400",
        }
        file.write_bytes(as_csv([row]))

        with pytest.raises(CommandError, match="is only expected"):
            call_command(
                "import_spreadsheet", "taken-on-award", file, by=a.a_finance_officer().username
            )

        assert not Award.objects.exists()

    def test_a_promise_of_it_can_still_be_made_smaller(self, settings):
        allocation = self.expected()
        award = a.an_award(400, allocation)
        settings.UNCONFIRMED_MONEY = "refuse"

        awards.vary(
            award,
            [(allocation, a.pounds(-100))],
            kind="decrease",
            reason="Less.",
            decision=a.a_decision(),
            effective_on=MAY,
            by=a.an_approver(),
        )

        award.refresh_from_db()
        assert award.amount == 300
