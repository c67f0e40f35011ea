"""What finance does with payments that go to the bank together: questions, sentences, verbs."""

from collections.abc import Iterable
from decimal import Decimal

from django import forms
from django.db.models import Count, QuerySet, Sum
from django.utils.html import format_html, format_html_join

from commissioning.admin.columns import list_address
from commissioning.admin.facts import Facts
from commissioning.admin.forms import ReasonForm, VerbForm, day
from commissioning.admin.relied_on import PAYMENT, under
from commissioning.admin.verbs import Verb
from commissioning.days import in_words
from commissioning.models import Payment
from commissioning.money import NOTHING, format_pounds
from commissioning.rules import duplicates
from finance.actions import batches
from finance.admin.batch_accounts import (
    lacks_account,
    paid_into,
    recipient_of,
    warns_of_new_accounts,
)
from finance.models import BankAccount, BatchLine, PaymentBatch, PaymentFileLayout
from finance.payment_files import layout_of
from finance.rules import batches as rules

Status = PaymentBatch.Status

# --- What is asked --------------------------------------------------------------------------------

DUE_BY = "Due by"
DUE_BY_HELP = (
    "Every payment that is requested and due by this day, or without a day, and whose recipient "
    "has a confirmed bank account."
)


class AddDueForm(VerbForm):
    due_by = day(DUE_BY, help_text=DUE_BY_HELP)


class PutForm(VerbForm):
    """Into which batch the chosen payments go: a new one, or one that is being put together."""

    batch = forms.ModelChoiceField(
        queryset=PaymentBatch.objects.drafted(),
        required=False,
        label="Batch",
        empty_label="A new batch",
    )
    pay_on = day("Pay date", required=False, help_text="For a new batch: the day the money moves.")

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("batch") and not cleaned.get("pay_on") and "pay_on" not in self.errors:
            self.add_error("pay_on", "Choose the day on which the new batch is paid.")
        return cleaned


class LineChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, line: BatchLine) -> str:
        return f"{batches.named(line.payment)}, award {line.payment.commitment.award.reference}"


class TakeOutForm(VerbForm):
    lines = LineChoice(
        queryset=BatchLine.objects.none(),
        label="Payments to take out",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        lines = self.row.lines.standing()
        self.fields["lines"].queryset = lines.select_related(
            "payment__commitment__award__recipient"
        )


class RescheduleForm(VerbForm):
    pay_on = day("Pay date", help_text="The day the money moves.")


class ReleaseForm(VerbForm):
    layout = forms.ModelChoiceField(
        queryset=PaymentFileLayout.objects.prefetch_related("columns"),
        required=False,
        label="Layout of the file",
        empty_label="The usual columns",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        layouts = PaymentFileLayout.objects.all()
        if layouts:
            self.fields["layout"].initial = next((one for one in layouts if one.is_default), None)
        else:
            # Nothing to choose.
            del self.fields["layout"]


# --- What is said ---------------------------------------------------------------------------------


def counted(number: int, total: Decimal) -> str:
    return f"{number:,} payment{'' if number == 1 else 's'} of {format_pounds(total)} in all"


def sums_of(requested: QuerySet[Payment]) -> tuple[int, Decimal]:
    """How many, and what they come to."""
    sums = requested.order_by().aggregate(number=Count("pk"), total=Sum("amount"))
    return sums["number"], sums["total"] or NOTHING


def is_drafted(batch: PaymentBatch) -> bool:
    return batch.status == Status.DRAFTED


def says_added(batch: PaymentBatch, given: dict) -> list[str]:
    ready = batches.payable(batches.waiting(given["due_by"]))
    left_out = batches.left_out(given["due_by"])
    said = [f"{counted(*sums_of(ready))} will be put into {batch}."]
    number, total = sums_of(left_out)
    if number:
        said.append(
            f"{counted(number, total)} will be left out: the recipient has no confirmed bank "
            "account, or a change of it waits to be confirmed."
        )
    return said


def says_left_out(left_out: Iterable[Payment]) -> list[str]:
    """How much was left out of a batch and whose bank accounts are wanting, with links to them."""
    payees: dict[str, str] = {}
    amounts = []
    for payment in left_out:
        amounts.append(payment.amount)
        payees[recipient_of(payment)] = _accounts_of(payment)
    if not amounts:
        return []
    names = [
        format_html('<a href="{}">{}</a>', href, name) if href else name
        for name, href in payees.items()
    ]
    are = "is" if len(amounts) == 1 else "are"
    return [
        format_html(
            "{} {} left out: no confirmed bank account, or a change of it waits, of {}.",
            counted(len(amounts), sum(amounts, NOTHING)),
            are,
            format_html_join(", ", "{}", [(name,) for name in names]),
        )
    ]


def _accounts_of(payment: Payment) -> str:
    """Where the bank accounts of a payment's recipient are listed."""
    recipient = payment.commitment.award.recipient_id
    return list_address(BankAccount, organisation__id__exact=recipient) if recipient else ""


def says_put(payment: Payment, given: dict) -> list[str]:
    where = given["batch"] or f"a new batch, to be paid on {in_words(given['pay_on'])}"
    return [
        f"{batches.named(payment)} will stand in {where}.",
        "Nothing is paid yet: somebody else releases the batch.",
    ]


def warns_put(payment: Payment, given: dict) -> list[str]:
    if not lacks_account(payment):
        return []
    return [
        f"{recipient_of(payment)} has no confirmed bank account. "
        "The batch cannot be released before it has one."
    ]


def says_released(batch: PaymentBatch, given: dict) -> list[str]:
    return [
        f"{counted(batch.count, batch.total)} will be released, to be paid on "
        f"{in_words(batch.pay_on)}.",
        f"The payment file will have the layout “{layout_of(given.get('layout')).name}”. "
        "Download it from the page of the batch.",
    ]


def put(requested, given: dict, by) -> None:
    if given["batch"]:
        batches.add(given["batch"], requested, by=by)
    else:
        batches.draft(PaymentBatch(pay_on=given["pay_on"]), requested, by=by)


def warns_of_duplicates(batch: PaymentBatch) -> list[str]:
    payments = batch.payments().select_related("commitment__award__recipient", "instalment")
    return duplicates.in_sentences(list(payments))


def what_goes_together(batch: PaymentBatch) -> Facts:
    """Each payment of a batch: who is paid how much, into which account, for which award."""
    lines = batch.lines.standing().select_related("payment__commitment__award__recipient")
    return [
        (
            recipient_of(line.payment),
            ", ".join(
                [
                    format_pounds(line.payment.amount),
                    *(f"{label.lower()} {words}" for label, words in paid_into(line.payment)),
                    f"award {line.payment.commitment.award.reference}",
                ]
            ),
        )
        for line in lines.order_by("pk")
    ]


def says_it_leaves(payment: Payment) -> list[str]:
    """Anyone who ends a request reads that it is in a batch."""
    lines = payment.batch_lines.standing().filter(batch__status=Status.DRAFTED)
    return [f"It leaves {line.batch}." for line in lines.select_related("batch")]


# --- What it relies on ----------------------------------------------------------------------------

# Where the money of a payment goes to.
ACCOUNTS = "commitment__award__recipient__bank_accounts"
PAYMENT += [path for path in [ACCOUNTS, "batch_lines__batch"] if path not in PAYMENT]
BATCH = under("lines__payment", [*PAYMENT])


def what_is_due(batch: PaymentBatch, given: dict) -> Iterable[Payment]:
    return batches.waiting(given["due_by"])


def lines_of_the_batch(payment: Payment, given: dict) -> Iterable[BatchLine]:
    return given["batch"].lines.all() if given["batch"] else []


def has_payments(batch: PaymentBatch, by) -> None:
    rules.batch_has_payments(batch)


# --- Verbs ----------------------------------------------------------------------------------------

PUT_INTO_A_BATCH = Verb(
    name="put-into-batch",
    label="Put into a batch",
    permissions=["release_payment"],
    relies_on=[*PAYMENT, lines_of_the_batch],
    explains="Have it paid together with others, by one file for the bank.",
    form=PutForm,
    is_possible=lambda payment: (
        payment.status == Payment.Status.REQUESTED and payment.kind == Payment.Kind.PAYMENT
    ),
    says=says_put,
    warns=warns_put,
    do=lambda payment, given, by: put([payment], given, by),
    do_many=put,
    done="Put into a batch",
    many=True,
)

BATCH_VERBS = [
    Verb(
        name="release",
        label="Release",
        permissions=["release_paymentbatch"],
        relies_on=BATCH,
        explains="Let all its payments go and make the file for the bank, all or nothing.",
        form=ReleaseForm,
        is_possible=is_drafted,
        rules=[rules.releaser_is_not_drafter, has_payments, rules.pay_day_is_not_past],
        says=says_released,
        shows=what_goes_together,
        warns=lambda batch, given: [
            *warns_of_new_accounts(batch, given),
            *warns_of_duplicates(batch),
        ],
        do=lambda batch, given, by: batches.release(
            batch, layout=layout_of(given.get("layout")), by=by
        ),
        done="Released",
    ),
    Verb(
        name="add-due",
        label="Add payments that are due",
        permissions=["draft_paymentbatch"],
        relies_on=[*BATCH, what_is_due],
        explains="Put every requested payment in that is due by a day.",
        form=AddDueForm,
        is_possible=is_drafted,
        says=says_added,
        do=lambda batch, given, by: batches.add(
            batch, batches.payable(batches.waiting(given["due_by"])), by=by
        ),
        done="Payments added to",
    ),
    Verb(
        name="take-out",
        label="Take payments out",
        permissions=["draft_paymentbatch"],
        relies_on=BATCH,
        explains="They stay requested and can go into another batch.",
        form=TakeOutForm,
        is_possible=is_drafted,
        rules=[has_payments],
        says=lambda batch, given: [
            f"{batches.named(line.payment)} will be taken out of {batch}."
            for line in given["lines"]
        ],
        do=lambda batch, given, by: batches.take_out(batch, given["lines"], by=by),
        done="Payments taken out of",
    ),
    Verb(
        name="reschedule",
        label="Change the pay date",
        permissions=["draft_paymentbatch"],
        relies_on=BATCH,
        explains="Have the batch paid on another day.",
        form=RescheduleForm,
        is_possible=is_drafted,
        says=lambda batch, given: [
            f"{batch} will be paid on {in_words(given['pay_on'])} instead of "
            f"{in_words(batch.pay_on)}."
        ],
        do=lambda batch, given, by: batches.reschedule(batch, given["pay_on"], by=by),
        done="Pay date changed of",
    ),
    Verb(
        name="cancel",
        label="Cancel the batch",
        permissions=["draft_paymentbatch"],
        relies_on=BATCH,
        explains="Its payments stay requested and can go into another batch.",
        form=ReasonForm,
        is_possible=is_drafted,
        says=lambda batch, given: [
            f"{counted(batch.count, batch.total)} will leave {batch} and stay requested."
        ],
        do=lambda batch, given, by: batches.cancel(batch, reason=given["reason"], by=by),
        done="Cancelled",
    ),
]
