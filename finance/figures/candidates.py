"""Open ledger lines and payments brought together as items that `matching` compares."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import OuterRef, Q, QuerySet, Subquery

from commissioning.models import Payment
from finance import matching, suggesting
from finance.figures.reconciliation import MATCHED, ledger_lines, released_payments
from finance.matching import FAR, NEAR, Item, Suggestion
from finance.models import BatchLine, LedgerLine, LedgerSource
from finance.months import Month
from finance.payment_files import reference_of

# So many open lines of a month are compared for suggestions, and so many payments with them.
MOST_LINES, MOST_PAYMENTS = 500, 2_000
# Lines compared at once when all that is exact is matched.
CHUNK = 500
# So many are offered for one line or payment by hand; more are found by words.
MOST_BY_HAND = 50


def suggestions(month: Month, source: LedgerSource | None = None) -> list[Suggestion]:
    """The best suggestions for what is open in the month, the best first; computed when asked."""
    first, last = month.first_day - timedelta(FAR), month.last_day + timedelta(FAR)
    lines = to_match(ledger_lines()).filter(
        Q(day__range=month.days) | Q(day__range=(first, last), is_awaited=True)
    )
    lines = list((lines.filter(source=source) if source else lines)[:MOST_LINES])
    near = Q(paid_on__range=(month.first_day - timedelta(NEAR), month.last_day + timedelta(NEAR)))
    payments = list(
        payment_candidates(first, last)
        .filter(near | _like(lines))
        .order_by("paid_on", "pk")[:MOST_PAYMENTS]
    )
    found = suggesting.suggest(
        [line_item(one) for one in lines], [payment_item(one, one.run) for one in payments]
    )
    fresh = {("line", one.pk) for one in lines if not one.is_explained}
    fresh |= {("payment", one.pk) for one in payments if not one.is_explained}
    return [one for one in found if _is_news(one, fresh)]


def _is_news(one: Suggestion, fresh: set[tuple[str, int]]) -> bool:
    """Whether it has anything that is not explained yet: two frozen sides are never matched."""
    sides = {("line", key) for key in one.lines} | {("payment", key) for key in one.payments}
    return bool(sides & fresh)


def exact(first: date, last: date) -> Iterator[list[Suggestion]]:
    """Exact pairs of open lines dated in these days, and of awaited ones shortly before them."""
    awaited = Q(day__range=(first - timedelta(FAR), last), is_awaited=True)
    lines = to_match(ledger_lines()).filter(Q(day__range=(first, last)) | awaited)
    rows = list(lines.order_by("day", "pk"))
    for start in range(0, len(rows), CHUNK):
        yield _exact_of(rows[start : start + CHUNK])


def _exact_of(lines: Sequence[LedgerLine]) -> list[Suggestion]:
    amounts = {abs(line.left) for line in lines}
    first, last = lines[0].day, lines[-1].day
    payments = payment_candidates(first - timedelta(FAR), last + timedelta(FAR))
    payments = list(payments.filter(amount__in=amounts))
    if not payments:
        return []
    amounts = {payment.amount for payment in payments}
    lines = [line for line in lines if abs(line.left) in amounts]
    # Whatever else could claim one of these payments.
    rivals = to_match(ledger_lines()).filter(
        day__range=(first - timedelta(2 * FAR), last + timedelta(2 * FAR)),
        amount__in=amounts | {-amount for amount in amounts},
    )
    rows = {line.pk: line for line in [*rivals, *lines]}
    found = matching.exact_pairs(
        [line_item(one) for one in rows.values()], [payment_item(one) for one in payments]
    )
    wanted = {line.pk for line in lines}
    fresh = {("line", one.pk) for one in rows.values() if not one.is_explained}
    fresh |= {("payment", one.pk) for one in payments if not one.is_explained}
    return [one for one in found if one.lines <= wanted and _is_news(one, fresh)]


def to_match(rows: QuerySet) -> QuerySet:
    """Of lines or payments, what may still be matched."""
    return rows.filter(~MATCHED & (Q(is_explained=False) | Q(is_awaited=True)))


def payment_candidates(first: date, last: date) -> QuerySet[Payment]:
    """Payments of these days that may still be matched, with who was paid."""
    in_batch = BatchLine.objects.standing().filter(payment=OuterRef("pk"))
    return (
        to_match(released_payments())
        .filter(paid_on__range=(first, last))
        .annotate(run=Subquery(in_batch.values("batch__reference")[:1]))
        .select_related("commitment__award__recipient")
        .prefetch_related("commitment__award__recipient__names")
    )


def _like(lines: Iterable[LedgerLine]) -> Q:
    """Payments of the same amount or reference as one of these lines."""
    references = {line.reference for line in lines if line.reference}
    return Q(amount__in={abs(line.left) for line in lines}) | Q(reference__in=references)


def line_item(line: LedgerLine) -> Item:
    """A line with what is left of it."""
    name = matching.plain_name(line.supplier)
    return Item(
        line.pk,
        line.left,
        line.day,
        (name,) if name else (),
        line.reference,
        text=matching.plain(f"{line.reference} {line.description}"),
    )


def payment_item(payment: Payment, run: str | None = None) -> Item:
    """A payment with what is left of it, under every name of its recipient, and its batch."""
    award = payment.commitment.award
    names = [award.recipient_note]
    if award.recipient:
        names += [award.recipient.name, *(other.name for other in award.recipient.names.all())]
    known = dict.fromkeys(matching.plain_name(name) for name in names)
    return Item(
        payment.pk,
        payment.left,
        payment.paid_on,
        tuple(name for name in known if name),
        reference_of(payment),
        mentions=tuple(text for text in (payment.reference, award.reference) if text),
        run=run or "",
    )


def for_line(line: LedgerLine, words: str = "") -> list[tuple[Payment, Suggestion | None]]:
    """Payments that a line may be matched with by hand, the likest first; those with the words."""
    first, last = line.day - timedelta(FAR), line.day + timedelta(FAR)
    out = Q(kind=Payment.Kind.PAYMENT)
    rows = payment_candidates(first, last).filter(out if line.amount > 0 else ~out)
    if words:
        rows = rows.filter(
            Q(reference__icontains=words)
            | Q(commitment__award__reference__icontains=words)
            | Q(commitment__award__recipient__name__icontains=words)
            | Q(commitment__award__recipient_note__icontains=words)
        )
    item = line_item(line)
    return _likest(
        rows, line.left, "paid_on", line.day, lambda one: matching.alike(item, payment_item(one))
    )


def for_payment(payment: Payment, words: str = "") -> list[tuple[LedgerLine, Suggestion | None]]:
    """Lines that a payment may be matched with by hand, the likest first; those with the words."""
    rows = to_match(ledger_lines()).filter(
        day__range=(payment.paid_on - timedelta(FAR), payment.paid_on + timedelta(FAR))
    )
    rows = rows.filter(amount__gt=0) if payment.signed > 0 else rows.filter(amount__lt=0)
    if words:
        rows = rows.filter(
            Q(reference__icontains=words)
            | Q(supplier__icontains=words)
            | Q(description__icontains=words)
        )
    item = payment_item(payment)
    return _likest(
        rows, payment.left, "day", payment.paid_on, lambda one: matching.alike(line_item(one), item)
    )


def _likest(rows: QuerySet, left: Decimal, field: str, day: date, like) -> list[tuple]:
    """Rows with how well they fit: what has the same pounds, and what is nearest in time."""
    same = rows.filter(amount__in=[left, abs(left)])[:MOST_BY_HAND]
    after = rows.filter(**{f"{field}__gte": day}).order_by(field)[:MOST_BY_HAND]
    before = rows.filter(**{f"{field}__lt": day}).order_by(f"-{field}")[:MOST_BY_HAND]
    found = {row.pk: (row, like(row)) for near in (same, after, before) for row in near}
    return sorted(
        found.values(),
        key=lambda one: (
            -(one[1].score if one[1] else 0),
            abs((getattr(one[0], field) - day).days),
            one[0].pk,
        ),
    )[:MOST_BY_HAND]
