"""Marking a payment that the bank returned unpaid, and confirming it as somebody else."""

from django import forms

from commissioning import rules
from commissioning.actions import returns
from commissioning.admin.columns import link
from commissioning.admin.facts import Facts, facts
from commissioning.admin.forms import VerbForm, day, prose
from commissioning.admin.relied_on import PAYMENT
from commissioning.admin.verbs import Verb
from commissioning.days import in_words
from commissioning.models import Payment
from commissioning.money import format_pounds

Kind, Status = Payment.Kind, Payment.Status


class ReturnedForm(VerbForm):
    on = day("Day on which the bank returned it", help_text="As the bank’s report or account says.")
    bank_reason = forms.ChoiceField(
        label="Why the bank returned it", choices=[("", "Choose…"), *Payment.BankReason.choices]
    )
    note = prose("Note", required=False, help_text="For staff. No bank details here.")


def may_be_returned(payment: Payment) -> bool:
    """Whether it was released, and nobody has marked it as returned."""
    return (
        payment.kind == Kind.PAYMENT
        and payment.status == Status.RELEASED
        and standing_return(payment) is None
    )


def may_be_confirmed(payment: Payment) -> bool:
    """Whether it is a return that waits for a second person."""
    return payment.kind == Kind.RETURN and payment.status == Status.REQUESTED


def standing_return(payment: Payment) -> Payment | None:
    """The return of a payment that is marked or confirmed."""
    return payment.returns.filter(status__in=[Status.REQUESTED, Status.RELEASED]).first()


def of_return(payment: Payment) -> str:
    """Where the return of a payment stands, in words with a link; empty if there is none."""
    row = standing_return(payment)
    if row is None:
        return ""
    state = "" if row.status == Status.RELEASED else ", to be confirmed by somebody else"
    words = f"by the bank on {in_words(row.paid_on)}: {row.get_bank_reason_display()}{state}"
    return link(row, words)


def what_returned(payment: Payment) -> Facts:
    """Who was paid how much and when, of what the bank returned."""
    award = payment.commitment.award
    return [
        *facts(award, "recipient", "recipient_note", "reference", "title"),
        *facts(payment, "amount", "paid_on", "reference", "bank_reason"),
    ]


RETURN_VERBS = [
    Verb(
        name="mark-returned",
        label="Mark as returned unpaid",
        permissions=["release_payment"],
        relies_on=PAYMENT,
        explains="The bank returned the whole payment: no money reached the recipient.",
        form=ReturnedForm,
        is_possible=may_be_returned,
        shows=what_returned,
        says=lambda payment, given: [
            f"{format_pounds(payment.amount)} to "
            f"{payment.commitment.award.recipient or payment.commitment.award.recipient_note} will "
            f"be marked as returned unpaid on {in_words(given['on'])}.",
            "Nothing changes in the journal yet: somebody else confirms the return.",
        ],
        do=lambda payment, given, by: returns.mark([payment], by=by, **given),
        do_many=lambda rows, given, by: returns.mark(rows, by=by, **given),
        done="Marked as returned unpaid",
        many=True,
    ),
    Verb(
        name="confirm-return",
        label="Confirm the return",
        permissions=["release_payment"],
        relies_on=PAYMENT,
        explains="The money is back, and can be requested and paid once more.",
        is_possible=may_be_confirmed,
        rules=[rules.releaser_is_not_requester],
        shows=what_returned,
        warns=lambda payment, given: [
            "Confirm the bank details with the recipient before the money is paid again."
        ],
        do=lambda payment, given, by: returns.confirm([payment], by=by),
        do_many=lambda rows, given, by: returns.confirm(rows, by=by),
        done="Return confirmed",
        many=True,
    ),
]
