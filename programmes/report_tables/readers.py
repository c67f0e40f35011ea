"""What the cells of a table are read from: one reader for each thing that tables count.

Each reads all that its table needs in a fixed number of queries, and is then asked cell by cell.
"""

from collections.abc import Iterable, Sequence

from django.db.models import Sum
from django.urls import reverse
from django.utils.http import urlencode

from commissioning.figures import FIGURES
from commissioning.models import Area, Basis, ReportedTotal
from commissioning.money import NOTHING, format_pounds
from programmes.figures import Total, shown
from programmes.models import Measure, ReportLine, ReportTable
from programmes.report_tables.measured import Measured
from programmes.report_tables.places import Place
from programmes.report_tables.sources import Source


class MeasureReader(Measured):
    """Figures of measures."""

    def __init__(self, table: ReportTable, lines: Iterable[ReportLine], source: Source):
        named = {line.measure for line in [table, *lines] if line.measure is not None}
        sides = {side for one in named for side in (one.numerator, one.denominator) if side}
        super().__init__(source.figures(named | sides), source.nothing)
        self.source = source

    def shown(self, place: Place, total: Total) -> str:
        return shown(place.measure, total.value)

    def unit(self, places: Sequence[Place]) -> str:
        units = {_unit(place.measure) for place in places if place.measure}
        return units.pop() if len(units) == 1 else ""

    def address(self, place: Place) -> str:
        return self.source.address(place.measure) if place.measure else ""


def _unit(measure: Measure) -> str:
    forms = {Measure.Form.POUNDS: "pounds", Measure.Form.PERCENT: "per cent"}
    return forms.get(measure.form, measure.unit)


class PoundsReader:
    """Pounds, which always add up."""

    def __init__(self, table: ReportTable, lines: Iterable[ReportLine], source: Source):
        self.table, self.source = table, source
        self.nothing = Total(why_not=source.nothing)

    def at(self, place: Place) -> Total:
        raise NotImplementedError

    def stated(self, place: Place) -> Total:
        return self.at(place)

    def share(self, place: Place, is_total: bool = False) -> Total:
        return Total(why_not="Pounds are no share of anything here.")

    def categories(self, place: Place) -> list:
        return []

    def sum(self, cells: Sequence[tuple[Place, Total]]) -> Total:
        unknown = [total for _, total in cells if total.value is None]
        if unknown or not cells:
            said = f"Not known: {len(unknown)} of the {len(cells)} rows have no amount."
            return Total(why_not=said) if cells else self.nothing
        return Total(value=sum((total.value for _, total in cells), NOTHING))

    def shown(self, place: Place, total: Total) -> str:
        return format_pounds(total.value, pence=False)

    def unit(self, places: Sequence[Place]) -> str:
        return "pounds"

    def address(self, place: Place) -> str:
        return ""


class AllocatedReader(PoundsReader):
    """Pounds allocated to areas from decided budgets; an area's figure takes in all within it."""

    def __init__(self, table: ReportTable, lines: Iterable[ReportLine], source: Source):
        super().__init__(table, lines, source)
        entries = source.slice_of(table.fund).entries().filter(FIGURES["allocated"])
        decided = entries.filter(allocation__basis=Basis.DECIDED).order_by()
        self.amounts = list(
            decided.values_list(
                "allocation__area", "budget__starts_on", "budget__ends_on"
            ).annotate(Sum("amount"))
        )
        self.above = dict(Area.objects.values_list("pk", "parent"))

    def at(self, place: Place) -> Total:
        within = [
            amount
            for area, first, last, amount in self.amounts
            if place.holds_period(first, last) and self._lies_in(area, place.area)
        ]
        return Total(value=sum(within, NOTHING)) if within else self.nothing

    def _lies_in(self, area: int | None, whole: Area | None) -> bool:
        while whole is not None and area is not None and area != whole.pk:
            area = self.above[area]
        return whole is None or area is not None

    def address(self, place: Place) -> str:
        chosen = {"fund": self.table.fund, "area": place.area}
        named = {name: record.slug for name, record in chosen.items() if record is not None}
        return f"{reverse('public:allocations')}?{urlencode(named)}"


class SpendingReader(PoundsReader):
    """Pounds spent, as documents state them: nothing is added up to find one."""

    def __init__(self, table: ReportTable, lines: Iterable[ReportLine], source: Source):
        super().__init__(table, lines, source)
        spent = [ReportedTotal.Kind.SPENDING, ReportedTotal.Kind.COST]
        totals = source.reported_totals().filter(kind__in=spent, amount__isnull=False)
        about = {"fund": table.fund, "service": table.service}
        self.totals = list(
            totals.filter(**{name: record for name, record in about.items() if record is not None})
        )

    def at(self, place: Place) -> Total:
        found = self._total(place)
        if found is None:
            return self.nothing
        return Total(value=found.amount, qualifier=found.qualifier)

    def _total(self, place: Place) -> ReportedTotal | None:
        area = place.area and place.area.pk
        return next(
            (
                one
                for one in self.totals
                if (one.starts_on, one.ends_on) == place.period and one.area_id == area
            ),
            None,
        )

    def address(self, place: Place) -> str:
        found = self._total(place)
        if found is None or not found.is_published:
            return ""
        return reverse("public:reported-total", args=[found.code])


READERS = {
    ReportTable.Counts.MEASURES: MeasureReader,
    ReportTable.Counts.ALLOCATED: AllocatedReader,
    ReportTable.Counts.SPENDING: SpendingReader,
}
