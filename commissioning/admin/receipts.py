"""Money that came from sources, and what went back to them, in the staff site."""

from decimal import Decimal

from django import forms
from django.contrib import admin

from commissioning import rules
from commissioning.actions import receipts
from commissioning.admin.alike import DuplicatesForm
from commissioning.admin.base import ReadOnlyInline, StaffModelAdmin
from commissioning.admin.columns import list_address, moment, person, pounds
from commissioning.admin.filters import year_of
from commissioning.admin.forms import StaffForm, VerbForm, positive, prose
from commissioning.admin.forms import pounds as pounds_field
from commissioning.admin.links import record_url
from commissioning.admin.verbs import Verb
from commissioning.days import in_words
from commissioning.figures import receipts as figures
from commissioning.models import Entry, Receipt
from commissioning.money import format_pounds
from commissioning.rules import duplicates

Kind = Receipt.Kind


class ReceiptForm(DuplicatesForm):
    """What came or went back; what went back is written without a minus."""

    kind = forms.ChoiceField(
        label="What happened",
        choices=[(Kind.RECEIVED, "Money came in"), (Kind.RETURNED, "Money went back")],
        widget=forms.RadioSelect,
        initial=Kind.RECEIVED,
    )
    amount = positive("How many pounds")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("amount") and cleaned.get("kind") == Kind.RETURNED:
            cleaned["amount"] = -cleaned["amount"]
        return cleaned

    def duplicates(self, cleaned):
        asked = ["budget", "kind", "received_on"]
        receipt = Receipt(**{name: cleaned[name] for name in asked}, amount=self.signed(cleaned))
        return duplicates.receipts_in_sentences(receipt)

    def signed(self, cleaned: dict) -> Decimal:
        """Pounds, below nothing for what went back."""
        returned = cleaned["kind"] == Kind.RETURNED
        return -abs(cleaned["amount"]) if returned else abs(cleaned["amount"])


class CorrectForm(VerbForm):
    amount = pounds_field(
        "What it should have been, in pounds",
        min_value=0,
        help_text="£0.00 if there was no such money. What went back is written without a minus.",
    )
    reason = prose("Why", help_text="Kept with the correction. For staff.")


def corrected(receipt: Receipt) -> list[str]:
    """What a receipt comes to, with its corrections."""
    return [
        f"{format_pounds(abs(figures.corrected(receipt)))} was "
        f"{receipt.get_kind_display()} on {in_words(receipt.received_on)}."
    ]


def status_follows(receipt: Receipt, given: dict) -> list[str]:
    was, becomes = abs(figures.corrected(receipt)), given["amount"]
    return [
        f"{format_pounds(becomes)} instead of {format_pounds(was)} will have been "
        f"{receipt.get_kind_display()} on {in_words(receipt.received_on)}."
    ]


CORRECT = Verb(
    name="correct",
    label="Correct",
    permissions=["add_receipt"],
    relies_on=["budget__source", "corrections"],
    explains="What was recorded stays, and the difference is recorded beside it.",
    tells=corrected,
    form=CorrectForm,
    is_possible=lambda receipt: receipt.kind != Kind.CORRECTION,
    rules=[lambda receipt, by: rules.year_is_open(receipt.received_on)],
    says=status_follows,
    do=lambda receipt, given, by: receipts.correct(
        receipt, given["amount"], note=given["reason"], by=by
    ),
    done="Corrected",
)


@admin.register(Receipt)
class ReceiptAdmin(StaffModelAdmin):
    """Added once and then only corrected."""

    verbs = [CORRECT]
    form = ReceiptForm
    list_display = ["received_on", "budget", "kind", pounds("amount"), "reference"]
    list_filter = [
        "kind",
        year_of("received_on"),
        ("budget__source", admin.RelatedOnlyFieldListFilter),
        ("budget__fund", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["budget__fund", "budget__source"]
    search_fields = ["budget__fund__name", "budget__source__name", "reference", "note"]
    date_hierarchy = "received_on"
    autocomplete_fields = ["budget"]
    readonly_fields = [
        pounds("amount"),
        "corrects",
        person("recorded_by"),
        moment("recorded_at", "recorded at"),
    ]

    def has_change_permission(self, request, obj=None):
        return False

    def get_form(self, request, obj=None, change=False, **kwargs):
        if change:
            kwargs["form"] = StaffForm
        return super().get_form(request, obj, change, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        return [] if obj is None else super().get_readonly_fields(request, obj)

    def get_fieldsets(self, request, obj=None):
        amount, *recorded = self.readonly_fields
        fields = ["budget", "kind", "amount", "received_on", "reference", "note"]
        if obj is None:
            fields.append("not_a_duplicate")
            description = "Its budget is confirmed by the first money, and received with the last."
            return [(None, {"fields": fields, "description": description})]
        fields[2] = amount
        return [(None, {"fields": [*fields, *recorded]})]

    def add(self, obj, form, by):
        receipts.record(obj, by=by)

    def next_steps(self, request, obj):
        return [
            ("Budget", record_url(obj.budget)),
            ("All receipts of the budget", list_address(Receipt, budget__id__exact=obj.budget_id)),
            ("Journal", list_address(Entry, budget__id__exact=obj.budget_id)),
        ]


class ReceiptInline(ReadOnlyInline):
    """What came for a budget, on its page."""

    model = Receipt
    verbose_name_plural = "money from the source"
    fields = ["received_on", "kind", pounds("amount"), "reference", "note", person("recorded_by")]
    readonly_fields = fields
    show_change_link = True
