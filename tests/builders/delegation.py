"""Limits, interests, emergencies and proposed variations for tests."""

from datetime import date

from django.contrib.auth.models import Group
from django.utils import timezone

from commissioning import roles
from commissioning.actions import interests, limits, overrides, proposals
from commissioning.models import (
    Allocation,
    Award,
    DelegatedLimit,
    Interest,
    Organisation,
    Override,
    ProposedVariation,
    User,
)
from tests.builders.ledger import an_award, an_organisation
from tests.builders.people import a_user, an_approver, an_officer, pounds


def a_chief_finance_officer() -> User:
    return a_user(roles.CHIEF_FINANCE)


def a_limit(
    most: str | int = 50_000,
    act: str = DelegatedLimit.Act.APPROVE,
    role: str = roles.APPROVER,
    starts_on: date = date(2026, 4, 1),
    by: User | None = None,
    **fields,
) -> DelegatedLimit:
    limit = DelegatedLimit(
        role=Group.objects.get(name=role),
        act=act,
        most=pounds(most),
        starts_on=starts_on,
        **fields,
    )
    # Whoever has the role may not: a superuser without roles may set the limits of all.
    return limits.record(limit, by=by or a_user(superuser=True))


def an_interest(
    person: User | None = None, organisation: Organisation | None = None, **fields
) -> Interest:
    fields = {"nature": "trustee", "declared_on": date(2026, 4, 1), **fields}
    interest = Interest(organisation=organisation or an_organisation(), **fields)
    return interests.declare(interest, by=person or an_officer())


def an_override(
    person: User | None = None,
    award: Award | None = None,
    most: str | int = 100_000,
    rule: str = Override.Rule.LIMIT,
    by: User | None = None,
    **fields,
) -> Override:
    """Leave for a colleague to pass a rule once, until today unless said otherwise."""
    fields = {"valid_until": timezone.localdate(), "reason": "A refuge would close.", **fields}
    override = Override(
        rule=rule,
        award=award or an_award(),
        person=person or an_approver(),
        most=pounds(most),
        **fields,
    )
    return overrides.authorise(override, by=by or a_chief_finance_officer())


def a_proposed_variation(
    amount: str | int | None = 1_000,
    award: Award | None = None,
    allocation: Allocation | None = None,
    by: User | None = None,
    **fields,
) -> ProposedVariation:
    """A variation put forward by these pounds on the award's first allocation, or on another."""
    award = award or an_award()
    fields = {"kind": "increase", "reason": "It reaches more people.", **fields}
    changes = []
    if amount is not None:
        changes = [(allocation or award.commitments.first().allocation, pounds(amount))]
    proposal = ProposedVariation(award=award, **fields)
    return proposals.propose(proposal, changes, by=by or an_officer())
