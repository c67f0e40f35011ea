"""Asking for money to go out under an award, or to come back; somebody else releases it."""

from django import forms

from commissioning.actions import payments
from commissioning.admin.effects import asked_of, place
from commissioning.admin.forms import VerbForm, day, line, positive, prose
from commissioning.admin.verbs import Verb
from commissioning.models import Award, Commitment, Payment
from commissioning.money import format_pounds
from commissioning.rules import RuleBroken, award_is_open

Kind = Payment.Kind


class CommitmentChoice(forms.ModelChoiceField):
    def label_from_instance(self, commitment: Commitment) -> str:
        return (
            f"{place(commitment.allocation)}: committed {format_pounds(commitment.amount)}, "
            f"left to pay {format_pounds(commitment.unpaid)}"
        )


class RequestForm(VerbForm):
    commitment = CommitmentChoice(queryset=Commitment.objects.none(), label="Paid from")
    amount = positive("Amount in pounds")
    due_on = day("Due on", required=False, initial=None)
    reference = line(
        "Finance reference",
        required=False,
        max_length=60,
        help_text="Such as an invoice or purchase order number.",
    )
    note = prose("Note", required=False, help_text="For staff.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        lines = self.row.commitments.select_related("allocation__area", "allocation__budget__fund")
        self.fields["commitment"].queryset = lines
        if len(lines) == 1:
            self.fields["commitment"].initial = lines[0]


def request(award: Award, given: dict, by, kind: str = Kind.PAYMENT) -> None:
    payments.request(Payment(kind=kind, **given), by=by)


def something_is_unpaid(award: Award, by) -> None:
    if not award.unpaid:
        raise RuleBroken("Everything that was committed has been paid.", "nothing_left")


def requested_already(award: Award) -> list[str]:
    """What others have asked for and finance has not dealt with yet."""
    waiting = Payment.objects.filter(
        commitment__award=award, status=Payment.Status.REQUESTED
    ).values_list("kind", "amount")
    return [
        f"A {kind} of {format_pounds(amount)} is requested already." for kind, amount in waiting
    ]


REQUEST_VERBS = [
    Verb(
        name="request-payment",
        label="Request a payment",
        permissions=["request_payment"],
        explains="Ask finance to pay the recipient.",
        tells=requested_already,
        form=RequestForm,
        is_possible=lambda award: award.status in Award.OPEN,
        rules=[lambda award, by: award_is_open(award), something_is_unpaid],
        says=lambda award, given: [
            asked_of(given["commitment"], given["amount"]),
            "Nothing is paid yet: somebody else in finance releases it.",
        ],
        do=request,
        done="Payment requested for",
    ),
    Verb(
        name="request-recovery",
        label="Request a recovery",
        permissions=["request_payment"],
        explains="Ask finance to get money back that was paid.",
        tells=requested_already,
        form=RequestForm,
        is_possible=lambda award: award.paid > 0,
        says=lambda award, given: [
            f"{format_pounds(given['amount'])} of {format_pounds(given['commitment'].paid)} paid "
            f"under award {award.reference} will be asked back.",
            "Nothing is recorded as recovered yet: somebody else in finance releases it.",
        ],
        do=lambda award, given, by: request(award, given, by, Kind.RECOVERY),
        done="Recovery requested for",
    ),
]
