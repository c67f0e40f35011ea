"""The report’s figures as rows of a spreadsheet, each recorded once however often it is printed."""

from collections.abc import Iterator

from commissioning.reference.files import DOCUMENT, REPORT_ENDS_ON, Row, by_code, day, read
from programmes.models import Observation, PeriodKind
from programmes.reference.nouns import category_in, is_month, is_recorded

# What a breakdown says of a figure that is the total of others.
TOTALS = {"printed total", "total"}
AS_AT_THE_REPORT = "as at the report (2020/21)"


def observations() -> Iterator[Row]:
    """Every figure, with the two numbers behind it where it is a ratio of known ones."""
    rows = [*_results(), *_values(), *_not_printed()]
    at = {_place(row): row for row in rows}
    seen = set()
    for row in rows:
        if _place(row) in seen:
            # The report prints two figures of the same thing: each says where.
            row["period_note"] = f"{row['period_note']}, {row['source_ref']}"
        seen.add(_place(row))
        yield {**row, **_behind(row, at)}


def repeated() -> Iterator[tuple[Row, str]]:
    """Each value of an indicator that repeats figures of a measure, with the measure’s code."""
    for row in read("indicator_values"):
        series = _series_of(row)
        if series["becomes"] == "repeats":
            yield row, series["measure_code"]


def _results() -> Iterator[Row]:
    for row in read("outcome_results"):
        if row["qualifier"] != "target" and is_recorded(row):
            yield _figure(row, row["result_code"], row["measure_code"])


def _values() -> Iterator[Row]:
    for row in read("indicator_values"):
        series = _series_of(row)
        if series["becomes"] == "measure":
            yield _figure(row, row["value_code"], series["measure_code"])


def _not_printed() -> Iterator[Row]:
    """What the report leaves blank or cannot be read in it: no figure, and why."""
    for row in read("figures_not_printed"):
        figure = _figure(row, row["result_code"], row["measure_code"])
        yield {**figure, "missing": row["missing"]}


def _series_of(value: Row) -> Row:
    """The series that a value belongs to; some differ by breakdown."""
    fitting = [
        row
        for row in read("series")
        if (row["indicator_code"], row["series"]) == (value["indicator_code"], value["series"])
        and row["breakdown"] in ("", value["breakdown"])
    ]
    return max(fitting, key=lambda row: len(row["breakdown"]))


def _figure(row: Row, code: str, measure: str) -> Row:
    breakdown = by_code("measures")[measure]["breakdown_code"]
    return {
        "measure_code": measure,
        "area_code": row["area_code"],
        "category_code": category_in(breakdown, row["breakdown"]),
        **_period(row),
        "is_total": "yes" if row["breakdown"] in TOTALS else "no",
        "value": row["value"],
        "value_high": row["value_high"],
        "qualifier": row["qualifier"],
        "series_break": by_code("series_breaks").get(code, {}).get("series_break", ""),
        "code": code,
        "document": DOCUMENT,
        "source_ref": row["source_ref"],
        "note": row["note"],
    }


def _period(row: Row) -> Row:
    """When a figure is for; in the report’s words where the dates do not say the same."""
    kind, starts_on, ends_on = row["period_type"], row["period_start"], row["period_end"]
    if kind == PeriodKind.SNAPSHOT and row["period_label"] == AS_AT_THE_REPORT:
        ends_on = REPORT_ENDS_ON.isoformat()
    if kind == PeriodKind.RANGE and is_month(starts_on, ends_on):
        kind = PeriodKind.MONTH
    dates = {"starts_on": day(starts_on), "ends_on": day(ends_on)}
    told = Observation(period_kind=kind, **dates).period
    said = row["period_label"]
    return {
        "starts_on": starts_on,
        "ends_on": ends_on,
        "period_kind": kind,
        "period_note": "" if said == told or said in TOTALS else said,
    }


def _place(row: Row) -> tuple[str, ...]:
    dated = row["starts_on"] and row["ends_on"]
    names = ("measure_code", "area_code", "category_code", "starts_on", "ends_on", "is_total")
    return (*(row[name] for name in names), "" if dated else row["period_note"])


def _behind(row: Row, at: dict[tuple, Row]) -> Row:
    """The numerator and denominator of a ratio, where the report prints both."""
    measure = by_code("measures")[row["measure_code"]]
    sides = {}
    for side in ("numerator", "denominator"):
        other = at.get(_place({**row, "measure_code": measure[f"{side}_code"]}))
        if other is None:
            return {"numerator": "", "denominator": ""}
        sides[side] = other["value"]
    return sides
