"""Holds on payments in the staff site: placed on an award's page, lifted on their own."""

from django.contrib import admin

from commissioning import rules
from commissioning.actions import holds
from commissioning.admin.base import ReadOnlyAdmin
from commissioning.admin.columns import list_address, moment, person
from commissioning.admin.forms import VerbForm, prose
from commissioning.admin.links import record_url
from commissioning.admin.relied_on import AWARD, under
from commissioning.admin.verbs import Verb
from commissioning.models import Award, Hold, Payment


class HoldForm(VerbForm):
    reason = prose(
        "Why payments are held", help_text="For staff. Whoever asks for a payment reads it."
    )


class LiftForm(VerbForm):
    reason = prose("Why they may go on", help_text="For staff.")


def not_held_yet(award: Award, by) -> None:
    rules.payments_are_not_held([award])


HOLD_PAYMENTS = Verb(
    name="hold-payments",
    label="Hold payments",
    permissions=["add_hold"],
    relies_on=AWARD,
    explains="Nothing is requested or released until somebody lifts the hold.",
    form=HoldForm,
    is_possible=lambda award: award.status in Award.OPEN,
    rules=[not_held_yet],
    says=lambda award, given: [
        f"No payment under award {award.reference} will be requested or released. Money can still "
        "come back."
    ],
    do=lambda award, given, by: holds.place(award, reason=given["reason"], by=by),
    done="Payments held under",
)

LIFT = Verb(
    name="lift",
    label="Lift the hold",
    permissions=["change_hold"],
    relies_on=under("award", AWARD),
    explains="Payments under the award go on.",
    form=LiftForm,
    is_possible=lambda hold: hold.lifted_at is None,
    says=lambda hold, given: [
        f"Payments under award {hold.award.reference} will go on. You cannot release what was "
        "requested before the hold was lifted: a colleague does."
    ],
    do=lambda hold, given, by: holds.lift(hold, reason=given["reason"], by=by),
    done="Lifted",
)


class IsLifted(admin.SimpleListFilter):
    title = "state"
    parameter_name = "is_lifted"

    def lookups(self, request, model_admin):
        return [("no", "held"), ("yes", "lifted")]

    def queryset(self, request, queryset):
        if self.value() not in ("no", "yes"):
            return queryset
        return queryset.filter(lifted_at__isnull=self.value() == "no")


@admin.register(Hold)
class HoldAdmin(ReadOnlyAdmin):
    verbs = [LIFT]
    list_display = [
        "award",
        "reason",
        "placed_by",
        moment("placed_at", "placed"),
        "lifted_by",
        moment("lifted_at", "lifted"),
    ]
    list_filter = [IsLifted]
    list_select_related = ["award__recipient", "placed_by", "lifted_by"]
    search_fields = ["award__reference", "award__title", "award__recipient__name", "reason"]
    date_hierarchy = "placed_at"
    fields = readonly_fields = [
        "award",
        "reason",
        person("placed_by"),
        moment("placed_at", "placed at"),
        person("lifted_by"),
        moment("lifted_at", "lifted at"),
        "lifted_reason",
    ]

    def next_steps(self, request, obj):
        return [
            ("Award", record_url(obj.award)),
            (
                "Payments requested",
                list_address(
                    Payment, commitment__award__id__exact=obj.award_id, status__exact="requested"
                ),
            ),
        ]
