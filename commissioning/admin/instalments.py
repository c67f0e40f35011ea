"""Instalments in the staff site: what is to be paid when, asked for here one by one or together."""

from collections.abc import Sequence
from decimal import Decimal

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from commissioning import rules
from commissioning.actions import payments
from commissioning.admin.base import ReadOnlyAdmin
from commissioning.admin.columns import list_address, moment, person, pounds
from commissioning.admin.effects import asked_of
from commissioning.admin.filters import year_of
from commissioning.admin.forms import VerbForm, early_reason, line, positive, prose
from commissioning.admin.links import record_url
from commissioning.admin.relied_on import INSTALMENT
from commissioning.admin.verbs import Verb
from commissioning.admin.waits import what_waits
from commissioning.days import in_words
from commissioning.figures.instalments import with_sums
from commissioning.figures.plans import what_for
from commissioning.models import Award, Instalment, Payment
from commissioning.money import NOTHING, format_pounds
from commissioning.rules import duplicates

# --- Asking for them ------------------------------------------------------------------------------


class PartForm(VerbForm):
    amount = positive("Amount in pounds", help_text="No more than is outstanding of it.")
    reference = line(
        "Finance reference",
        required=False,
        max_length=60,
        help_text="Such as an invoice or purchase order number.",
    )
    note = prose("Note", required=False, help_text="For staff.")
    early_reason = early_reason()


class EarlyForm(VerbForm):
    """Asks nothing unless one of the instalments is not due for a while."""

    early_reason = early_reason()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        latest = timezone.localdate() + rules.REQUESTED_AHEAD
        if all(row.due_on <= latest for row in self.rows):
            del self.fields["early_reason"]


def is_due(instalment: Instalment) -> bool:
    """Whether anything of it can still be asked for."""
    is_open = instalment.commitment.award.status in Award.OPEN
    return instalment.dropped_at is None and is_open and instalment.outstanding > 0


def payment_of(instalment: Instalment, amount: Decimal) -> Payment:
    """An unsaved request for a part or all of an instalment."""
    return Payment(commitment=instalment.commitment, instalment=instalment, amount=amount)


def request_part(instalment: Instalment, given: dict, by) -> None:
    payment = Payment(
        commitment=instalment.commitment, instalment=instalment, due_on=instalment.due_on, **given
    )
    payments.request(payment, by=by)


ASKING_RULES = [
    lambda instalment, by: rules.payments_are_not_held([instalment.commitment.award]),
    lambda instalment, by: rules.instalment_s_condition_is_met(instalment),
]


def what_stands_in_the_way(instalments: Sequence[Instalment], by) -> dict[int, str]:
    """The sentence of `ASKING_RULES` for each instalment that one stops, for many at once."""
    awards = {instalment.commitment.award for instalment in instalments}
    holds = {hold.award_id: rules.is_held(hold) for hold in rules.holds_on(awards)}
    found = {}
    for instalment in instalments:
        sentence = holds.get(instalment.commitment.award_id, "")
        try:
            rules.instalment_s_condition_is_met(instalment)
        except ValidationError as refusal:
            sentence = sentence or " ".join(refusal.messages)
        if sentence:
            found[instalment.pk] = sentence
    return found


def what_all_wait_for(instalments: Sequence[Instalment], given: dict) -> list[str]:
    """What holds back payments of any of the awards, in sentences."""
    overdue = rules.overdue({each.commitment for each in instalments}, timezone.localdate())
    return [rules.waits_for(condition) for condition in dict.fromkeys(overdue.values())]


def what_to_think_about(instalments: Sequence[Instalment], given: dict) -> list[str]:
    """What holds payments back, and what may be asked for a second time."""
    asked = [payment_of(instalment, instalment.outstanding) for instalment in instalments]
    return [*what_all_wait_for(instalments, given), *duplicates.in_sentences(asked)]


SOMEBODY_ELSE = "Nothing is paid yet: somebody else in finance releases it."

INSTALMENT_VERBS = [
    Verb(
        name="request",
        label="Request payment",
        permissions=["request_payment"],
        relies_on=INSTALMENT,
        explains="Ask finance to pay all that is outstanding of it.",
        tells=lambda instalment: what_waits(instalment.commitment.award, instalment.commitment),
        is_possible=is_due,
        rules=ASKING_RULES,
        says=lambda instalment, given: [
            f"Due on {in_words(instalment.due_on)}: "
            + asked_of(instalment.commitment, instalment.outstanding),
            SOMEBODY_ELSE,
        ],
        warns=lambda instalment, given: what_waits(
            instalment.commitment.award, instalment.commitment
        ),
        obstacles_of=what_stands_in_the_way,
        warns_of=what_to_think_about,
        form=EarlyForm,
        do=lambda instalment, given, by: payments.request_instalments([instalment], by=by, **given),
        do_many=lambda rows, given, by: payments.request_instalments(rows, by=by, **given),
        done="Payment requested for",
        many=True,
    ),
    Verb(
        name="request-part",
        label="Request a part",
        permissions=["request_payment"],
        relies_on=INSTALMENT,
        explains="Ask finance to pay less than is outstanding; the rest can be asked for later.",
        tells=lambda instalment: what_waits(instalment.commitment.award, instalment.commitment),
        form=PartForm,
        is_possible=is_due,
        rules=ASKING_RULES,
        says=lambda instalment, given: [
            asked_of(instalment.commitment, given["amount"]),
            f"{format_pounds(instalment.outstanding - given['amount'])} of the instalment will "
            "still be outstanding.",
            SOMEBODY_ELSE,
        ],
        warns=lambda instalment, given: duplicates.in_sentences(
            [payment_of(instalment, given["amount"])]
        ),
        do=request_part,
        done="Part requested of",
    ),
]


# --- The list -------------------------------------------------------------------------------------


class StandingFilter(admin.SimpleListFilter):
    """The present schedule unless asked otherwise."""

    title = "schedule"
    parameter_name = "schedule"

    def lookups(self, request, model_admin):
        return [("dropped", "replaced by a later one"), ("all", "both")]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [{**first, "display": "present"}, *others]

    def queryset(self, request, queryset):
        if self.value() == "all":
            return queryset
        return queryset.filter(dropped_at__isnull=self.value() != "dropped")


class AskedFilter(admin.SimpleListFilter):
    title = "where it stands"
    parameter_name = "stands"
    states = {
        "outstanding": ("outstanding", {"outstanding__gt": NOTHING}),
        "overdue": ("overdue and outstanding", {"outstanding__gt": NOTHING}),
        "requested": ("requested, not released", {"requested__gt": NOTHING}),
        "paid": ("paid whole", {"paid__gte": F("amount")}),
    }

    def lookups(self, request, model_admin):
        return [(state, label) for state, (label, _) in self.states.items()]

    def queryset(self, request, queryset):
        if self.value() not in self.states:
            return queryset
        if self.value() == "overdue":
            queryset = queryset.filter(due_on__lt=timezone.localdate())
        return queryset.filter(**self.states[self.value()][1])


def not_added_up(name: str):
    """A column of pounds that each row sums for itself: over a million rows that takes minutes."""
    column = pounds(name)
    del column.adds_up
    return column


@admin.register(Instalment)
class InstalmentAdmin(ReadOnlyAdmin):
    verbs = INSTALMENT_VERBS
    sums = [pounds("amount"), *map(not_added_up, ["requested", "paid", "outstanding"])]
    list_display = ["due_on", "award", "recipient", *sums, "of_what"]
    ordering = ["due_on", "pk"]
    list_filter = [
        AskedFilter,
        StandingFilter,
        year_of("due_on"),
        ("commitment__allocation__budget__fund", admin.RelatedOnlyFieldListFilter),
        ("commitment__allocation__area", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = [
        "commitment__award__recipient",
        "commitment__allocation__area",
        "commitment__allocation__budget__fund",
        "condition__award",
        "recorded_by",
    ]
    reached_by = frozenset(["commitment__award__id__exact"])
    search_fields = [
        "commitment__award__reference",
        "commitment__award__title",
        "commitment__award__recipient__name",
        "milestone",
    ]
    date_hierarchy = "due_on"
    fields = readonly_fields = [
        "commitment",
        "due_on",
        *sums,
        "of_what",
        "condition",
        person("recorded_by"),
        moment("recorded_at", "recorded at"),
        moment("dropped_at", "replaced at"),
    ]

    def get_queryset(self, request):
        rows = with_sums(super().get_queryset(request))
        return rows.select_related(*self.list_select_related)

    @admin.display(description="award", ordering="commitment__award__reference")
    def award(self, instalment: Instalment) -> str:
        return instalment.commitment.award.reference

    @admin.display(description="recipient", ordering="commitment__award__recipient__name")
    def recipient(self, instalment: Instalment) -> str:
        award = instalment.commitment.award
        return str(award.recipient or award.recipient_note)

    @admin.display(description="for")
    def of_what(self, instalment: Instalment) -> str:
        return what_for(instalment)

    def described(self, row: Instalment) -> str:
        return (
            f"{format_pounds(row.outstanding)} to {self.recipient(row)}, due on "
            f"{in_words(row.due_on)}, award {row.commitment.award}"
        )

    def in_all(self, rows) -> str:
        return format_pounds(sum((row.outstanding for row in rows), NOTHING))

    def next_steps(self, request, obj):
        return [
            ("Award", record_url(obj.commitment.award)),
            ("Its payments", list_address(Payment, instalment__id__exact=obj.pk)),
            (
                "The whole schedule",
                list_address(Instalment, commitment__award__id__exact=obj.commitment.award_id),
            ),
        ]
