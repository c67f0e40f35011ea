"""What the public reads of programmes, measures, indicators and figures, column by column."""

from commissioning.public.columns.base import (
    Column,
    Kind,
    best_known,
    exactness,
    no_amount,
    shared,
)
from commissioning.public.withholding import address_of, name_of, shown
from commissioning.workbooks import Unit
from commissioning.years import period_label
from programmes.figures import said
from programmes.models import Indicator, Measure, Missing, Programme, ReleasedCell
from programmes.public.withholding import figure_area, figure_service

HEADLINE = ("cells__value", "cells__is_hidden", "cells__missing", "unit", "form")


def years(programme: Programme) -> str:
    """ "2016/17 to 2020/21"; nothing where the days are not known."""
    if programme.starts_on is None:
        return ""
    if programme.ends_on is None:
        return f"since {programme.starts_on:%B %Y}"
    return period_label(programme.starts_on, programme.ends_on)


PROGRAMME = shared(
    Column("name", "Programme", "name", on_page=True, href=address_of),
    Column("code", "Code", "code"),
    Column("description", "What it is for", "description"),
    Column("theme", "Theme", "theme__name", on_page=True, missing="not stated"),
    Column("years", "Years", ("starts_on", "ends_on"), years, on_page=True, missing="not stated"),
    Column("starts_on", "First day", "starts_on", kind=Kind.DAY),
    Column("ends_on", "Last day", "ends_on", kind=Kind.DAY),
    Column("lead", "Led by", "lead__name", lambda row: name_of(row.lead)),
    Column(
        "services",
        "Services",
        "services__name",
        lambda row: [service.name for service in row.services.all() if shown(service)],
        kind=Kind.LIST,
    ),
    Column(
        "funds",
        "Funds",
        "funds__name",
        lambda row: [fund.name for fund in row.funds.all() if shown(fund)],
        kind=Kind.LIST,
    ),
    Column(
        "headline_measure",
        "Headline measure",
        "headline_measure__code",
        lambda row: getattr(shown(row.headline_measure), "code", ""),
    ),
    *best_known(("funds__reported_totals__amount", "services__awards__amount"), "awarded"),
    Column(
        "awarded",
        "Awarded, itemised here",
        ("services__awards__amount", "funds__awards__amount"),
        lambda row: row.awarded,
        kind=Kind.MONEY,
        missing=no_amount,
        qualifier=lambda row: row.exactness,
    ),
    exactness(
        "awarded_qualifier",
        "Awarded, how exact",
        ("services__awards__qualifier", "funds__awards__qualifier"),
        "awarded",
    ),
    Column(
        "result",
        "Headline result",
        (
            "headline_measure__cells__value",
            "headline_measure__cells__is_hidden",
            "headline_measure__name",
        ),
        lambda row: row.result,
        on_page=True,
        missing="none chosen",
    ),
    Column("source_ref", "Where this record comes from", "source_ref"),
    Column("url", "Page", "slug", address_of, kind=Kind.ADDRESS),
)


def whose(measure: Measure) -> str:
    """The service or programme that a measure is of, if it may be shown."""
    return name_of(measure.service) or name_of(measure.programme)


def where_all_are(measure: Measure) -> str | None:
    """The figures of a measure of which none stands for all."""
    if measure.result is None or measure.result.total.value is not None:
        return None
    return f"{measure.get_absolute_url()}#figures"


MEASURE = shared(
    Column("name", "Measure", "name", on_page=True, href=address_of, note=whose),
    Column("code", "Code", "code"),
    Column("kind", "Kind", "kind", kind=Kind.CHOICE),
    Column("unit", "Unit", "unit"),
    Column("form", "Shown as", "form", kind=Kind.CHOICE),
    Column("per", "Per how many", "per", kind=Kind.NUMBER),
    Column("direction", "Better", "direction", kind=Kind.CHOICE),
    Column("description", "What is counted", "description"),
    Column(
        "programme",
        "Programme",
        "programme__name",
        lambda row: name_of(row.programme),
    ),
    Column(
        "service",
        "Service",
        "service__name",
        lambda row: name_of(row.service),
    ),
    Column("theme", "Theme", "theme__name"),
    Column("breakdown", "Broken down by", "breakdown__name"),
    Column("over_periods", "Over periods", "over_periods", kind=Kind.CHOICE),
    Column("over_areas", "Over areas", "over_areas", kind=Kind.CHOICE),
    Column("over_services", "Over services", "over_services", kind=Kind.CHOICE),
    Column("over_categories", "Over categories", "over_categories", kind=Kind.CHOICE),
    Column("numerator", "Numerator", "numerator__name", lambda row: name_of(row.numerator)),
    Column("denominator", "Denominator", "denominator__name", lambda row: name_of(row.denominator)),
    Column(
        "result",
        "Result",
        HEADLINE,
        lambda row: row.result.said if row.result else "",
        on_page=True,
        href=where_all_are,
        note=lambda row: row.result.when if row.result else "",
        missing="no figure published",
    ),
    Column(
        "result_change",
        "Change of the result",
        HEADLINE,
        lambda row: row.result.change if row.result else "",
    ),
    Column(
        "result_period",
        "Period of the result",
        ("cells__starts_on", "cells__ends_on", "cells__period_note"),
        lambda row: row.result.period if row.result else "",
    ),
    Column(
        "verdict",
        "Against its target",
        "targets__value",
        lambda row: row.result.verdict if row.result else "",
        on_page=True,
        missing="no target",
    ),
    Column(
        "released_at",
        "Figures released",
        "released__release__made_at",
        lambda row: row.released_at,
        kind=Kind.MOMENT,
    ),
    Column("source_ref", "Where this record comes from", "source_ref"),
    Column("note", "Note", "note"),
    Column("url", "Page", "slug", address_of, kind=Kind.ADDRESS),
)


def figures_held(indicator: Indicator) -> str:
    """How many figures there are, or why there are none."""
    if indicator.figure_count:
        return f"{indicator.figure_count:,}"
    return indicator.no_figures_because or "No figures are held."


INDICATOR = shared(
    Column("number", "Number", "number", kind=Kind.NUMBER),
    Column(
        "name",
        "Indicator",
        "name",
        on_page=True,
        href=address_of,
        note=lambda row: f"Indicator {row.number} of the plan" if row.number else "",
    ),
    Column("code", "Code", "code"),
    Column("kind", "Kind", "kind", kind=Kind.CHOICE),
    Column("theme", "Theme", "theme__name", on_page=True, missing="–"),
    Column("direction", "Better", "direction", kind=Kind.CHOICE, on_page=True),
    Column(
        "measures",
        "Measures",
        "measures__name",
        lambda row: [measure.name for measure in row.measures.all() if shown(measure)],
        kind=Kind.LIST,
    ),
    Column(
        "figures",
        "Figures",
        ("measures__cells__id", "no_figures_because"),
        figures_held,
        on_page=True,
    ),
    Column("source_ref", "Where this record comes from", "source_ref"),
    Column("note", "Note", "note"),
    Column("url", "Page", "slug", address_of, kind=Kind.ADDRESS),
)


def figure_words(cell: ReleasedCell) -> str:
    """ "about 400", "[c]", or why there is none."""
    return said(cell.measure, cell) or Missing(cell.missing).label


def number(name: str):
    """A number of a figure; None where there is none or it is hidden, which `is_hidden` says."""

    def value(cell: ReleasedCell):
        return None if cell.is_hidden else getattr(cell, name)

    return value


UNITS = {
    Measure.Form.POUNDS: Unit.POUNDS,
    Measure.Form.PERCENT: Unit.PERCENT,
    Measure.Form.NUMBER: Unit.NUMBER,
}


def unit_of(cell: ReleasedCell) -> Unit:
    """What a figure is in, by the form of its measure."""
    return UNITS[cell.measure.form]


def unit_of_part(name: str):
    """What the upper or lower part of a ratio is in: pounds only where its own measure is."""

    def unit(cell: ReleasedCell) -> Unit:
        part = getattr(cell.measure, name)
        return UNITS[part.form] if part and shown(part) else Unit.NUMBER

    return unit


FIGURE = shared(
    Column("id", "Number", "id", kind=Kind.NUMBER),
    Column(
        "measure",
        "Measure",
        "measure__name",
        on_page=True,
        href=lambda cell: cell.measure.get_absolute_url(),
        note=lambda cell: getattr(figure_service(cell), "name", ""),
    ),
    Column(
        "figure",
        "Figure",
        ("value", "value_high", "qualifier", "is_hidden", "missing"),
        figure_words,
        on_page=True,
        note=lambda cell: cell.measure.unit if cell.measure.form == "number" else "",
    ),
    Column("measure_code", "Code of the measure", "measure__code"),
    Column(
        "service",
        "Service",
        ("service__name", "measure__service__name"),
        lambda cell: getattr(figure_service(cell), "name", ""),
    ),
    Column(
        "period",
        "Period",
        ("period_note", "starts_on", "ends_on"),
        lambda cell: cell.period,
        on_page=True,
    ),
    Column("period_kind", "Kind of period", "period_kind", kind=Kind.CHOICE),
    Column("starts_on", "First day", "starts_on", kind=Kind.DAY),
    Column("ends_on", "Last day", "ends_on", kind=Kind.DAY),
    Column(
        "area",
        "Area",
        "area__name",
        lambda cell: getattr(figure_area(cell), "name", ""),
        on_page=True,
        missing="–",
    ),
    Column(
        "area_code",
        "Code of the area",
        "area__code",
        lambda cell: getattr(figure_area(cell), "code", ""),
    ),
    Column("category", "Category", "category__name", on_page=True, missing="–"),
    Column("is_total", "A stated total", "is_total", kind=Kind.YES_NO),
    Column("value", "Value", "value", number("value"), kind=Kind.QUANTITY, unit_of=unit_of),
    Column("value_high", "Upper end", "value_high", kind=Kind.QUANTITY, unit_of=unit_of),
    Column(
        "numerator",
        "Numerator",
        "numerator",
        kind=Kind.QUANTITY,
        unit_of=unit_of_part("numerator"),
    ),
    Column(
        "denominator",
        "Denominator",
        "denominator",
        kind=Kind.QUANTITY,
        unit_of=unit_of_part("denominator"),
    ),
    Column("unit", "Unit", "measure__unit"),
    Column(
        "qualifier",
        "How exact",
        ("qualifier", "value", "is_hidden"),
        lambda cell: "" if cell.is_hidden or cell.value is None else cell.qualifier,
        kind=Kind.CHOICE,
    ),
    Column("is_hidden", "Hidden", "is_hidden", kind=Kind.YES_NO),
    Column("missing", "No figure because", "missing", kind=Kind.CHOICE),
    Column("series_break", "Break in the series", "series_break", kind=Kind.CHOICE),
    Column(
        "source",
        "Where it stands in its source",
        ("document", "source_ref"),
        lambda cell: ", ".join(filter(None, [cell.document, cell.source_ref])),
        on_page=True,
        missing="not stated",
        is_source=True,
    ),
    Column("note", "Note", "note"),
    Column("release", "Release", "release__title"),
    Column("released_at", "Released", "release__made_at", kind=Kind.MOMENT),
    Column(
        "measure_url",
        "Measure’s page",
        "measure__slug",
        lambda cell: cell.measure.get_absolute_url(),
        kind=Kind.ADDRESS,
    ),
)
