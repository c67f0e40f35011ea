"""Grants that the recipient of an award gave on."""

from datetime import date

from commissioning.actions import onward, publication
from commissioning.models import Award, User
from tests.builders.ledger import a_draft, pounds
from tests.builders.people import a_finance_officer, an_officer


def a_grant_given_on(
    of: Award,
    amount: str | int = 1_000,
    awarded_on: date | None = date(2026, 6, 1),
    by: User | None = None,
    published: bool = False,
    **fields,
) -> Award:
    """A grant out of the award, as its recipient told of it."""
    grant = onward.record(
        a_draft(None, **fields),
        of=of,
        amount=pounds(amount),
        from_record="Return of June 2026",
        awarded_on=awarded_on,
        by=by or a_finance_officer(),
    )
    if published:
        publication.publish([grant], by=an_officer())
        grant.refresh_from_db()
    return grant
