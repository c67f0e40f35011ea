"""Filters of the lists of programmes, measures, indicators and figures."""

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet
from django_filters import ChoiceFilter

from commissioning.models import Fund, Organisation, Service, Theme
from commissioning.public.filtering import (
    PublicFilterSet,
    RecordFilter,
    WordsFilter,
    YearFilter,
)
from commissioning.public.filters import AREAS, FUNDS, RECIPIENTS, THEMES
from commissioning.years import FinancialYear
from programmes.models import Indicator, Measure, Programme, ReleasedCell
from programmes.public.during import DuringFilter
from programmes.public.withholding import figures_for
from programmes.reporting_rules import series

PROGRAMMES = {"noun": "programme", "queryset": lambda: Programme.objects.published()}
MEASURES = {"noun": "measure", "queryset": lambda: Measure.objects.published()}


def measured_services() -> QuerySet[Service]:
    """Published services that a published measure is of."""
    measures = Measure.objects.published().filter(service=OuterRef("pk"))
    return Service.objects.published().filter(Exists(measures))


SERVICES = {"noun": "service", "queryset": measured_services}


def _of_programme(rows: QuerySet, programme: Programme, path: str = "") -> QuerySet:
    """Rows of the programme itself and of its services."""
    own = Q(**{f"{path}programme": programme})
    return rows.filter(own | Q(**{f"{path}service__in": programme.services.values("pk")}))


def _of_theme(rows: QuerySet, theme: Theme, path: str = "") -> QuerySet:
    """Rows under the theme themselves, or by their service or programme."""
    return rows.filter(
        Q(**{f"{path}theme": theme})
        | Q(**{f"{path}service__theme": theme, f"{path}service__is_published": True})
        | Q(**{f"{path}programme__theme": theme, f"{path}programme__is_published": True})
    )


def _in_year(cells: QuerySet, year: FinancialYear) -> QuerySet:
    """Figures whose whole period lies in the year, and those of a day in it."""
    started = Q(starts_on__isnull=True) | Q(starts_on__gte=year.first_day)
    return cells.filter(started, ends_on__range=(year.first_day, year.last_day))


def _span() -> tuple:
    days = ReleasedCell.objects.published().aggregate(first=Min("ends_on"), last=Max("ends_on"))
    return days["first"], days["last"]


class ProgrammeFilters(PublicFilterSet):
    q = WordsFilter(help_text="Words in the name or text.")
    theme = RecordFilter(**THEMES)


def _of_provider(measures: QuerySet, provider: Organisation) -> QuerySet:
    """Measures of published services that the organisation delivers."""
    return measures.filter(service__in=Service.objects.published().filter(providers=provider))


def _of_fund(measures: QuerySet, fund: Fund) -> QuerySet:
    """Measures of published services and programmes that the fund pays for."""
    return measures.filter(
        Q(service__in=Service.objects.published().filter(funds=fund))
        | Q(programme__in=Programme.objects.published().filter(funds=fund))
    )


RESULTS, MONEY, BACKGROUND = "results", "money", "background"
TELLS = [
    (RESULTS, "what was done, changed or gained"),
    (MONEY, "what was budgeted, given or spent"),
    (BACKGROUND, "how it is meant to work, what was put in, and forecasts"),
]


class TellsFilter(ChoiceFilter):
    """Parts results from designs, context, inputs and forecasts, which nobody has achieved."""

    def __init__(self, path: str = ""):
        super().__init__(choices=TELLS, label="Tells", empty_label="All")
        self.path = path

    def filter(self, queryset, value):
        money = Measure.of_money(self.path)
        results = Measure.of_achievement(self.path) & ~self._is_ahead()
        chosen = {RESULTS: results, MONEY: money, BACKGROUND: ~results & ~money}
        return queryset.filter(chosen[value]) if value in chosen else queryset

    def _is_ahead(self) -> Q:
        """Whether a figure, or every released figure of a measure, is a forecast or a target."""
        if self.path:
            return Q(qualifier__in=series.NOT_YET)
        cells = ReleasedCell.objects.published().filter(measure=OuterRef("pk"))
        happened = cells.exclude(qualifier__in=series.NOT_YET)
        return Exists(cells) & ~Exists(happened)


class MeasureFilters(PublicFilterSet):
    when_used = ("provider", "fund", "whole_of", "during")

    q = WordsFilter(help_text="Words in the name, the unit or what is counted.")
    programme = RecordFilter(**PROGRAMMES, narrow=_of_programme)
    service = RecordFilter(**SERVICES)
    theme = RecordFilter(**THEMES, narrow=_of_theme)
    kind = ChoiceFilter(choices=Measure.Kind, label="Kind", empty_label="All")
    tells = TellsFilter()
    provider = RecordFilter(**{**RECIPIENTS, "noun": "provider"}, narrow=_of_provider)
    fund = RecordFilter(**FUNDS, narrow=_of_fund)
    whole_of = RecordFilter(
        **PROGRAMMES,
        label="The whole of",
        narrow=lambda measures, programme: measures.filter(
            programme=programme, service__isnull=True
        ),
    )
    during = DuringFilter(
        label="Days",
        help_text="From one day to another, as in 2021-04-01_2022-03-31: measures with a figure of "
        "these days, and their results of these days only.",
    )


class IndicatorFilters(PublicFilterSet):
    kind = ChoiceFilter(choices=Indicator.Kind, label="Kind", empty_label="All")
    theme = RecordFilter(**THEMES)


class FigureFilters(PublicFilterSet):
    when_used = ("measure", "service")

    programme = RecordFilter(
        **PROGRAMMES,
        narrow=lambda cells, programme: _of_programme(cells, programme, "measure__"),
    )
    theme = RecordFilter(**THEMES, narrow=lambda cells, theme: _of_theme(cells, theme, "measure__"))
    area = RecordFilter(**AREAS, narrow=figures_for, help_text="Places in it included.")
    year = YearFilter(narrow=_in_year, spans=_span)
    kind = ChoiceFilter(
        field_name="measure__kind", choices=Measure.Kind, label="Kind", empty_label="All"
    )
    tells = TellsFilter("measure__")
    measure = RecordFilter(**MEASURES)
    service = RecordFilter(
        **SERVICES,
        narrow=lambda cells, service: cells.filter(
            Q(service=service) | Q(measure__service=service)
        ),
    )
