"""What staff are asked: fields and forms of verbs, and the form of every record."""

import re
from collections.abc import Collection

from django import forms
from django.contrib.admin import site
from django.contrib.admin.widgets import (
    AdminDateWidget,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
)
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString

from commissioning.days import in_words
from commissioning.fields import DayField, validate_no_control_characters
from commissioning.models import Allocation, Award, Budget, DecisionNotice
from commissioning.money import PoundsField, format_pounds
from commissioning.slugs import free_slug

# A list this long is still quick to read and to send; longer ones are searched.
LONGEST_LIST = 300
# Longer numbers are no keys; SQLite could not even compare them.
KEY = re.compile(r"[0-9]{1,18}")

# --- Fields of verbs ------------------------------------------------------------------------------


def day(label: str, **options) -> forms.DateField:
    """A date, today unless said otherwise."""
    options = {"initial": timezone.localdate, "validators": DayField.default_validators, **options}
    return forms.DateField(label=label, widget=AdminDateWidget(), **options)


def line(label: str, **options) -> forms.CharField:
    """One line of text."""
    options = {"max_length": 200, "validators": [validate_no_control_characters], **options}
    widget = forms.TextInput(attrs={"class": "vTextField"})
    return forms.CharField(label=label, widget=widget, **options)


def prose(label: str, **options) -> forms.CharField:
    """Some sentences."""
    options = {"max_length": 2000, "validators": [validate_no_control_characters], **options}
    widget = forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"})
    return forms.CharField(label=label, widget=widget, **options)


def early_reason() -> forms.CharField:
    """Why a payment is asked for or made before it is due; kept with the payment."""
    return prose(
        "Why it is paid early",
        required=False,
        max_length=1000,
        help_text=(
            "Needed only to ask more than 30 days before it is due, or to pay before that day. "
            "Kept with the payment."
        ),
    )


def pounds(label: str, **options) -> PoundsField:
    """Pounds and pence."""
    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "vTextField pounds"})
    return PoundsField(label=label, widget=widget, **options)


def positive(label: str, **options) -> PoundsField:
    """Pounds and pence, more than nothing."""
    return pounds(label, validators=[_more_than_nothing], **options)


def _more_than_nothing(amount) -> None:
    if amount <= 0:
        raise ValidationError(
            f"The amount must be more than £0.00, not {format_pounds(amount)}.",
            code="not_positive",
        )


class _OnlyKeys:
    """A search whose answer may be nonsense: the form refuses it, the widget must not choke."""

    def optgroups(self, name, value, attrs=None):
        keys = [key for key in value if KEY.fullmatch(str(key))]
        return super().optgroups(name, keys, attrs)


class RecordSearch(_OnlyKeys, AutocompleteSelect):
    """A search for one record."""


class RecordSearchMany(_OnlyKeys, AutocompleteSelectMultiple):
    """A search for several records."""


class SearchesMixin:
    """Gives an admin's autocomplete fields these searches."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = RecordSearch(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = RecordSearchMany(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class RecordChoice(forms.ModelChoiceField):
    """A choice of a record: a plain list while it is short, a search when it is long."""

    # A foreign key to the same kind of record, which the search answers for.
    found_by: models.ForeignKey

    def __init__(self, label: str, **options):
        queryset = self.found_by.remote_field.model._default_manager.all()
        super().__init__(queryset=queryset, label=label, **options)

    def offer(self, queryset) -> None:
        """Offer these records only."""
        self.queryset = queryset
        if queryset.count() > LONGEST_LIST:
            self.widget = RecordSearch(self.found_by, site, choices=self.choices)


RECORD_IT = lazy(
    lambda: format_html(
        'If it is not in the list, <a href="{}">record it</a> first.',
        reverse("admin:commissioning_decisionnotice_add"),
    ),
    SafeString,
)


class DecisionChoice(RecordChoice):
    """A decision notice; whoever needs one for their deed may record it too."""

    found_by = Award._meta.get_field("decision")

    def __init__(self, label: str, *, required: bool = True, **options):
        if required:
            options["help_text"] = RECORD_IT()
        super().__init__(label, required=required, **options)

    def label_from_instance(self, decision: DecisionNotice) -> str:
        return f"{decision} ({in_words(decision.decided_on)})"


class BudgetChoice(RecordChoice):
    found_by = Allocation._meta.get_field("budget")

    def label_from_instance(self, budget: Budget) -> str:
        return f"{budget}: {format_pounds(budget.unallocated)} not allocated"


def told(allocation: Allocation) -> str:
    """An allocation among others: with its source, which alone tells two budgets apart."""
    left = format_pounds(allocation.uncommitted)
    return f"{allocation} ({allocation.budget.source}): {left} left"


class AllocationChoice(RecordChoice):
    found_by = Award._meta.get_field("commitments").field.model._meta.get_field("allocation")

    def label_from_instance(self, allocation: Allocation) -> str:
        return told(allocation)


# --- Forms of verbs -------------------------------------------------------------------------------


class VerbForm(forms.Form):
    """What a verb needs to be told; by itself, nothing."""

    # Said once, in the message over the form; the browser would say it in its own words.
    use_required_attribute = False
    # The template of fields that stand in a table, outside the layout.
    table = ""
    # Answers that the effect says already.
    unsaid: Collection[str] = ()

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.rows = rows
        self.row = rows[0]
        if "decision" in self.fields:
            self.fields["decision"].offer(DecisionNotice.objects.all())

    def layout(self) -> list:
        """The fields in their order; those of one tuple stand side by side."""
        return list(self.fields)


class ReasonForm(VerbForm):
    reason = prose("Reason", help_text="Kept in the record's history. For staff.")


# --- The form of every record ---------------------------------------------------------------------


class MayBeRefused(forms.BaseModelForm):
    """A record's form that may be known to be refused: older than its record, or by an action."""

    refusal: ValidationError | None = None

    def clean(self):
        cleaned = super().clean()
        if self.refusal is not None:
            # Sentences without field names: an action knows rules, not which field stands where.
            raise ValidationError(self.refusal.messages)
        return cleaned


class StaffForm(MayBeRefused, forms.ModelForm):
    """A record's form; a code or public address left empty is made from its name."""

    made_when_empty = ("slug", "code")
    # Columns named for programmers, as staff would ask for them.
    spoken = {
        "basis": "How the amount came about",
        "date_precision": "How exact the dates are",
        "qualifier": "How exact the amount is",
        "recipient_basis": "How the recipient is known",
        "scope_basis": "How the area of benefit is known",
        "slug": "Public address",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label in self.spoken.items():
            if name in self.fields:
                self.fields[name].label = label
        self.makes = [name for name in self.made_when_empty if name in self.fields]
        for name in self.makes:
            field = self.fields[name]
            field.required = False
            sentence = "Leave empty to have one made from the name."
            field.help_text = f"{field.help_text} {sentence}".strip()

    def clean(self):
        for name in self.makes:
            if not self.cleaned_data.get(name) and name not in self.errors:
                names = (self.cleaned_data.get(each) for each in ("name", "label", "title"))
                words = next(filter(None, names), "")
                self.cleaned_data[name] = free_slug(self._meta.model, name, words)
        return super().clean()
