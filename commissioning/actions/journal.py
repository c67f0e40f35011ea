"""The one place where money moves.

Every verb posts entries to the journal; the database keeps the totals and refuses what does not
fit (refusals.py tells why). Bulk forms of a verb are the verb with a list:
one statement, all or nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import uuid4

from django.db import IntegrityError, transaction

from commissioning import rules
from commissioning.actions import periods, refusals
from commissioning.actions.moves import Move
from commissioning.models import (
    Allocation,
    Budget,
    Commitment,
    DecisionNotice,
    Entry,
    Payment,
    User,
    Variation,
)
from commissioning.money import exact_pounds
from commissioning.rules import RuleBroken

Kind = Entry.Kind
Reason = Entry.Reason


# --- Verbs ----------------------------------------------------------------------------------------


def fund(budget: Budget, amount: Decimal, *, effective_on: date, by: User, **details) -> None:
    """Put `amount` pounds into a budget: its first entry is original, later ones revisions.

    A negative amount takes money out again. Raises RuleBroken when that leaves less than is
    allocated.
    """
    first = not budget.entries.exists()
    details.setdefault("reason", Reason.ORIGINAL if first else Reason.REVISION)
    post([Move(budget, amount, effective_on=effective_on, **details)], by=by)


def allocate(
    shares: Sequence[tuple[Allocation, Decimal]], *, effective_on: date, by: User, **details
) -> None:
    """Set pounds of their budgets aside for these allocations, all or none of them."""
    details.setdefault("reason", Reason.ORIGINAL)
    post(
        [Move(to, amount, effective_on=effective_on, **details) for to, amount in shares],
        by=by,
    )


@transaction.atomic
def vire(
    giver: Budget | Allocation,
    taker: Budget | Allocation,
    amount: Decimal,
    *,
    effective_on: date,
    note: str,
    by: User,
    decision: DecisionNotice | None = None,
) -> None:
    """Move pounds between two budgets, or between two allocations; both sides are one record.

    Between allocations of different budgets the money leaves the one budget and enters the other.
    Refused when it would leave its ring-fence.
    """
    rules.amount_is_positive(amount)
    rules.reason_is_given(note)
    if type(giver) is not type(taker):
        raise RuleBroken(
            "Money is vired between two budgets or between two allocations.", "unlike_records"
        )
    if giver.pk == taker.pk:
        raise RuleBroken("Choose two different records to vire between.", "same_record")
    _may_go(giver, taker, amount, by)
    _transfer(giver, taker, amount, Reason.VIREMENT, effective_on, effective_on, note, decision, by)


def carry_forward(
    giver: Budget,
    taker: Budget,
    amount: Decimal,
    *,
    out_on: date,
    in_on: date,
    note: str,
    by: User,
    decision: DecisionNotice | None = None,
) -> None:
    """Move unspent pounds of one period's budget into a later one's; posts to both years."""
    rules.amount_is_positive(amount)
    rules.reason_is_given(note)
    if giver.source_id != taker.source_id or giver.fund_id != taker.fund_id:
        raise RuleBroken(
            "Money is carried forward within one fund and one source. Vire it first.",
            "unlike_records",
        )
    if not (giver.ends_on and taker.starts_on and giver.ends_on < taker.ends_on):
        raise RuleBroken("Money is carried forward to a later period.", "not_later")
    rules.money_is_used_in_time(giver, taker)
    _transfer(giver, taker, amount, Reason.CARRY_FORWARD, out_on, in_on, note, decision, by)


def commit(
    lines: Iterable[tuple[Commitment, Decimal]],
    *,
    effective_on: date,
    by: User,
    reason: str = Reason.ORIGINAL,
    **details,
) -> None:
    """Promise pounds of allocations to awards, all or none of them; negative pounds take back.

    They count from `effective_on`; money of a period that begins later, from when it is there.
    """
    lines = list(lines)
    rules.money_is_confirmed(commitment.allocation_id for commitment, amount in lines if amount > 0)
    periods.hold_commitments(lines, effective_on, by=by)
    later = periods.counted_later(lines, effective_on)
    post(
        [
            Move(
                commitment,
                amount,
                reason=reason,
                effective_on=later.get(commitment.allocation_id, effective_on),
                **details,
            )
            for commitment, amount in lines
        ],
        by=by,
    )


def pay(
    payments: Sequence[Payment], *, by: User, for_good: Mapping[Payment, Variation] | None = None
) -> None:
    """Post released payments, recoveries and returns on their dates, all or none of them.

    What comes back `for_good` is no longer committed either, by the variation named for it.
    """
    moves = [
        Move(
            payment,
            payment.amount if payment.kind == Payment.Kind.PAYMENT else -payment.amount,
            reason=Reason(payment.kind),
            effective_on=payment.paid_on,
        )
        for payment in payments
    ]
    moves += [
        Move(
            payment.commitment,
            -payment.amount,
            reason=Reason.WITHDRAWAL,
            effective_on=payment.paid_on,
            variation=variation,
        )
        for payment, variation in (for_good or {}).items()
    ]
    post(moves, by=by)


def correct(entry: Entry, amount: Decimal, *, effective_on: date, note: str, by: User) -> None:
    """Post a further entry beside a wrong one; `amount` is the signed difference in pounds."""
    rules.reason_is_given(note)
    on = entry.payment or entry.commitment or entry.allocation or entry.budget
    post([Move(on, amount, Reason.CORRECTION, effective_on, note=note)], by=by)


# --- Posting --------------------------------------------------------------------------------------


def post(moves: Sequence[Move], *, by: User) -> list[Entry]:
    """Post the moves in one statement, whole or not at all.

    Raises RuleBroken with every figure when a record would hold less than stands on it, when a day
    lies in a closed year or after the period of its budget, when the money is not there on every
    day from then on, or when an amount is not exact pounds and pence.
    """
    rules.rows_are_free_of_interest([move.on for move in moves], by)
    lock_decisions(move.decision for move in moves)
    entries = [_entry(move, by) for move in moves]
    for entry in entries:
        entry.clean_fields(exclude=_KNOWN_TO_EXIST)
    for move, entry in zip(moves, entries, strict=True):
        _comes_within_its_period(move, entry.amount)
    entries.sort(key=_widening_first)
    try:
        # The savepoint keeps the caller's transaction usable, so that the refusal can say why.
        with transaction.atomic():
            posted = Entry.objects.bulk_create(entries)
            rules.money_is_there_each_day(posted)
            return posted
    except IntegrityError as error:
        raise refusals.refusal(error, moves) from error


def lock_decisions(decisions: Iterable[DecisionNotice | None]) -> None:
    """Lock the notices that allow something, so that nobody rewrites one at the same moment."""
    keys = {decision.pk for decision in decisions if decision is not None}
    if keys:
        locked = DecisionNotice.objects.select_for_update(no_key=True).filter(pk__in=keys)
        list(locked.order_by("pk"))


def _comes_within_its_period(move: Move, amount: Decimal) -> None:
    """What is put into budgets and allocations, and what is vired, is of their periods."""
    if move.reason == Reason.CORRECTION or isinstance(move.on, Commitment | Payment):
        return
    if amount > 0 or move.reason == Reason.VIREMENT:
        budget = move.on if isinstance(move.on, Budget) else move.on.budget
        rules.money_comes_within_its_period(budget, move.effective_on)


def _may_go(giver: Budget | Allocation, taker: Budget | Allocation, amount, by) -> None:
    """Whether pounds may leave the one budget for the other, which are locked meanwhile."""
    keys = [end.pk if isinstance(end, Budget) else end.budget_id for end in (giver, taker)]
    locked = Budget.objects.select_for_update(no_key=True).order_by("pk")
    budgets = {budget.pk: budget for budget in locked.filter(pk__in=keys)}
    giving, taking = (budgets[key] for key in keys)
    rules.money_is_used_in_time(giving, taking)
    rules.money_stays_in_its_ring_fence(giving, taking, amount, by)


def _transfer(giver, taker, amount, reason, out_on, in_on, note, decision, by) -> None:
    transfer = uuid4()

    def both(source, target) -> list[Move]:
        return [
            Move(source, -amount, reason, out_on, decision, transfer=transfer, note=note),
            Move(target, amount, reason, in_on, decision, transfer=transfer, note=note),
        ]

    moves = both(giver, taker)
    if isinstance(giver, Allocation) and giver.budget_id != taker.budget_id:
        moves += both(giver.budget, taker.budget)
    post(moves, by=by)


def _entry(move: Move, by: User) -> Entry:
    chain = _chain(move.on)
    return Entry(
        kind=_KINDS[type(move.on)],
        reason=move.reason,
        amount=exact_pounds(move.amount),
        effective_on=move.effective_on,
        decision=move.decision,
        variation=move.variation,
        transfer=move.transfer,
        note=move.note,
        recorded_by=by,
        **chain,
    )


_KINDS = {
    Budget: Kind.FUNDING,
    Allocation: Kind.ALLOCATION,
    Commitment: Kind.COMMITMENT,
    Payment: Kind.PAYMENT,
}


def _chain(on: Budget | Allocation | Commitment | Payment) -> dict:
    """The record and every record above it, as the entry's foreign keys."""
    if isinstance(on, Payment):
        return {"payment": on, **_chain(on.commitment)}
    if isinstance(on, Commitment):
        return {"commitment": on, **_chain(on.allocation)}
    if isinstance(on, Allocation):
        return {"allocation": on, "budget_id": on.budget_id}
    return {"budget": on}


# SQLite keeps the totals row by row, so a statement that is right as a whole must be right at every
# row of it: first what makes room, then what takes it.
_ORDER = [
    (Kind.FUNDING, True),
    (Kind.PAYMENT, False),
    (Kind.COMMITMENT, False),
    (Kind.ALLOCATION, False),
    (Kind.FUNDING, False),
    (Kind.ALLOCATION, True),
    (Kind.COMMITMENT, True),
    (Kind.PAYMENT, True),
]


# The rows were read from the database, so asking it for them once more per entry proves nothing.
_KNOWN_TO_EXIST = {field.name for field in Entry._meta.fields if field.is_relation}


def _widening_first(entry: Entry) -> int:
    return _ORDER.index((entry.kind, entry.amount > 0))
