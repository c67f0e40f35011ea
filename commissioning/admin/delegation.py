"""Who may decide how much, who stands aside, and emergencies, in the staff site."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter
from django.db.models import Q
from django.utils import timezone

from commissioning import rules
from commissioning.actions import interests, limits, overrides
from commissioning.admin.base import StaffModelAdmin
from commissioning.admin.columns import UNKNOWN, moment, person
from commissioning.admin.forms import ReasonForm, VerbForm, day
from commissioning.admin.links import record_url
from commissioning.admin.verbs import Verb
from commissioning.days import at_clock, in_words
from commissioning.models import DelegatedLimit, Interest, Override, User
from commissioning.money import format_pounds


class StandingFilter(SimpleListFilter):
    """What stands today, or what does not any more. Subclasses say which rows stand."""

    title = "standing"
    parameter_name = "standing"

    def lookups(self, request, model_admin):
        return [("yes", "Standing today"), ("no", "Not standing")]

    def standing(self, rows):
        raise NotImplementedError

    def queryset(self, request, queryset):
        standing = Q(pk__in=self.standing(queryset.model._base_manager.all()).values("pk"))
        return {
            "yes": queryset.filter(standing),
            "no": queryset.exclude(standing),
        }.get(self.value(), queryset)


class KeptAdmin(StaffModelAdmin):
    """A record that is added once and then changed by its verbs only."""

    def has_change_permission(self, request, obj=None):
        return False


def up_to(row: DelegatedLimit | Override) -> str:
    return format_pounds(row.most)


up_to.short_description, up_to.admin_order_field = "up to", "most"

# --- Delegated limits -----------------------------------------------------------------------------


class EndLimitForm(VerbForm):
    last_day = day("Last day", help_text="Yesterday, to end it at once.")


class LimitStands(StandingFilter):
    def standing(self, rows):
        return rows.filter(pk__in=DelegatedLimit.objects.in_force(timezone.localdate()))


END_LIMIT = Verb(
    name="end",
    label="End this limit",
    permissions=["change_delegatedlimit"],
    relies_on=["role"],
    explains="A limit is never edited: record another, and end it.",
    form=EndLimitForm,
    is_possible=lambda limit: limit.ends_on is None or limit.ends_on >= timezone.localdate(),
    rules=[rules.limit_is_of_another_s_role],
    says=lambda limit, given: [
        f"{limit.role} may {limit.get_act_display()} up to {format_pounds(limit.most)} until "
        f"{in_words(given['last_day'])} and no longer."
    ],
    do=lambda limit, given, by: limits.end(limit, last_day=given["last_day"], by=by),
    done="Ended",
)


@admin.register(DelegatedLimit)
class DelegatedLimitAdmin(KeptAdmin):
    verbs = [END_LIMIT]
    list_display = ["role", "act", up_to, "starts_on", "ends_on"]
    list_filter = [LimitStands, "act", "role"]
    list_select_related = ["role"]
    search_fields = ["role__name", "source_ref"]
    readonly_fields = [up_to, person("recorded_by")]

    def add(self, obj, form, by):
        limits.record(obj, by=by)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        today = timezone.localdate()
        last = rules.last_day_limited(obj.act, max(today, obj.starts_on))
        if last is not None:
            messages.warning(request, rules.says_when_it_ends(obj.act, last, today))

    def get_fieldsets(self, request, obj=None):
        recorded = [] if obj is None else [person("recorded_by")]
        role, most = ("role", "most") if obj is None else (person("role"), up_to)
        return [
            (
                None,
                {
                    "fields": [
                        role,
                        "act",
                        most,
                        ("starts_on", "ends_on"),
                        "source_ref",
                        *recorded,
                    ],
                    "description": (
                        "The greatest limit of somebody’s roles counts. As soon as one limit "
                        "stands for an act, roles without one may not do it at all. A limit gives "
                        "nobody a permission that their roles lack. Nobody sets a limit of a role "
                        "that they have. It is never edited: record another, and end it."
                    ),
                },
            )
        ]


# --- Declared interests ---------------------------------------------------------------------------


class InterestStands(StandingFilter):
    def standing(self, rows):
        return rows.filter(ended_at__isnull=True)


END_INTEREST = Verb(
    name="end",
    label="Say that it has ended",
    permissions=["end_interest"],
    relies_on=["organisation"],
    explains="From then on they may decide again. Nobody says it of their own interest.",
    form=ReasonForm,
    is_possible=lambda interest: interest.ended_at is None,
    rules=[
        rules.interest_is_of_another,
        lambda interest, by: rules.has_no_interest(by, interest.organisation),
    ],
    says=lambda interest, given: [
        f"{interest.person} may again act on the records of {interest.organisation}."
    ],
    do=lambda interest, given, by: interests.end(interest, reason=given["reason"], by=by),
    done="Ended",
)


@admin.register(Interest)
class InterestAdmin(KeptAdmin):
    verbs = [END_INTEREST]
    list_display = [person("person"), "organisation", "nature", "declared_on", "ended"]
    list_filter = [InterestStands]
    list_select_related = ["person", "organisation", "ended_by"]
    search_fields = [
        "person__first_name",
        "person__last_name",
        "organisation__name",
        "nature",
    ]
    date_hierarchy = "declared_on"
    autocomplete_fields = ["organisation"]
    ending = [moment("ended_at", "ended at"), person("ended_by", "ended by"), "ended_reason"]
    readonly_fields = [person("person"), *ending]

    def get_fieldsets(self, request, obj=None):
        declared = ["organisation", "nature", "declared_on"]
        if obj is not None:
            return [
                (None, {"fields": [person("person"), *declared]}),
                ("Ended", {"fields": self.ending}),
            ]
        description = (
            "You declare your own interest. It counts at once: you cannot do anything to the "
            "records of this organisation, of what it is a part of, or of its parts."
        )
        return [(None, {"fields": declared, "description": description})]

    def get_changeform_initial_data(self, request):
        return {
            "declared_on": timezone.localdate(),
            **super().get_changeform_initial_data(request),
        }

    def add(self, obj, form, by):
        interests.declare(obj, by=by)

    @admin.display(ordering="ended_at")
    def ended(self, interest: Interest) -> str:
        if interest.ended_at is None:
            return UNKNOWN
        return f"{timezone.localtime(interest.ended_at):%-d %b %Y} by {interest.ended_by}"


# --- Emergency overrides --------------------------------------------------------------------------


class OverrideStands(StandingFilter):
    def standing(self, rows):
        return rows.filter(
            used_at__isnull=True,
            withdrawn_at__isnull=True,
            valid_until__gte=timezone.localdate(),
        )


TAKE_BACK = Verb(
    name="take-back",
    label="Take this override back",
    permissions=["add_override"],
    relies_on=["award__recipient"],
    explains="For an override that was a mistake or is no longer needed. It cannot be used then.",
    form=ReasonForm,
    is_possible=lambda override: override.used_at is None and override.withdrawn_at is None,
    says=lambda override, given: [
        f"{override.person} can no longer {override.get_rule_display()} for award "
        f"{override.award.reference} by this override."
    ],
    do=lambda override, given, by: overrides.withdraw(override, reason=given["reason"], by=by),
    done="Taken back",
)


@admin.register(Override)
class OverrideAdmin(KeptAdmin):
    verbs = [TAKE_BACK]
    list_display = [
        "award",
        "rule",
        person("person", "for"),
        up_to,
        "valid_until",
        person("authorised_by", "authorised by"),
        moment("authorised_at", "authorised at"),
        "used",
    ]
    list_filter = [OverrideStands, "rule"]
    list_select_related = ["award", "person", "authorised_by", "withdrawn_by"]
    search_fields = ["award__reference", "award__title", "reason", "person__last_name"]
    date_hierarchy = "authorised_at"
    autocomplete_fields = ["award"]
    written = [
        person("authorised_by", "authorised by"),
        moment("authorised_at", "authorised at"),
        "used",
        moment("withdrawn_at", "taken back at"),
        person("withdrawn_by", "taken back by"),
        "withdrawn_reason",
    ]
    readonly_fields = [*written, person("person", "for"), up_to]

    def get_fieldsets(self, request, obj=None):
        if obj is not None:
            asked = ["award", "rule", person("person", "for"), up_to, "valid_until", "reason"]
            return [(None, {"fields": asked}), ("What became of it", {"fields": self.written})]
        description = (
            "For an emergency. The colleague can pass this one rule once, for this award, up to "
            "the amount and until the day. It is listed for you and for auditors."
        )
        asked = ["award", "rule", "person", "most", "valid_until", "reason"]
        return [(None, {"fields": asked, "description": description})]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "person":
            colleagues = User.objects.filter(is_active=True).exclude(pk=request.user.pk)
            kwargs["queryset"] = colleagues.order_by("first_name", "last_name", "username")
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if isinstance(field, forms.ModelChoiceField) and db_field.name == "person":
            # A page about people that few may open.
            field.widget = forms.Select(choices=field.choices)
        return field

    def get_changeform_initial_data(self, request):
        return {
            "valid_until": timezone.localdate(),
            **super().get_changeform_initial_data(request),
        }

    def add(self, obj, form, by):
        overrides.authorise(obj, by=by)

    @admin.display(ordering="used_at")
    def used(self, override: Override) -> str:
        if override.used_at is not None:
            return at_clock(override.used_at)
        if override.withdrawn_at is not None:
            return "taken back"
        return "not used" if override.valid_until >= timezone.localdate() else "never used"

    def next_steps(self, request, obj):
        return [("Award", record_url(obj.award))]
