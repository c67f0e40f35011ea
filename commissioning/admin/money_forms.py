"""Which part of the money a report is asked for: what staff choose, and how an address names it."""

from dataclasses import replace
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from commissioning import figures
from commissioning.days import end_of_day, in_words
from commissioning.fields import DayField
from commissioning.figures import Slice
from commissioning.models import Allocation, Area, Budget, Fund, FundingSource
from commissioning.years import FinancialYear, period_label

ROWS = {
    "fund": "Fund",
    "source": "Source of funding",
    "period": "Financial year or period",
    "budget": "Budget",
    "area": "Area",
    "allocation": "Allocation",
}
# The records that head the rows of a table, by what the table is set out by.
RECORDS = {
    "fund": Fund.objects.all(),
    "source": FundingSource.objects.all(),
    "budget": Budget.objects.select_related("fund", "source"),
    "area": Area.objects.all(),
    "allocation": Allocation.objects.select_related("area", "budget__fund"),
}
PERIOD_NOT_STATED = "not-stated"
FILTERS = ("fund", "source", "area", "year", "as_at")


def day_asked(label: str, help_text: str) -> forms.DateField:
    """A day that may be left out."""
    return forms.DateField(
        label=label,
        required=False,
        validators=DayField.default_validators,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "This is not a date. Write it like 31/03/2027."},
        help_text=help_text,
    )


def titled(title: str, as_at: date | None) -> str:
    """A report's title with the day that its figures are as at: pages count differently by it."""
    if as_at is None:
        return f"{title}: all that is recorded, later days included"
    today = "today, " if as_at == timezone.localdate() else ""
    return f"{title} as at {today}{in_words(as_at)}"


class MoneyForm(forms.Form):
    """Which part of the money, set out by what, and as of when."""

    of_everything = "All funds, sources, areas and years."

    by = forms.TypedChoiceField(
        label="One row for each", choices=list(ROWS.items()), required=False, empty_value="fund"
    )
    fund = forms.ModelChoiceField(Fund.objects.all(), required=False, empty_label="All funds")
    source = forms.ModelChoiceField(
        FundingSource.objects.all(),
        label="Source of funding",
        required=False,
        empty_label="All sources",
    )
    area = forms.ModelChoiceField(Area.objects.all(), required=False, empty_label="All areas")
    year = forms.TypedChoiceField(
        label="Financial year",
        choices=lambda: [
            ("", "All years"),
            *((year.slug, year.label) for year in figures.years_reached()),
        ],
        coerce=FinancialYear.parse,
        required=False,
        empty_value=None,
    )
    as_at = day_asked(
        "As at",
        "Counts what takes effect on or before this day. Leave empty to count everything, "
        "money dated ahead included.",
    )
    known_at = day_asked(
        "As known on",
        "Counts only what had been recorded by the end of this day, so that a position "
        "reported then can be shown again. Leave empty for all that is recorded now.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if "invalid_choice" in field.error_messages:
                field.error_messages["invalid_choice"] = "This is not one of the choices."

    def slice(self) -> Slice:
        """The part of the chain that a valid form asks for."""
        asked = {name: self.cleaned_data[name] for name in FILTERS}
        known_on = self.cleaned_data["known_at"]
        return Slice(**asked, known_at=known_on and end_of_day(known_on))

    def address(self) -> dict[str, str]:
        """The query of the page, without what is empty: for links that keep it."""
        return {name: self.data[name] for name in self.asked_by() if self.data.get(name)}

    @classmethod
    def asked_by(cls) -> list[str]:
        """The names of what the page itself asks for; a figure's row and name are not among it."""
        return [name for name in cls.base_fields if name not in FigureForm.declared_fields]

    def scope(self) -> list[str]:
        """In words, line by line, what the figures are of and as of when."""
        asked = self.cleaned_data
        as_at = asked["as_at"]
        return [
            *self.scope_of_place(),
            f"As at {in_words(as_at)}." if as_at else "As at any day: money dated ahead included.",
            f"As known on {in_words(asked['known_at'] or timezone.localdate())}.",
        ]

    def scope_of_place(self) -> list[str]:
        """In words which part of the chain; nothing where the row that heads a page says it."""
        asked = self.cleaned_data
        chosen = [str(asked[name]) for name in ("fund", "source", "area", "year") if asked[name]]
        said = f"Only {', '.join(chosen)}." if chosen else self.of_everything
        return [said] if said else []


class FigureForm(forms.Form):
    """One figure of a table, to be followed to what is under it."""

    # The row that heads the page says it better.
    of_everything = ""

    figure = forms.ChoiceField()
    row = forms.CharField(required=False, max_length=40)
    beyond = forms.BooleanField(required=False)

    def clean(self):
        asked = super().clean()
        token = asked.get("row")
        asked["key"] = row_key(asked["by"], token) if token and "by" in asked else None
        return asked

    def cell(self, slice_: Slice | None = None) -> figures.Cell:
        """Where the figure stands in the form's slice, or in another one."""
        asked = self.cleaned_data
        slice_ = replace(slice_ or self.slice(), beyond_year=asked["beyond"])
        return figures.Cell(slice_, asked["by"], asked["key"])

    def row_label(self) -> str:
        key = self.cleaned_data["key"]
        if key is None:
            return "all rows"
        return period_label(*key) if self.cleaned_data["by"] == "period" else str(key)


def row_token(by: str, key: object) -> str:
    """The key of a row as it stands in an address."""
    if by != "period":
        return str(key.pk)
    return PERIOD_NOT_STATED if key[0] is None else f"{key[0]}_{key[1]}"


def row_key(by: str, token: str) -> object:
    """The row that an address names; ValidationError if there is none."""
    if by != "period":
        records = forms.ModelChoiceField(RECORDS[by])
        records.error_messages["invalid_choice"] = "There is no such row."
        return records.clean(token)
    if token == PERIOD_NOT_STATED:
        return (None, None)
    try:
        first, last = (date.fromisoformat(day) for day in token.split("_"))
    except ValueError:
        raise ValidationError("There is no such row.", code="row_unknown") from None
    return (first, last)
