"""Any sequence of verbs, with amounts sensible and absurd, leaves records that agree.

`make fuzz` tries many more and longer sequences than `make test`.
"""

import os
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from commissioning import figures, integrity
from commissioning.actions import awards, funds, payments
from commissioning.figures import Slice
from commissioning.models import (
    Allocation,
    Award,
    Budget,
    ClosedYear,
    Commitment,
    DecisionNotice,
    Entry,
    HistoryEvent,
    Payment,
    Variation,
)
from commissioning.money import LARGEST
from commissioning.years import FinancialYear
from tests import builders as a

TABLES = (Budget, Allocation, Award, Commitment, Payment, Variation, Entry, ClosedYear)
YEARS = [FinancialYear(2026), FinancialYear(2027)]

# Mostly amounts that fit, so that sequences get somewhere; then all of it, a penny more, nonsense.
NONSENSE = [0, "-0.01", "-50", "0.005", LARGEST, LARGEST + 1, "NaN", "Infinity", "1e-9"]
amounts = st.one_of(
    st.decimals("0.01", "9", places=2),
    st.decimals("0.01", "90", places=2),
    st.sampled_from(["0.01", "50.05", "50.06", "333.33", "1000", "1000.01"]).map(Decimal),
    st.sampled_from([0.5, *map(Decimal, NONSENSE)]),
)
days = st.sampled_from(
    [date(2026, 5, 1), date(2026, 12, 31), date(2027, 3, 31), date(2027, 4, 1), date(202, 1, 1)]
)
# A step is a verb, and numbers that choose what it is done to.
steps = st.tuples(
    st.deferred(lambda: st.sampled_from(sorted(VERBS))),
    st.integers(0, 99),
    st.integers(0, 99),
    amounts,
    days,
)


class NothingThere(Exception):
    """The step has nothing to be done to."""


class Office:
    """Records to act on, and people to act; two of each, so that nobody does two steps."""

    def __init__(self):
        self.officer, self.approver = a.an_officer(), a.an_approver()
        self.finance = a.a_finance_officer()
        self.decision: DecisionNotice = a.a_decision()
        source = a.a_source()
        for fund in (a.a_fund(), a.a_fund()):
            for year in YEARS:
                period = {"starts_on": year.first_day, "ends_on": year.last_day}
                budget = a.a_budget(1_000, fund, source, **period, by=self.finance)
                allocation = a.an_allocation("400.04", budget, by=self.finance)
                a.a_payment("50.05", a.an_award("150.15", allocation))

    def a(self, model: type, n: int, **having):
        """The n-th record, counted in a circle."""
        rows = list(model.objects.filter(**having).order_by("pk"))
        if not rows:
            raise NothingThere
        return rows[n % len(rows)]


def allocate(office, n, m, amount, day):
    funds.allocate([(office.a(Allocation, n), amount)], effective_on=day, by=office.finance)


def allocate_anew(office, n, m, amount, day):
    share = Allocation(budget=office.a(Budget, n), area=a.an_area())
    funds.allocate([(share, amount)], effective_on=day, by=office.finance)


def revise(office, n, m, amount, day):
    details = {"effective_on": day, "note": "Changed.", "by": office.finance}
    funds.revise_budget(office.a(Budget, n), -amount if m % 3 else amount, **details)


def authorise(office, n, m, amount, day):
    funds.authorise_margin(office.a(Budget, n), amount, reason="Late.", by=office.approver)


def vire(office, n, m, amount, day):
    model = Budget if n % 2 else Allocation
    details = {"effective_on": day, "note": "Moved.", "by": office.finance}
    funds.vire(office.a(model, n), office.a(model, m), amount, **details)


def carry_forward(office, n, m, amount, day):
    giver, taker = office.a(Budget, n), office.a(Budget, n + 1)
    funds.carry_forward(giver, taker, amount, note="Unspent.", by=office.finance)


def draft(office, n, m, amount, day):
    lines = [(office.a(Allocation, n), amount), (office.a(Allocation, m), amount)]
    award = a.a_draft(None, by=office.officer)
    awards.propose(award, lines, by=office.officer)
    awards.recommend(award, by=office.officer)


def approve(office, n, m, amount, day):
    chosen = list(Award.objects.filter(status="recommended").order_by("pk"))[: n % 3 + 1]
    by = office.officer if n > 95 else office.approver
    awards.approve_many(chosen, decision=office.decision, effective_on=day, by=by)


def vary(office, n, m, amount, day):
    award = office.a(Award, n)
    changes = [(office.a(Allocation, m), amount)]
    line = award.commitments.first()
    if line:
        changes.append((line.allocation, -amount if m % 2 else amount))
    awards.vary(
        award,
        changes,
        kind="reprofile",
        reason="Changed.",
        decision=office.decision,
        effective_on=day,
        by=office.approver,
    )


def pay(office, n, m, amount, day):
    kind = Payment.Kind.RECOVERY if m % 3 == 0 else Payment.Kind.PAYMENT
    payment = Payment(commitment=office.a(Commitment, n), amount=amount, kind=kind)
    payments.request(payment, by=office.officer)
    if m % 4:
        payments.release(payment, paid_on=day, by=office.finance)


def release(office, n, m, amount, day):
    requested = list(Payment.objects.filter(status="requested"))
    payments.release_many(requested, paid_on=day, by=office.finance if n < 90 else office.officer)


def end(office, n, m, amount, day):
    award = office.a(Award, n)
    if m % 2:
        awards.close(award, by=office.approver)
    details = {"reason": "Over.", "decision": office.decision, "effective_on": day}
    awards.terminate(award, by=office.approver, **details)


def close_or_reopen(office, n, m, amount, day):
    closed = ClosedYear.objects.filter(reopened_at=None).first()
    if closed:
        funds.reopen_year(closed, reason="A late invoice.", by=office.finance)
    else:
        funds.close_year(YEARS[n % 2], by=office.finance)


VERBS: dict[str, Callable] = {
    verb.__name__: verb
    for verb in (
        allocate,
        allocate_anew,
        revise,
        authorise,
        vire,
        carry_forward,
        draft,
        approve,
        vary,
        pay,
        release,
        end,
        close_or_reopen,
    )
}


def everything() -> list:
    tables = [list(model.objects.order_by("pk").values()) for model in TABLES]
    return [*tables, HistoryEvent.objects.count()]


def play(office, sequence) -> None:
    """Do the steps one by one; what is refused changes nothing, and totals agree at every step."""
    for name, *numbers in sequence:
        before = everything()
        try:
            with transaction.atomic():
                VERBS[name](office, *numbers)
        except (ValidationError, NothingThere):
            assert everything() == before
        assert list(integrity.totals_add_up()) == []
    assert list(integrity.breaches()) == []
    whole = figures.position(Slice())
    for by in ("fund", "source", "period", "budget"):
        assert figures.positions(by, Slice()).total == whole


NO_SHRINKING = [Phase.explicit, Phase.generate]
FUZZ = int(os.environ.get("FUZZ", "500"))
quietly = {
    "deadline": None,
    # Every example starts from the same office, and is rolled back.
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
}


@pytest.fixture
def office(db) -> Office:
    return Office()


@settings(max_examples=20, derandomize=True, phases=NO_SHRINKING, **quietly)
@given(st.lists(steps, min_size=8, max_size=20))
def test_any_sequence_of_verbs_leaves_records_that_agree(office, sequence):
    with transaction.atomic():
        play(office, sequence)
        transaction.set_rollback(True)


@pytest.mark.fuzz
@settings(max_examples=FUZZ, **quietly)
@given(st.lists(steps, min_size=10, max_size=60))
def test_many_long_sequences_of_verbs_leave_records_that_agree(office, sequence):
    with transaction.atomic():
        play(office, sequence)
        transaction.set_rollback(True)
