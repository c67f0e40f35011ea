"""Loading the reference figures of what was counted, after those of the money."""

from commissioning.actions import records as actions
from commissioning.models import User
from commissioning.reference import load
from commissioning.reference.files import DOCUMENT, TITLE
from commissioning.reference.load import Step, Tell, line, records
from commissioning.resources.base import load_rows
from programmes.actions import releases
from programmes.models import Measure, Observation, Programme, Release
from programmes.reference import figures, nouns, report
from programmes.resources.measures import (
    CategoryResource,
    IndicatorResource,
    MeasureResource,
    TargetResource,
)
from programmes.resources.observations import ObservationResource
from programmes.resources.programmes import LocalUnitResource, ProgrammeResource


def _headlines(by: User, tell: Tell) -> int:
    """The headline measure of each programme that has none."""
    chosen = nouns.headlines()
    without = Programme.objects.filter(headline_measure=None, code__in=chosen)
    for programme in without:
        programme.headline_measure = Measure.objects.get(code=chosen[programme.code])
        actions.save(programme, by=by)
    tell(line(len(without), "headline measures chosen", len(chosen) - len(without)))
    return len(without)


def _figures(by: User, tell: Tell) -> int:
    """Every figure whose code is not recorded."""
    rows = list(figures.observations())
    known = set(Observation.objects.values_list("code", flat=True))
    missing = [row for row in rows if row["code"] not in known]
    load_rows(ObservationResource, missing, by)
    tell(line(len(missing), "figures recorded", len(rows) - len(missing)))
    return len(missing)


def _release(by: User, tell: Tell) -> int:
    """All of the report’s measures that were never released: everybody can read them there."""
    of_report = [row["code"] for row in nouns.measures()]
    fresh = Measure.objects.published().filter(code__in=of_report, released=None).order_by("pk")
    if not fresh:
        return 0
    made = releases.release(
        list(fresh),
        title=f"Figures of the {TITLE}",
        by=by,
        basis=Release.Basis.PUBLIC,
        document=DOCUMENT,
    )
    tell(line(made.cells.count(), "figures released"))
    return 1


def _report(by: User, tell: Tell) -> int:
    """The report itself: its tables, sections and first edition."""
    added = report.load(by)
    tell(line(added, "records of the annual report added"))
    return added


STEPS: list[Step] = [
    *load.STEPS,
    records(ProgrammeResource, nouns.programmes),
    records(LocalUnitResource, nouns.local_units),
    records(CategoryResource, nouns.categories),
    records(MeasureResource, nouns.measures),
    records(IndicatorResource, nouns.indicators),
    records(TargetResource, nouns.targets),
    _headlines,
    _figures,
    _release,
    _report,
]
