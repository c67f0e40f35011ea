"""The one place where money moves.

Every verb posts entries to the journal; the database keeps the totals and refuses what does not
fit, and the refusal is told here with every figure. Bulk forms of a verb are the verb with a list:
one statement, all or nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from commissioning import rules
from commissioning.models import (
    Allocation,
    Award,
    Budget,
    Commitment,
    DecisionNotice,
    Entry,
    Payment,
    User,
    Variation,
)
from commissioning.money import exact_pounds, format_pounds
from commissioning.rules import RuleBroken

Kind = Entry.Kind
Reason = Entry.Reason


@dataclass(frozen=True)
class Move:
    """One signed change of pounds at one record of the chain, not yet posted."""

    on: Budget | Allocation | Commitment | Payment
    amount: Decimal
    reason: str
    effective_on: date
    decision: DecisionNotice | None = None
    variation: Variation | None = None
    transfer: UUID | None = None
    note: str = ""


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
    """
    rules.amount_is_positive(amount)
    rules.reason_is_given(note)
    if type(giver) is not type(taker):
        raise RuleBroken(
            "Money is vired between two budgets or between two allocations.", "unlike_records"
        )
    if giver.pk == taker.pk:
        raise RuleBroken("Choose two different records to vire between.", "same_record")
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
    _transfer(giver, taker, amount, Reason.CARRY_FORWARD, out_on, in_on, note, decision, by)


def commit(
    lines: Iterable[tuple[Commitment, Decimal]],
    *,
    effective_on: date,
    by: User,
    reason: str = Reason.ORIGINAL,
    **details,
) -> None:
    """Promise pounds of allocations to awards, all or none of them; negative pounds take back."""
    post(
        [
            Move(commitment, amount, reason=reason, effective_on=effective_on, **details)
            for commitment, amount in lines
        ],
        by=by,
    )


def pay(
    payments: Sequence[Payment], *, by: User, for_good: Mapping[Payment, Variation] | None = None
) -> None:
    """Post released payments and recoveries on their dates, all or none of them.

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
    lies in a closed year, or when an amount is not exact pounds and pence.
    """
    entries = [_entry(move, by) for move in moves]
    for entry in entries:
        entry.clean_fields(exclude=_KNOWN_TO_EXIST)
    entries.sort(key=_widening_first)
    try:
        # The savepoint keeps the caller's transaction usable, so that the refusal can say why.
        with transaction.atomic():
            return Entry.objects.bulk_create(entries)
    except IntegrityError as error:
        raise _refusal(error, moves) from error


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


# --- Refusals -------------------------------------------------------------------------------------


def broken_constraint(error: IntegrityError) -> tuple[str, str]:
    """(name of the rule, sentence if the database gave one) of a refusal by the database."""
    diagnosis = getattr(error.__cause__, "diag", None)
    text = diagnosis.message_primary if diagnosis else str(error)
    name, _, sentence = text.partition(": ")
    if name == "CHECK constraint failed":
        return sentence, ""
    if diagnosis and diagnosis.constraint_name and " " in name:
        return diagnosis.constraint_name, ""
    return name, sentence


def clashing_columns(error: IntegrityError) -> set[str]:
    """The columns whose values another row already has; empty for any other refusal."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis:
        detail = diagnosis.message_detail if diagnosis.sqlstate == "23505" else None
        said = re.match(r"Key \((.+?)\)=", detail or "")
    else:
        said = re.match(r"UNIQUE constraint failed: (.+)", str(error))
    return {name.rpartition(".")[2].strip(' "') for name in said[1].split(",")} if said else set()


def _refusal(error: IntegrityError, moves: Sequence[Move]) -> RuleBroken:
    name, sentence = broken_constraint(error)
    if name in _ABOUT_TOTALS:
        # Databases differ in which of several broken rules they name first; the figures do not.
        for rule, explain in _EXPLANATIONS.items():
            explained = explain(moves)
            if explained:
                return RuleBroken(explained, rule)
    for model in (Budget, Allocation, Commitment, Award, Payment, Entry):
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return RuleBroken(str(constraint.violation_error_message), name)
    if sentence:
        return RuleBroken(sentence, name)
    raise error


def _net(moves: Sequence[Move], model: type, parent) -> dict:
    """Pounds asked for of each parent record by moves on `model`."""
    asked: dict = {}
    for move in moves:
        if isinstance(move.on, model):
            key = parent(move.on)
            asked[key] = asked.get(key, Decimal(0)) + move.amount
    return asked


def _over_budget(moves: Sequence[Move]) -> str | None:
    taken = _net(moves, Allocation, lambda allocation: allocation.budget_id)
    given = _net(moves, Budget, lambda budget: budget.pk)
    for budget in Budget.objects.filter(pk__in={*taken, *given}).select_related("fund", "source"):
        asked, change = taken.get(budget.pk, Decimal(0)), given.get(budget.pk, Decimal(0))
        amount = budget.amount + change
        if amount < 0 or budget.allocated + asked > amount + budget.margin:
            return (
                f"{_asked(asked, 'allocated from', change)} {budget}: "
                f"budget {format_pounds(budget.amount)}, margin {format_pounds(budget.margin)}, "
                f"allocated {format_pounds(budget.allocated)}, "
                f"available {format_pounds(budget.unallocated)}, "
                f"asked {format_pounds(asked or change)}."
            )
    return None


def _over_allocation(moves: Sequence[Move]) -> str | None:
    taken = _net(moves, Commitment, lambda commitment: commitment.allocation_id)
    given = _net(moves, Allocation, lambda allocation: allocation.pk)
    rows = Allocation.objects.filter(pk__in={*taken, *given}).select_related(
        "area", "budget__fund", "budget__source"
    )
    for allocation in rows:
        asked = taken.get(allocation.pk, Decimal(0))
        change = given.get(allocation.pk, Decimal(0))
        if allocation.committed + asked > allocation.amount + change:
            return (
                f"{_asked(asked, 'committed from', change)} {allocation}: "
                f"allocation {format_pounds(allocation.amount)}, "
                f"committed {format_pounds(allocation.committed)}, "
                f"available {format_pounds(allocation.uncommitted)}, "
                f"asked {format_pounds(asked or change)}."
            )
    return None


def _over_commitment(moves: Sequence[Move]) -> str | None:
    taken = _net(moves, Payment, lambda payment: payment.commitment_id)
    given = _net(moves, Commitment, lambda commitment: commitment.pk)
    rows = Commitment.objects.filter(pk__in={*taken, *given}).select_related(
        "award", "allocation__area", "allocation__budget__fund"
    )
    for commitment in rows:
        asked = taken.get(commitment.pk, Decimal(0))
        change = given.get(commitment.pk, Decimal(0))
        if commitment.paid + asked > commitment.amount + change:
            if asked > 0:
                return not_payable(commitment, asked)
            return (
                f"{format_pounds(-change)} cannot be taken from award {commitment}: "
                f"committed {format_pounds(commitment.amount)}, "
                f"paid {format_pounds(commitment.paid)}, "
                f"left to pay {format_pounds(commitment.unpaid)}, asked {format_pounds(change)}."
            )
    return None


def _over_recovered(moves: Sequence[Move]) -> str | None:
    taken = _net(moves, Payment, lambda payment: payment.commitment_id)
    rows = Commitment.objects.filter(pk__in=taken).select_related(
        "award", "allocation__area", "allocation__budget__fund"
    )
    for commitment in rows:
        asked = -taken[commitment.pk]
        if asked > commitment.paid:
            return not_recoverable(commitment, asked)
    return None


def not_payable(commitment: Commitment, asked: Decimal) -> str:
    """The sentence for a payment of more pounds than are left under a commitment."""
    return (
        f"{format_pounds(asked)} cannot be paid under award {commitment}: "
        f"committed {format_pounds(commitment.amount)}, paid {format_pounds(commitment.paid)}, "
        f"left to pay {format_pounds(commitment.unpaid)}, asked {format_pounds(asked)}."
    )


def not_recoverable(commitment: Commitment, asked: Decimal) -> str:
    """The sentence for a recovery of more pounds than were paid under a commitment."""
    return (
        f"{format_pounds(asked)} cannot be recovered under award {commitment}: "
        f"committed {format_pounds(commitment.amount)}, paid {format_pounds(commitment.paid)}, "
        f"asked {format_pounds(asked)}."
    )


def _asked(asked: Decimal, verb: str, change: Decimal) -> str:
    if asked > 0:
        return f"{format_pounds(asked)} cannot be {verb}"
    return f"{format_pounds(abs(change))} cannot be taken from"


_EXPLANATIONS = {
    "budget_allocates_no_more_than_it_holds": _over_budget,
    "allocation_commits_no_more_than_it_holds": _over_allocation,
    "commitment_pays_no_more_than_it_holds": _over_commitment,
    "commitment_is_not_below_nothing": _over_recovered,
}
_ABOUT_TOTALS = {
    *_EXPLANATIONS,
    "budget_is_not_below_nothing",
    "allocation_is_not_below_nothing",
    "award_pays_no_more_than_it_is_worth",
}
