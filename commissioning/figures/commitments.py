"""What was awarded, set out by year, by recipient and by theme: commitments of the journal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum

from commissioning.figures.position import Position
from commissioning.figures.positions import Row, positions
from commissioning.figures.slices import Slice
from commissioning.figures.sums import sum_where
from commissioning.models import Entry, Organisation, Theme
from commissioning.money import NOTHING
from commissioning.years import FinancialYear

RECIPIENT = "commitment__award__recipient"
NAMED = Q(**{f"{RECIPIENT}__isnull": False}) & ~Q(
    **{f"{RECIPIENT}__withhold": Organisation.Withhold.NAME}
)
WITHHELD = Q(**{f"{RECIPIENT}__withhold": Organisation.Withhold.NAME})


@dataclass(frozen=True)
class YearRow:
    """The money of one financial year, or of budgets that reach beyond one.

    `year` is None for these; `starts_on` is None where their period is not stated.
    """

    label: str
    year: FinancialYear | None
    starts_on: date | None
    ends_on: date | None
    position: Position


def by_year(slice_: Slice) -> list[YearRow]:
    """The slice's positions by financial year of the budgets, the latest first.

    Then the budgets of longer periods, which have no yearly split, and last those of no stated
    period: all together are the whole slice.
    """
    years: dict[FinancialYear, Position] = {}
    beyond = []
    for row in positions("period", slice_):
        first, last = row.key
        year = FinancialYear.containing(first) if first else None
        if year is not None and last <= year.last_day:
            known = years.get(year)
            years[year] = row.position if known is None else known + row.position
        else:
            beyond.append(row)
    return [
        *(
            YearRow(year.label, year, year.first_day, year.last_day, years[year])
            for year in sorted(years, reverse=True)
        ),
        *_beyond_a_year(beyond),
    ]


def _beyond_a_year(rows: Iterable[Row]) -> list[YearRow]:
    rows = sorted(rows, key=lambda row: row.key[0] or date.min, reverse=True)
    return [YearRow(row.label, None, *row.key, row.position) for row in rows]


@dataclass(frozen=True)
class RecipientRow:
    """What one recipient was awarded, in pounds."""

    recipient: Organisation
    committed: Decimal


@dataclass(frozen=True)
class Recipients:
    """Who was awarded the most.

    `others` more recipients are named, `other_pounds` theirs. Awards to recipients whose names are
    withheld are told together, so that nobody sees which of them are of one recipient. `unnamed`
    pounds went to nobody whom the register keeps as an organisation.
    """

    rows: tuple[RecipientRow, ...]
    others: int
    other_pounds: Decimal
    withheld_awards: int
    withheld: Decimal
    unnamed: Decimal
    total: Decimal


def top_recipients(slice_: Slice, limit: int = 10) -> Recipients:
    """The recipients of the most pounds of the slice, the largest first. Takes three queries."""
    entries = committed(slice_)
    largest = dict(
        entries.filter(NAMED)
        .values_list(RECIPIENT)
        .annotate(total=Sum("amount"))
        .order_by("-total", RECIPIENT)[:limit]
    )
    sums = entries.aggregate(
        total=sum_where(),
        named=sum_where(NAMED),
        recipients=Count(RECIPIENT, filter=NAMED, distinct=True),
        withheld=sum_where(WITHHELD),
        withheld_awards=Count("commitment__award", filter=WITHHELD, distinct=True),
    )
    found = Organisation.objects.in_bulk(largest)
    return Recipients(
        rows=tuple(RecipientRow(found[pk], pounds) for pk, pounds in largest.items()),
        others=sums["recipients"] - len(largest),
        other_pounds=sums["named"] - sum(largest.values(), NOTHING),
        withheld_awards=sums["withheld_awards"],
        withheld=sums["withheld"],
        unnamed=sums["total"] - sums["named"] - sums["withheld"],
        total=sums["total"],
    )


def by_theme(slice_: Slice) -> list[tuple[Theme | None, Decimal]]:
    """Pounds awarded by theme of the awards, in the plan's order; None for awards of no theme.

    An award of several themes counts in full under each: these are not to be added up.
    """
    totals = dict(
        committed(slice_)
        .values_list("commitment__award__themes")
        .annotate(total=Sum("amount"))
        .order_by(F("commitment__award__themes").asc(nulls_last=True))
    )
    themes = Theme.objects.select_related("plan").filter(pk__in=[pk for pk in totals if pk])
    rows = [(theme, totals[theme.pk]) for theme in themes.order_by("plan__name", "sequence", "pk")]
    return [*rows, (None, totals[None])] if None in totals else rows


def committed(slice_: Slice) -> QuerySet[Entry]:
    """The entries whose sum is what the slice has awarded."""
    return slice_.entries().filter(kind=Entry.Kind.COMMITMENT).order_by()


def awarded(slice_: Slice) -> Decimal:
    """Pounds that the slice has awarded."""
    return committed(slice_).aggregate(total=sum_where())["total"]
