"""How many records each choice of a filter would leave, given the other filters in use.

A filter set says in `counted_by` what a filter narrows by: an expression with one value for each
record, or a function from the rows to their counts by choice. All of the first kind are counted in
one query together, so that a page takes as many queries for a million records as for ten.
"""

from collections import Counter
from decimal import Decimal

from django import forms
from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear
from django.db.models.lookups import LessThan

from commissioning.figures.withheld import HIDES_PLACE, SMALL
from commissioning.models import Area, Award, Commitment, Organisation
from commissioning.years import FinancialYear

Counts = dict[str, int]

# --- Counting -------------------------------------------------------------------------------------


def counted(filterset, rows: QuerySet) -> dict[str, Counts]:
    """For each facet its counts; `rows` are what all filters leave."""
    facets = {name: by for name, by in filterset.counted_by.items() if name in filterset.filters}
    used = {name for name in facets if filterset.form.cleaned_data.get(name)}
    plain = {name: by for name, by in facets.items() if name not in used and not callable(by)}
    counts = _together(rows, plain)
    for name, by in facets.items():
        if name in plain:
            continue
        found = without(filterset, name) if name in used else rows
        counts[name] = by(found) if callable(by) else _together(found, {name: by})[name]
    return counts


def _together(rows: QuerySet, facets: dict) -> dict[str, Counts]:
    """Counts by several expressions, from one pass over the rows."""
    if not facets:
        return {}
    # Beside the model's own columns, which may have these names.
    asked = {f"facet_{name}": by for name, by in facets.items()}
    groups = rows.order_by().annotate(**asked).values_list(*asked).annotate(count=Count("pk"))
    counts = {name: Counter() for name in facets}
    for *values, count in groups:
        for name, value in zip(facets, values, strict=True):
            counts[name][_in_address(name, value)] += count
    return counts


def _in_address(name: str, value) -> str:
    if name == "year" and value is not None:
        return FinancialYear(value).slug
    return value or ""


def without(filterset, *names: str) -> QuerySet:
    """What the filters other than these leave."""
    rows = filterset.queryset
    for other, value in filterset.form.cleaned_data.items():
        if other not in names:
            rows = filterset.filters[other].filter(rows, value)
    return rows


def show(form: forms.Form, counts: dict[str, Counts]) -> None:
    """Write the counts behind the choices of the form; a choice that leaves nothing is left out,
    unless it is the one in use.
    """
    for name, found in counts.items():
        field = form.fields[name]
        chosen = str(form[name].value() or "")
        field.widget.choices = [
            (value, f"{label} ({found.get(str(value), 0):,})" if value else label)
            for value, label in field.choices
            if not value or found.get(str(value)) or str(value) == chosen
        ]


# --- What awards are counted by -------------------------------------------------------------------

# For each band: its words, and what holds of an amount that is in none of the bands before it.
BANDS = {
    "not-published": ("Not published", Q(amount__isnull=True, onward_of__isnull=True)),
    "under-1000": ("Under £1,000", Q(amount__lt=Decimal(1_000))),
    "1000-10000": ("£1,000 to £9,999.99", Q(amount__lt=Decimal(10_000))),
    "10000-100000": ("£10,000 to £99,999.99", Q(amount__lt=Decimal(100_000))),
    "100000-1000000": ("£100,000 to £999,999.99", Q(amount__lt=Decimal(1_000_000))),
    "from-1000000": ("£1 million and over", Q(amount__isnull=False)),
}
BAND = Case(
    *[When(holds, then=Value(name)) for name, (_, holds) in BANDS.items()],
    output_field=CharField(),
)
# As AwardQuerySet.in_year; the financial year begins in April.
_DAY = Coalesce("awarded_on", "starts_on")
YEAR = ExtractYear(_DAY) - Case(When(LessThan(ExtractMonth(_DAY), 4), then=1), default=0)
# Of a recipient whose name is withheld nothing is told, not even what it is.
RECIPIENT_KIND = Case(
    When(~Q(recipient__withhold=Organisation.Withhold.NAME), then=F("recipient__kind"))
)


def awards_by_theme(awards: QuerySet[Award]) -> Counts:
    return _counts(awards.order_by().values_list("themes__slug").annotate(Count("pk")))


def awards_by_fund(awards: QuerySet[Award]) -> Counts:
    """As AwardQuerySet.for_fund: made from a fund mainly, or standing on one of its budgets."""
    awards = awards.order_by()
    fund = "allocation__budget__fund"
    standing = Commitment.objects.filter(award__in=awards.values("pk")).exclude(
        award__fund=F(fund), award__fund__isnull=False
    )
    return _counts(
        awards.values_list("fund__slug").annotate(Count("pk")),
        standing.order_by().values_list(f"{fund}__slug").annotate(Count("award", distinct=True)),
    )


def awards_by_area(awards: QuerySet[Award]) -> Counts:
    """As `awards_for`: an area counts what is for the places in it, each award once."""
    lines = Award.areas.through.objects.filter(award__in=awards.order_by().values("pk"))
    openly = lines.exclude(award__recipient__withhold__in=HIDES_PLACE)
    return _counts(*[_by_area(openly if kind in SMALL else lines, kind) for kind in Area.Kind])


def _by_area(lines: QuerySet, kind: str) -> QuerySet:
    """(slug, awards) of each area of a kind: its own, and those of the places in it."""
    heights = ("area" + "__parent" * up for up in range(4))
    area = Case(*[When(**{f"{path}__kind": kind}, then=F(f"{path}__slug")) for path in heights])
    counts = lines.order_by().annotate(slug=area).filter(slug__isnull=False)
    return counts.values_list("slug").annotate(Count("award", distinct=True))


def _counts(*counted: QuerySet) -> Counts:
    """Pairs of a choice and its count, of several queries asked as one, added up."""
    first, *others = counted
    counts = Counter()
    for choice, count in first.union(*others, all=True) if others else first:
        counts[choice or ""] += count
    return counts
