"""Payments and recoveries in the staff site."""

from collections.abc import Sequence

from django.contrib import admin
from django.db.models import F

from commissioning import hooks, rules
from commissioning.actions import payments
from commissioning.admin.alike import DuplicatesForm
from commissioning.admin.base import STAFF_ONLY, StaffModelAdmin
from commissioning.admin.columns import (
    UNKNOWN,
    link,
    list_address,
    moment,
    person,
    pounds,
    pounds_of_kind,
)
from commissioning.admin.facts import Facts, facts
from commissioning.admin.filters import year_of
from commissioning.admin.forms import ReasonForm, VerbForm, day, early_reason
from commissioning.admin.links import record_url
from commissioning.admin.payment_returns import (
    RETURN_VERBS,
    of_return,
    standing_return,
)
from commissioning.admin.relied_on import PAYMENT
from commissioning.admin.verbs import Verb
from commissioning.admin.waits import what_waits
from commissioning.days import in_words
from commissioning.models import Entry, Payment
from commissioning.money import NOTHING, format_pounds
from commissioning.rules import duplicates

Kind = Payment.Kind
Status = Payment.Status


class ReleaseForm(VerbForm):
    paid_on = day("Paid on", help_text="The day the money moves.")
    early_reason = early_reason()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not any(map(rules.due_day, self.rows)):
            del self.fields["early_reason"]


def what_goes(payment: Payment) -> Facts:
    """Who is paid or pays back, for what, and where the money goes."""
    award = payment.commitment.award
    return [
        *facts(award, "recipient", "recipient_note", "reference", "title"),
        *facts(payment, "amount", "due_on", "reference", "cause"),
        *(fact for known in hooks.release_facts for fact in known(payment)),
    ]


def is_requested(payment: Payment) -> bool:
    return payment.status == Status.REQUESTED


def is_asked_for(payment: Payment) -> bool:
    """Whether it waits to go, or to come back from its recipient; a return is confirmed instead."""
    return is_requested(payment) and payment.kind != Kind.RETURN


def says_ended(payment: Payment, given: dict) -> list[str]:
    """What becomes of a request that is turned down or taken back."""
    amount = format_pounds(payment.amount)
    if payment.kind == Kind.RETURN:
        return [f"{amount} stays paid: the payment is not recorded as returned unpaid."]
    return [
        f"{amount} will not be paid on this request.",
        *(said for known in hooks.request_end_facts for said in known(payment)),
    ]


def is_early(payment: Payment, given: dict) -> list[str]:
    """That a payment goes before it is due, and why."""
    if not rules.early_payments([payment], given["paid_on"]):
        return []
    why = payment.early_reason or given.get("early_reason", "")
    return [
        f"{format_pounds(payment.amount)} under award {payment.commitment.award.reference} is not "
        f"due before {in_words(rules.due_day(payment))}: {why}"
    ]


def what_to_think_about(payments: Sequence[Payment], given: dict) -> list[str]:
    """Before money goes: what goes early, may go twice, or is otherwise worth a second look."""
    said = [
        sentence
        for payment in payments
        for sentence in [
            *is_early(payment, given),
            *(said for warn in hooks.release_warnings for said in warn(payment)),
        ]
    ]
    return [*dict.fromkeys(said), *duplicates.in_sentences(payments)]


PAYMENT_VERBS = [
    Verb(
        name="release",
        label="Release",
        permissions=["release_payment"],
        relies_on=PAYMENT,
        explains="Let the money go, or record that it came back.",
        form=ReleaseForm,
        is_possible=is_asked_for,
        rules=[
            rules.releaser_is_not_requester,
            rules.payment_is_not_held,
            lambda payment, by: rules.lifter_is_not_releaser([payment], by),
        ],
        tells=lambda payment: what_waits(payment.commitment.award, payment.commitment),
        shows=what_goes,
        warns_of=what_to_think_about,
        do=lambda payment, given, by: payments.release(payment, by=by, **given),
        do_many=lambda rows, given, by: payments.release_many(rows, by=by, **given),
        done="Released",
        many=True,
    ),
    Verb(
        name="refuse",
        label="Refuse",
        permissions=["release_payment"],
        relies_on=PAYMENT,
        explains="Turn the request down.",
        form=ReasonForm,
        is_possible=is_requested,
        says=says_ended,
        do=lambda payment, given, by: payments.refuse(payment, reason=given["reason"], by=by),
        done="Refused",
        many=True,
    ),
    Verb(
        name="cancel",
        label="Cancel the request",
        permissions=["request_payment"],
        relies_on=PAYMENT,
        explains="Take the request back, for example to ask for another amount.",
        form=ReasonForm,
        is_possible=is_asked_for,
        says=says_ended,
        do=lambda payment, given, by: payments.cancel(payment, reason=given["reason"], by=by),
        done="Cancelled",
    ),
    *RETURN_VERBS,
]


class PaymentForm(DuplicatesForm):
    spoken = {"commitment": "Paid under", "reference": "Finance reference"}

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == Kind.RECOVERY and not cleaned.get("cause"):
            self.add_error("cause", "Say why the money comes back.")
        return cleaned

    def duplicates(self, cleaned):
        asked = ["commitment", "kind", "amount"]
        return duplicates.in_sentences([Payment(**{name: cleaned[name] for name in asked})])


AMOUNT = pounds("amount")
WAYS = {Kind.PAYMENT: "to", Kind.RECOVERY: "back from", Kind.RETURN: "returned unpaid, to"}
ASKING = {
    "fields": ["commitment", "kind", "cause", "amount"],
    "description": (
        "Ask finance to pay under an award, or to get money back. Published with the award once "
        "released."
    ),
}
RETURNED = {
    "fields": ["commitment", "kind", "returned", "bank_reason", "instalment", AMOUNT],
    "description": (
        "The bank returned the whole payment, so no money reached the recipient. Published with "
        "the award once confirmed, without the reason."
    ),
}
ASKED = {
    "fields": ["commitment", "kind", "cause", "instalment", AMOUNT, "early_reason"],
    "description": (
        "Published with the award once released. To ask for another amount, cancel the request and "
        "make a new one."
    ),
}
IN_THE_OFFICE = (
    "For staff",
    {"fields": ["due_on", "reference", "note"], "description": STAFF_ONLY},
)


@admin.register(Payment)
class PaymentAdmin(StaffModelAdmin):
    verbs = PAYMENT_VERBS
    list_display = [
        "award",
        "recipient",
        pounds_of_kind(Kind.PAYMENT, "payment"),
        pounds_of_kind(Kind.RECOVERY, "recovery"),
        pounds_of_kind(Kind.RETURN, "returned unpaid"),
        "state",
        "due_on",
        "paid_on",
        "reference",
        "requested_by",
    ]
    # What is not paid yet comes first, on every database.
    ordering = [F("paid_on").desc(nulls_first=True), "-pk"]
    list_filter = [
        "status",
        "kind",
        "cause",
        year_of("paid_on"),
        ("commitment__allocation__budget__fund", admin.RelatedOnlyFieldListFilter),
        ("commitment__allocation__area", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = [
        "commitment__award__recipient",
        "instalment__commitment__award",
        "requested_by",
        "released_by",
    ]
    reached_by = frozenset(["commitment__award__id__exact", "instalment__id__exact"])
    search_fields = [
        "reference",
        "commitment__award__reference",
        "commitment__award__title",
        "commitment__award__recipient__name",
    ]
    date_hierarchy = "paid_on"
    autocomplete_fields = ["commitment"]
    form = PaymentForm
    written = [
        "status",
        "paid_on",
        person("requested_by"),
        moment("requested_at", "requested at"),
        person("released_by"),
        moment("released_at", "released at"),
    ]

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            office, fields = IN_THE_OFFICE
            fields = {
                **fields,
                "fields": ["due_on", "early_reason", "reference", "note", "not_a_duplicate"],
            }
            return [(None, ASKING), (office, fields)]
        returned = ["returned_unpaid"] if standing_return(obj) else []
        stands = {
            "fields": [*self.written, *returned],
            "description": "Changed by the buttons above.",
        }
        asked = RETURNED if obj.kind == Kind.RETURN else ASKED
        return [("Where it stands", stands), (None, asked), IN_THE_OFFICE]

    def get_readonly_fields(self, request, obj=None):
        kept = ["returned_unpaid", "returned", "bank_reason"]
        return [*super().get_readonly_fields(request, obj), *self.written, *kept, AMOUNT]

    def has_add_permission(self, request):
        may_ask = request.user.has_perm("commissioning.request_payment")
        return may_ask and super().has_add_permission(request)

    def add_view(self, request, form_url="", extra_context=None):
        return super().add_view(request, form_url, {"title": "Request a payment"})

    def get_queryset(self, request):
        return super().get_queryset(request).with_returned()

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        if db_field.name == "kind":
            # A return is marked on the payment that came back.
            kwargs["choices"] = [one for one in Kind.choices if one[0] != Kind.RETURN]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def add(self, obj, form, by):
        payments.request(obj, by=by)

    def change(self, obj, by):
        payments.describe(obj, by=by)

    @admin.display(description="award", ordering="commitment__award__reference")
    def award(self, payment: Payment) -> str:
        return payment.commitment.award.reference

    @admin.display(description="recipient", ordering="commitment__award__recipient__name")
    def recipient(self, payment: Payment) -> str:
        award = payment.commitment.award
        return str(award.recipient or award.recipient_note)

    @admin.display(description="status", ordering="status")
    def state(self, payment: Payment) -> str:
        returned = ", returned unpaid" if payment.is_returned else ""
        return f"{payment.get_status_display()}{returned}"

    @admin.display(description="returned unpaid")
    def returned_unpaid(self, payment: Payment) -> str:
        return of_return(payment) or UNKNOWN

    @admin.display(description="payment that the bank returned")
    def returned(self, payment: Payment) -> str:
        return link(payment.returned_payment)

    def described(self, row: Payment) -> str:
        way = WAYS[row.kind]
        award, day = row.commitment.award, rules.due_day(row)
        due = f", due on {in_words(day)}" if day else ""
        return f"{format_pounds(row.amount)} {way} {self.recipient(row)}{due}, award {award}"

    def in_all(self, rows) -> str:
        sums = {kind: sum((r.amount for r in rows if r.kind == kind), NOTHING) for kind in Kind}
        ways = {
            Kind.PAYMENT: "to pay",
            Kind.RECOVERY: "to come back",
            Kind.RETURN: "returned unpaid",
        }
        return " and ".join(
            f"{format_pounds(sums[kind])} {ways[kind]}" for kind in ways if sums[kind]
        )

    def next_steps(self, request, obj):
        return [
            ("Award", record_url(obj.commitment.award)),
            *([("Instalment", record_url(obj.instalment))] if obj.instalment else []),
            ("Journal", list_address(Entry, payment__id__exact=obj.pk)),
        ]
