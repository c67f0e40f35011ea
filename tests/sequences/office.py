"""Records to act on and people to act, for random sequences of verbs."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Model
from django.utils import timezone

from commissioning.actions import awards
from commissioning.models import Allocation, Award, DecisionNotice, Organisation, Payment
from commissioning.years import FinancialYear
from tests import builders as a
from tests import clock

YEARS = [FinancialYear(2026), FinancialYear(2027)]
# One in so many steps aims at whatever record comes, in whatever state it is.
BLIND = 16


class NothingThere(Exception):
    """The step has nothing to be done to."""


@dataclass(frozen=True)
class Step:
    """What hypothesis chose for one step: numbers that say which record, an amount, a day."""

    n: int
    m: int
    amount: Decimal | float
    day: date


class Office:
    """Two funds with budgets of two years and an allocation under each, with an award in each of
    the states that sequences go on from: a draft, recommended, scheduled, partly and wholly paid.

    Two people of each role, so that a second one can decide on what the first put forward.
    """

    def __init__(self):
        self.officers = [a.an_officer(), a.an_officer()]
        self.approvers = [a.an_approver(), a.an_approver()]
        self.finance = [a.a_finance_officer(), a.a_finance_officer()]
        self.chiefs = [a.a_chief_finance_officer(), a.a_chief_finance_officer()]
        self.decision: DecisionNotice = a.a_decision()
        self.recipients: list[Organisation] = [a.an_organisation(), a.an_organisation()]
        for recipient in self.recipients:
            a.an_account(recipient)
        sources = [a.a_source(), a.a_source()]
        for fund in (a.a_fund(), a.a_fund()):
            for year in YEARS:
                self._chain(fund, sources[0], year)

    def _chain(self, fund, source, year: FinancialYear) -> None:
        period = {"starts_on": year.first_day, "ends_on": year.last_day}
        budget = a.a_budget(1_000, fund, source, **period, by=self.finance[0])
        allocation = a.an_allocation("400.04", budget, by=self.finance[0])
        schedule = {"payment_pattern": "quarterly", "payment_timing": "arrears", **period}
        a.an_award("60.02", allocation, recipient=self.recipients[1], **schedule)
        award = a.an_award("90.13", allocation, recipient=self.recipients[0])
        paid = a.an_award("10.10", allocation, recipient=self.recipients[0])
        # Money of the later year is paid in it.
        paid_on = max(date(2026, 6, 1), year.first_day)
        with clock.on(max(timezone.localdate(), paid_on)):
            a.a_payment("50.05", award, paid_on=paid_on)
            a.a_payment("10.10", paid, paid_on=paid_on)
        a.a_request("20.02", award, by=self.officers[0])
        a.a_draft("20.20", allocation, recipient=self.recipients[0])
        by_milestones = {"payment_pattern": "milestones", **period}
        recommended = a.a_draft("30.30", allocation, recipient=self.recipients[1], **by_milestones)
        awards.recommend(recommended, by=self.officers[0])

    def a(self, model: type[Model], n: int, **having):
        """The n-th record that has these, counted in a circle; now and then any record at all."""
        rows = model.objects.all() if n % BLIND == BLIND - 1 else model.objects.filter(**having)
        found = list(rows.order_by("pk"))
        if not found:
            raise NothingThere
        return found[n % len(found)]

    def recipient(self, n: int) -> Organisation:
        return self.recipients[n % len(self.recipients)]

    def allocation(self, n: int) -> Allocation:
        return self.a(Allocation, n)

    def award(self, n: int, *statuses: str) -> Award:
        return self.a(Award, n, **({"status__in": statuses} if statuses else {}))

    def requests(self, n: int) -> list[Payment]:
        """Up to three of the payments that were asked for, the oldest not always among them."""
        rows = list(Payment.objects.filter(status="requested").order_by("pk"))
        if not rows:
            raise NothingThere
        first = n % len(rows)
        return rows[first : first + n % 3 + 1]
