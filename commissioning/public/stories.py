"""What the figures of an area, a fund, a theme or an organisation come to, in plain words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Count, Sum
from django.http import QueryDict

from commissioning import figures
from commissioning.figures import Slice
from commissioning.figures.commitments import Recipients, YearRow
from commissioning.models import Area, Basis, ReportedTotal
from commissioning.money import NOTHING, format_pounds
from commissioning.public import listings
from commissioning.public.best_known import BestKnown
from commissioning.public.columns.base import implied_beside
from commissioning.public.filtering import Period
from commissioning.public.listing import Excerpt, Listing, Selection, excerpt
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


def allocated_bars(years: Iterable[YearRow], **chosen: str) -> list[dict]:
    """What was allocated by year; what is inferred from awards is told beside it."""
    basis = Basis.DECIDED.value
    return year_bars(years, "decided", listings.ALLOCATIONS, **chosen, basis=basis)


@dataclass(frozen=True)
class Itemised:
    """How many awards there are, how many of them state an amount, and whether they are all.

    They are not all where a document reports more of them than are itemised here.
    """

    count: int
    stated: int
    are_all: bool = True

    @property
    def title_end(self) -> str:
        """What a ranking of these awards has to say of itself."""
        return "" if self.stated == self.count else ", of what is itemised here"


def itemised(totals: Iterable[ReportedTotal] = (), **chosen: str) -> Itemised:
    """Of the awards that the filters leave; `totals` are what documents report of the same."""
    rows = Selection(listings.AWARDS, QueryDict(urlencode(chosen))).rows.order_by()
    # What was given on has its amount in the award that it came out of.
    own = rows.filter(onward_of__isnull=True)
    found = own.aggregate(count=Count("pk"), stated=Count("amount"), pounds=Sum("amount"))
    more = any(
        (total.count or 0) > found["count"] or (total.amount or NOTHING) > (found["pounds"] or 0)
        for total in totals
        if total.kind == ReportedTotal.Kind.AWARDS
    )
    return Itemised(found["count"], found["stated"], are_all=not more)


def recipients_of(
    slice_: Slice, limit: int = 10, itemised: Itemised | None = None, **chosen: str
) -> dict:
    """Who was awarded the most of a slice, for public/recipients.html."""
    found = figures.top_recipients(slice_, limit)
    return {
        "title": f"Who was awarded the most{itemised.title_end if itemised else ''}",
        "is_shown": found.total and (itemised is None or itemised.are_all),
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


def area_lead(
    area: Area, years: list[YearRow], shares: AreaShares | None, best: BestKnown | None = None
) -> str:
    """The best known money of an area, what was awarded out of its money, and of which whole."""
    said = _best_of_area(best, years) if best else [_allocated(f" to {area.name}", years)]
    said = [one for one in said if one]
    if latest := _latest(years):
        said.append(f"{_awarded_in(area, latest)}.")
    elif not best and (total := _awarded(years)):
        said.append(f"Awards itemised here out of money for {area.name} come to {pounds(total)}.")
    row = shares.of(area) if shares else None
    if row and row.share and row.people:
        said.append(
            f"It has {row.people} of the people of these areas and {row.share} of what was "
            f"{shares.heading.lower()} for them."
        )
    return " ".join(said) or (
        f"No money for {area.name} alone is published here. That does not mean that there was none."
    )


def _best_of_area(best: BestKnown, years: list[YearRow]) -> list[str]:
    implied = sum((row.position.implied for row in years), NOTHING)
    return [best.sentence, f"{implied_beside(implied)}." if implied else ""]


def _allocated(to: str, years: list[YearRow]) -> str:
    """What was allocated, and what is inferred from awards beside it."""
    decided = sum((row.position.decided for row in years), NOTHING)
    implied = sum((row.position.implied for row in years), NOTHING)
    if decided and implied:
        return f"{pounds(decided)} is allocated{to}; {implied_beside(implied)}."
    if implied:
        return f"No allocation{to} is published; {pounds(implied)} is inferred from awards."
    return f"{pounds(decided)} is allocated{to}." if decided else ""


def _awarded_in(area: Area, latest: YearRow) -> str:
    part = latest.position.committed
    whole = figures.awarded(Slice(year=latest.year, published=True))
    said = f"Awards itemised here out of money for {area.name} come to {pounds(part)}"
    said += f" from the money for {latest.label}"
    if whole == part:
        return said
    return f"{said}, {in_per_cent(part, whole)} of the {pounds(whole)} awarded from it in all"


def fund_lead(
    years: list[YearRow], recipients: Recipients, itemised: Itemised, best: BestKnown | None
) -> str:
    """The best known total of a fund, else what was awarded and to how many; what is allocated."""
    decided = sum((row.position.decided for row in years), NOTHING)
    said = [best.sentence] if best else []
    if decided and not (best and decided == best.amount):
        said.append(f"{pounds(decided)} of it is allocated.")
    if best and best.done != "budgeted":
        # A few awards beside a total of all would be taken for what the fund gave.
        return " ".join(said)
    awarded = awarded_lead("Its awards", "its {count} awards", years, itemised, recipients)
    return " ".join([*said, awarded]).strip()


def awarded_lead(
    all_of_them: str,
    of_them: str,
    years: list[YearRow],
    itemised: Itemised,
    recipients: Recipients | None = None,
) -> str:
    """ "Awards for this theme come to £9,000 from the money for 2026/27 and £12,000 in all".

    Where some state no amount: "The 4 of the 23 awards for this theme that state an amount …".
    """
    latest, total = _latest(years), _awarded(years)
    if not total:
        return ""
    parts = []
    if latest:
        parts.append(f"{pounds(latest.position.committed)} from the money for {latest.label}")
    if latest is None or latest.position.committed != total:
        whole = itemised.are_all and itemised.stated == itemised.count
        parts.append(pounds(total) + (" in all" if whole or latest else ""))
    said = _which(all_of_them, of_them.format(count=itemised.count), itemised)
    return f"{said} {' and '.join(parts)}{_to(recipients)}."


def _which(all_of_them: str, of_them: str, itemised: Itemised) -> str:
    """Which awards an amount is of, and that they come to it."""
    one = itemised.stated == 1
    come = "comes to" if one else "come to"
    if itemised.stated != itemised.count:
        return f"The {itemised.stated:,} of {of_them} that state{'s' * one} an amount {come}"
    if not itemised.are_all:
        return f"The {listings.AWARDS.counted(itemised.count)} itemised here {come}"
    return f"{all_of_them} come to"


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
