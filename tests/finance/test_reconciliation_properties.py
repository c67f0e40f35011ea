"""Whatever is matched, undone and explained, in any order: neither side is ever exceeded."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from commissioning.models import Payment
from finance.actions import reconciliation
from finance.figures.reconciliation import reconcile
from finance.models import LedgerExplanation, LedgerLine, LedgerMatch, MonthSignOff
from finance.months import Month
from tests import builders as a
from tests.finance.month_of_forty import breaches

JUNE = Month(date(2026, 6, 1))
AMOUNTS = [30, 50, 20, 100, 70]

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["match", "match_all", "suggest", "undo", "explain", "back", "sign", "open"]
        ),
        st.integers(0, 4),
        st.integers(0, 4),
    ),
    min_size=3,
    max_size=25,
)


class AnySequence(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.person, cls.chief = a.a_finance_officer(), a.a_chief_finance_officer()
        award = a.an_award(10_000)
        for amount in AMOUNTS:
            a.a_payment(amount, award)
        recipient = str(award.recipient)
        a.ledger_lines([("2026-06-01", str(amount), recipient) for amount in AMOUNTS])

    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(STEPS)
    def test_matches_never_exceed_a_line_or_a_payment(self, steps):
        for verb, first, second in steps:
            frozen = self.state() if MonthSignOff.objects.standing_in(JUNE) else None
            try:
                with transaction.atomic():
                    self.do(verb, first, second)
            except ValidationError:
                pass
            self.check()
            if frozen and verb != "open":
                assert self.state() == frozen

    def do(self, verb, first, second):
        lines = list(LedgerLine.objects.order_by("pk"))
        payments = list(Payment.objects.order_by("pk"))
        standing = list(LedgerMatch.objects.standing().order_by("pk"))
        explained = list(LedgerExplanation.objects.standing().order_by("pk"))
        if verb == "match":
            chosen = payments[first : second + 1] or [payments[first]]
            reconciliation.match_by_hand([lines[second]], chosen, by=self.person)
        elif verb == "match_all":
            reconciliation.match_exact(*JUNE.days, by=self.person)
        elif verb == "suggest":
            reconciliation.accept(JUNE, None, lambda one: True, by=self.person)
        elif verb == "undo" and standing:
            reconciliation.undo(standing[first % len(standing)], reason="Slip.", by=self.person)
        elif verb == "explain":
            of = {"cause": "other_month", "reason": "Later.", "by": self.person}
            reconciliation.explain([lines[first]], [payments[second]], **of)
        elif verb == "back" and explained:
            one = explained[first % len(explained)]
            reconciliation.take_back(one, reason="Slip.", by=self.person)
        elif verb == "sign":
            reconciliation.sign_off(JUNE, by=self.person)
        elif verb == "open":
            signed = MonthSignOff.objects.standing_in(JUNE)
            if signed:
                reconciliation.withdraw(signed, reason="Again.", by=self.chief)

    def check(self):
        assert breaches() == []
        both = reconcile(JUNE)
        for side in (both.ledger, both.payments):
            assert side.total == side.matched + side.explained + side.open
            assert Decimal(0) <= side.matched <= side.total == sum(AMOUNTS)
        assert both.ledger.matched == both.payments.matched

    def state(self):
        return [
            sorted(LedgerMatch.objects.standing().values_list("pk", "amount")),
            sorted(LedgerExplanation.objects.standing().values_list("pk", "amount")),
        ]
