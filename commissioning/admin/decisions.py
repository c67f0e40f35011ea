"""Decision notices in the staff site."""

from django import forms
from django.contrib import admin

from commissioning.actions import decisions
from commissioning.admin.base import FOR_STAFF, PUBLICATION, PublishableAdmin, ReadOnlyInline
from commissioning.admin.columns import list_address, moment, person
from commissioning.admin.filters import year_of
from commissioning.admin.forms import VerbForm, day, prose
from commissioning.admin.publishing import publication_verbs
from commissioning.admin.verbs import Verb
from commissioning.models import Award, DecisionCorrection, DecisionNotice, Entry
from commissioning.rules import decision_is_relied_on

Part = DecisionCorrection.Part


class CorrectionForm(VerbForm):
    part = forms.ChoiceField(label="What is wrong", choices=Part)
    instead = prose("Read instead", required=False, help_text="As it should read. Published.")
    day = day("Day", required=False, help_text="Only for the day of the decision. Published.")
    reason = prose("Why it was wrong", max_length=1000, help_text="Published.")

    def clean(self):
        cleaned = super().clean()
        wanted = "day" if cleaned.get("part") == Part.DECIDED_ON else "instead"
        if not cleaned.get(wanted) and wanted not in self.errors:
            self.add_error(wanted, "Say what is to be read instead.")
        return cleaned


def instead(given: dict):
    return given["day"] if given["part"] == Part.DECIDED_ON else given["instead"]


CORRECT = Verb(
    name="correct",
    label="Correct the notice",
    permissions=["change_decisionnotice"],
    relies_on=["corrections"],
    form=CorrectionForm,
    is_possible=decision_is_relied_on,
    explains="What the notice says stays, because something was approved under it. A numbered "
    "correction is shown beside it.",
    tells=lambda decision: [
        f"{label.capitalize()}: {getattr(decision, part)}"
        for part, label in Part.choices
        if getattr(decision, part)
    ],
    says=lambda decision, given: [
        f"Correction {decision.corrections.count() + 1} of {decision.reference} will stand on its "
        "public page, in the downloads, the API and the feed, with its reason, once the notice is "
        "published. It cannot be changed or removed."
    ],
    do=lambda decision, given, by: decisions.correct(
        decision, part=given["part"], instead=instead(given), reason=given["reason"], by=by
    ),
    done="Corrected",
)


class CorrectionInline(ReadOnlyInline):
    model = DecisionCorrection
    fields = ["number", "part", "instead", "reason", moment("made_at", "made"), person("made_by")]
    readonly_fields = fields
    verbose_name_plural = "corrections (published with the notice)"


@admin.register(DecisionNotice)
class DecisionNoticeAdmin(PublishableAdmin):
    verbs = [CORRECT, *publication_verbs("publish_decisionnotice", ["corrections"])]
    inlines = [CorrectionInline]
    list_display = ["reference", "title", "decided_on", "status", "signatory", "is_published"]
    list_filter = ["status", "is_published", year_of("decided_on")]
    search_fields = ["reference", "title", "summary"]
    date_hierarchy = "decided_on"
    fieldsets = [
        (
            None,
            {
                "fields": ["reference", "title", "decided_on", "signatory", "document_url"],
                "description": "Published with the notice.",
            },
        ),
        (
            "What it says",
            {
                "fields": ["status", "confidential_ground", "summary"],
                "description": (
                    "A notice that is not wholly public is published as one line, with the ground."
                ),
            },
        ),
        FOR_STAFF,
        PUBLICATION,
    ]

    def next_steps(self, request, obj):
        return [
            ("Awards", list_address(Award, decision__id__exact=obj.pk)),
            ("Journal", list_address(Entry, decision__id__exact=obj.pk)),
        ]
