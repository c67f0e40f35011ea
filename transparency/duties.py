"""What the law asks an office to publish in runs: of what, how often, and by when.

The Elected Local Policing Bodies (Specified Information) Order 2011 (SI 2011/3050, as amended). It
asks for most of it “as soon as practicable” after a month or quarter; the last day of the month
that follows is what this register calls due.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices

from commissioning.years import FinancialYear

# Commissioners took office on this day, and the Order asks for nothing before it.
FIRST_DAY = date(2012, 11, 22)


class Kind(TextChoices):
    GRANTS = "grants", "grants"
    SPENDING = "spending", "spending over £500"
    CONTRACTS = "contracts", "contracts of £10,000 or less"
    DECISIONS = "decisions", "decisions"
    BUDGET = "budget", "budget"


@dataclass(frozen=True, order=True)
class Period:
    """The first and last day that a run is of."""

    first_day: date
    last_day: date

    @property
    def slug(self) -> str:
        """For addresses: "2026-05", "2026-27-quarter-1", "2026-27"."""
        months = _months(self)
        if months == 1:
            return f"{self.first_day:%Y-%m}"
        year = FinancialYear.containing(self.first_day)
        return year.slug if months == 12 else f"{year.slug}-quarter-{_quarter(self)}"

    @property
    def label(self) -> str:
        """ "May 2026", "April to June 2026", "2026/27"."""
        months = _months(self)
        if months == 1:
            return f"{self.first_day:%B %Y}"
        if months == 12:
            return FinancialYear.containing(self.first_day).label
        return f"{self.first_day:%B} to {self.last_day:%B %Y}"

    def __str__(self) -> str:
        return self.label


def _months(period: Period) -> int:
    first, last = period.first_day, period.last_day
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _quarter(period: Period) -> int:
    return (period.first_day.month - 4) % 12 // 3 + 1


def month_of(day: date) -> Period:
    return Period(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))


def quarter_of(day: date) -> Period:
    quarters = FinancialYear.containing(day).quarters
    return next(Period(*days) for days in quarters if days[0] <= day <= days[1])


def year_of(day: date) -> Period:
    year = FinancialYear.containing(day)
    return Period(year.first_day, year.last_day)


@dataclass(frozen=True)
class Duty:
    """One thing to be published, run by run."""

    kind: Kind
    title: str
    lead: str
    law: str
    every: str  # "month", "quarter" or "year"

    def period_of(self, day: date) -> Period:
        """The period that the day lies in."""
        return {"month": month_of, "quarter": quarter_of, "year": year_of}[self.every](day)

    def due_on(self, period: Period) -> date:
        """The day by which the run of the period should be published."""
        if self.every == "year":
            return period.first_day - timedelta(days=1)
        return month_of(period.last_day + timedelta(days=1)).last_day

    def is_owed(self, period: Period, since: date) -> bool:
        """Whether an office that publishes here since a day owes the run of the period: it is of a
        day since then, and was not due before.
        """
        return period.last_day >= since and self.due_on(period) >= since

    def begins_on(self, period: Period) -> date:
        """The first day on which the run can be made: the period is over, or planned."""
        if self.every == "year":
            return period.first_day - timedelta(days=90)
        return period.last_day + timedelta(days=1)

    def periods(self, first: date, last: date) -> Iterator[Period]:
        """The periods that touch these days, in order."""
        period = self.period_of(first)
        while period.first_day <= last:
            yield period
            period = self.period_of(period.last_day + timedelta(days=1))

    def period(self, slug: str) -> Period | None:
        """The period of an address; None for an address of none."""
        if not slug[:4].isascii() or not slug[:4].isdigit() or not 1980 <= int(slug[:4]) <= 2098:
            return None
        year = int(slug[:4])
        of_the_year = self.periods(date(year, 1, 1), date(year + 1, 12, 31))
        return next((period for period in of_the_year if period.slug == slug), None)


DUTIES = {
    duty.kind: duty
    for duty in (
        Duty(
            Kind.GRANTS,
            "Grants",
            "Each grant made in the month: recipient, purpose, reasons and conditions.",
            "Specified Information Order, paragraph 3(f); each month",
            "month",
        ),
        Duty(
            Kind.SPENDING,
            "Spending over £500",
            "Each payment over £500 under a published award: recipient, purpose and reasons. What "
            "the bank returned unpaid is taken off in the month of its return.",
            "Specified Information Order, paragraph 3(g); each month",
            "month",
        ),
        Duty(
            Kind.CONTRACTS,
            "Contracts of £10,000 or less",
            "Each contract of £10,000 or less made in the quarter: value, supplier and purpose.",
            "Specified Information Order, paragraph 4(d); each quarter",
            "quarter",
        ),
        Duty(
            Kind.DECISIONS,
            "Decisions",
            "Decisions of significant public interest made in the month.",
            "Specified Information Order, paragraph 5; as soon as practicable",
            "month",
        ),
        Duty(
            Kind.BUDGET,
            "Budget",
            "The budgets of the funds for a financial year, by source of funding.",
            "Specified Information Order, paragraph 3; before the year begins",
            "year",
        ),
    )
}
