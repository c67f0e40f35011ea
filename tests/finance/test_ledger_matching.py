"""Lines of the ledger find their payments: at once, by suggestion, by hand; never too much."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest

from commissioning.models import HistoryEvent, OrganisationName, Payment
from commissioning.rules import RuleBroken
from finance.actions import batches
from finance.actions import reconciliation as matching
from finance.figures import candidates
from finance.figures.reconciliation import reconcile
from finance.models import LedgerExplanation, LedgerMatch
from finance.months import Month
from tests import builders as a
from tests import clock
from tests.finance.month_of_forty import JUNE, a_month_of_forty, breaches, paid
from tests.standing import for_the_module

pytestmark = pytest.mark.django_db

scene = for_the_module(a_month_of_forty)

DAY = JUNE.first_day


def match_june() -> int:
    return matching.match_exact(*JUNE.days, by=a.a_finance_officer())


def test_of_forty_lines_28_are_exact_6_suggested_and_6_unmatched(scene):
    assert match_june() == 28
    assert set(LedgerMatch.objects.values_list("payment", flat=True)) == {
        payment.pk for payment in scene.exact
    }
    found = candidates.suggestions(JUNE)
    assert {key for one in found for key in one.payments} == {one.pk for one in scene.suggested}
    assert all(70 <= one.score < 100 for one in found)
    assert "same amount; 3 days later; supplier name nearly the same" in found[0].in_words
    assert reconcile(JUNE).ledger.open_count == 12
    assert breaches() == []


def test_matching_again_matches_nothing_more(scene):
    match_june()

    assert match_june() == 0
    assert LedgerMatch.objects.count() == 28


def test_all_suggestions_above_a_score_are_accepted_in_one_go(scene):
    match_june()
    finance = a.a_finance_officer()

    made = matching.accept(JUNE, scene.source, lambda one: one.score >= 70, by=finance)

    assert len(made) == 6
    assert {(row.how, row.made_by) for row in made} == {("suggested", finance)}
    assert "3 days later" in made[0].reasons
    both = reconcile(JUNE)
    assert (both.ledger.open_count, both.payments.open_count) == (6, 0)
    assert both.difference == both.ledger.open == Decimal("196.80")


def test_a_suggestion_that_does_not_stand_any_more_is_refused():
    line, payment = a.a_ledger_line(100, "Harbour"), a.a_payment(100)
    (one,) = candidates.suggestions(JUNE)
    a.a_match(line, payment)

    with pytest.raises(RuleBroken, match="does not stand any more"):
        matching.accept(JUNE, None, lambda found: found.token == one.token, by=a.an_officer())


def test_another_name_of_the_recipient_is_its_name():
    payment = paid(100, "Women’s Aid", a.an_allocation(), DAY)
    organisation = payment.commitment.award.recipient
    OrganisationName.objects.create(organisation=organisation, name="Refuge West Ltd")
    a.a_ledger_line(100, "REFUGE WEST")

    assert match_june() == 1


def test_a_recovery_is_money_that_came_back():
    award = a.an_award(1_000, recipient=a.an_organisation("Safe Homes"))
    a.a_payment(300, award)
    back = a.a_payment(100, award, kind=Payment.Kind.RECOVERY)
    line = a.a_ledger_line(-100, "Safe Homes")

    assert match_june() == 1
    match = LedgerMatch.objects.get()
    assert (match.line, match.payment, match.amount) == (line, back, a.pounds(-100))
    assert reconcile(JUNE).payments.total == a.pounds(200)


def test_money_back_is_never_matched_with_a_payment():
    with pytest.raises(RuleBroken, match=r"£100.00 went back, so it cannot be matched"):
        a.a_match(a.a_ledger_line(-100), a.a_payment(100))


def test_a_payment_that_is_not_released_is_never_matched():
    request = a.a_request(100)

    with pytest.raises(RuleBroken, match="payments that were released"):
        a.a_match(a.a_ledger_line(100), request)


# --- One for many ---------------------------------------------------------------------------------


def test_a_run_of_payments_is_suggested_for_its_line_and_matched_whole():
    allocation = a.an_allocation()
    payments = [paid(amount, f"R {amount}", allocation, DAY) for amount in (100, 70, 30)]
    line = a.a_ledger_line(200, "BACS run 7", day=date(2026, 6, 2))

    (one,) = candidates.suggestions(JUNE)
    made = matching.accept(JUNE, None, lambda found: found is not None, by=a.a_finance_officer())

    assert "3 payments add up to it; they are all that was paid that day" in one.in_words
    assert {(row.line, row.payment, row.amount) for row in made} == {
        (line, payment, payment.amount) for payment in payments
    }


def test_a_batch_is_suggested_for_its_line():
    batch = a.a_released_batch(a.a_payable_request(100), a.a_payable_request(50))
    with clock.on(batch.pay_on):
        a.a_ledger_line(150, "BACS", day=batch.pay_on)

    (one,) = candidates.suggestions(Month.containing(batch.pay_on))

    assert f"they are all of batch {batch.reference}" in one.in_words


def test_two_payments_of_one_award_are_told_apart_by_what_their_file_said():
    award = a.an_award(200)
    batch = a.a_released_batch(*(a.a_payable_request(100, award=award) for _ in range(2)))
    _, content = batches.download(batch, by=a.a_finance_officer())
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    days = batch.pay_on, batch.pay_on + timedelta(days=1)
    with clock.on(days[1]):
        lines = [a.a_ledger_line(100, "BACS", row["Reference"], day=days[0]) for row in rows]

        assert matching.match_exact(*days, by=a.a_finance_officer()) == 2

    pairs = LedgerMatch.objects.order_by("line").values_list("line", "payment")
    paid_in_order = batch.lines.order_by("pk").values_list("payment", flat=True)
    assert list(pairs) == list(zip([line.pk for line in lines], paid_in_order, strict=True))


def test_two_lines_of_one_payment_are_suggested_together():
    payment = paid(100, "Safe Homes", a.an_allocation(), DAY)
    a.a_ledger_line(60, "Safe Homes")
    a.a_ledger_line(40, "Safe Homes Ltd")

    matching.accept(JUNE, None, lambda found: True, by=a.a_finance_officer())

    assert sorted(payment.ledger_matches.values_list("amount", flat=True)) == [40, 60]


def test_by_hand_as_much_is_matched_as_fits():
    line, big = a.a_ledger_line(150), a.a_payment(1_000)

    (made,) = matching.match_by_hand([line], [big], by=a.a_finance_officer())

    assert made.amount == a.pounds(150)
    both = reconcile(JUNE)
    assert (both.ledger.open_count, both.payments.open) == (0, a.pounds(850))


def test_more_than_fits_is_refused_and_nothing_is_matched():
    line = a.a_ledger_line(100)
    payments = [a.a_payment(100), a.a_payment(50)]

    with pytest.raises(RuleBroken, match=r"Nothing is left of .* to be matched"):
        matching.match_by_hand([line], payments, by=a.a_finance_officer())

    assert not LedgerMatch.objects.exists()


def test_what_is_matched_whole_is_not_matched_again():
    match = a.a_match(a.a_ledger_line(100), a.a_payment(100))

    with pytest.raises(RuleBroken, match="Nothing is left"):
        a.a_match(match.line, a.a_payment(100))
    with pytest.raises(RuleBroken, match="Nothing is left"):
        a.a_match(a.a_ledger_line(100), match.payment)


# --- Undoing and explaining -----------------------------------------------------------------------


def test_a_match_undone_leaves_both_sides_open_and_stays_on_record():
    match = a.a_match(a.a_ledger_line(100), a.a_payment(100))

    matching.undo(match, reason="The wrong year.", by=a.a_finance_officer())

    match.refresh_from_db()
    assert match.undone_reason == "The wrong year."
    assert reconcile(JUNE).ledger.open == a.pounds(100)
    assert HistoryEvent.objects.filter(verb="undid the match of £100.00").exists()
    a.a_match(match.line, match.payment)


def test_a_match_is_undone_once_and_with_a_reason():
    match = a.a_match()
    with pytest.raises(RuleBroken):
        matching.undo(match, reason=" ", by=a.a_finance_officer())
    matching.undo(match, reason="A slip.", by=a.a_finance_officer())

    with pytest.raises(RuleBroken, match="undone already"):
        matching.undo(match, reason="A slip.", by=a.a_finance_officer())


def test_an_explanation_is_of_what_is_left():
    line = a.a_ledger_line(100)
    a.a_match(line, a.a_payment(60))

    explanation = a.an_explanation(line)

    assert explanation.amount == a.pounds(40)
    both = reconcile(JUNE)
    assert (both.ledger.explained, both.ledger.open_count) == (a.pounds(40), 0)


def test_what_is_matched_whole_needs_no_explanation():
    match = a.a_match(a.a_ledger_line(100), a.a_payment(100))

    with pytest.raises(RuleBroken, match="is matched"):
        a.an_explanation(match.line)


def test_nothing_is_explained_twice():
    explanation = a.an_explanation()

    with pytest.raises(RuleBroken, match="explained already"):
        a.an_explanation(explanation.line)


@pytest.mark.parametrize("cause", ["other_month"])
def test_matching_what_was_explained_ends_the_explanation(cause):
    line, payment = a.a_ledger_line(100), a.a_payment(60)
    a.an_explanation(line, cause=cause)

    a.a_match(line, payment)

    assert not LedgerExplanation.objects.standing().exists()
    assert reconcile(JUNE).ledger.open == a.pounds(40)


def test_an_explanation_taken_back_leaves_the_line_open():
    explanation = a.an_explanation()

    matching.take_back(explanation, reason="It is ours.", by=a.a_finance_officer())

    assert reconcile(JUNE).ledger.open_count == 1


def test_what_is_explained_as_not_ours_is_matched_by_no_machine():
    payment = a.a_payment(100)
    line = a.a_ledger_line(100, str(payment.commitment.award.recipient))
    a.an_explanation(line)

    assert match_june() == 0
    assert candidates.suggestions(JUNE) == []
