"""How a public list works: one declaration per noun, which page, files and API answer from."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Aggregate, Count, Model, Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from commissioning import hooks
from commissioning.models.publication import QUALIFIED, Qualifier
from commissioning.money import format_pounds
from commissioning.public.columns.base import Cell, Column, Kind
from commissioning.public.filtering import PublicFilterSet
from commissioning.public.keyset import NUMBERED_UP_TO
from commissioning.qualifiers import of_sum

# What else may be asked of a list: its order, and the place in it.
PLACES = ("sort", "page", "cursor")
# The order of a search: what holds its words best. Only where there are words.
BEST = "best"
# Amounts that their source gives as "about" or "at least" so much, as a forecast and so on.
INEXACT = ~Q(qualifier=Qualifier.EXACT)


@dataclass(frozen=True)
class Sort:
    label: str
    by: tuple


@dataclass(frozen=True)
class Listing:
    """What the public reads of one noun.

    `rows` are the published records, bare, so that counting them is cheap; `complete` adds what
    their columns need, and `attach` the figures that no column of the database holds.
    """

    name: str  # in addresses: "awards"
    one: str
    many: str
    rows: Callable[[], QuerySet]
    columns: tuple[Column, ...]
    filters: type[PublicFilterSet]
    lead: str = ""
    complete: Callable[[QuerySet], QuerySet] = lambda rows: rows
    attach: Callable[[Sequence[Model]], None] = lambda rows: None
    sorts: dict[str, Sort] = field(default_factory=dict)  # the first is the usual one
    total: Aggregate | None = None
    total_words: str = ""  # what the total is of: "awarded"
    apart: Aggregate | None = None  # pounds of rows that are in no total
    apart_words: str = ""  # what these are: "inferred from awards"
    without_amount: Q | None = None
    adds_up: Callable[[Mapping], bool] = lambda chosen: True  # whether a sum means something
    key: str = "slug"  # what stands in the address of one record
    has_pages: bool = True  # whether its records have pages of their own
    namespace: str = "public"  # of its addresses
    standard: str = ""  # the name of the address of its files in a standard of open data

    @property
    def title(self) -> str:
        return self.many[0].upper() + self.many[1:]

    @property
    def model(self) -> type[Model]:
        return self.rows().model

    @property
    def is_indexed(self) -> bool:
        """Whether its records are found by the words in the search index."""
        words = self.filters.base_filters.get("q")
        return words is not None and words.finds is None

    @property
    def page_columns(self) -> list[Column]:
        """What a page shows. Pounds stand beside the name, so that a phone shows both; files keep
        the order of the columns.
        """
        name, *others = [column for column in self.columns if column.on_page]
        return [name, *sorted(others, key=lambda column: column.kind is not Kind.MONEY)]

    @property
    def address(self) -> str:
        return reverse(f"{self.namespace}:{self.name}")

    @property
    def filter_names(self) -> tuple[str, ...]:
        return tuple(self.filters.offered())

    def file(self, form: str) -> str:
        """The address of the list as "csv", "xlsx" or "json"."""
        return reverse(f"{self.namespace}:{self.name}-file", args=[form])

    def counted(self, count: int) -> str:
        return f"{count:,} {self.one if count == 1 else self.many}"

    def total_in_words(self, summary: dict) -> str:
        """ "£12,000.00 awarded (3 without a published amount)"; nothing where there is no total."""
        total, without, inexact = (
            summary[name] for name in ("total", "without_amount", "inexact_amount")
        )
        if without and without == summary["count"]:
            return "none with a published amount"
        apart = f"{format_pounds(summary['apart'])} {self.apart_words}" if summary["apart"] else ""
        if total is None or not summary["count"]:
            return apart
        beside = [f"{without:,} without a published amount"] if without else []
        if inexact:
            beside.append(f"{inexact:,} with an amount that is not exact")
        told = f" ({'; '.join(beside)})" if beside else ""
        amount = QUALIFIED[summary["qualifier"]].format(format_pounds(total))
        whole = f"{amount} {self.total_words}{told}"
        return f"{whole}, and {apart}" if apart else whole

    def summary(self, rows: QuerySet, chosen: Mapping) -> dict:
        """How many rows, their pounds, and how many have no published or no exact amount.

        `chosen` are the filters that left these rows. Pounds are None where a sum would mean
        nothing, and where no row has any: unknown is not £0.
        """
        sums = {"count": Count("pk")}
        if self.total is not None and self.adds_up(chosen):
            sums["total"] = self.total
        if self.apart is not None:
            sums["apart"] = self.apart
        if self.without_amount is not None:
            sums["without_amount"] = Count("pk", filter=self.without_amount)
            sums["inexact_amount"] = Count("pk", filter=~self.without_amount & INEXACT)
        nothing = {"total": None, "apart": None, "without_amount": 0, "inexact_amount": 0}
        found = {**nothing, **rows.order_by().aggregate(**sums)}
        if found["count"] and found["without_amount"] == found["count"]:
            found["total"] = None
        if found["apart"] and not found["total"]:
            found["total"] = None
        found["qualifier"] = ""
        if found["total"] is not None and found["inexact_amount"]:
            known = rows.order_by().exclude(self.without_amount)
            words = known.values_list("qualifier", flat=True).distinct()
            found["qualifier"] = of_sum(words) or "about"
        return found

    def ordered(self, rows: QuerySet, sort: str = "") -> QuerySet:
        if not self.sorts:
            return rows
        usual = next(iter(self.sorts.values()))
        return rows.order_by(*self.sorts.get(sort, usual).by)

    def with_figures(self, rows: Iterable[Model]) -> list[Model]:
        rows = list(rows)
        self.attach(rows)
        return rows


def _no_such_order(listing: Listing) -> str:
    return f"There is no such order. There are: {', '.join(listing.sorts) or 'none here'}."


class Selection:
    """What a request asks of a listing: the rows that its filters leave, their order and total."""

    def __init__(self, listing: Listing, params: QueryDict, request: HttpRequest | None = None):
        self.listing = listing
        self.filterset = listing.filters(params, queryset=listing.rows(), request=request)
        self.words = params.get("q", "") if listing.is_indexed else ""
        # Best first stands in an address until its words are taken out.
        known = {"", *listing.sorts, *([BEST] if listing.is_indexed else [])}
        asked = params.get("sort", "")
        self.sort_problem = "" if asked in known else _no_such_order(listing)
        usable = asked in listing.sorts or (asked == BEST and self.words)
        self.sort = asked if usable else ""

    @cached_property
    def is_valid(self) -> bool:
        return self.filterset.is_valid() and not self.sort_problem

    @property
    def problem(self) -> str:
        """One sentence on the first filter or order that cannot be used; empty where all can."""
        if self.sort_problem:
            return f"sort: {self.sort_problem}"
        form = self.filterset.form
        return next((f"{form[name].label}: {said[0]}" for name, said in form.errors.items()), "")

    @cached_property
    def rows(self) -> QuerySet:
        # A wider list than was asked for would mislead; an empty one does not.
        return self.filterset.qs if self.is_valid else self.listing.rows().none()

    @cached_property
    def summary(self) -> dict:
        return self.listing.summary(self.rows, self.filterset.data)

    @property
    def is_long(self) -> bool:
        """Whether its pages go by cursor; only an order that its records are put in has one."""
        return self.summary["count"] > NUMBERED_UP_TO and bool(self.listing.sorts)

    @property
    def complete_rows(self) -> QuerySet:
        if self.sort == BEST:
            rows = self.listing.complete(self.rows)
            return hooks.word_index.receiver.best_first(rows, self.words)
        return self.listing.ordered(self.listing.complete(self.rows), self.sort)


@dataclass(frozen=True)
class Excerpt:
    """The first records of a list, as shown on another page, and where the whole list is."""

    listing: Listing
    columns: list[Column]
    table: list[list[Cell]]
    summary: dict
    href: str
    qualifiers: set[str]

    @property
    def counted(self) -> str:
        return self.listing.counted(self.summary["count"])

    @property
    def total(self) -> str:
        return self.listing.total_in_words(self.summary)

    @property
    def is_whole(self) -> bool:
        return len(self.table) == self.summary["count"]


def excerpt(
    listing: Listing,
    *,
    limit: int = 10,
    leave_out: Sequence[str] = (),
    only_if_known: Sequence[str] = (),
    sort: str = "",
    **chosen: object,
) -> Excerpt:
    """The first `limit` records of the list that the filters `chosen` leave.

    A column of `only_if_known` is left out where none of the records has anything in it.
    """
    params = QueryDict(mutable=True)
    params.update({**chosen, **({"sort": sort} if sort else {})})
    selection = Selection(listing, params)
    columns = [column for column in listing.page_columns if column.name not in leave_out]
    rows = listing.with_figures(selection.complete_rows[:limit])
    columns = [
        column
        for column in columns
        if column.name not in only_if_known
        or any(not column.as_cell(row).is_missing for row in rows)
    ]
    query = f"?{params.urlencode()}" if params else ""
    return Excerpt(
        listing=listing,
        columns=columns,
        table=[[column.as_cell(row) for column in columns] for row in rows],
        summary=selection.summary,
        href=f"{listing.address}{query}",
        qualifiers={getattr(row, "qualifier", "") for row in rows},
    )
