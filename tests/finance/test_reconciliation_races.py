"""Many people at the same moment: no line is known twice, and nothing is matched twice."""

from datetime import date

import pytest

from commissioning.actions import payments
from commissioning.rules import RuleBroken
from finance.actions import reconciliation
from finance.figures import candidates
from finance.figures.reconciliation import reconcile
from finance.models import LedgerExplanation, LedgerFile, LedgerLine, LedgerMatch, MonthSignOff
from finance.months import Month
from tests import builders as a
from tests.finance.month_of_forty import breaches
from tests.racing import WRITERS, database_in_a_file, race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.dialect]

JUNE = Month(date(2026, 6, 1))


@pytest.fixture(autouse=True)
def own_connections(transactional_db, tmp_path):
    with database_in_a_file(tmp_path):
        yield


def winners(results: list) -> list:
    """What was done; every other racer was refused by a rule."""
    problems = [result for result in results if isinstance(result, Exception)]
    assert [problem for problem in problems if not isinstance(problem, RuleBroken)] == []
    return [result for result in results if not isinstance(result, Exception)]


def test_the_same_file_at_once_comes_in_once():
    source, people = a.a_ledger_source(), [a.a_finance_officer() for _ in range(WRITERS)]
    data = a.an_extract(("2026-06-01", "5", "X"), ("2026-06-01", "5", "X"), ("2026-06-02", "6"))

    def take_in(by):
        return lambda: a.a_ledger_file(data, source, by=by)

    assert len(winners(race([take_in(person) for person in people]))) == 1
    assert (LedgerFile.objects.count(), LedgerLine.objects.count()) == (1, 3)


def test_overlapping_files_at_once_bring_each_line_once():
    source, person = a.a_ledger_source(), a.a_finance_officer()
    rows = [("2026-06-01", str(n), "X") for n in range(1, WRITERS + 3)]

    def take_in(n):
        return lambda: a.a_ledger_file(a.an_extract(*rows[n : n + 3]), source, by=person)

    assert len(winners(race([take_in(n) for n in range(WRITERS)]))) == WRITERS
    assert LedgerLine.objects.count() == len(rows)
    assert breaches() == []


def test_a_suggestion_accepted_by_many_at_once_is_matched_once():
    a.a_ledger_line(100, "Harbour")
    a.a_payment(100)
    (one,) = candidates.suggestions(JUNE)
    person = a.a_finance_officer()

    def accept():
        return reconciliation.accept(JUNE, None, lambda found: found.token == one.token, by=person)

    assert len(winners(race([accept] * WRITERS))) == 1
    assert LedgerMatch.objects.count() == 1


def test_many_lines_at_once_never_match_more_than_a_payment():
    payment, person = a.a_payment(100), a.a_finance_officer()
    lines = [a.a_ledger_line(30) for _ in range(WRITERS)]

    def match(line):
        return lambda: reconciliation.match_by_hand([line], [payment], by=person)

    assert len(winners(race([match(line) for line in lines]))) == 4
    assert reconcile(JUNE).payments.matched == a.pounds(100)
    assert breaches() == []


def test_a_month_signed_by_many_at_once_is_signed_once():
    a.an_explanation()
    people = [a.a_finance_officer() for _ in range(WRITERS)]

    def sign(by):
        return lambda: reconciliation.sign_off(JUNE, by=by)

    assert len(winners(race([sign(person) for person in people]))) == 1
    assert MonthSignOff.objects.count() == 1


def test_a_month_signed_while_it_is_worked_on_stays_as_it_was_signed():
    line, payment, person = a.a_ledger_line(100), a.a_payment(100), a.a_finance_officer()
    match, explanation = a.a_match(line, payment), a.an_explanation()
    request, source = a.a_request(5), a.a_ledger_source()
    row = ("2026-06-30", "9", "Late")

    race(
        [
            lambda: reconciliation.sign_off(JUNE, by=a.a_finance_officer()),
            lambda: reconciliation.undo(match, reason="No.", by=person),
            lambda: reconciliation.take_back(explanation, reason="No.", by=person),
            lambda: payments.release(request, paid_on=date(2026, 6, 30), by=person),
            lambda: a.a_ledger_file(a.an_extract(row), source, by=person),
        ]
    )

    # Whoever came first: either the month was not signed, or nothing in it moved afterwards.
    assert breaches() == []
    if MonthSignOff.objects.exists():
        assert LedgerExplanation.objects.standing().count() == 1
        assert LedgerMatch.objects.standing().count() == 1
        assert reconcile(JUNE).ledger.total == a.pounds(1_100)
