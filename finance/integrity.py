"""Proof that what was matched, signed off and paid in batches agrees with ledger and payments."""

from collections.abc import Callable, Iterator

from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from commissioning.integrity import named
from commissioning.models import Payment
from commissioning.money import NOTHING, MoneyField, format_pounds
from commissioning.rules import RuleBroken
from commissioning.years import FinancialYear
from finance.bank_details import opened
from finance.figures.reconciliation import (
    ledger_lines,
    reconcile,
    released_payments,
    signed_months,
)
from finance.figures.year_end import POSITION, fingerprint_of, known_when
from finance.models import (
    BankAccount,
    BatchLine,
    ClosingStatement,
    LedgerExplanation,
    LedgerFile,
    LedgerMatch,
    PaymentBatch,
    PaymentFile,
)
from finance.months import Month
from finance.payment_files import opened_file

BEYOND = Q(signed__gt=NOTHING) & (Q(matched__lt=NOTHING) | Q(left__lt=NOTHING)) | Q(
    signed__lt=NOTHING
) & (Q(matched__gt=NOTHING) | Q(left__gt=NOTHING))


def nothing_is_matched_beyond_its_amount() -> Iterator[str]:
    """The matches of a line or a payment come to no more than its amount."""
    payments = released_payments().select_related("commitment__award")
    for rows in (ledger_lines(), payments):
        yield from named(
            rows.filter(BEYOND).order_by("pk"),
            lambda row: (
                f"{row._meta.verbose_name.capitalize()} {row.pk} ({row}) is of "
                f"{format_pounds(row.signed)}, but {format_pounds(row.matched)} is matched."
            ),
        )


def matches_are_of_released_payments() -> Iterator[str]:
    """Only payments that were released are matched."""
    strays = LedgerMatch.objects.standing().exclude(payment__status=Payment.Status.RELEASED)
    yield from named(
        strays.order_by("pk"),
        lambda row: f"Match {row.pk} is with a payment that was not released.",
    )


def files_have_their_lines() -> Iterator[str]:
    """As many lines are kept of a file as it brought."""
    files = LedgerFile.objects.annotate(found=Count("lines")).exclude(found=F("added"))
    yield from named(
        files.order_by("pk"),
        lambda file: f"File {file.pk} ({file}) brought {file.added} lines, {file.found} are kept.",
    )


def explanations_are_of_what_is_left() -> Iterator[str]:
    """An explanation is of as much as is not matched; in a signed month, of what was not then."""
    signed = signed_months()
    standing = LedgerExplanation.objects.standing().select_related("line", "payment")
    left = {("line", row.pk): row.left for row in ledger_lines().filter(is_explained=True)}
    payments = released_payments().filter(is_explained=True)
    left |= {("payment", row.pk): row.left for row in payments}

    def wrong(one: LedgerExplanation) -> bool:
        day = one.line.day if one.line else one.payment.paid_on
        return Month.containing(day) not in signed and left.get(one.side) != one.amount

    yield from named(
        (one for one in standing.order_by("pk").iterator() if wrong(one)),
        lambda one: (
            f"Explanation {one.pk} is of {format_pounds(one.amount)}, which is not what is left."
        ),
    )


def signed_months_stay_as_signed() -> Iterator[str]:
    """What was signed off comes out again to the penny."""
    for month, signed in signed_months().items():
        both = reconcile(month)
        told = (signed.lines, signed.ledger, signed.ledger_matched, signed.ledger_explained)
        told += (signed.payments, signed.paid, signed.paid_matched, signed.paid_explained)
        found = tuple(
            figure
            for side in (both.ledger, both.payments)
            for figure in (side.count, side.total, side.matched, side.explained)
        )
        if told != found:
            yield f"{month} was signed off with other figures than its records come to now."


def batches_add_up() -> Iterator[str]:
    """A batch states as many payments, and as much, as stand in it."""
    in_it = Q(lines__left_at__isnull=True)
    batches = PaymentBatch.objects.exclude(status=PaymentBatch.Status.CANCELLED).annotate(
        found=Count("lines", filter=in_it),
        adds_up=Coalesce(Sum("lines__payment__amount", filter=in_it), Value(NOTHING, MoneyField())),
    )
    yield from named(
        batches.exclude(found=F("count"), adds_up=F("total")).order_by("pk"),
        lambda batch: (
            f"{batch} states {batch.count} payments of {format_pounds(batch.total)}, but "
            f"{batch.found} of {format_pounds(batch.adds_up)} stand in it."
        ),
    )


def released_batches_are_paid() -> Iterator[str]:
    """Every payment of a released batch was released on its pay date, into a known account."""
    paid = Q(
        payment__status=Payment.Status.RELEASED,
        payment__paid_on=F("batch__pay_on"),
        account__isnull=False,
    )
    lines = BatchLine.objects.standing().filter(batch__status=PaymentBatch.Status.RELEASED)
    yield from named(
        lines.exclude(paid).select_related("batch", "payment__commitment__award").order_by("pk"),
        lambda line: f"{line.batch} is released, but {line} was not paid by it.",
    )


def seals_open() -> Iterator[str]:
    """Every bank account opens to its own details, every payment file is the one released."""
    accounts = BankAccount.objects.select_related("organisation").order_by("pk")
    yield from named(_unopened(accounts, opened), str)
    files = PaymentFile.objects.select_related("batch").order_by("pk")
    yield from named(_unopened(files, opened_file), str)
    without = PaymentBatch.objects.filter(status=PaymentBatch.Status.RELEASED, file__isnull=True)
    yield from named(without.order_by("pk"), lambda batch: f"{batch} has lost its file.")


def _unopened(rows: QuerySet, opens: Callable[..., object]) -> Iterator[str]:
    for row in rows.iterator():
        try:
            opens(row)
        except RuleBroken as refusal:
            yield f"{row} ({row.pk}): {refusal.message}"


def closings_stay_as_stated() -> Iterator[str]:
    """The statement of each closing is the one that was made, and was not later than its figures.

    What was known at the moment of the closing, worked out again, is what it states.
    """
    for statement in ClosingStatement.objects.select_related("closing").order_by("pk"):
        closing = statement.closing
        year = FinancialYear(closing.start_year)
        if fingerprint_of(statement) != statement.sha256:
            yield f"{statement} of {closing.closed_at:%-d %B %Y} does not match its fingerprint."
        elif any(
            # What is accrued is worked out from awards as they are now, so only the journal proves.
            known_when(closing, year)[name] != statement.figures[name]
            for name in POSITION
        ):
            yield (
                f"{statement} of {closing.closed_at:%-d %B %Y} states other figures than were "
                "known when the year was closed."
            )


RULES = [
    closings_stay_as_stated,
    nothing_is_matched_beyond_its_amount,
    matches_are_of_released_payments,
    files_have_their_lines,
    explanations_are_of_what_is_left,
    signed_months_stay_as_signed,
    batches_add_up,
    released_batches_are_paid,
    seals_open,
]
