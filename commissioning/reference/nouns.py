"""What the report describes: for each noun, its rows as the spreadsheet that staff would import.

Cells are text; several codes or names in one cell have semicolons between them.
"""

import re
from collections.abc import Iterable, Iterator

from django.utils.text import capfirst

from commissioning.days import in_words
from commissioning.models import Area, Award
from commissioning.models.publication import Scope
from commissioning.models.recipients import RecipientBasis
from commissioning.reference.files import (
    DOCUMENT,
    REPORT_ENDS_ON,
    Row,
    by_code,
    cited,
    codes,
    day,
    find,
    other_names,
    read,
)
from commissioning.years import period_label

# The force area itself, which the report's tables do not list.
FORCE_AREA = {
    "code": "E23000014",
    "name": "West Midlands",
    "kind": Area.Kind.FORCE,
    "parent_code": "",
    "note": "",
}
# The report has one plan and, in an emergency chapter, two lists of themes that differ.
PLANS = {
    "plan_2016": "Police and Crime Plan 2016",
    "emergency_chapter_intro_list": "Emergency chapter, 2 April 2020: list in the introduction",
    "emergency_chapter_covid_section": "Emergency chapter, 2 April 2020: list in the COVID section",
}
SUCCESSORS = {"F-ACF": "F-CIF"}


def areas() -> Iterator[Row]:
    yield FORCE_AREA
    for row in read("areas"):
        tile = by_code("area_tiles").get(row["area_code"], {})
        yield {
            "code": row["area_code"],
            "name": row["name"],
            "kind": Area.Kind.LOCAL_AUTHORITY,
            "parent_code": FORCE_AREA["code"],
            "tile_row": tile.get("row", ""),
            "tile_column": tile.get("column", ""),
            "note": f"{cited(row)}. The report does not print GSS codes.",
        }
    for row in read("neighbourhood_units"):
        # Six of the eight share their name with the local authority area that they lie in.
        name = f"{row['name']} neighbourhood policing unit"
        yield {
            "code": row["npu_code"],
            "name": name,
            "kind": Area.Kind.NEIGHBOURHOOD_UNIT,
            "parent_code": row["area_code"],
            "note": f"{cited(row)}. {row['note']}",
        }


def plans() -> Iterator[Row]:
    for name in PLANS.values():
        yield {"name": name}


def themes() -> Iterator[Row]:
    for row in read("themes"):
        yield {
            "code": row["theme_code"],
            "plan_name": PLANS[row["theme_set"]],
            "name": row["name"],
            "sequence": row["sequence"],
            "description": row["description"],
            "source_ref": cited(row),
        }


def organisations() -> Iterator[Row]:
    for row in read("organisations"):
        yield {
            "code": row["org_code"],
            "name": row["name"],
            "kind": row["kind"],
            "other_names": _joined(other_names(row["aliases"])),
            "parent_code": row["parent_org_code"],
            "area_codes": _joined(codes(row["area_codes"])),
            "role": row["role_in_report"],
            "source_ref": cited(row),
            "note": row["note"],
        }


def sources() -> Iterator[Row]:
    for row in (*read("funding_sources"), *read("funding_sources_added")):
        yield {
            "code": row["source_code"],
            "name": row["name"],
            "kind": row["kind"],
            "provider_code": row["provider_org_code"],
            "source_ref": cited(row),
            "note": row["note"],
        }


def funds() -> Iterator[Row]:
    for row in (*read("funds"), *read("funds_added")):
        yield {
            "code": row["fund_code"],
            "name": row["name"],
            "status": row["status"],
            "status_as_at": REPORT_ENDS_ON.isoformat(),
            "other_names": _joined(other_names(row["aliases"])),
            "purpose": row["purpose"],
            "lead_code": row["lead_org_code"],
            "theme_code": row["theme_code"],
            "source_codes": _joined(codes(row["funding_source_codes"])),
            "successor_code": SUCCESSORS.get(row["fund_code"], ""),
            **_dates(row),
            "source_ref": cited(row),
            "note": row["note"],
        }


def services() -> Iterator[Row]:
    for row in read("services"):
        yield {
            "code": row["service_code"],
            "name": row["name"],
            "kind": row["kind"],
            "status": row["status"],
            "status_as_at": REPORT_ENDS_ON.isoformat(),
            "other_names": _joined(other_names(row["aliases"])),
            "description": row["description"],
            "provider_codes": _joined(codes(row["provider_org_codes"])),
            "parent_code": row["parent_service_code"],
            "theme_code": row["theme_code"],
            **_benefit(row),
            "place_note": row["place_note"],
            **_dates(row),
            "fund_codes": _joined(codes(row["fund_codes"])),
            "source_codes": _joined(codes(row["funding_source_codes"])),
            "source_ref": cited(row),
            "note": row["note"],
        }


def conditions() -> Iterator[Row]:
    for row in read("contract_rules"):
        yield {
            "code": row["rule_code"],
            "text": _term(row),
            **_applies_to(row),
            "source_ref": cited(row),
            "note": row["note"],
        }


def _applies_to(row: Row) -> Row:
    """The fund that a contract rule is of, or in words what it applies to."""
    code, _, rest = row["applies_to"].partition(" ")
    if code in by_code("funds"):
        return {"fund_code": code, "applies_to": rest}
    if code in by_code("services"):
        return {"fund_code": "", "applies_to": by_code("services")[code]["name"]}
    words = re.sub(r"this value|100,000 GBP", "£100,000", row["applies_to"])
    return {"fund_code": "", "applies_to": capfirst(words)}


def _term(row: Row) -> str:
    """A contract rule as a sentence, its value and first day in words."""
    value = {
        "": "",
        "percent_of_evaluation": f": {row['value']}% of the evaluation",
        "gbp": f": contracts above £{int(row['value'] or 0):,}",
    }[row["unit"]]
    # Of the notes, only this one says what the term is.
    value += " (COVID easement)" if row["note"] == "COVID easement" else ""
    since = day(row["start_date"])
    if since is None:
        return f"{row['name']}{value}."
    if row["date_precision"] == "month":
        return f"{row['name']}{value}, since {since:%B %Y}."
    return f"{row['name']}{value}, since {in_words(since)}."


# --- Awards and reported totals -------------------------------------------------------------------

_GRANTS = {"grant", "research_grant", "charity_grant"}
_ARRANGEMENTS = {"charity_grant": "grant by the Building Blocks charity"}


def award_rows() -> list[Row]:
    """The rows of awards.csv that are awards: money promised by the office to somebody."""
    return [
        row
        for row in read("awards")
        if by_code("loaded_as")[row["award_code"]]["becomes"] == "award"
    ]


def amount_is_known(row: Row) -> bool:
    """An amount is printed; a yearly rate for an unknown number of years is none."""
    return bool(row["amount"]) and row["amount_basis"] != "per_year"


def fund_code(row: Row) -> str:
    """The fund of an award; where only the Commissioner is named, the fund added for that."""
    if row["fund_code"] or row["funding_source_code"] != "FS-PCC":
        return row["fund_code"]
    return "F-PCC-NOT-STATED"


def awards() -> Iterator[Row]:
    for row in award_rows():
        kind = row["award_kind"]
        yield {
            "reference": row["award_code"],
            "title": row["name"],
            "kind": _kind(kind),
            "arrangement": _ARRANGEMENTS.get(kind, kind.replace("_", " ")),
            **_recipient(row),
            "fund_code": fund_code(row),
            # With an amount, the source stands in the budget.
            "source_code": "" if amount_is_known(row) else row["funding_source_code"],
            "service_code": row["service_code"],
            **_benefit(row),
            "theme_codes": row["theme_code"],
            "purpose": row["purpose"],
            **_dates(row),
            "period_note": _period_note(row),
            "qualifier": row["qualifier"],
            "source_ref": cited(row),
            "note": row["note"],
        }


def _recipient(row: Row) -> Row:
    """Who got the money, and whether the report states it; recipients.csv knows better of some."""
    better = by_code("recipients").get(row["award_code"], row)
    code = better["recipient_org_code"]
    words = better["recipient_text"].replace("Not stated", "")
    stated = RecipientBasis.STATED if code or words else ""
    return {
        "recipient_code": code,
        "recipient_note": words,
        "recipient_basis": better.get("recipient_basis", stated),
    }


def _kind(kind: str) -> str:
    if kind in _GRANTS:
        return Award.Kind.GRANT
    return Award.Kind.CONTRACT if kind == "contract" else Award.Kind.OTHER


def reported_totals() -> Iterator[Row]:
    for total in read("reported_totals"):
        row = find(total["row"])
        fund = row.get("fund_code", "")
        # A count stands with its fund: "589 projects".
        counted = by_code("funds").get(total["count_from"])
        yield {
            "code": total["code"],
            "label": total["label"],
            "kind": total["kind"],
            "amount": row.get("amount") or row.get("total_amount", ""),
            "per": total["per"] or "period",
            "count": counted["awards_count"] if counted else "",
            "count_of": total["count_of"],
            "qualifier": row["qualifier"],
            "fund_code": fund,
            "source_code": _source_of(row),
            "award_reference": total["award_code"],
            "service_code": total["service_code"] or row.get("service_code", ""),
            "area_code": row.get("area_code", ""),
            "organisation_code": total["org_code"],
            "starts_on": row.get("period_start") or row.get("start_date", ""),
            "ends_on": row.get("period_end") or row.get("end_date", ""),
            "period_note": total["period_note"] or _period_note(row),
            "document": DOCUMENT,
            "source_ref": row["source_ref"],
            "note": total["note"] or row["note"],
        }


def _source_of(row: Row) -> str:
    """The source that the row names, or the only one of its fund."""
    if row.get("funding_source_code"):
        return row["funding_source_code"]
    fund = by_code("funds").get(row.get("fund_code", ""))
    known = codes(fund["funding_source_codes"]) if fund else []
    return known[0] if len(known) == 1 else ""


# --- Cells ----------------------------------------------------------------------------------------


def _dates(row: Row) -> Row:
    return {
        "starts_on": row["start_date"],
        "ends_on": row["end_date"],
        "date_precision": row["date_precision"],
    }


def _benefit(row: Row) -> Row:
    """The areas of benefit: those listed, or the force area for what serves the whole of it."""
    areas = codes(row["area_codes"])
    if not areas and row["area_scope"] == Scope.FORCE_WIDE:
        areas = [FORCE_AREA["code"]]
    return {
        "area_codes": _joined(areas),
        "scope": row["area_scope"],
        "scope_basis": row["area_scope_basis"],
    }


def _period_note(row: Row) -> str:
    """The period in the report's words, where the two dates do not say the same."""
    first = day(row.get("period_start") or row.get("start_date", ""))
    last = day(row.get("period_end") or row.get("end_date", ""))
    told = row.get("period_label", "")
    return "" if told.replace("-", "/") == period_label(first, last) else told


def _joined(values: Iterable[str]) -> str:
    return "; ".join(values)
