"""Months signed off: only when all is told, by somebody else, and then nothing in them moves."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from commissioning.actions import payments
from commissioning.rules import RuleBroken
from commissioning.years import FinancialYear
from finance.actions import reconciliation
from finance.figures import candidates
from finance.figures.reconciliation import months_not_signed_off, reconcile, unmatched
from finance.models import LedgerLine, MonthSignOff
from finance.months import Month
from tests import builders as a
from tests.finance.month_of_forty import breaches

pytestmark = pytest.mark.django_db

JUNE, JULY = Month(date(2026, 6, 1)), Month(date(2026, 7, 1))
IN_JULY = date(2026, 7, 2)


def a_matched_month() -> None:
    a.a_match(a.a_ledger_line(100), a.a_payment(100))


def test_a_month_is_signed_off_with_its_totals():
    a_matched_month()
    a.an_explanation(a.a_ledger_line(7))

    signed = a.a_signed_month(JUNE)

    assert (signed.lines, signed.payments) == (2, 1)
    assert (signed.ledger, signed.ledger_matched, signed.ledger_explained) == (107, 100, 7)
    assert (signed.paid, signed.paid_matched, signed.paid_explained) == (100, 100, 0)
    assert signed.difference == a.pounds(7)
    assert breaches() == []


@pytest.mark.parametrize("side", ["line", "payment"])
def test_a_month_with_something_unexplained_is_not_signed_off(side):
    a_matched_month()
    if side == "line":
        a.a_ledger_line(5)
    else:
        a.a_payment(5)

    with pytest.raises(RuleBroken, match=r"1 (line of the ledger|payment) is neither matched nor"):
        a.a_signed_month(JUNE)

    assert unmatched(JUNE)
    assert not MonthSignOff.objects.exists()


def test_whoever_took_in_the_last_file_of_the_month_does_not_sign_it():
    importer = a.a_user(superuser=True)
    a.a_ledger_file(a.an_extract(("2026-06-01", "5", "X")), by=importer)
    a.an_explanation(LedgerLine.objects.get())

    with pytest.raises(RuleBroken, match="somebody else must sign it off"):
        a.a_signed_month(JUNE, by=importer)


def test_a_month_that_has_not_ended_is_not_signed_off():
    a_matched_month()

    with pytest.raises(RuleBroken, match="December 2090 has not ended"):
        a.a_signed_month(Month(date(2090, 12, 1)))


def test_a_month_is_not_signed_off_without_a_ledger():
    with pytest.raises(RuleBroken, match="No extract of the ledger"):
        a.a_signed_month(JUNE)


def test_a_month_is_signed_off_once():
    a_matched_month()
    a.a_signed_month(JUNE)

    with pytest.raises(RuleBroken, match="June 2026 is signed off"):
        a.a_signed_month(JUNE)


def test_in_a_signed_month_nothing_is_matched_undone_or_explained():
    match = a.a_match(a.a_ledger_line(100), a.a_payment(100))
    explanation = a.an_explanation()
    a.a_signed_month(JUNE)
    finance = a.a_finance_officer()

    for refused in (
        lambda: reconciliation.undo(match, reason="No.", by=finance),
        lambda: reconciliation.take_back(explanation, reason="No.", by=finance),
        lambda: a.a_match(explanation.line, a.a_payment(5, paid_on=IN_JULY)),
    ):
        with pytest.raises(RuleBroken, match="June 2026 is signed off"):
            refused()
    assert breaches() == []


def test_a_new_line_dated_in_a_signed_month_is_refused_with_its_row():
    a_matched_month()
    a.a_signed_month(JUNE)

    with pytest.raises(ValidationError, match=r"Row 2, Posting date: .* June 2026 is signed off"):
        a.a_ledger_line(5, day=date(2026, 6, 30))


def test_known_lines_of_a_signed_month_may_come_again():
    source, row = a.a_ledger_source(), ("2026-06-01", "5", "X")
    a.a_ledger_file(a.an_extract(row), source)
    a.an_explanation(LedgerLine.objects.get())
    a.a_signed_month(JUNE)

    again = a.a_ledger_file(a.an_extract(row, ("2026-07-01", "6", "Y")), source)

    assert (again.known, again.added) == (1, 1)


def test_no_payment_is_released_on_a_day_of_a_signed_month():
    a_matched_month()
    a.a_signed_month(JUNE)
    request = a.a_request(10)

    with pytest.raises(RuleBroken, match="June 2026 is signed off"):
        payments.release(request, paid_on=date(2026, 6, 30), by=a.a_finance_officer())

    payments.release(request, paid_on=IN_JULY, by=a.a_finance_officer())


def test_what_waited_for_the_next_month_is_matched_there_and_june_stays_as_signed():
    payment = a.a_payment(100, paid_on=date(2026, 6, 30))
    a.an_explanation(payment=payment, cause="other_month")
    a.an_explanation(a.a_ledger_line(3))
    signed = a.a_signed_month(JUNE)
    line = a.a_ledger_line(100, str(payment.commitment.award.recipient), day=IN_JULY)

    assert reconciliation.match_exact(*JULY.days, by=a.a_finance_officer()) == 1

    june, july = reconcile(JUNE), reconcile(JULY)
    assert (june.payments.explained, june.payments.matched) == (a.pounds(100), a.pounds(0))
    assert (july.ledger.matched, july.ledger.elsewhere) == (a.pounds(100), a.pounds(100))
    assert breaches() == []
    # Until July is signed off as well, the match may be undone; June does not notice.
    reconciliation.undo(line.matches.get(), reason="Another.", by=a.a_finance_officer())
    assert reconcile(JUNE).payments == june.payments
    assert signed.paid_explained == june.payments.explained


def test_what_waits_is_suggested_in_the_month_where_it_comes():
    payment = a.a_payment(100, paid_on=date(2026, 6, 30))
    a.an_explanation(payment=payment, cause="other_month")
    a.a_ledger_line(100, "Somebody", day=IN_JULY)

    (one,) = candidates.suggestions(JULY)

    assert one.payments == {payment.pk}


def test_two_signed_months_are_matched_by_nobody():
    payment = a.a_payment(100, paid_on=date(2026, 6, 30))
    line = a.a_ledger_line(100, day=IN_JULY)
    a.an_explanation(payment=payment, cause="other_month")
    a.an_explanation(line, cause="other_month")
    a.a_signed_month(JUNE)
    a.a_signed_month(JULY)

    with pytest.raises(RuleBroken, match="is signed off"):
        a.a_match(line, payment)
    assert candidates.suggestions(JULY) == []


def test_a_sign_off_withdrawn_opens_the_month_and_both_stay_on_record():
    a_matched_month()
    signed, chief = a.a_signed_month(JUNE), a.a_chief_finance_officer()

    reconciliation.withdraw(signed, reason="A file was missing.", by=chief)

    a.an_explanation(a.a_ledger_line(9))
    again = a.a_signed_month(JUNE)
    told = MonthSignOff.objects.order_by("number").values_list("number", "is_withdrawal", "ledger")
    assert list(told) == [(1, False, 100), (2, True, 100), (3, False, 109)]
    assert breaches() == []
    with pytest.raises(RuleBroken, match="does not stand"):
        reconciliation.withdraw(signed, reason="Again.", by=chief)
    assert MonthSignOff.objects.standing_in(JUNE) == again


def test_withdrawing_ends_explanations_of_what_was_found_meanwhile():
    payment = a.a_payment(100, paid_on=date(2026, 6, 30))
    a.an_explanation(payment=payment, cause="other_month")
    a.a_ledger_line(100, str(payment.commitment.award.recipient), day=IN_JULY)
    signed = a.a_signed_month(JUNE)
    reconciliation.match_exact(*JULY.days, by=a.a_finance_officer())

    reconciliation.withdraw(signed, reason="Look again.", by=a.a_chief_finance_officer())

    assert reconcile(JUNE).payments.matched == a.pounds(100)
    assert breaches() == []


@pytest.mark.parametrize("table", ["ledgerfile", "ledgerline", "monthsignoff"])
def test_the_database_keeps_what_came_in_and_what_was_signed(table):
    a_matched_month()
    a.a_signed_month(JUNE)
    model = {
        "ledgerfile": LedgerLine._meta.get_field("file").related_model,
        "ledgerline": LedgerLine,
        "monthsignoff": MonthSignOff,
    }[table]

    for harm in (
        lambda: model.objects.update(id=99),
        lambda: model.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            harm()


def test_the_year_names_its_months_that_nobody_signed():
    a_matched_month()
    a.a_payment(5, paid_on=IN_JULY)
    a.a_signed_month(JUNE)

    assert months_not_signed_off(FinancialYear(2026)) == [JULY]
    assert months_not_signed_off(FinancialYear(2025)) == []


def test_ledger_less_payments_is_what_the_rest_of_both_sides_says():
    a_matched_month()
    a.an_explanation(a.a_ledger_line(7))
    a.a_ledger_line(-2)
    a.a_payment(11)
    both = reconcile(JUNE)

    left = [side.explained + side.open + side.elsewhere for side in (both.ledger, both.payments)]
    assert both.difference == left[0] - left[1] == Decimal("-6.00")
