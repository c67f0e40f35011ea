"""Money, dates and bars as pages show them.

{% load figures %} {{ award.amount|pounds }} {{ award.starts_on|financial_year }}
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, format_html

from commissioning import glossary
from commissioning.days import at_clock, in_words
from commissioning.models.publication import QUALIFIED
from commissioning.money import NOTHING, format_pounds
from commissioning.years import FinancialYear

register = template.Library()

NOT_PUBLISHED = "not published"


# What those words mean: components/definitions.html prints the ones a page uses.
DEFINITIONS = {
    "at_least": (
        "at least",
        "The source says “at least”, “over” or “more than”: the figure is the lowest it can be.",
    ),
    "over": ("over", "The source says “over” or “more than”: it is more than the figure."),
    "about": ("about", "The source gives a rounded or estimated figure."),
    "up_to": ("up to", "The source says “up to”: the figure is the highest it can be."),
    "under": (
        "under",
        "The source says “less than”, “nearly” or “almost”: it is less than the figure.",
    ),
    "forecast": ("forecast", "Expected when published. It had not happened yet."),
    "target": ("target", "What was aimed for, not what happened."),
    "part_year": ("part year", "Covers part of the year or period only."),
    "provisional": ("provisional", "May still change when records are complete."),
}


# The colour of a tag by the stored value of the state that it names.
TAG_COLOURS = {
    **dict.fromkeys(
        ["active", "approved", "live", "received", "accepted", "met", "published"], "green"
    ),
    **dict.fromkeys(["recommended", "submitted", "confirmed", "open"], "teal"),
    **dict.fromkeys(
        ["draft", "expected", "planned", "due", "tendering", "queried"],
        "yellow",
    ),
    **dict.fromkeys(["rejected", "terminated", "overdue", "missed"], "red"),
    **dict.fromkeys(["withheld", "forecast", "provisional"], "purple"),
}


@register.simple_tag
def term(label: str) -> str:
    """The label of a figure; a link to its meaning if the glossary has the word."""
    anchor = glossary.anchors().get(str(label).lower())
    if anchor is None:
        return conditional_escape(label)
    return format_html(
        '<a class="cr-term" href="{}#{}">{}</a>', reverse("public:glossary"), anchor, label
    )


@register.filter
def tag_colour(status: str) -> str:
    """The colour of a state's tag, by its stored value; grey for any other."""
    return TAG_COLOURS.get(status, "grey")


@register.filter
def pounds(amount: Decimal | None, decimals: str = "2") -> str:
    """ "£1,234.50"; pounds:"0" leaves out the pence where there are none."""
    if amount is None or amount == "":
        return NOT_PUBLISHED
    return format_pounds(amount, pence=str(decimals) != "0")


register.filter("at_clock", at_clock)


@register.filter
def short_pounds(amount: Decimal | None) -> str:
    """ "£18.1m", "£911k": only where the full figure stands beside it."""
    if amount is None or amount == "":
        return NOT_PUBLISHED
    sign = "\N{MINUS SIGN}" if amount < 0 else ""
    if abs(amount) < 1000:
        return format_pounds(amount, pence=False)
    for size, places, letter in ((1_000, "1", "k"), (1_000_000, "0.1", "m")):
        scaled = (abs(amount) / size).quantize(Decimal(places), rounding=ROUND_HALF_UP)
        # 999,999 is £1m, not £1,000k.
        if scaled < 1000:
            return f"{sign}£{scaled.normalize():f}{letter}"
    scaled = (abs(amount) / 1_000_000_000).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{sign}£{scaled.normalize():f}bn"


@register.filter
def qualified(amount: Decimal | str | None, qualifier: str) -> str:
    """The amount in the words of its qualifier: "at least £8,000.00". Counts come as ready text."""
    return _in_words(amount if isinstance(amount, str) else pounds(amount), amount, qualifier)


@register.filter
def qualified_whole(amount: Decimal | None, qualifier: str) -> str:
    """As `qualified`, without pence where there are none: "about £2,700,000"."""
    return _in_words(pounds(amount, "0"), amount, qualifier)


def _in_words(text: str, amount: Decimal | str | None, qualifier: str) -> str:
    if amount is None or amount == "":
        return NOT_PUBLISHED
    return QUALIFIED.get(qualifier or "", "{} (" + str(qualifier) + ")").format(text)


@register.filter
def financial_year(day: date | None) -> str:
    """ "2020/21"; nothing for no date."""
    return FinancialYear.containing(day).label if day else ""


@register.filter
def date_with_precision(day: date | datetime | None, precision: str = "day") -> str:
    """ "3 March 2021", "March 2021" or "2021", for a date known to the day, month or year."""
    if not day:
        return "date not published"
    if precision == "year":
        return f"{day:%Y}"
    return f"{day:%B %Y}" if precision == "month" else in_words(day)


@register.simple_tag
def definitions(qualifiers: Iterable[str]) -> list[tuple[str, str]]:
    """Word and meaning of each inexact qualifier among `qualifiers`, once, in a fixed order."""
    used = set(qualifiers or ())
    return [words for qualifier, words in DEFINITIONS.items() if qualifier in used]


@dataclass(frozen=True)
class Segment:
    """One stretch of a bar: where it begins and how wide it is, in per cent of the bar."""

    key: str
    label: str
    amount: Decimal | None
    start: Decimal
    width: Decimal
    share: Decimal | None


def _per_cent(part: Decimal, whole: Decimal) -> Decimal:
    if whole <= 0:
        return Decimal("0.00")
    bounded = max(NOTHING, min(part, whole))
    return (bounded * 100 / whole).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def position_segments(budget, allocated, committed, paid) -> tuple[list[Segment], Decimal | None]:
    """The four stretches of a fund's money and where the budget ends, in per cent of the bar.

    With no published budget the bar is what is allocated and nothing is said to be left. Above its
    budget (over-programming) the bar is what is allocated, and the budget's end lies inside it.
    `paid` and `committed` are None where none is recorded: then nothing is said to be left of
    what is above them.
    """
    whole = max(allocated, budget or NOTHING)
    left = "Committed" if paid is None else "Committed, not yet paid"
    aside = "Allocated" if committed is None else "Allocated, not yet committed"
    unknown = {"paid": paid is None, "committed": committed is None}
    committed = committed or NOTHING
    stretches = [
        ("paid", "Paid", NOTHING, paid or NOTHING),
        ("committed", left, paid or NOTHING, committed),
        ("allocated", aside, committed, allocated),
    ]
    if budget is not None and budget >= allocated:
        stretches.append(("unallocated", "Not yet allocated", allocated, budget))
    segments = []
    for key, label, begins, ends in stretches:
        start, end = _per_cent(begins, whole), _per_cent(ends, whole)
        share = None if not budget else ((ends - begins) * 100 / budget).quantize(Decimal("0.1"))
        if unknown.get(key):
            segments.append(Segment(key, label, None, start, NOTHING, None))
            continue
        segments.append(Segment(key, label, ends - begins, start, max(end - start, NOTHING), share))
    return segments, _per_cent(budget, whole) if budget is not None and budget < allocated else None


@register.inclusion_tag("components/position_bar.html")
def position_bar(title, *, uid, allocated, committed, paid, budget=None, note=""):
    """A fund's money as one bar with its figures beside it. `uid` must be unique on the page."""
    segments, budget_ends = position_segments(budget, allocated, committed, paid)
    return {
        "title": title,
        "uid": uid,
        "budget": budget,
        "allocated": allocated,
        "segments": segments,
        "shown": [segment for segment in segments if segment.width > 0],
        "budget_ends": budget_ends,
        "above_budget": allocated - budget if budget_ends is not None else None,
        "note": note,
    }


@register.inclusion_tag("components/amount_bars.html")
def amount_bars(
    caption, rows, *, heading="", amount_heading="Amount", total=None, total_label="Total"
):
    """A table of amounts, each with its bar. `rows`: objects or dicts with label, amount, href.

    Bars are in proportion to the largest amount; an unpublished one (None) has no bar.
    """
    described = [_row(row) for row in rows]
    largest = max(
        (row["amount"] for row in described if row["amount"] is not None), default=NOTHING
    )
    for row in described:
        row["width"] = None if row["amount"] is None else _per_cent(row["amount"], largest)
    return {
        "caption": caption,
        "heading": heading,
        "amount_heading": amount_heading,
        "rows": described,
        "total": total,
        "total_label": total_label,
    }


def _row(row: object) -> dict:
    get = row.get if isinstance(row, dict) else lambda name: getattr(row, name, None)
    return {
        name: get(name) for name in ("label", "amount", "href", "qualifier", "lines", "implied")
    }
