"""The money chain for tests."""

from datetime import date

from django.utils.text import slugify

from commissioning.actions import awards, funds, payments, publication
from commissioning.models import (
    Allocation,
    Area,
    Award,
    Budget,
    DecisionNotice,
    Fund,
    FundingSource,
    Organisation,
    Payment,
    Service,
    User,
)
from tests.builders.people import a_finance_officer, an_approver, an_officer, numbers, pounds


def an_area(name: str | None = None, kind: str = "local_authority", **fields) -> Area:
    name = name or f"Area {next(numbers)}"
    fields = {"code": f"X{next(numbers)}", "slug": slugify(name), **fields}
    return Area.objects.create(name=name, kind=kind, **fields)


def an_organisation(name: str | None = None, published: bool = True, **fields) -> Organisation:
    name = name or f"Organisation {next(numbers)}"
    fields = {"code": slugify(name), "slug": slugify(name), "kind": "charity", **fields}
    return Organisation.objects.create(name=name, is_published=published, **fields)


def a_fund(name: str | None = None, published: bool = True, **fields) -> Fund:
    name = name or f"Fund {next(numbers)}"
    fields = {"code": slugify(name), "slug": slugify(name), **fields}
    return Fund.objects.create(name=name, is_published=published, **fields)


def a_source(name: str | None = None, **fields) -> FundingSource:
    name = name or f"Source {next(numbers)}"
    fields = {"code": slugify(name), "slug": slugify(name), "kind": "central_grant", **fields}
    return FundingSource.objects.create(name=name, is_published=True, **fields)


def a_service(name: str | None = None, published: bool = True, **fields) -> Service:
    name = name or f"Service {next(numbers)}"
    fields = {"code": slugify(name), "slug": slugify(name), **fields}
    return Service.objects.create(name=name, is_published=published, **fields)


def a_budget(
    amount: str | int = 100_000,
    fund: Fund | None = None,
    source: FundingSource | None = None,
    starts_on: date = date(2026, 4, 1),
    ends_on: date = date(2027, 3, 31),
    by: User | None = None,
    **fields,
) -> Budget:
    budget = Budget(
        fund=fund or a_fund(),
        source=source or a_source(),
        starts_on=starts_on,
        ends_on=ends_on,
        **fields,
    )
    by = by or a_finance_officer()
    funds.open_budget(budget, pounds(amount), effective_on=starts_on, by=by)
    budget.refresh_from_db()
    return budget


def an_allocation(
    amount: str | int = 40_000,
    budget: Budget | None = None,
    area: Area | None = None,
    by: User | None = None,
    **fields,
) -> Allocation:
    budget = budget or a_budget()
    allocation = Allocation(budget=budget, area=area or an_area(), **fields)
    funds.allocate(
        [(allocation, pounds(amount))],
        effective_on=budget.starts_on,
        by=by or a_finance_officer(),
    )
    allocation.refresh_from_db()
    return allocation


def a_decision(published: bool = True, **fields) -> DecisionNotice:
    n = next(numbers)
    fields = {
        "reference": f"decision-{n}",
        "title": f"Decision {n}",
        "decided_on": date(2026, 4, 1),
        **fields,
    }
    return DecisionNotice.objects.create(is_published=published, **fields)


def a_draft(
    amount: str | int | None = 10_000,
    allocation: Allocation | None = None,
    by: User | None = None,
    **fields,
) -> Award:
    """A complete draft, ready to be recommended."""
    fields = {
        "title": f"Award {next(numbers)}",
        "kind": "grant",
        "purpose": "To keep young people safe.",
        "reason": "It cuts crime and disorder.",
        "legal_power": "s9",
        **fields,
    }
    fields.setdefault("recipient", an_organisation())
    lines = []
    if amount is not None:
        allocation = allocation or an_allocation(budget=_a_budget_for(fields))
        fields.setdefault("fund", allocation.budget.fund)
        lines = [(allocation, pounds(amount))]
    return awards.draft(Award(**fields), lines, by=by or an_officer())


def _a_budget_for(award: dict) -> Budget:
    """A budget of the financial year, or of a longer period that the award's days lie in."""
    days = [award[name] for name in ("starts_on", "ends_on") if award.get(name)]
    first, last = date(2026, 4, 1), date(2027, 3, 31)
    return a_budget(starts_on=min(first, *days), ends_on=max(last, *days)) if days else a_budget()


def an_award_taken_on(
    amount: str | int = 1_000, effective_on: date = date(2026, 4, 1), **fields
) -> Award:
    """An award made before the register was used, with the money it is worth."""
    draft = a_draft(amount, **fields)
    lines = [(draft.commitments.get().allocation, pounds(amount))]
    details = {"from_record": "Ledger 2019", "effective_on": effective_on}
    return awards.take_on(draft, lines, by=a_finance_officer(), **details)


def an_award(
    amount: str | int = 10_000,
    allocation: Allocation | None = None,
    effective_on: date | None = None,
    published: bool = False,
    **fields,
) -> Award:
    """An approved award, under a notice that was decided by the day from which it counts.

    That is in May 2026 unless said otherwise, or the last day of money that is of an earlier year.
    """
    draft = a_draft(amount, allocation, **fields)
    last_days = [line.allocation.budget.last_day for line in draft.commitments.all()]
    effective_on = effective_on or min(date(2026, 5, 1), *filter(None, last_days), date.max)
    awards.recommend(draft, by=an_officer())
    decision = a_decision(decided_on=min(effective_on, date(2026, 4, 1)))
    awards.approve(draft, decision=decision, effective_on=effective_on, by=an_approver())
    draft.refresh_from_db()
    if published:
        publication.publish([draft], by=an_officer())
    return draft


def a_request(
    amount: str | int = 1_000, award: Award | None = None, by: User | None = None, **fields
) -> Payment:
    """A requested payment under an award's first commitment."""
    award = award or an_award()
    payment = Payment(commitment=award.commitments.first(), amount=pounds(amount), **fields)
    return payments.request(payment, by=by or an_officer())


def a_payment(
    amount: str | int = 1_000,
    award: Award | None = None,
    paid_on: date = date(2026, 6, 1),
    **fields,
) -> Payment:
    """A released payment."""
    payment = a_request(amount, award, **fields)
    payments.release(payment, paid_on=paid_on, by=a_finance_officer())
    payment.refresh_from_db()
    return payment
