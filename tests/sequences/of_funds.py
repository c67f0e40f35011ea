"""What finance does with funds, as steps of a random sequence."""

from datetime import timedelta

from django.utils import timezone

from commissioning.actions import funds
from commissioning.models import Allocation, Budget, ClosedYear
from tests import builders as a
from tests.sequences.office import YEARS, NothingThere, Office, Step


def open_budget(office: Office, step: Step) -> None:
    known, year = office.a(Budget, step.n), YEARS[step.m % 2]
    fund = known.fund if step.m % 3 else a.a_fund()
    budget = Budget(fund=fund, source=known.source, starts_on=year.first_day, ends_on=year.last_day)
    funds.open_budget(budget, step.amount, effective_on=step.day, by=office.finance[0])


def allocate(office: Office, step: Step) -> None:
    amount = -step.amount if step.m % 3 == 0 else step.amount
    shares = [(office.allocation(step.n), amount)]
    funds.allocate(shares, effective_on=step.day, note="Changed.", by=office.finance[0])


def allocate_anew(office: Office, step: Step) -> None:
    budgets = [office.a(Budget, step.n), office.a(Budget, step.m)]
    shares = [(Allocation(budget=budget, area=a.an_area()), step.amount) for budget in budgets]
    funds.allocate(shares[: step.n % 2 + 1], effective_on=step.day, by=office.finance[0])


def revise_budget(office: Office, step: Step) -> None:
    details = {"effective_on": step.day, "note": "Changed.", "by": office.finance[0]}
    amount = -step.amount if step.m % 3 else step.amount
    funds.revise_budget(office.a(Budget, step.n), amount, **details)


def authorise_margin(office: Office, step: Step) -> None:
    ends_on = timezone.localdate() + timedelta(days=30) if step.m % 2 else None
    # Now and then by somebody who will want to use it.
    by = office.finance[0] if step.m % 10 == 0 else office.chiefs[0]
    starts_on = timezone.localdate() - timedelta(days=step.n % 400)
    details = {"reason": "Late returns are likely.", "starts_on": starts_on, "ends_on": ends_on}
    funds.authorise_margin(
        office.a(Budget, step.n), 0 if step.m % 7 == 6 else step.amount, by=by, **details
    )


def vire_between_budgets(office: Office, step: Step) -> None:
    _vire(office, step, Budget)


def vire_between_allocations(office: Office, step: Step) -> None:
    _vire(office, step, Allocation)


def _vire(office: Office, step: Step, model: type) -> None:
    giver, taker = office.a(model, step.n), office.a(model, step.m)
    details = {"effective_on": step.day, "note": "Moved.", "by": office.finance[0]}
    funds.vire(giver, taker, step.amount, **details)


def close_year(office: Office, step: Step) -> None:
    # Most sequences go on for a while before a year closes.
    if step.m % 4:
        raise NothingThere
    funds.close_year(YEARS[step.n % 2], by=office.finance[0])


def reopen_year(office: Office, step: Step) -> None:
    closed = office.a(ClosedYear, step.n, reopened_at=None)
    funds.reopen_year(closed, reason="A late invoice.", by=office.chiefs[0])


VERBS = [
    open_budget,
    allocate,
    allocate_anew,
    revise_budget,
    authorise_margin,
    vire_between_budgets,
    vire_between_allocations,
    close_year,
    reopen_year,
]
