"""Programmes, measures and figures for tests."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.text import slugify

from commissioning.actions import publication
from commissioning.models import (
    User,
)
from programmes.actions import observations, relations, releases
from programmes.likely import unanswered
from programmes.models import (
    Breakdown,
    Category,
    Indicator,
    LocalUnit,
    Measure,
    MeasureRelation,
    Observation,
    Programme,
    Release,
    Target,
)
from tests.builders.ledger import a_service, an_area
from tests.builders.people import (
    an_officer,
    numbers,
    saved,
)


def a_programme(name: str | None = None, published: bool = True, **fields) -> Programme:
    """A programme; `services` and `funds` are lists."""
    name = name or f"Programme {next(numbers)}"
    many = {field: fields.pop(field, []) for field in ("services", "funds")}
    fields = {"code": slugify(name), "slug": slugify(name), **fields}
    programme = _published(saved(Programme(name=name, **fields)), published)
    for field, rows in many.items():
        getattr(programme, field).set(rows)
    return programme


def a_local_unit(name: str | None = None, **fields) -> LocalUnit:
    for field, make in {"service": a_service, "area": an_area}.items():
        if field not in fields:
            fields[field] = make()
    return saved(LocalUnit(name=name or f"Unit {next(numbers)}", **fields))


def a_breakdown(name: str | None = None, categories: Sequence[str] = (), **fields) -> Breakdown:
    """A breakdown with categories of these names, in this order."""
    name = name or f"Breakdown {next(numbers)}"
    breakdown = saved(Breakdown(name=name, **{"code": slugify(name), **fields}))
    for position, category in enumerate(categories, start=1):
        a_category(category, breakdown, position=position)
    return breakdown


def a_category(name: str | None = None, breakdown: Breakdown | None = None, **fields) -> Category:
    name, breakdown = name or f"Category {next(numbers)}", breakdown or a_breakdown()
    fields = {"code": f"{breakdown.code}-{slugify(name)}", **fields}
    return saved(Category(breakdown=breakdown, name=name, **fields))


def a_measure(name: str | None = None, published: bool = True, **fields) -> Measure:
    """A count of people that adds up in every direction, unless said otherwise."""
    name = name or f"Measure {next(numbers)}"
    fields = {
        "code": slugify(name),
        "slug": slugify(name),
        "unit": "people",
        "over_periods": "sum",
        "over_areas": "sum",
        "over_services": "sum",
        "over_categories": "sum",
        **fields,
    }
    return _published(saved(Measure(name=name, **fields)), published)


def a_relation(
    whole: Measure | None = None,
    part: Measure | None = None,
    how: str = "part",
    by: User | None = None,
    **fields,
) -> MeasureRelation:
    """What two measures have to do with one another: by default the second is within the first."""
    measures = (whole or a_measure(), part or a_measure())
    return relations.answer(*measures, how, by=by or an_officer(), **fields)


def an_indicator(
    name: str | None = None, measures: Sequence[Measure] = (), published: bool = True, **fields
) -> Indicator:
    name = name or f"Indicator {next(numbers)}"
    fields = {"code": slugify(name), "slug": slugify(name), **fields}
    indicator = _published(saved(Indicator(name=name, **fields)), published)
    indicator.measures.set(measures)
    return indicator


def a_target(value: str | int = 100, measure: Measure | None = None, **fields) -> Target:
    fields = {"code": f"target-{next(numbers)}", **fields}
    return saved(Target(measure=measure or a_measure(), value=Decimal(value), **fields))


def an_observation(
    value: str | int | None = 10,
    measure: Measure | None = None,
    by: User | None = None,
    starts_on: date | None = date(2026, 4, 1),
    ends_on: date | None = date(2027, 3, 31),
    **fields,
) -> Observation:
    """A recorded figure for 2026/27; with `value=None` say why in `missing`."""
    observation = Observation(
        measure=measure or a_measure(),
        value=None if value is None else Decimal(value),
        starts_on=starts_on,
        ends_on=ends_on,
        **{"period_kind": "financial_year", **fields},
    )
    observations.record(observation, by=by or an_officer())
    return observation


def a_release(*measures: Measure, by: User | None = None, **fields) -> Release:
    """The current figures of these measures, released: checked unless `basis` says otherwise.

    Measures that look related and of which nothing was said are answered to be unrelated.
    """
    fields = {"title": f"Release {next(numbers)}", **fields}
    measures, by = measures or [an_observation().measure], by or an_officer()
    for each in unanswered(measures):
        a_relation(each.whole, each.part, "unrelated", reason="Counted apart", by=by)
    return releases.release(measures, by=by, **fields)


def _published(row, published: bool):
    if published:
        publication.publish([row], by=an_officer())
        row.refresh_from_db()
    return row
