"""Deciding on accruals and prepayments: accepted as worked out, adjusted, or left out."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.db import transaction

from commissioning.actions import history, records
from commissioning.figures import Slice
from commissioning.models import Commitment, User
from commissioning.money import NOTHING, exact_pounds
from commissioning.rules import RuleBroken, reason_is_given
from finance.figures import accruals
from finance.figures.accruals import Item
from finance.models import Accrual
from finance.rules import year_end as rules

Choice = Accrual.Choice

NOTHING_WORKED_OUT = "Nothing is worked out for this as at the day."
ROWS_AT_ONCE = 500


@transaction.atomic
def accept(
    commitments: Collection[int], as_at: date, *, by: User, anew: bool = False
) -> list[Accrual]:
    """Take accruals and prepayments as at a month's end as they are worked out, all or none.

    `commitments` are keys of what is on the list and nobody has decided on as it is now; `anew`
    also of what was adjusted or left out, which then counts as it is worked out again.
    """
    rules.is_end_of_an_open_month(as_at)
    _lock_commitments(commitments)
    found = {item.commitment: item for item in accruals.items(Slice(as_at=as_at))}
    for key in commitments:
        if key not in found or not (found[key].is_open or (anew and found[key].is_departed_from)):
            raise RuleBroken(
                "One of these is no longer on the list, or is decided on already. Look at the "
                "list again.",
                "wrong_state",
            )
    return _write(
        [
            _decided(found[key], key, as_at, Choice.ACCEPTED, found[key].now, "", by)
            for key in commitments
        ],
        by,
    )


@transaction.atomic
def adjust(
    commitment: Commitment,
    as_at: date,
    amount: Decimal,
    *,
    reason: str,
    by: User,
    kind: str | None = None,
) -> Accrual:
    """Count other pounds of a commitment as at a month's end than are worked out, or with none.

    No more is accrued than was committed and not paid, and no more prepaid than was paid.
    `kind` is asked where nothing is worked out.
    """
    reason_is_given(reason)
    rules.is_end_of_an_open_month(as_at)
    _lock_commitments([commitment.pk])
    item = _item(commitment, as_at)
    row = _decided(item, commitment.pk, as_at, Choice.ADJUSTED, exact_pounds(amount), reason, by)
    row.kind = kind or row.kind
    rules.accrual_is_covered(row, *accruals.held(commitment, as_at))
    return _write([row], by)[0]


@transaction.atomic
def leave_out(commitment: Commitment, as_at: date, *, reason: str, by: User) -> Accrual:
    """Count nothing of a commitment as at a month's end."""
    reason_is_given(reason)
    rules.is_end_of_an_open_month(as_at)
    _lock_commitments([commitment.pk])
    item = _item(commitment, as_at)
    if item is None:
        raise RuleBroken("Nothing of this is on the list.", "wrong_state")
    row = _decided(item, commitment.pk, as_at, Choice.LEFT_OUT, NOTHING, reason, by)
    return _write([row], by)[0]


def _lock_commitments(keys: Collection[int]) -> None:
    """Two people who decide on the same at once go one by one; so does a payment under it."""
    list(Commitment.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))


def _item(commitment: Commitment, as_at: date) -> Item | None:
    slice_ = Slice(as_at=as_at, allocation=commitment.allocation)
    found = accruals.items(slice_)
    return next((item for item in found if item.commitment == commitment.pk), None)


def _decided(
    item: Item | None,
    commitment: int,
    as_at: date,
    choice: str,
    amount: Decimal,
    reason: str,
    by: User,
) -> Accrual:
    """The decision, unsaved, with what was worked out at this moment."""
    before = item and item.decided
    return Accrual(
        commitment_id=commitment,
        as_at=as_at,
        number=before.number + 1 if before else 1,
        kind=item.worked.kind if item and item.worked else Accrual.Kind.ACCRUAL,
        proposed=item.now if item else NOTHING,
        worked_out=item.worked.why if item and item.worked else NOTHING_WORKED_OUT,
        choice=choice,
        amount=amount,
        reason=reason,
        decided_by=by,
    )


def _write(rows: list[Accrual], by: User) -> list[Accrual]:
    for row in rows:
        row.clean_fields(exclude=["commitment", "decided_by"])
    with records.told_as_rules(Accrual):
        Accrual.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
    history.record_all(
        history.event(str(row.get_choice_display()), row, by, after=history.state(row))
        for row in rows
    )
    return rows
