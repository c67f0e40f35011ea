"""What the figures of an area, a fund, a theme or an organisation come to, in plain words."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from commissioning import figures
from commissioning.figures import Slice
from commissioning.figures.commitments import Recipients, YearRow
from commissioning.models import Area, Basis
from commissioning.money import NOTHING, format_pounds
from commissioning.public import listings
from commissioning.public.filtering import Period
from commissioning.public.listing import Excerpt, Listing, excerpt
from commissioning.public.shares import AreaShares, in_per_cent
from commissioning.public.withholding import address_of


def pounds(amount: Decimal) -> str:
    return format_pounds(amount, pence=False)


# --- Tables ---------------------------------------------------------------------------------------


def year_bars(years: Iterable[YearRow], figure: str, listing: Listing, **chosen: str) -> list[dict]:
    """For amount_bars: a figure by year, each with the list of exactly the rows under it.

    `chosen` are the filters of the list that leave the rows of the whole slice.
    """
    return [
        {
            "label": row.label if row.starts_on else "Period not stated",
            "amount": getattr(row.position, figure),
            "href": f"{listing.address}?{urlencode({**chosen, **_in_time(row)})}",
            # Latest years first, then longer periods, as `by_year` has them.
            "order": (row.year is None, -(row.starts_on or date.min).toordinal()),
        }
        for row in years
        if getattr(row.position, figure)
    ]


def _in_time(row: YearRow) -> dict[str, str]:
    if row.year is not None:
        return {"year": row.year.slug}
    return {"period": Period(row.starts_on, row.ends_on).slug}


def implied_for(area: Area) -> dict | None:
    """What counts as set aside for the area only because awards stand on it, and its list."""
    chosen = {"area": area.slug, "basis": Basis.IMPLIED.value}
    found = excerpt(listings.ALLOCATIONS, limit=0, **chosen)
    amount = found.summary["total"]
    return {"amount": amount, "href": found.href} if amount else None


def recipients_of(slice_: Slice, limit: int = 10, **chosen: str) -> dict:
    """Who was awarded the most of a slice, for public/recipients.html."""
    found = figures.top_recipients(slice_, limit)
    return {
        "found": found,
        "rows": [
            {
                "label": row.recipient.public_name,
                "href": address_of(row.recipient),
                "amount": row.committed,
                "lines": _lines({**chosen, "recipient": row.recipient.slug})
                if address_of(row.recipient)
                else "",
            }
            for row in found.rows
        ],
        "more": _more(found),
        "all": _lines(chosen),
    }


def _more(found: Recipients) -> list[dict]:
    """Those who are not in a row of their own."""
    others, awards = found.others, found.withheld_awards
    rows = []
    if others:
        label = f"{others:,} more {'recipient' if others == 1 else 'recipients'}"
        rows.append({"label": label, "amount": found.other_pounds})
    if awards:
        note = listings.AWARDS.counted(awards)
        rows.append({"label": "Name withheld", "note": note, "amount": found.withheld})
    if found.unnamed:
        rows.append({"label": "Not stated, or described only", "amount": found.unnamed})
    return rows


def _lines(chosen: dict[str, str]) -> str:
    return f"{listings.COMMITMENTS.address}?{urlencode(chosen)}"


def decisions_of(**chosen: str) -> Excerpt:
    """The latest decisions under which awards were made that the filters leave."""
    return excerpt(listings.DECISIONS, limit=5, **chosen)


# --- Sentences ------------------------------------------------------------------------------------


def area_lead(area: Area, years: list[YearRow], shares: AreaShares | None) -> str:
    """What was set aside for an area and what was awarded out of it, and of which whole."""
    allocated = sum((row.position.allocated for row in years), NOTHING)
    said = [f"{pounds(allocated)} is set aside for {area.name} in all."] if allocated else []
    if latest := _latest(years):
        said.append(f"{_awarded_in(area, latest)}.")
    elif total := _awarded(years):
        said.append(f"Awards out of money for {area.name} come to {pounds(total)}.")
    row = shares.of(area) if shares else None
    if row and row.share and row.people:
        said.append(
            f"It has {row.people} of the people of these areas and {row.share} of what was "
            f"{shares.heading.lower()} for them."
        )
    return " ".join(said) or (
        f"No money for {area.name} alone is published here. That does not mean that there was none."
    )


def _awarded_in(area: Area, latest: YearRow) -> str:
    part = latest.position.committed
    whole = figures.awarded(Slice(year=latest.year, published=True))
    said = f"{area.name} was awarded {pounds(part)} from the money for {latest.label}"
    if whole == part:
        return said
    return f"{said}, {in_per_cent(part, whole)} of the {pounds(whole)} awarded from it in all"


def fund_lead(years: list[YearRow], recipients: Recipients) -> str:
    """What was set aside out of a fund and what was awarded, and to how many."""
    allocated = sum((row.position.allocated for row in years), NOTHING)
    said = [f"{pounds(allocated)} of it is set aside."] if allocated else []
    return " ".join([*said, awarded_lead("Its awards come to", years, recipients)]).strip()


def awarded_lead(beginning: str, years: list[YearRow], recipients: Recipients | None = None) -> str:
    """ "Awards for this theme come to £9,000 from the money for 2026/27 and £12,000 in all"."""
    latest, total = _latest(years), _awarded(years)
    if not total:
        return ""
    parts = []
    if latest:
        parts.append(f"{pounds(latest.position.committed)} from the money for {latest.label}")
    if latest is None or latest.position.committed != total:
        parts.append(f"{pounds(total)} in all")
    return f"{beginning} {' and '.join(parts)}{_to(recipients)}."


def _to(recipients: Recipients | None) -> str:
    if recipients is None or recipients.withheld or recipients.unnamed:
        return ""
    count = len(recipients.rows) + recipients.others
    return f", to {count:,} {'recipient' if count == 1 else 'recipients'}"


def _latest(years: list[YearRow]) -> YearRow | None:
    """The latest financial year with awards."""
    return next((row for row in years if row.year and row.position.committed), None)


def _awarded(years: list[YearRow]) -> Decimal:
    return sum((row.position.committed for row in years), NOTHING)
