"""The report's money: budgets and allocations that it states, and awards with what they imply.

Where the report names an award and not the budget under it, budget and allocation are implied: they
hold what is known beneath them and no more.
"""

from collections.abc import Iterator

from commissioning.actions import funds
from commissioning.models import Award, Basis, Budget, Fund, FundingSource, User
from commissioning.money import parse_pounds
from commissioning.reference import nouns
from commissioning.reference.files import (
    DOCUMENT,
    REPORT_ENDS_ON,
    Row,
    by_code,
    cited,
    codes,
    day,
    read,
)
from commissioning.reference.nouns import FORCE_AREA

# --- Stated by the report -------------------------------------------------------------------------


def budgets() -> Iterator[Row]:
    """Budgets that the report states, each with its period and source."""
    for stated in read("budgets"):
        fund = by_code("funds")[stated["fund_code"]]
        yield {
            "fund_code": stated["fund_code"],
            "source_code": stated["source_code"],
            "starts_on": fund["start_date"],
            "ends_on": stated["ends_on"] or fund["end_date"],
            "amount": fund["total_amount"],
            "source_status": stated["money_is"],
            "qualifier": fund["qualifier"],
            "source_ref": "; ".join(filter(None, [cited(fund), stated["remark"]])),
            "note": fund["note"],
        }


def allocations() -> Iterator[Row]:
    """Allocations that the report states, then those that awards imply."""
    budget_of = {budget["fund_code"]: budget for budget in budgets()}
    for row in read("allocations"):
        becomes = by_code("loaded_as")[row["allocation_code"]]["becomes"]
        budget = budget_of.get(row["fund_code"])
        if becomes != "allocation" or budget is None:
            continue
        yield {
            "fund_code": row["fund_code"],
            "source_code": budget["source_code"],
            "starts_on": budget["starts_on"],
            "ends_on": budget["ends_on"],
            "area_code": row["area_code"] or FORCE_AREA["code"],
            "purpose": _purpose(row, budget),
            "amount": row["amount"],
            "qualifier": row["qualifier"],
            "source_ref": cited(row),
            "note": row["note"],
        }
    yield from (_implied_allocation(row) for row in _with_amounts())


def _purpose(row: Row, budget: Row) -> str:
    """What a part of a budget is for; an area's share, or the whole budget, needs no words."""
    if row["area_code"] or row["amount"] == budget["amount"]:
        return ""
    return by_code("services")[row["service_code"]]["name"]


# --- Awards, and what they imply ------------------------------------------------------------------


def awards() -> Iterator[Row]:
    """The report's awards, as taken on; one with a printed amount stands on what it implies."""
    lines = {row["award_code"]: _line(row) for row in _with_amounts()}
    for award in nouns.awards():
        row = by_code("awards")[award["reference"]]
        yield {
            **award,
            "from_record": f"{DOCUMENT}, {row['source_ref']}",
            "status_as_at": REPORT_ENDS_ON.isoformat(),
            "effective_on": _counts_from(row),
            **lines.get(award["reference"], {}),
        }


def imply_budgets(by: User) -> int:
    """Put into budgets what the awards that are not recorded yet imply; how many were opened.

    A budget grows with each award, on the day from which that counts, so that as at every day it
    holds what is known beneath it.
    """
    opened = 0
    recorded = set(Award.objects.values_list("reference", flat=True))
    fresh = [row for row in _with_amounts() if row["award_code"] not in recorded]
    for row in sorted(fresh, key=_counts_from):
        budget = _implied_budget(row)
        opened += budget.pk is None
        funds.imply(
            budget,
            parse_pounds(row["amount"]),
            effective_on=day(_counts_from(row)),
            note=f"Implied by award {row['award_code']}.",
            by=by,
        )
    return opened


def _with_amounts() -> list[Row]:
    return [row for row in nouns.award_rows() if nouns.amount_is_known(row)]


def _counts_from(row: Row) -> str:
    """The day from which an award's money counts; undated, the end of the report's year."""
    return row["start_date"] or REPORT_ENDS_ON.isoformat()


def _period(row: Row) -> tuple[str, str]:
    """The period of the implied budget; it has one only if the award has both dates."""
    known = row["start_date"] and row["end_date"]
    return (row["start_date"], row["end_date"]) if known else ("", "")


def _implied_budget(row: Row) -> Budget:
    starts_on, ends_on = _period(row)
    which = {
        "fund": Fund.objects.get(code=nouns.fund_code(row)),
        "source": FundingSource.objects.get(code=row["funding_source_code"]),
        "starts_on": day(starts_on),
        "ends_on": day(ends_on),
    }
    return Budget.objects.filter(**which).first() or Budget(
        **which,
        basis=Basis.IMPLIED,
        qualifier=row["qualifier"],
        source_ref=cited(row),
        note="The report prints awards from this budget, and not the budget.",
    )


def _implied_allocation(row: Row) -> Row:
    starts_on, ends_on = _period(row)
    area, purpose = _place(row)
    return {
        "fund_code": nouns.fund_code(row),
        "source_code": row["funding_source_code"],
        "starts_on": starts_on,
        "ends_on": ends_on,
        "area_code": area,
        "purpose": purpose,
        "amount": row["amount"],
        "effective_on": _counts_from(row),
        "basis": Basis.IMPLIED,
        "qualifier": row["qualifier"],
        "source_ref": cited(row),
    }


def _line(row: Row) -> Row:
    """An award's one line of money, on its implied allocation."""
    allocation = _implied_allocation(row)
    place = ["fund_code", "source_code", "starts_on", "ends_on", "area_code", "purpose", "amount"]
    return {f"line_{name}": allocation[name] for name in place}


def _place(row: Row) -> tuple[str, str]:
    """Where an award's money goes, and for what: its one area, else the force area."""
    areas = codes(row["area_codes"])
    if len(areas) == 1:
        return areas[0], row["name"]
    if not areas:
        return FORCE_AREA["code"], row["name"]
    *others, last = [by_code("areas")[area]["name"] for area in areas]
    return FORCE_AREA["code"], f"{row['name']}: {', '.join(others)} and {last}, shares not printed"
