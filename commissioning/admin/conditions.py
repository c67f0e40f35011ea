"""Conditions of funding in the staff site."""

from django.contrib import admin

from commissioning import rules
from commissioning.actions import conditions
from commissioning.admin.base import FOR_STAFF, StaffModelAdmin, from_documents
from commissioning.admin.columns import person
from commissioning.admin.filters import year_of
from commissioning.admin.forms import ReasonForm, VerbForm, day, prose
from commissioning.admin.links import record_url
from commissioning.admin.verbs import Verb
from commissioning.days import in_words
from commissioning.models import Award, Condition

State = Condition.State


class MetForm(VerbForm):
    on = day("Met on")
    evidence = prose(
        "What shows it",
        max_length=1000,
        help_text="Such as “policy of 3 May 2026, received by e-mail”. For staff.",
    )


class LetGoForm(VerbForm):
    reason = prose("Why it is waived", max_length=1000, help_text="For staff.")


class MoreTimeForm(ReasonForm):
    due_on = day("New due date", initial=None)

    field_order = ("due_on", "reason")


def is_open(condition: Condition) -> bool:
    return condition.state == State.OPEN


CONDITION = ["award__recipient", "fund"]

CONDITION_VERBS = [
    Verb(
        name="meet",
        label="Record as met",
        permissions=["settle_condition"],
        relies_on=CONDITION,
        explains="The recipient has done what it asks.",
        form=MetForm,
        is_possible=is_open,
        rules=[rules.condition_is_judged_without_interest],
        says=lambda condition, given: [f"The condition “{condition}” will be met."],
        do=lambda condition, given, by: conditions.meet(
            condition, on=given["on"], evidence=given["evidence"], by=by
        ),
        done="Met",
        many=True,
    ),
    Verb(
        name="waive",
        label="Waive",
        permissions=["waive_condition"],
        relies_on=CONDITION,
        explains="Let it go: payments no longer wait for it.",
        form=LetGoForm,
        is_possible=is_open,
        rules=[rules.condition_is_let_go_by_another],
        says=lambda condition, given: [
            f"The condition “{condition}” will be waived. The public page of its award will say so."
        ],
        do=lambda condition, given, by: conditions.waive(condition, reason=given["reason"], by=by),
        done="Waived",
    ),
    Verb(
        name="more-time",
        label="Give more time",
        permissions=["waive_condition"],
        relies_on=CONDITION,
        explains="Move the day by which it is to be met.",
        form=MoreTimeForm,
        is_possible=is_open,
        rules=[rules.condition_is_let_go_by_another],
        says=lambda condition, given: [
            f"It will be due on {in_words(given['due_on'])}"
            + (f" instead of {in_words(condition.due_on)}." if condition.due_on else ".")
        ],
        do=lambda condition, given, by: conditions.give_more_time(
            condition, due_on=given["due_on"], reason=given["reason"], by=by
        ),
        done="Given more time",
    ),
    Verb(
        name="reopen",
        label="Open again",
        permissions=["settle_condition", "waive_condition"],
        relies_on=CONDITION,
        explains="It turned out that it is not met after all.",
        form=ReasonForm,
        is_possible=lambda condition: not is_open(condition),
        says=lambda condition, given: [
            f"The condition “{condition}” is to be met again. Once overdue, payments wait for it."
        ],
        do=lambda condition, given, by: conditions.reopen(condition, reason=given["reason"], by=by),
        done="Opened again",
    ),
]


@admin.register(Condition)
class ConditionAdmin(StaffModelAdmin):
    verbs = CONDITION_VERBS
    list_display = ["text_shown", "award", "fund", "applies_to", "due_on", "state", "settled_on"]
    list_filter = ["state", year_of("due_on"), ("fund", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["award__recipient", "fund"]
    search_fields = ["text", "code", "applies_to", "award__reference", "award__title"]
    date_hierarchy = "due_on"
    autocomplete_fields = ["award", "fund"]
    stands = ["state", "settled_on", person("settled_by"), "settled_reason"]
    terms = (
        None,
        {
            "fields": ["text", "due_on"],
            "description": "Published with the award or fund: the law asks for it.",
        },
    )
    others = [
        (
            "What it applies to",
            {
                "fields": ["award", "fund", "applies_to"],
                "description": "One award, one fund, or a group in words. Published.",
            },
        ),
        from_documents("code", "source_ref"),
        FOR_STAFF,
    ]

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return [self.terms, *self.others]
        fields = self.stands[:1] if is_open(obj) else self.stands
        stands = {"fields": fields, "description": "Changed by the buttons above."}
        return [("Where it stands", stands), self.terms, *self.others]

    def get_readonly_fields(self, request, obj=None):
        return list({*super().get_readonly_fields(request, obj), *self.stands})

    def add(self, obj, form, by):
        conditions.save(obj, by=by)

    @admin.display(description="condition", ordering="text")
    def text_shown(self, condition: Condition) -> str:
        return str(condition)

    def described(self, row: Condition) -> str:
        return f"{row} ({row.award or row.fund or row.applies_to})"

    def is_removable(self, obj: Condition) -> bool:
        return obj.award is not None and obj.award.status in Award.EDITABLE

    def next_steps(self, request, obj):
        return [("Award", record_url(obj.award))] if obj.award else []
