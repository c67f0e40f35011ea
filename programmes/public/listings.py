"""The public lists of what is counted, one declaration per noun."""

from django.db.models import Count, F, Q

from commissioning.public.best_known import together
from commissioning.public.listing import Listing, Sort
from commissioning.public.listings import A_TO_Z
from programmes.models import Indicator, Measure, Programme, ReleasedCell
from programmes.public import columns, filters
from programmes.public.awards import attach_best_known, with_pounds
from programmes.public.results import attach_headlines, attach_results
from programmes.public.withholding import WITH_PLACES

PROGRAMMES = Listing(
    name="programmes",
    one="programme",
    many="programmes",
    lead="Services and grants that serve one end together: what they cost and what they achieved.",
    rows=Programme.objects.published,
    complete=lambda rows: with_pounds(
        rows.select_related("theme", "lead", "headline_measure").prefetch_related(
            "services", "funds"
        )
    ),
    attach=together(attach_headlines, attach_best_known),
    columns=columns.PROGRAMME,
    filters=filters.ProgrammeFilters,
    sorts=A_TO_Z,
    namespace="programmes",
)

MEASURES = Listing(
    name="measures",
    one="measure",
    many="measures",
    lead="What is counted: what was done, what changed, and how that stands against its target.",
    rows=Measure.objects.published,
    complete=lambda rows: rows.select_related(
        "programme", "service", "theme", "breakdown", "numerator", "denominator"
    ).prefetch_related("targets"),
    attach=attach_results,
    columns=columns.MEASURE,
    filters=filters.MeasureFilters,
    sorts={
        **A_TO_Z,
        "programme": Sort(
            "Programme, then name", (F("programme__name").asc(nulls_last=True), "name", "pk")
        ),
    },
    namespace="programmes",
)

SHOWN_CELLS = Q(measures__is_published=True, measures__cells__in=ReleasedCell.objects.published())

INDICATORS = Listing(
    name="indicators",
    one="indicator",
    many="indicators",
    lead="How the police and crime plan says that success is seen, with the figures held for each.",
    rows=Indicator.objects.published,
    complete=lambda rows: (
        rows.select_related("theme")
        .prefetch_related("measures")
        .annotate(figure_count=Count("measures__cells", filter=SHOWN_CELLS, distinct=True))
    ),
    columns=columns.INDICATOR,
    filters=filters.IndicatorFilters,
    sorts={"plan": Sort("As in the plan", (F("number").asc(nulls_last=True), "name", "pk"))},
    namespace="programmes",
)

FIGURES = Listing(
    name="figures",
    one="figure",
    many="figures",
    lead=(
        "Every figure as it was released, one a row, with the document and paragraph it is from. "
        "[c] stands for a small number that is hidden, so that nobody can be recognised."
    ),
    rows=ReleasedCell.objects.published,
    complete=lambda rows: rows.select_related(
        "measure__service",
        "measure__numerator",
        "measure__denominator",
        "service",
        "area__parent__parent",
        "category",
        "release",
    ).prefetch_related(*WITH_PLACES),
    columns=columns.FIGURE,
    filters=filters.FigureFilters,
    sorts={
        "measure": Sort(
            "By measure", ("measure__name", "measure_id", F("ends_on").desc(nulls_last=True), "pk")
        ),
        "latest": Sort("Latest period first", (F("ends_on").desc(nulls_last=True), "pk")),
    },
    key="pk",
    has_pages=False,
    namespace="programmes",
)

ALL = (PROGRAMMES, MEASURES, INDICATORS, FIGURES)
BY_NAME = {listing.name: listing for listing in ALL}
