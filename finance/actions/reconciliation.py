"""Matching the ledger with payments, explaining the rest, and signing months off.

Everything here waits for its turn (`lock_ledger`), so that what is read stays true until it is
written: lines are never changed, and matches and explanations only here.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from commissioning.actions import history, records
from commissioning.models import Payment, User
from commissioning.money import format_pounds
from commissioning.rules import RuleBroken, reason_is_given
from finance.actions.ledger import lock_ledger
from finance.figures import candidates
from finance.figures.reconciliation import (
    Reconciliation,
    ledger_lines,
    reconcile,
    released_payments,
    signed_months,
)
from finance.matching import Part, Suggestion
from finance.models import (
    LedgerExplanation,
    LedgerLine,
    LedgerMatch,
    LedgerSource,
    MonthSignOff,
)
from finance.months import Month
from finance.rules import ledger as rules

How = LedgerMatch.How
ROWS_AT_ONCE = 500

# --- Matching -------------------------------------------------------------------------------------


@transaction.atomic
def match_exact(first: date, last: date, *, by: User) -> int:
    """Match every open line of these days that has exactly one candidate; how many lines."""
    lock_ledger()
    return sum(
        len(match(found, how=How.EXACT, by=by)) for found in candidates.exact(first, last) if found
    )


@transaction.atomic
def accept(
    month: Month,
    source: LedgerSource | None,
    wanted: Callable[[Suggestion], bool],
    *,
    by: User,
) -> list[LedgerMatch]:
    """Match what is suggested for the month now and wanted; refused if that is nothing."""
    lock_ledger()
    found = [one for one in candidates.suggestions(month, source) if wanted(one)]
    if not found:
        raise RuleBroken(
            "This suggestion does not stand any more: somebody has matched or explained a part of "
            "it. Look at the list again.",
            "suggestion_is_gone",
        )
    return match(found, how=How.SUGGESTED, by=by)


@transaction.atomic
def match_by_hand(
    lines: Sequence[LedgerLine], payments: Sequence[Payment], *, by: User
) -> list[LedgerMatch]:
    """Match one line with these payments, or one payment with these lines, as much as fits."""
    lock_ledger()
    lines, payments = _lines(line.pk for line in lines), _payments(one.pk for one in payments)
    left = {row: row.left for row in [*lines.values(), *payments.values()]}
    parts = []
    for line in lines.values():
        for payment in payments.values():
            rules.sides_go_together(line, payment)
            amount = min(left[line], left[payment], key=abs)
            if not amount:
                full = line if not left[line] else payment
                raise RuleBroken(
                    f"Nothing is left of {full} to be matched. Choose fewer.",
                    "matched_beyond_its_amount",
                )
            left[line] -= amount
            left[payment] -= amount
            parts.append(Part(line.pk, payment.pk, amount))
    return match([Suggestion(tuple(parts), 0, ())], how=How.BY_HAND, by=by)


@transaction.atomic
def match(found: Sequence[Suggestion], *, how: str, by: User) -> list[LedgerMatch]:
    """Match all of these, or none if one does not fit."""
    lock_ledger()
    parts = [(part, one) for one in found for part in one.parts]
    lines = _lines(part.line for part, _ in parts)
    payments = _payments(part.payment for part, _ in parts)
    signed, at, matches = signed_months(), timezone.now(), []
    for part, one in parts:
        line, payment = lines[part.line], payments[part.payment]
        rules.sides_go_together(line, payment)
        rules.sides_can_be_matched(line, payment, signed)
        for row in (line, payment):
            rules.match_fits(part.amount, row.left, str(row))
            row.left -= part.amount
        matches.append(
            LedgerMatch(
                line=line,
                payment=payment,
                amount=part.amount,
                how=how,
                score=one.score or None,
                reasons=one.in_words[:500],
                made_by=by,
                made_at=at,
            )
        )
    with records.told_as_rules(LedgerMatch):
        LedgerMatch.objects.bulk_create(matches, batch_size=ROWS_AT_ONCE)
    _explanations_end(lines, payments, signed, at, by)
    history.record_all(
        history.event(f"matched {format_pounds(row.amount)}", row, by, after=history.state(row))
        for row in matches
    )
    return matches


@transaction.atomic
def undo(match: LedgerMatch, *, reason: str, by: User) -> None:
    """Take a match back: its line and payment are open again."""
    reason_is_given(reason)
    lock_ledger()
    records.lock(match)
    if match.undone_at is not None:
        raise RuleBroken("This match has been undone already.", "wrong_state")
    rules.match_is_open(match)
    before, at = history.state(match), timezone.now()
    match.undone_by, match.undone_at, match.undone_reason = by, at, reason
    records.save_checked(match)
    lines, payments = _lines([match.line_id]), _payments([match.payment_id])
    _explanations_end(lines, payments, signed_months(), at, by)
    history.record(
        f"undid the match of {format_pounds(match.amount)}",
        match,
        by,
        before=before,
        after=history.state(match),
        reason=reason,
    )


# --- Explaining -----------------------------------------------------------------------------------


@transaction.atomic
def explain(
    lines: Sequence[LedgerLine] = (),
    payments: Sequence[Payment] = (),
    *,
    cause: str,
    reason: str,
    by: User,
) -> list[LedgerExplanation]:
    """Say why what is left of these is not matched; all of them, or none."""
    reason_is_given(reason)
    lock_ledger()
    at, made = timezone.now(), []
    found = [("line", _lines(row.pk for row in lines))]
    found += [("payment", _payments(row.pk for row in payments))]
    for side, rows in found:
        for month in {Month.containing(_day(row)) for row in rows.values()}:
            rules.month_is_open(month)
        for row in rows.values():
            if not row.left:
                raise RuleBroken(f"All of {row} is matched.", "nothing_to_explain")
            details = {"amount": row.left, "cause": cause, "reason": reason}
            explanation = LedgerExplanation(**{side: row}, **details, made_by=by, made_at=at)
            explanation.full_clean(validate_constraints=False)
            made.append(explanation)
    with records.told_as_rules(LedgerExplanation):
        LedgerExplanation.objects.bulk_create(made, batch_size=ROWS_AT_ONCE)
    history.record_all(
        history.event("explained", row, by, after=history.state(row), reason=reason) for row in made
    )
    return made


@transaction.atomic
def take_back(explanation: LedgerExplanation, *, reason: str, by: User) -> None:
    """An explanation does not hold: what it explained is open again."""
    reason_is_given(reason)
    lock_ledger()
    records.lock(explanation)
    if explanation.undone_at is not None:
        raise RuleBroken("This explanation has been taken back already.", "wrong_state")
    rules.month_is_open(Month.containing(_day(explanation.line or explanation.payment)))
    _end([explanation], timezone.now(), by, "took back", reason)


def _explanations_end(
    lines: dict[int, LedgerLine],
    payments: dict[int, Payment],
    signed: Collection[Month],
    at: datetime,
    by: User,
) -> None:
    """What was said of the rest does not hold for another rest; in a signed month it stays."""
    for side, rows in (("line__in", lines), ("payment__in", payments)):
        keys = [key for key, row in rows.items() if Month.containing(_day(row)) not in signed]
        for start in range(0, len(keys), ROWS_AT_ONCE):
            ended = _explanations(**{side: keys[start : start + ROWS_AT_ONCE]})
            _end(list(ended), at, by, "ended")


def _end(
    explanations: Sequence[LedgerExplanation], at: datetime, by: User, verb: str, reason: str = ""
) -> None:
    keys = [one.pk for one in explanations]
    LedgerExplanation.objects.filter(pk__in=keys).update(undone_by=by, undone_at=at)
    history.record_all(
        history.event(verb, one, by, before=history.state(one), reason=reason)
        for one in explanations
    )


def _day(row: LedgerLine | Payment) -> date:
    return row.day if isinstance(row, LedgerLine) else row.paid_on


def _lines(keys: Iterable[int]) -> dict[int, LedgerLine]:
    return _by_key(ledger_lines(), keys)


def _payments(keys: Iterable[int]) -> dict[int, Payment]:
    return _by_key(released_payments().select_related("commitment__award"), keys)


def _by_key(rows, keys: Iterable[int]) -> dict:
    """The rows by key, in the order asked for; refused if one is not there or not released."""
    wanted = list(dict.fromkeys(keys))
    found = {}
    for start in range(0, len(wanted), ROWS_AT_ONCE):
        found |= {row.pk: row for row in rows.filter(pk__in=wanted[start : start + ROWS_AT_ONCE])}
    if len(found) < len(wanted):
        raise RuleBroken(
            "Only lines of the ledger and payments that were released can be matched.",
            "wrong_state",
        )
    return {key: found[key] for key in wanted}


# --- Signing off ----------------------------------------------------------------------------------


@transaction.atomic
def sign_off(month: Month, *, by: User) -> MonthSignOff:
    """Freeze a month of which everything is matched or explained, with its totals."""
    lock_ledger()
    rules.month_is_open(month)
    rules.month_has_ended(month)
    rules.ledger_is_kept()
    rules.importer_does_not_sign(month, by)
    both = reconcile(month)
    if not both.is_settled:
        raise RuleBroken(
            f"In {month}, {_open(both)} neither matched nor explained.",
            "sign_off_leaves_nothing_unexplained",
        )
    row = MonthSignOff(
        month=month.first_day,
        number=MonthSignOff.objects.filter(month=month.first_day).count() + 1,
        lines=both.ledger.count,
        payments=both.payments.count,
        ledger=both.ledger.total,
        ledger_matched=both.ledger.matched,
        ledger_explained=both.ledger.explained,
        paid=both.payments.total,
        paid_matched=both.payments.matched,
        paid_explained=both.payments.explained,
        difference=both.difference,
        made_by=by,
        made_at=timezone.now(),
    )
    records.save_checked(row)
    history.record(f"signed off {month}", row, by, after=history.state(row))
    return row


def _open(both: Reconciliation) -> str:
    lines, payments = both.ledger.open_count, both.payments.open_count
    told = []
    if lines:
        told.append("1 line of the ledger" if lines == 1 else f"{lines:,} lines of the ledger")
    if payments:
        told.append("1 payment" if payments == 1 else f"{payments:,} payments")
    return f"{' and '.join(told)} {'is' if lines + payments == 1 else 'are'}"


@transaction.atomic
def withdraw(signed: MonthSignOff, *, reason: str, by: User) -> MonthSignOff:
    """Open a month again that was signed off; the sign-off stays on record."""
    reason_is_given(reason)
    lock_ledger()
    month = Month(signed.month)
    if MonthSignOff.objects.standing_in(month) != signed:
        raise RuleBroken("This sign-off does not stand any more.", "wrong_state")
    row = MonthSignOff.objects.get(pk=signed.pk)
    row.pk, row.number, row.is_withdrawal = None, signed.number + 1, True
    row.reason, row.made_by, row.made_at = reason, by, timezone.now()
    row._state.adding = True
    records.save_checked(row)
    _stale_explanations_end(month, row.made_at, by)
    history.record(f"withdrew {month}", row, by, after=history.state(row), reason=reason)
    return row


def _stale_explanations_end(month: Month, at: datetime, by: User) -> None:
    """What the month said is in another may have been found there while it was frozen."""
    lines = ledger_lines().filter(day__range=month.days, is_explained=True)
    payments = released_payments().filter(paid_on__range=month.days, is_explained=True)
    left = {("line", row.pk): row.left for row in lines}
    left |= {("payment", row.pk): row.left for row in payments}
    of_month = [
        *_explanations(line__day__range=month.days),
        *_explanations(payment__paid_on__range=month.days),
    ]
    _end([one for one in of_month if one.amount != left[one.side]], at, by, "ended")


def _explanations(**filters) -> QuerySet[LedgerExplanation]:
    standing = LedgerExplanation.objects.standing().filter(**filters)
    return standing.select_related("line", "payment__commitment__award")
