"""The monitoring report at two days side by side."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from commissioning.admin.links import record_url
from commissioning.admin.money_forms import ROWS, day_asked, row_token
from commissioning.admin.money_tables import BEYOND, Column
from commissioning.admin.pages import staff_page
from commissioning.days import end_of_day, in_words
from commissioning.figures import Cell, Slice
from finance.admin.monitoring import COLUMNS, MonitoringForm, address_of, may_look
from finance.figures.changes import ComparedLine, comparison, reasons

TITLE = "Budget monitoring at two days"


class CompareForm(MonitoringForm):
    """The report, and the earlier reading to set beside it."""

    then_as_at = day_asked(
        "Compared with: as at",
        "Leave empty for the end of the month before.",
    )
    then_known_at = day_asked(
        "Compared with: as known on",
        "The same day in both places shows what was recorded in between.",
    )
    field_order = [
        "by", "fund", "source", "area", "year",
        "then_as_at", "then_known_at", "month_end", "as_at", "known_at",
    ]  # fmt: skip

    def clean(self):
        asked = super().clean()
        day = asked["as_at"]
        asked["then_as_at"] = asked.get("then_as_at") or day.replace(day=1) - timedelta(days=1)
        if self.readings() == self.readings(earlier=True) and not self.errors:
            raise ValidationError("Choose two days, or two days on which it was known.")
        return asked

    def readings(self, *, earlier: bool = False) -> tuple[date, date]:
        """As at which day, and as known on which."""
        step = "then_" if earlier else ""
        asked = self.cleaned_data
        return asked.get(f"{step}as_at"), asked.get(f"{step}known_at") or timezone.localdate()

    def before(self) -> Slice:
        """The same part of the money at the earlier reading."""
        known_on = self.cleaned_data["then_known_at"]
        return replace(
            self.slice(),
            as_at=self.cleaned_data["then_as_at"],
            known_at=known_on and end_of_day(known_on),
        )

    def days(self) -> tuple[str, str]:
        """What the two readings are called: by their days, else by when they were known."""
        (before, known_before), (after, known_after) = (
            self.readings(earlier=True),
            self.readings(),
        )
        if before != after:
            return in_words(before), in_words(after)
        return f"Known on {in_words(known_before)}", f"Known on {in_words(known_after)}"

    def scope(self) -> list[str]:
        return [
            *self.scope_of_place(),
            f"From {_reading(*self.readings(earlier=True))} to {_reading(*self.readings())}.",
        ]


def _reading(as_at: date, known_on: date) -> str:
    return f"{in_words(as_at)} as known on {in_words(known_on)}"


# --- The table ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ComparedFigure:
    """A figure of both readings, or in words why there is none; what moved it is at `href`."""

    before: Decimal | str
    after: Decimal | str
    difference: Decimal | None
    href: str


@dataclass(frozen=True)
class ComparedRow:
    """One row of the page."""

    label: str
    href: str
    figures: dict[str, ComparedFigure]

    @property
    def has_moved(self) -> bool:
        return any(figure.difference for figure in self.figures.values())


@dataclass(frozen=True)
class ComparedTable:
    """The rows of both readings, ready for a page or a sheet."""

    by: str
    before: Slice
    after: Slice
    rows: list[ComparedRow]
    total: ComparedRow
    columns = COLUMNS

    @property
    def heading(self) -> str:
        return ROWS[self.by]

    @property
    def note(self) -> str:
        """Why the table stands apart, if it does."""
        return BEYOND.format(year=self.after.year) if self.after.beyond_year else ""

    @property
    def totals(self) -> list[tuple[Column, ComparedFigure]]:
        """Each figure of all rows together."""
        return [(column, self.total.figures[column.figure]) for column in self.columns]

    @property
    def moved(self) -> list[ComparedRow]:
        """The rows of which any figure moved."""
        return [row for row in self.rows if row.has_moved]


def compared(by: str, before: Slice, after: Slice, address: dict[str, str]) -> ComparedTable:
    """Both readings side by side, with links from the differences to what moved them."""
    found, kept = comparison(by, before, after), {**address, "by": by}
    rows = [
        ComparedRow(
            line.label,
            "" if by == "period" else record_url(line.key),
            _figures(line, {**kept, "row": row_token(by, line.key)}),
        )
        for line in found.rows
    ]
    total = ComparedRow("Total", "", _figures(found.total, kept))
    return ComparedTable(by, before, after, rows, total)


def _figures(line: ComparedLine, address: dict[str, str]) -> dict[str, ComparedFigure]:
    return {column.figure: _figure(column, line, address) for column in COLUMNS}


def _figure(column: Column, line: ComparedLine, address: dict[str, str]) -> ComparedFigure:
    before, after = column.of(line.before), column.of(line.after)
    return ComparedFigure(
        column.shown(line.before),
        column.shown(line.after),
        None if before is None or after is None else after - before,
        f"{reverse('admin:monitoring_changes')}?{urlencode({**address, 'figure': column.figure})}",
    )


def tables(form: CompareForm) -> tuple[ComparedTable, ComparedTable | None]:
    """The table asked for, and beneath it the budgets that have no share in the chosen year."""
    before, after, address = form.before(), form.slice(), form.address()
    main = compared(form.cleaned_data["by"], before, after, address)
    if after.year is None:
        return main, None
    beyond = compared(
        "budget",
        replace(before, beyond_year=True),
        replace(after, beyond_year=True),
        {**address, "beyond": "1"},
    )
    return main, beyond if beyond.rows else None


@require_safe
@may_look
def compare(request):
    """Two readings of the report as a page."""
    form = CompareForm(request.GET)
    context = {"title": TITLE, "form": form, "clear": reverse("admin:monitoring_compare")}
    if not form.is_valid():
        return staff_page(request, "admin/finance/monitoring_compare.html", context, status=400)
    main, beyond = tables(form)
    from_day, to_day = form.days()
    context |= {
        "scope": form.scope(),
        "report": main,
        "beyond": beyond,
        "from_day": from_day,
        "to_day": to_day,
        "reasons": reasons(Cell(main.before, main.by), Cell(main.after, main.by)),
        "links": [
            ("Download this as XLSX", address_of("admin:monitoring_compare_xlsx", form)),
            ("The report alone", address_of("admin:monitoring", form)),
        ],
    }
    return staff_page(request, "admin/finance/monitoring_compare.html", context)
