"""Batches of payments: put together by one person, released by another, all or none of them."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet, Sum
from django.utils import timezone

from commissioning.actions import history, payments, periods, records
from commissioning.actions.references import save_with_reference
from commissioning.models import Organisation, Payment, User
from commissioning.money import NOTHING, format_pounds
from commissioning.rules import RuleBroken, early_payment_has_a_reason, reason_is_given
from finance import sealing
from finance.bank_details import opened
from finance.models import BankAccount, BatchLine, PaymentBatch, PaymentFile
from finance.payment_files import (
    USUAL,
    FileLine,
    Layout,
    checksum,
    file_owner,
    opened_file,
    reference_of,
    written,
)
from finance.rules import batches as rules

Status = PaymentBatch.Status
# From a payment to whom it goes, and to the budget that it is paid from.
FOLLOWED = (
    "commitment__award__recipient",
    "commitment__allocation__budget__fund",
    "commitment__allocation__budget__source",
    "instalment__commitment__award",
)

# --- Putting together -----------------------------------------------------------------------------


def waiting(until: date) -> QuerySet[Payment]:
    """Requested payments that stand in no batch, due by the day or without one."""
    standing = BatchLine.objects.standing().filter(payment=OuterRef("pk"))
    asked = Payment.objects.filter(status=Payment.Status.REQUESTED, kind=Payment.Kind.PAYMENT)
    return asked.filter(~Exists(standing)).exclude(due_on__gt=until)


def payable(requested: QuerySet[Payment]) -> QuerySet[Payment]:
    """Those to recipients with a confirmed bank account and no change of it under way."""
    accounts = BankAccount.objects.filter(organisation=OuterRef("commitment__award__recipient"))
    return requested.filter(Exists(accounts.confirmed()), ~Exists(accounts.proposed()))


def left_out(until: date) -> QuerySet[Payment]:
    """Those that wait and are not payable, because of their recipients' bank accounts."""
    asked = waiting(until)
    rest = asked.exclude(pk__in=payable(asked).values("pk"))
    return rest.select_related("commitment__award__recipient").order_by("pk")


@transaction.atomic
def draft(batch: PaymentBatch, requested: Iterable[Payment], *, by: User) -> PaymentBatch:
    """Begin a batch with these payments, perhaps none yet; the row says the day it is paid."""
    batch.status, batch.drafted_by = Status.DRAFTED, by
    batch.full_clean(exclude=["reference"], validate_constraints=False)
    rules.pay_day_is_to_come(batch.pay_on)
    save_with_reference(batch, lambda: records.save_checked(batch))
    _put(batch, requested, by)
    history.record("drafted", batch, by, after=_told(batch))
    return batch


@transaction.atomic
def add(batch: PaymentBatch, requested: Iterable[Payment], *, by: User) -> None:
    """Put more payments into a drafted batch, all or none of them."""
    _change(batch, "added payments to", lambda: _put(batch, requested, by), by)


@transaction.atomic
def take_out(batch: PaymentBatch, lines: Sequence[BatchLine], *, by: User) -> None:
    """Take payments out of a drafted batch; they can go into another."""
    _change(batch, "took payments out of", lambda: _leave(batch, lines, by), by)


@transaction.atomic
def leave_drafted_batch(payment: Payment, *, by: User) -> None:
    """Take a request that comes to nothing out of the batch in which it stands.

    The batch is locked before the payment, as by everybody else.
    """
    line = _drafted_line(payment)
    if line is not None:
        take_out(line.batch, [line], by=by)
        return
    records.lock(payment)
    if _drafted_line(payment) is not None:
        raise RuleBroken(
            "Somebody put this payment into a batch at the same moment. Try again.", "in_a_batch"
        )


def _drafted_line(payment: Payment) -> BatchLine | None:
    lines = BatchLine.objects.standing().filter(payment=payment, batch__status=Status.DRAFTED)
    return lines.select_related("batch").first()


@transaction.atomic
def reschedule(batch: PaymentBatch, pay_on: date, *, by: User) -> None:
    """Let a drafted batch be paid on another day."""

    def move() -> None:
        batch.pay_on = pay_on
        batch.full_clean(validate_constraints=False)
        rules.pay_day_is_to_come(pay_on)
        lines = batch.lines.standing().filter(payment__status=Payment.Status.REQUESTED)
        keys = lines.values("payment")
        asked = list(Payment.objects.filter(pk__in=keys).select_related(*FOLLOWED))
        early_payment_has_a_reason(asked, pay_on)
        _stay_in_their_period(asked, pay_on)
        records.save_checked(batch)

    _change(batch, "changed the pay date of", move, by)


@transaction.atomic
def cancel(batch: PaymentBatch, *, reason: str, by: User) -> None:
    """Give a drafted batch up: its payments stay requested and can go into another."""
    reason_is_given(reason)
    records.lock(batch)
    rules.batch_is_drafted(batch)
    _leave(batch, batch.lines.all(), by, recount=False)
    records.move(batch, Status.CANCELLED, by=by, reason=reason)


def _change(batch: PaymentBatch, verb: str, change, by: User) -> None:
    """Change a drafted batch under its lock, and tell what it was before and is after."""
    records.lock(batch)
    rules.batch_is_drafted(batch)
    before = _told(batch)
    change()
    history.record(verb, batch, by, before=before, after=_told(batch))


def _put(batch: PaymentBatch, requested: Iterable[Payment], by: User) -> None:
    keys = [payment.pk for payment in requested]
    locked = list(
        Payment.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=keys)
        .select_related(*FOLLOWED)
        .order_by("pk")
    )
    standing = BatchLine.objects.standing().filter(payment__in=keys).select_related("batch")
    where = {line.payment_id: line.batch for line in standing}
    refused: dict[str, list[Payment]] = {}
    for payment in locked:
        try:
            rules.payment_can_stand_in_a_batch(payment)
            early_payment_has_a_reason([payment], batch.pay_on)
            rules.payment_is_in_no_batch(where.get(payment.pk))
        except RuleBroken as refusal:
            refused.setdefault(refusal.message, []).append(payment)
    rules.none_stands(_in_sentences(refused))
    _stay_in_their_period(locked, batch.pay_on)
    with records.told_as_rules(BatchLine):
        BatchLine.objects.bulk_create(BatchLine(batch=batch, payment=one) for one in locked)
    _recount(batch)
    _tell_payments(f"put into {batch.reference}", locked, by)


def _stay_in_their_period(requested: Sequence[Payment], pay_on: date) -> None:
    """Refuse what could not be released on the pay date, naming each payment."""
    refused: dict[str, list[Payment]] = {}
    for payment, why in periods.refused_requests(requested, pay_on):
        refused.setdefault(why, []).append(payment)
    rules.none_stands(_in_sentences(refused))


def _leave(batch: PaymentBatch, lines: Iterable[BatchLine], by: User, recount: bool = True) -> None:
    keys = [line.pk for line in lines]
    leaving = batch.lines.standing().filter(pk__in=keys)
    gone = [line.payment for line in leaving.select_related("payment__commitment__award")]
    leaving.update(left_at=timezone.now())
    if recount:
        _recount(batch)
    _tell_payments(f"taken out of {batch.reference}", gone, by)


def _recount(batch: PaymentBatch) -> None:
    sums = batch.lines.standing().aggregate(total=Sum("payment__amount"), count=Count("pk"))
    batch.total, batch.count = sums["total"] or NOTHING, sums["count"]
    records.save_checked(batch)


# --- Releasing ------------------------------------------------------------------------------------


@transaction.atomic
def release(batch: PaymentBatch, *, by: User, layout: Layout = USUAL) -> None:
    """Let all its payments go on its pay date, and make the file for the bank, as somebody else.

    All or nothing; the refusal names everything that stands in the way.
    """
    records.lock(batch)
    rules.batch_is_drafted(batch)
    rules.releaser_is_not_drafter(batch, by)
    rules.batch_has_payments(batch)
    rules.pay_day_is_not_past(batch)
    rules.layout_is_complete(layout)
    lines = _with_accounts(batch)
    without = [line.payment for line in lines if line.account is None]
    if without:
        sentences = _in_sentences({"no confirmed bank account.": without})
        rules.none_stands([*sentences, *_refusals(lines, batch.pay_on, by)])
    text = written(layout, [_file_line(line) for line in lines])
    batch.status, batch.released_by, batch.released_at = Status.RELEASED, by, timezone.now()
    batch.sha256 = checksum(text)
    records.save_checked(batch)
    BatchLine.objects.bulk_update(lines, ["account"])
    PaymentFile.objects.create(
        batch=batch, sealed=sealing.seal(text, file_owner(batch)), layout=layout.name
    )
    _pay(batch, lines, by)
    history.record("released", batch, by, before={"status": Status.DRAFTED}, after=_told(batch))


def _pay(batch: PaymentBatch, lines: Sequence[BatchLine], by: User) -> None:
    try:
        with transaction.atomic():
            payments.release_many([line.payment for line in lines], paid_on=batch.pay_on, by=by)
    except RuleBroken as refusal:
        # It says what stood in the way first; each payment says what stands in its own way.
        rules.none_stands(_refusals(lines, batch.pay_on, by) or refusal.messages)


def _refusals(lines: Iterable[BatchLine], paid_on: date, by: User) -> list[str]:
    """What stands in the way of each payment, by releasing each alone and taking that back."""
    refused: dict[str, list[Payment]] = {}
    for line in lines:
        try:
            with transaction.atomic():
                BatchLine.objects.filter(pk=line.pk).update(left_at=timezone.now(), account=None)
                payments.release(line.payment, paid_on=paid_on, by=by)
                transaction.set_rollback(True)
        except ValidationError as refusal:
            refused.setdefault(" ".join(refusal.messages), []).append(line.payment)
    return _in_sentences(refused)


def download(batch: PaymentBatch, *, by: User) -> tuple[str, bytes]:
    """(name, content) of the file of a released batch, as it was made; history says who took it."""
    rules.batch_is_released(batch)
    text = opened_file(batch.file)
    name = f"{batch.reference}-{batch.pay_on}.csv"
    history.record(
        history.EXPORTED, batch, by, after={"payment file": name, "sha256": batch.sha256}
    )
    return name, text.encode()


def _with_accounts(batch: PaymentBatch) -> list[BatchLine]:
    """The lines, each with the confirmed account of its recipient, which stays so meanwhile."""
    lines = list(
        batch.lines.standing()
        .select_related("batch", "payment__commitment__award__recipient")
        .order_by("pk")
    )
    recipients = {_recipient(line.payment).pk for line in lines if _recipient(line.payment)}
    locked = Organisation.objects.select_for_update(no_key=True).filter(pk__in=recipients)
    list(locked.order_by("pk"))
    accounts = {
        account.organisation_id: account
        for account in BankAccount.objects.confirmed().filter(organisation__in=recipients)
    }
    for line in lines:
        line.account = accounts.get(line.payment.commitment.award.recipient_id)
    return lines


def _file_line(line: BatchLine) -> FileLine:
    award = line.payment.commitment.award
    return FileLine(
        details=opened(line.account),
        amount=line.payment.amount,
        reference=reference_of(line.payment),
        pay_on=line.batch.pay_on,
        award=award.reference,
        batch=line.batch.reference,
    )


# --- In words -------------------------------------------------------------------------------------


def _recipient(payment: Payment) -> Organisation | None:
    return payment.commitment.award.recipient


def named(payment: Payment) -> str:
    """“£400.00 to Good Charity”."""
    award = payment.commitment.award
    return f"{format_pounds(payment.amount)} to {award.recipient or award.recipient_note}"


def _in_sentences(refused: dict[str, list[Payment]]) -> list[str]:
    """What stands in the way, each with the payments that it stops."""
    return [
        f"{', '.join(named(payment) for payment in stopped)}: {sentence}"
        for sentence, stopped in refused.items()
    ]


def _told(batch: PaymentBatch) -> dict:
    """The batch for history: never a line of its file."""
    return {
        "pay_on": str(batch.pay_on),
        "count": batch.count,
        "total": str(batch.total),
        "status": batch.status,
        "sha256": batch.sha256,
    }


def _tell_payments(verb: str, of: Iterable[Payment], by: User) -> None:
    history.record_all(history.event(verb, payment, by) for payment in of)
