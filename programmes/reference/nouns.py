"""What the report counts: for each noun, its rows as the spreadsheet that staff would import."""

from collections.abc import Iterator
from functools import cache

from django.utils.text import slugify

from commissioning.models.publication import Qualifier
from commissioning.reference.files import Row, by_code, cited, codes, day, read
from programmes.models import Direction, Indicator

DIRECTIONS = {
    "higher_better": Direction.HIGHER,
    "lower_better": Direction.LOWER,
    "neutral": Direction.NEITHER,
}

# --- Programmes -----------------------------------------------------------------------------------


def programmes() -> Iterator[Row]:
    """Services that are programmes, or of which others are parts, each with these."""
    for row in read("programmes"):
        service = by_code("services")[row["service_code"]]
        yield {
            "code": programme_code(service["service_code"]),
            "name": service["name"],
            "description": service["description"],
            "theme_code": service["theme_code"],
            "service_codes": "; ".join(_with_parts(service["service_code"])),
            "fund_codes": "; ".join(codes(row["fund_codes"])),
            "starts_on": service["start_date"],
            "ends_on": service["end_date"],
            "source_ref": cited(service),
        }


def headlines() -> dict[str, str]:
    """For each programme that has one, by its code, the code of its headline measure."""
    return {
        programme_code(row["service_code"]): row["headline_measure_code"]
        for row in read("programmes")
        if row["headline_measure_code"]
    }


def programme_code(service: str) -> str:
    return f"P{service.removeprefix('S')}"


def programme_of(service: str) -> str:
    """The programme that a service, or the nearest service above it, is; empty for none."""
    while service and service not in by_code("programmes"):
        service = by_code("services")[service]["parent_service_code"]
    return programme_code(service) if service else ""


def _with_parts(service: str) -> list[str]:
    parts = [
        row["service_code"] for row in read("services") if row["parent_service_code"] == service
    ]
    return [service, *(code for part in parts for code in _with_parts(part))]


def local_units() -> Iterator[Row]:
    for position, row in enumerate(read("cadet_units"), start=1):
        yield {
            "service_code": row["service_code"],
            "name": row["unit_name"],
            "area_code": row["npu_code"],
            "position": str(position),
            "source_ref": cited(row),
        }


# --- Measures -------------------------------------------------------------------------------------


def categories() -> Iterator[Row]:
    for position, row in enumerate(read("categories"), start=1):
        yield {
            "breakdown_code": row["breakdown_code"],
            "breakdown": row["breakdown"],
            "code": category_code(row["breakdown_code"], row["text"]),
            "name": row["name"],
            "position": str(position),
        }


def category_code(breakdown: str, text: str) -> str:
    """The code of a category that the report calls `text`."""
    return f"{breakdown}-{slugify(text)}"


def measures() -> Iterator[Row]:
    """The report’s outcome measures, then the series of its indicators that repeat none of them."""
    described = {**_outcome_measures(), **_series()}
    names = [measure["name"] for measure in described.values()]
    for code, measure in described.items():
        unique = names.count(measure["name"]) == 1
        service = by_code("services").get(measure.get("service_code", ""))
        about = measure["name"] if unique or not service else f"{service['name']} {measure['name']}"
        yield {"code": code, "slug": slugify(about)[:120], **measure, **_declared(code)}


def is_recorded(row: Row) -> bool:
    """Whether a row is of a measure that says something without what the report leaves out."""
    return row["measure_code"] not in by_code("not_recorded")


def _outcome_measures() -> dict[str, Row]:
    return {
        row["measure_code"]: {
            "name": row["name"],
            "kind": row["measure_type"],
            "direction": DIRECTIONS[row["direction"]],
            "programme_code": programme_of(row["service_code"]),
            "service_code": row["service_code"],
            "theme_code": by_code("services")[row["service_code"]]["theme_code"],
            "source_ref": cited(row),
            "note": "" if row["target_value"] else row["note"],
        }
        for row in read("outcome_measures")
        if is_recorded(row)
    }


def _series() -> dict[str, Row]:
    return {
        row["measure_code"]: {
            "name": row["name"],
            "kind": "indicator",
            "direction": DIRECTIONS[row["direction"]],
            "theme_code": by_code("indicators")[row["indicator_code"]]["theme_code"],
            "source_ref": cited(by_code("indicators")[row["indicator_code"]]),
        }
        for row in read("series")
        if row["becomes"] == "measure"
    }


def _declared(code: str) -> Row:
    """How a measure is shown and adds up."""
    row = by_code("measures")[code]
    return {
        "unit": row["unit"],
        "form": row["form"],
        "per": row["per"],
        "breakdown_code": row["breakdown_code"],
        "over_periods": row["over_periods"],
        "over_areas": row["over_areas"],
        "over_categories": row["over_categories"],
        "numerator_code": row["numerator_code"],
        "denominator_code": row["denominator_code"],
        "counts_people": row["counts_people"],
    }


def indicators() -> Iterator[Row]:
    for row in read("indicators"):
        code = row["indicator_code"]
        is_of_plan = row["kind"] == "plan_indicator"
        has_none = row["has_numeric_data"] == "no"
        yield {
            "code": code,
            "number": row["number"],
            "name": row["name"],
            "kind": Indicator.Kind.PLAN if is_of_plan else Indicator.Kind.SUPPLEMENTARY,
            "theme_code": row["theme_code"],
            "direction": DIRECTIONS[row["direction"]],
            "measure_codes": "; ".join(measures_of(code)),
            "no_figures_because": row["note"] if has_none else "",
            "source_ref": cited(row),
            "note": "" if has_none else row["note"],
        }


def measures_of(indicator: str) -> list[str]:
    """The measures that an indicator is read from; none where its figures are pounds."""
    of_indicator = [row for row in read("series") if row["indicator_code"] == indicator]
    return list(dict.fromkeys(filter(None, (row["measure_code"] for row in of_indicator))))


# --- Targets --------------------------------------------------------------------------------------


def targets() -> Iterator[Row]:
    """Results that the report states as targets, then other targets of measures."""
    stated = [row for row in read("outcome_results") if row["qualifier"] == "target"]
    for row in stated:
        yield {
            "code": row["result_code"],
            "measure_code": row["measure_code"],
            "area_code": row["area_code"],
            "starts_on": row["period_start"],
            "value": row["value"],
            "value_high": row["value_high"],
            "source_ref": cited(row),
            "note": row["note"],
            **_due(row["measure_code"], row["period_end"], row["period_label"]),
        }
    said_already = {(row["measure_code"], row["value"]) for row in stated}
    for row in read("outcome_measures"):
        code, value = row["measure_code"], row["target_value"]
        if value and (code, value) not in said_already:
            yield {
                "code": f"{code}-TARGET",
                "measure_code": code,
                "value": value,
                "source_ref": cited(row),
                "note": row["note"],
                **_due(code),
            }


def _due(measure: str, ends_on: str = "", period_note: str = "") -> Row:
    """When a target is for, and how exact it is, as the report says beside its number."""
    said = by_code("target_periods").get(measure, {})
    return {
        "ends_on": said.get("ends_on") or ends_on,
        "period_note": said.get("period_note") or period_note,
        "qualifier": said.get("qualifier") or Qualifier.EXACT,
    }


# --- Cells ----------------------------------------------------------------------------------------


@cache
def category_in(breakdown: str, text: str) -> str:
    """The code of the category that a cell names; empty where it names none of the breakdown.

    What is left says only what the period or the name of the measure says as well.
    """
    known = {(row["breakdown_code"], row["text"]) for row in read("categories")}
    return category_code(breakdown, text) if (breakdown, text) in known else ""


def is_month(starts_on: str, ends_on: str) -> bool:
    """Whether a period is one calendar month."""
    first, last = day(starts_on), day(ends_on)
    return bool(first and last) and (first.year, first.month) == (last.year, last.month)
