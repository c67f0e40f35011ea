"""Asking for money to go out under an award, or to come back; somebody else releases it."""

from django import forms

from commissioning import rules
from commissioning.actions import payments
from commissioning.admin.effects import asked_of, place
from commissioning.admin.forms import VerbForm, day, early_reason, line, positive, prose
from commissioning.admin.relied_on import AWARD_WITH_MONEY
from commissioning.admin.verbs import Verb
from commissioning.admin.waits import what_waits
from commissioning.figures.instalments import with_plans
from commissioning.models import Award, Commitment, Instalment, Payment
from commissioning.money import NOTHING, format_pounds
from commissioning.rules import RuleBroken, award_is_open, duplicates

Kind = Payment.Kind


Cause = Payment.Cause


class CommitmentChoice(forms.ModelChoiceField):
    def label_from_instance(self, commitment: Commitment) -> str:
        return (
            f"{place(commitment.allocation)}: committed {format_pounds(commitment.amount)}, "
            f"paid {format_pounds(commitment.paid)}, left to pay {format_pounds(commitment.unpaid)}"
        )


class RequestForm(VerbForm):
    commitment = CommitmentChoice(queryset=Commitment.objects.none(), label="Paid from")
    amount = positive("Amount in pounds")
    due_on = day("Due on", required=False, initial=None)
    early_reason = early_reason()
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


class RecoveryForm(RequestForm):
    cause = forms.ChoiceField(
        label="Why it comes back",
        choices=[("", "Choose…"), *Cause.choices],
        help_text=(
            "A repayment may be paid again. What was underspent or clawed back goes back to its "
            "allocation for good."
        ),
    )

    field_order = ("cause", "commitment", "amount")


def request(award: Award, given: dict, by, kind: str = Kind.PAYMENT) -> None:
    payments.request(Payment(kind=kind, **given), by=by)


def warns_of_duplicates(given: dict, kind: str) -> list[str]:
    return duplicates.in_sentences([Payment(kind=kind, **given)])


def something_is_unpaid(award: Award, by) -> None:
    if not award.unpaid:
        raise RuleBroken("Everything that was committed has been paid.", "nothing_left")


def something_is_unplanned(award: Award, by) -> None:
    """Where all that is left to pay is planned or asked for, only instalments are asked for."""
    lines = list(with_plans(award.commitments.all()))
    free = sum((line.unpaid - line.requested - line.outstanding for line in lines), NOTHING)
    if free <= 0 and any(line.outstanding for line in lines):
        raise RuleBroken(
            "The schedule plans all that is left to pay. Request the payment on its instalment.",
            "planned",
        )


def for_good(award: Award, given: dict) -> list[str]:
    """What a recovery does to the award once it is released."""
    if given["cause"] not in Payment.FOR_GOOD:
        return ["The award stays as it is: what comes back can be paid again."]
    less = format_pounds(given["amount"])
    return [f"Once it is released, award {award.reference} is less by {less}, as a variation."]


def nobody_holds(award: Award, by) -> None:
    rules.payments_are_not_held([award])


def what_to_know(award: Award) -> list[str]:
    """What an officer should know before asking for money."""
    planned = Instalment.objects.standing().filter(commitment__award=award)
    return [
        *what_waits(award),
        *requested_already(award),
        *(
            ["This award has a schedule. Ask for what it plans on its instalments instead."]
            if planned.exists()
            else []
        ),
    ]


def requested_already(award: Award) -> list[str]:
    """What others have asked for and finance has not dealt with yet."""
    waiting = Payment.objects.filter(
        commitment__award=award, status=Payment.Status.REQUESTED
    ).values_list("kind", "amount")
    said = {Kind.RETURN: "is marked and waits to be confirmed"}
    return [
        f"A {kind} of {format_pounds(amount)} {said.get(kind, 'is requested already')}."
        for kind, amount in waiting
    ]


REQUEST_VERBS = [
    Verb(
        name="request-payment",
        label="Request a payment",
        permissions=["request_payment"],
        relies_on=AWARD_WITH_MONEY,
        explains="Ask finance to pay the recipient.",
        tells=what_to_know,
        form=RequestForm,
        is_possible=lambda award: award.status in Award.OPEN,
        rules=[
            lambda award, by: award_is_open(award),
            something_is_unpaid,
            something_is_unplanned,
            nobody_holds,
        ],
        says=lambda award, given: [
            asked_of(given["commitment"], given["amount"]),
            "Nothing is paid yet: somebody else in finance releases it.",
        ],
        warns=lambda award, given: warns_of_duplicates(given, Kind.PAYMENT),
        do=request,
        done="Payment requested for",
    ),
    Verb(
        name="request-recovery",
        label="Request a recovery",
        permissions=["request_payment"],
        relies_on=AWARD_WITH_MONEY,
        explains="Ask finance to get money back that was paid.",
        tells=requested_already,
        form=RecoveryForm,
        is_possible=lambda award: award.paid > 0,
        says=lambda award, given: [
            f"{format_pounds(given['amount'])} of {format_pounds(given['commitment'].paid)} paid "
            f"under award {award.reference} will be asked back.",
            *for_good(award, given),
            "Nothing is recorded as recovered yet: somebody else in finance releases it.",
        ],
        warns=lambda award, given: warns_of_duplicates(given, Kind.RECOVERY),
        do=lambda award, given, by: request(award, given, by, Kind.RECOVERY),
        done="Recovery requested for",
    ),
]
