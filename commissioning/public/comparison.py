"""Two areas beside one another: the same figures of each, on a page and as files."""

import csv
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from commissioning import figures, workbooks
from commissioning.days import in_words
from commissioning.figures import Slice
from commissioning.figures.shares import PopulationShares, population_shares
from commissioning.models import Area
from commissioning.public import listings, stories
from commissioning.public.downloads import LICENCE, LICENCE_ADDRESS, spreadsheet_safe
from commissioning.public.filtering import RecordField
from commissioning.public.forms import PublicForm
from commissioning.public.listing import excerpt
from commissioning.templatetags.figures import pounds

PENNY = Decimal("0.01")
POUNDS, COUNT, PEOPLE = "pounds", "number", "people"


class AreaField(RecordField):
    def __init__(self, label: str):
        super().__init__(
            queryset=Area.objects.published(),
            to_field_name="slug",
            label=label,
            empty_label="Choose an area",
            error_messages={"required": "Choose an area."},
        )


class CompareForm(PublicForm):
    area = AreaField("First area")
    other = AreaField("Second area")

    def clean(self):
        chosen = super().clean()
        if chosen.get("area") and chosen.get("area") == chosen.get("other"):
            raise ValidationError("Choose two different areas.", code="same_area")
        return chosen


@dataclass(frozen=True)
class Cell:
    """One area's figure, None where none is recorded, and the list of the rows under it."""

    value: Decimal | int | None
    href: str = ""

    @property
    def text(self) -> str:
        if self.value is None:
            return "none recorded"
        return pounds(self.value) if isinstance(self.value, Decimal) else f"{self.value:,}"


@dataclass(frozen=True)
class Line:
    """`unit` where it is not that of its group."""

    label: str
    cells: tuple[Cell, Cell]
    unit: str = ""


@dataclass(frozen=True)
class Group:
    """Lines of one figure, such as what was awarded by year."""

    title: str
    unit: str
    lines: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True)
class Comparison:
    areas: tuple[Area, Area]
    groups: tuple[Group, ...]

    @property
    def query(self) -> str:
        return urlencode({"area": self.areas[0].slug, "other": self.areas[1].slug})

    @property
    def address(self) -> str:
        return f"{reverse('public:compare')}?{self.query}"

    def files(self) -> dict[str, str]:
        """The same as files."""
        return {
            form: f"{reverse('public:compare-file', args=[form])}?{self.query}" for form in FORMS
        }

    def rows(self) -> Iterable[list]:
        """Figure, of what, unit, and each area's value."""
        for group in self.groups:
            for line in group.lines:
                unit = line.unit or group.unit
                yield [group.title, line.label, unit, *(cell.value for cell in line.cells)]

    @property
    def columns(self) -> list[str]:
        return ["Figure", "Of", "Unit", *(area.name for area in self.areas)]


def of_form(form: CompareForm) -> Comparison | None:
    """The comparison that is asked for; None where it cannot be told of which areas."""
    if not form.is_bound or not form.is_valid():
        return None
    return compare(form.cleaned_data["area"], form.cleaned_data["other"])


# --- The figures ----------------------------------------------------------------------------------

Bars = list[dict]


@dataclass(frozen=True)
class AreaFigures:
    """What is compared of one area; `bars` as for amount_bars, by the title of their group."""

    area: Area
    bars: dict[str, Bars]
    awards: Cell
    services: Cell

    def total(self, title: str) -> Decimal | None:
        return sum(bar["amount"] for bar in self.bars[title]) if self.bars[title] else None


ALLOCATED, AWARDED = "Allocated, by year", "Awarded, by year"
ALLOCATED_NOTE = "What is only inferred from awards is left out."
BY_FUND, BY_THEME = "Awarded, by fund", "Awarded, by theme"
THEME_NOTE = "An award of several themes counts in full under each, so these are not added up."


def compare(*areas: Area) -> Comparison:
    """The same figures of both areas. The number of queries is the same for any two."""
    both = [figures_of(area) for area in areas]
    groups = [
        _group(ALLOCATED, both, total=True, note=ALLOCATED_NOTE),
        _group(AWARDED, both, total=True),
        _group(BY_FUND, both),
        _group(BY_THEME, both, note=THEME_NOTE),
        _per_person(both, population_shares()),
        Group(
            "Published records",
            COUNT,
            (
                Line("Awards that benefit it", tuple(one.awards for one in both)),
                Line("Services for it or a place in it", tuple(one.services for one in both)),
            ),
        ),
    ]
    return Comparison(areas, tuple(group for group in groups if group and group.lines))


def figures_of(area: Area) -> AreaFigures:
    slice_, chosen = Slice(area=area, published=True), {"area": area.slug}
    years = figures.by_year(slice_)
    lines = f"{listings.COMMITMENTS.address}?{urlencode(chosen)}"
    awards = excerpt(listings.AWARDS, limit=0, **chosen)
    services = excerpt(listings.SERVICES, limit=0, **chosen)
    return AreaFigures(
        area=area,
        bars={
            ALLOCATED: stories.allocated_bars(years, **chosen),
            AWARDED: stories.year_bars(years, "committed", listings.COMMITMENTS, **chosen),
            BY_FUND: [
                _bar(row.label, row.position.committed, f"{lines}&fund={row.key.slug}")
                for row in figures.positions("fund", slice_)
                if row.position.committed
            ],
            BY_THEME: [
                _bar(f"{theme.name} ({theme.plan.name})", amount, f"{lines}&theme={theme.slug}")
                if theme
                else _bar("No theme named", amount, "")
                for theme, amount in figures.by_theme(slice_)
            ],
        },
        awards=Cell(awards.summary["count"], awards.href),
        services=Cell(services.summary["count"], services.href),
    )


def _bar(label: str, amount: Decimal, href: str) -> dict:
    return {"label": label, "amount": amount, "href": href}


def _group(title: str, both: list[AreaFigures], *, total: bool = False, note: str = "") -> Group:
    """One line for each label that either area has."""
    cells = [
        {bar["label"]: Cell(bar["amount"], bar["href"]) for bar in one.bars[title]} for one in both
    ]
    order = {bar["label"]: bar.get("order", ()) for one in both for bar in one.bars[title]}
    labels = sorted(order, key=order.get)
    lines = [
        Line(label, tuple(found.get(label, Cell(None)) for found in cells)) for label in labels
    ]
    if total and lines:
        lines.append(Line("In all", tuple(Cell(one.total(title)) for one in both)))
    return Group(title, POUNDS, tuple(lines), note)


def _per_person(both: list[AreaFigures], population: PopulationShares | None) -> Group | None:
    """Pounds for each person, where the people of both areas are recorded."""
    if population is None:
        return None
    people = [population.people.get(one.area.pk) for one in both]
    if not all(people):
        return None
    lines = [Line("People", tuple(map(Cell, people)), PEOPLE)]
    for label, title in (("Allocated", ALLOCATED), ("Awarded", AWARDED)):
        totals = [one.total(title) for one in both]
        if any(totals):
            each = map(_each, totals, people)
            lines.append(Line(f"{label}, for each person", tuple(map(Cell, each))))
    weighting = population.weighting
    note = (
        f"All periods together, over the people counted in {weighting.name}, released "
        f"{in_words(weighting.released_on)} ({weighting.source_ref})."
    )
    return Group("For each person", POUNDS, tuple(lines), note)


def _each(amount: Decimal | None, people: int) -> Decimal | None:
    return None if amount is None else (amount / people).quantize(PENNY, ROUND_HALF_UP)


# --- Files ----------------------------------------------------------------------------------------

Absolute = Callable[[str], str]


def as_csv(comparison: Comparison, absolute: Absolute) -> HttpResponse:
    text = StringIO()
    writer = csv.writer(text)
    for row in (comparison.columns, *comparison.rows()):
        writer.writerow([spreadsheet_safe("" if cell is None else cell) for cell in row])
    return _to_save(text.getvalue(), "text/csv; charset=utf-8; header=present", "csv")


def as_json(comparison: Comparison, absolute: Absolute) -> HttpResponse:
    """Money as text, so that no reader rounds it."""
    names = [area.slug for area in comparison.areas]
    results = []
    for title, label, unit, *values in comparison.rows():
        plain = [f"{value:.2f}" if isinstance(value, Decimal) else value for value in values]
        results.append(
            {"figure": title, "of": label, "unit": unit, **dict(zip(names, plain, strict=True))}
        )
    data = {
        "licence": LICENCE_ADDRESS,
        "page": absolute(comparison.address),
        "areas": names,
        "results": results,
    }
    return _to_save(json.dumps(data, ensure_ascii=False), "application/json", "json")


def as_xlsx(comparison: Comparison, absolute: Absolute) -> HttpResponse:
    sheet = workbooks.Sheet(
        name="Comparison",
        title=" and ".join(area.name for area in comparison.areas),
        notes=[
            f"As published on {in_words(timezone.localdate())}.",
            *(f"{group.title}: {group.note}" for group in comparison.groups if group.note),
            f"Source: {absolute(comparison.address)}",
            LICENCE,
        ],
        columns=comparison.columns,
        rows=map(_in_units, comparison.rows()),
        widths=[26, 30, 16, 18, 18],
    )
    return workbooks.download([sheet], "compare.xlsx")


def _in_units(row: list) -> list:
    title, label, unit, *values = row
    kind = workbooks.Unit.POUNDS if unit == POUNDS else workbooks.Unit.NUMBER
    return [
        title,
        label,
        unit,
        *(None if value is None else workbooks.Measured(value, kind) for value in values),
    ]


FORMS = {"csv": as_csv, "xlsx": as_xlsx, "json": as_json}


def refusal(form: CompareForm) -> HttpResponse:
    """Why there is nothing to compare."""
    said = next((messages[0] for messages in form.errors.values()), "Choose two areas.")
    return HttpResponse(f"{said}\n", status=400, content_type="text/plain; charset=utf-8")


def _to_save(content: str, content_type: str, form: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="compare.{form}"'},
    )
