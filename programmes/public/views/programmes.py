"""The page of a programme: its services, its money and what it achieved."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby

from commissioning.models import Award
from commissioning.money import NOTHING
from commissioning.public import listings as register
from commissioning.public.listing import Excerpt, excerpt
from commissioning.public.views.base import PublicPage, crumb, find
from commissioning.public.withholding import address_of, named, shown
from commissioning.years import FinancialYear
from programmes.charts import Bars
from programmes.figures import Over, add_up, cost
from programmes.figures.results import follow_one_another, when
from programmes.models import Measure, Programme, ReleasedCell
from programmes.public import listings
from programmes.public.awards import awards_of
from programmes.public.columns import years
from programmes.public.drawing import point, unit_of
from programmes.public.filters import MONEY, RESULTS
from programmes.public.results import attach_results, first_result, measures_of
from programmes.public.withholding import WITH_PLACES, figure_area

MOST_CHARTS = 6


class ProgrammePage(PublicPage):
    template_name = "programmes/programme.html"
    records = listings.PROGRAMMES

    def get_context_data(self, slug, **kwargs):
        rows = listings.PROGRAMMES.complete(Programme.objects.published())
        programme = find(rows, slug=slug)
        services = [service for service in programme.services.all() if shown(service)]
        awards = list(awards_of(programme))
        measures = list(measures_of([programme]))
        attach_results(measures)
        result = first_result(measures)
        without = sum(award.amount is None and award.onward_of_id is None for award in awards)
        return super().get_context_data(
            crumbs_at=crumb(listings.PROGRAMMES),
            programme=programme,
            years=years(programme),
            lead=named(programme.lead),
            funds=[
                {
                    "name": fund.name,
                    "href": address_of(fund),
                    "awards": f"{register.AWARDS.address}?fund={fund.slug}",
                }
                for fund in programme.funds.all()
                if shown(fund)
            ],
            services=[service_line(service, awards) for service in services],
            awards_link=register.AWARDS.counted(len(awards)) if awards else "What it costs",
            awards_note=f"{without:,} without a published amount." if without else "",
            by_year=by_year(awards),
            qualifiers={award.qualifier for award in awards},
            result=result,
            measures=measures_of_programme(programme, RESULTS),
            money_measures=measures_of_programme(programme, MONEY),
            by_area=outcomes_by_area([one for one in measures if not one.is_of_money]),
            cost=cost(result, services) if result else None,
            figures=f"{listings.FIGURES.address}?programme={programme.slug}",
            **kwargs,
        )


def measures_of_programme(programme: Programme, tells: str) -> Excerpt:
    return excerpt(
        listings.MEASURES,
        programme=programme.slug,
        tells=tells,
        limit=50,
        only_if_known=["verdict"],
    )


def service_line(service, awards: Iterable[Award]) -> dict:
    """A service with its published awards; no pounds where no amount is published."""
    own = [award for award in awards if award.service_id == service.pk]
    return {
        "service": service,
        "counted": register.AWARDS.counted(len(own)) if own else "",
        "amount": _pounds(own),
        "href": f"{register.AWARDS.address}?service={service.slug}",
    }


def by_year(awards: Iterable[Award]) -> list[dict]:
    """Awards and their pounds by the financial year in which they were made, earliest first."""
    found = defaultdict(list)
    for award in awards:
        day = award.awarded_on or award.starts_on
        found[FinancialYear.containing(day).label if day else ""].append(award)
    return [
        {
            "label": f"{label or 'not stated'} ({register.AWARDS.counted(len(found[label]))})",
            "amount": _pounds(found[label]),
        }
        for label in sorted(found, key=lambda label: (not label, label))
    ]


def _pounds(awards: Sequence[Award]) -> Decimal | None:
    """What is known of their pounds; None, and not £0, where no amount is published."""
    amounts = [award.amount for award in awards if award.amount is not None]
    return sum(amounts, NOTHING) if amounts else None


def outcomes_by_area(measures: Sequence[Measure]) -> list[Bars]:
    """A chart for each measure with figures of areas: all periods, or the latest."""
    cells = ReleasedCell.objects.published().filter(
        measure__in=measures, area__isnull=False, category__isnull=True, is_total=False
    )
    related = ("measure__service", "service", "area__parent__parent")
    rows = cells.select_related(*related).prefetch_related(*WITH_PLACES).order_by("measure")
    open_rows = [cell for cell in rows if figure_area(cell) == cell.area]
    by_measure = {key: list(of) for key, of in groupby(open_rows, key=lambda cell: cell.measure_id)}
    found = [m for m in measures if _has_areas(by_measure.get(m.pk, []))]
    return [_of_areas(measure, by_measure[measure.pk]) for measure in found[:MOST_CHARTS]]


def _has_areas(cells: Sequence[ReleasedCell]) -> bool:
    return len({cell.area_id for cell in cells}) > 1


def _of_areas(measure: Measure, cells: Sequence[ReleasedCell]) -> Bars:
    areas = defaultdict(list)
    for cell in cells:
        areas[cell.area].append(cell)
    points = [
        point(measure, area.name, _over_time(measure, areas[area]))
        for area in sorted(areas, key=lambda area: area.name)
    ]
    periods = sorted({cell.period for cell in cells})
    return Bars(
        title=measure.name,
        points=tuple(points),
        uid=f"areas-{measure.pk}",
        unit=unit_of(measure),
        heading="Area",
        note=f"{', '.join(periods)}.",
    )


def _over_time(measure: Measure, cells: Sequence[ReleasedCell]):
    """All periods together where they follow one another, else the latest."""
    if len(cells) > 1 and not follow_one_another(cells):
        cells = [max(cells, key=when)]
    return add_up(measure, cells, Over.PERIODS)
