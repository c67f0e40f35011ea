"""Many people at the same moment: nothing is overspent, nothing is lost, nothing happens twice."""

import threading
from datetime import date
from decimal import Decimal
from itertools import cycle, islice

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from commissioning import integrity, triggers
from commissioning.actions import awards, funds, history, journal, payments, publication
from commissioning.models import Allocation, Award, Budget, ClosedYear, Commitment, Entry, Payment
from commissioning.rules import RuleBroken
from commissioning.years import FinancialYear
from tests import builders as a
from tests.chain import JUNE, MAY, PENNY
from tests.racing import WRITERS, database_in_a_file, race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.dialect]

EACH = a.pounds("1000.01")
ROOM = WRITERS // 3


@pytest.fixture(autouse=True)
def own_connections(transactional_db, tmp_path):
    with database_in_a_file(tmp_path):
        yield


def refusals(results: list) -> list[RuleBroken]:
    """The refusals among the results of a race, in which nothing else went wrong."""
    problems = [result for result in results if isinstance(result, Exception)]
    assert [problem for problem in problems if not isinstance(problem, RuleBroken)] == []
    return problems


def sum_of(kind: str) -> Decimal:
    return Entry.objects.filter(kind=kind).aggregate(sum=Sum("amount"))["sum"]


def allocators():
    """The racers, the rows that hold the total, and its name."""
    budget, finance = a.a_budget(EACH * ROOM), a.a_finance_officer()
    areas = [a.an_area() for _ in range(WRITERS)]

    def allocator(area):
        share = (Allocation(budget=budget, area=area), EACH)
        return lambda: funds.allocate([share], effective_on=MAY, by=finance)

    return [allocator(area) for area in areas], Budget, "allocated"


def recommended(amount, allocation) -> Award:
    draft = a.a_draft(amount, allocation)
    awards.recommend(draft, by=a.an_officer())
    return draft


def approvers():
    allocation = a.an_allocation(EACH * ROOM)
    decision, approver = a.a_decision(), a.an_approver()

    def one(award):
        return lambda: awards.approve(award, decision=decision, effective_on=MAY, by=approver)

    racers = [one(recommended(EACH, allocation)) for _ in range(WRITERS)]
    return racers, Allocation, "committed"


def variers():
    allocation = a.an_allocation(EACH * ROOM + WRITERS)
    decision, approver = a.a_decision(), a.an_approver()

    def one(award):
        details = {"kind": "increase", "reason": "More.", "decision": decision, "by": approver}
        return lambda: awards.vary(award, [(allocation, EACH)], effective_on=MAY, **details)

    racers = [one(a.an_award(1, allocation)) for _ in range(WRITERS)]
    return racers, Allocation, "committed"


def payers():
    award = a.an_award(EACH * ROOM, a.an_allocation(1_000_000, a.a_budget(1_000_000)))
    finance = a.a_finance_officer()

    def one(request):
        return lambda: payments.release(request, paid_on=JUNE, by=finance)

    requests = [a.a_request(PENNY, award) for _ in range(WRITERS)]
    # More than is left together, as no request can be made any more.
    Payment.objects.update(amount=EACH)
    for request in requests:
        request.refresh_from_db()
        history.record("put right", request, finance)
    return [one(request) for request in requests], Commitment, "paid"


@pytest.mark.parametrize(
    ("team", "kind"),
    [
        (allocators, "allocation"),
        (approvers, "commitment"),
        (variers, "commitment"),
        (payers, "payment"),
    ],
)
def test_many_writers_never_overspend_and_lose_nothing(team, kind):
    racers, model, total = team()
    before = sum_of(kind) or 0

    results = race(racers)

    assert len(refusals(results)) == WRITERS - ROOM
    assert sum_of(kind) - before == EACH * ROOM
    assert getattr(model.objects.get(), total) == sum_of(kind)
    assert list(integrity.breaches()) == []
    for refusal in refusals(results):
        assert refusal.message.count("£") >= 4


def test_the_same_race_overspends_under_a_rule_that_looks_before_it_writes():
    """What the race would find if the database did not guard the money."""
    budget, finance = a.a_budget(EACH * ROOM), a.a_finance_officer()
    allocation = a.an_allocation(EACH, budget)
    triggers.remove(connection)
    all_have_looked = threading.Barrier(WRITERS)

    def allocate_if_it_fits():
        allocated = sum_of("allocation")
        all_have_looked.wait(timeout=60)
        if allocated + EACH > budget.amount:
            raise RuleBroken("It does not fit.", "too_much")
        entry = {"kind": "allocation", "reason": "revision", "amount": EACH, "effective_on": MAY}
        Entry.objects.create(**entry, budget=budget, allocation=allocation, recorded_by=finance)

    results = race([allocate_if_it_fits] * WRITERS)

    assert refusals(results) == []
    assert sum_of("allocation") > budget.amount
    assert list(integrity.totals_add_up()) != []


def test_of_two_who_award_the_last_10_000_pounds_one_is_told_every_figure():
    allocation = a.an_allocation(10_000)
    decision, approver = a.a_decision(), a.an_approver()
    drafts = [recommended(10_000, allocation) for _ in range(2)]

    def approval(award):
        return lambda: awards.approve(award, decision=decision, effective_on=MAY, by=approver)

    (refusal,) = refusals(race([approval(draft) for draft in drafts]))

    assert refusal.message == (
        f"£10,000.00 cannot be committed from {allocation}: allocation £10,000.00, "
        "committed £10,000.00, available £0.00, asked £10,000.00."
    )
    assert sorted(Award.objects.values_list("status", flat=True)) == ["approved", "recommended"]


def test_of_an_approval_and_a_variation_that_want_the_last_10_000_pounds_one_is_refused():
    allocation = a.an_allocation(15_000)
    running, draft = a.an_award(5_000, allocation), recommended(10_000, allocation)
    decision, approver = a.a_decision(), a.an_approver()

    results = race(
        [
            lambda: awards.approve(draft, decision=decision, effective_on=MAY, by=approver),
            lambda: awards.vary(
                running,
                [(allocation, a.pounds(10_000))],
                kind="increase",
                reason="More.",
                decision=decision,
                effective_on=MAY,
                by=approver,
            ),
        ]
    )

    (refusal,) = refusals(results)
    assert "committed £15,000.00, available £0.00, asked £10,000.00." in refusal.message
    assert list(integrity.breaches()) == []


# --- Double press ---------------------------------------------------------------------------------


def test_an_award_is_approved_once_however_often_the_button_is_pressed():
    award, decision, approver = recommended(100, a.an_allocation()), a.a_decision(), a.an_approver()

    def press():
        own = Award.objects.get(pk=award.pk)
        awards.approve(own, decision=decision, effective_on=MAY, by=approver)

    results = race([press] * 4)

    assert len(refusals(results)) == 3
    assert "is approved, so it cannot become approved" in refusals(results)[0].message
    assert sum_of("commitment") == a.pounds(100)


def test_a_payment_is_released_once_however_often_the_button_is_pressed():
    request, finance = a.a_request(100), a.a_finance_officer()

    def press():
        payments.release(Payment.objects.get(pk=request.pk), paid_on=JUNE, by=finance)

    results = race([press] * 4)

    assert len(refusals(results)) == 3
    assert refusals(results)[0].message == "This payment is already released."
    assert sum_of("payment") == a.pounds(100)


def test_a_payment_is_either_released_or_cancelled():
    request, finance, officer = a.a_request(100), a.a_finance_officer(), a.an_officer()

    def release():
        payments.release(Payment.objects.get(pk=request.pk), paid_on=JUNE, by=finance)

    def cancel():
        payments.cancel(Payment.objects.get(pk=request.pk), reason="A mistake.", by=officer)

    results = race([release, cancel])

    assert len(refusals(results)) == 1
    assert list(integrity.breaches()) == []


def test_awards_drafted_at_once_without_a_reference_get_one_each():
    officer, recipient = a.an_officer(), a.an_organisation()

    def draft():
        award = Award(title="New", kind="grant", recipient=recipient)
        return awards.draft(award, by=officer).reference

    references = race([draft] * 8)

    assert refusals(references) == []
    assert len(set(references)) == 8


# --- A year that closes ---------------------------------------------------------------------------


def closing_and_posting():
    """(close the year, post an entry in it)"""
    budget, finance = a.a_budget(100), a.a_finance_officer()
    return (
        lambda: funds.close_year(FinancialYear(2026), by=finance),
        lambda: funds.revise_budget(
            budget, a.pounds(1), effective_on=date(2026, 5, 1), note="More.", by=finance
        ),
    )


def one_inside_the_other(first, second) -> list:
    """Begin the second while the first is done but not committed; the second must wait for it."""
    first_is_done, second_is_done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            first()
            first_is_done.set()
            # Nobody can wait for something not to happen; this is long enough to see that it might.
            return second_is_done.wait(0.5)

    def follow():
        first_is_done.wait(timeout=60)
        try:
            return second()
        finally:
            second_is_done.set()

    return race([hold, follow])


def test_a_year_is_not_closed_under_an_entry_that_is_being_posted():
    close, post = closing_and_posting()

    finished_early, closed = one_inside_the_other(post, close)

    assert finished_early is False
    assert isinstance(closed, ClosedYear)
    assert list(integrity.breaches()) == []


def test_an_entry_waits_for_a_year_that_is_being_closed_and_is_refused():
    close, post = closing_and_posting()

    finished_early, refusal = one_inside_the_other(close, post)

    assert finished_early is False
    assert isinstance(refusal, RuleBroken)
    assert "closed financial year" in refusal.message
    assert Entry.objects.count() == 1


# --- Everything at once ---------------------------------------------------------------------------


def test_all_verbs_at_once_neither_deadlock_nor_drift():
    finance, approver, officer = a.a_finance_officer(), a.an_approver(), a.an_officer()
    decision, budget = a.a_decision(), a.a_budget(100_000)
    left, right = (a.an_allocation(20_000, budget) for _ in range(2))
    other = a.an_allocation(20_000, a.a_budget(100_000))
    running = [a.an_award(900, place) for place in (left, right, other, left)]
    both_ways = cycle([lambda rows: rows, lambda rows: rows[::-1]])

    def virement(giver, taker):
        details = {"effective_on": MAY, "note": "Moved.", "by": finance}
        return lambda: funds.vire(giver, taker, a.pounds(10), **details)

    def approvals(turn):
        drafts = [recommended(100, place) for place in turn([left, right, other])]
        details = {"decision": decision, "effective_on": MAY, "by": approver}
        return lambda: awards.approve_many(drafts, **details)

    def variation(turn, award):
        lines = [(place, a.pounds(5)) for place in turn([left, right, other])]
        details = {"kind": "increase", "reason": "More.", "decision": decision, "by": approver}
        return lambda: awards.vary(award, lines, effective_on=MAY, **details)

    def releases(turn):
        requests = [a.a_request(10, award) for award in turn(running)]
        return lambda: payments.release_many(turn(requests), paid_on=JUNE, by=finance)

    def publications(turn):
        shown = [Award.objects.get(pk=award.pk) for award in turn(running)]
        return lambda: publication.publish(shown, by=officer)

    def revision(money):
        details = {"effective_on": MAY, "note": "More.", "by": finance}
        return lambda: funds.revise_budget(money, a.pounds(1), **details)

    racers = []
    for turn, award in zip(islice(both_ways, 4), running, strict=True):
        racers += [virement(*turn([left, right])), virement(*turn([right, other]))]
        racers += [approvals(turn), variation(turn, award), releases(turn), publications(turn)]
        racers += [
            virement(*turn([budget, other.budget])),
            revision(turn([budget, other.budget])[0]),
        ]

    results = race(racers)

    assert refusals(results) == []
    assert list(integrity.breaches()) == []
    assert sum_of("payment") == a.pounds(10 * 4 * 4)
    assert sum_of("commitment") == a.pounds(900 * 4 + 100 * 3 * 4 + 5 * 3 * 4)
    assert sum_of("allocation") == a.pounds(60_000)


def test_writers_who_need_the_same_rows_never_wait_for_each_other_in_a_ring():
    finance, budgets = a.a_finance_officer(), [a.a_budget(100_000) for _ in range(2)]
    left, right = (a.an_allocation(20_000, budgets[0]) for _ in range(2))
    details = {"effective_on": MAY, "by": finance}
    rounds = 20

    def between_budgets(there):
        for _ in range(rounds):
            journal.vire(*budgets[::there], a.pounds(1), note="Moved.", **details)

    def over_two_allocations(there):
        draft = a.a_draft(10, left)
        awards.propose(draft, [(right, a.pounds(10))], by=finance)
        awards.recommend(draft, by=a.an_officer())
        awards.approve(draft, decision=a.a_decision(), effective_on=MAY, by=a.an_approver())
        lines = list(draft.commitments.order_by("pk").select_related("allocation"))[::there]

        def commit():
            for _ in range(rounds):
                journal.commit([(line, a.pounds(1)) for line in lines], **details)

        return commit

    both_ways = list(islice(cycle([1, -1]), WRITERS // 4))
    racers = [lambda there=there: between_budgets(there) for there in both_ways]
    racers += [over_two_allocations(there) for there in both_ways]

    assert refusals(race(racers)) == []
    assert Entry.objects.filter(reason="virement").count() == 2 * rounds * len(both_ways)
    assert sum_of("commitment") == a.pounds((10 + rounds) * 2 * len(both_ways))
    assert list(integrity.breaches()) == []


def test_an_instalment_is_asked_for_once_when_many_ask_at_the_same_moment():
    instalment = a.instalments_of(a.a_scheduled_award(12_000))[0]
    officers = [a.an_officer() for _ in range(WRITERS)]

    results = race(
        [lambda by=by: payments.request_instalments([instalment], by=by) for by in officers]
    )

    assert len(refusals(results)) == WRITERS - 1
    assert Payment.objects.get().amount == a.pounds(3_000)


def test_an_underspend_is_returned_once_when_many_release_it_at_the_same_moment():
    award = a.an_award(1_000)
    a.a_payment(600, award)
    recovery = a.a_request(100, award, kind=Payment.Kind.RECOVERY, cause="underspend")
    releasers = [a.a_finance_officer() for _ in range(WRITERS)]

    results = race(
        [
            lambda by=by: payments.release(recovery_of(recovery), paid_on=JUNE, by=by)
            for by in releasers
        ]
    )

    assert len(refusals(results)) == WRITERS - 1
    award.refresh_from_db()
    assert (award.amount, award.paid) == (a.pounds(900), a.pounds(500))
    assert award.variations.count() == 1


def recovery_of(payment: Payment) -> Payment:
    return Payment.objects.get(pk=payment.pk)
