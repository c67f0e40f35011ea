"""Lines that add up to a figure of money, in one shape whatever they are: for pages and sheets."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate, chain

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Sum
from django.utils import timezone

from commissioning.admin.links import record_url
from commissioning.days import in_words
from commissioning.models import Allocation, Award, Budget, DecisionNotice
from commissioning.money import NOTHING

PER_PAGE = 100
AT_A_TIME = 2000
HEADS = ("Takes effect", "What", "On", "Decision", "Note", "Recorded")


@dataclass(frozen=True)
class Text:
    """A cell: words, and the record they lead to."""

    text: object
    href: str = ""


@dataclass(frozen=True)
class Item:
    """One line under a figure, in pounds: what it is, and where in the chain it stands."""

    amount: Decimal
    what: str
    budget: Budget
    allocation: Allocation | None = None
    award: Award | None = None
    # The record that it changes, where that is none of these; and its own page.
    on: models.Model | None = None
    record: models.Model | None = None
    day: date | None = None
    decision: DecisionNotice | None = None
    note: str = ""
    recorded_at: datetime | None = None
    recorded_by: models.Model | None = None

    @property
    def cells(self) -> list[Text]:
        """In the order of HEADS."""
        day = in_words(self.day) if self.day else ""
        decision = self.decision
        return [
            Text(day, record_url(self.record) if self.record else ""),
            Text(self.what),
            self._on(),
            Text(decision.reference, record_url(decision)) if decision else Text(""),
            Text(self.note),
            Text(self._recorded()),
        ]

    def _on(self) -> Text:
        if self.on:
            return Text(self.on, record_url(self.on))
        if self.award:
            return Text(f"{self.award}, from {self.allocation}", record_url(self.award))
        record = self.allocation or self.budget
        return Text(record, record_url(record))

    def _recorded(self) -> str:
        if not self.recorded_at:
            return ""
        return f"{in_words(timezone.localtime(self.recorded_at))} by {self.recorded_by}"


@dataclass(frozen=True)
class Lines:
    """Lines that add up to a figure, as many as there are; `one` and `many` are called so."""

    one: str
    many: str

    def count(self) -> int:
        raise NotImplementedError

    def sum_of_first(self, number: int | None = None) -> Decimal:
        """Pounds of the first lines; of all without a number."""
        raise NotImplementedError

    def __iter__(self) -> Iterator[Item]:
        raise NotImplementedError

    def __getitem__(self, wanted: slice) -> list[Item]:
        raise NotImplementedError

    def page(self, number: str | None) -> Page:
        """One page: `lines` of running number, cells, amount and sum up to and with it."""
        page = Paginator(self, PER_PAGE).get_page(number)
        start = page.start_index()
        items = list(page.object_list)
        before = self.sum_of_first(max(start - 1, 0))
        running = accumulate((item.amount for item in items), initial=before)
        next(running)
        page.lines = [
            (count, item.cells, item.amount, so_far)
            for count, (item, so_far) in enumerate(zip(items, running, strict=True), start=start)
        ]
        return page


@dataclass(frozen=True)
class Queried(Lines):
    """Rows of the database; `amount` names their column of pounds."""

    rows: models.QuerySet
    item: Callable[[models.Model], Item]
    amount: str = "amount"

    def count(self) -> int:
        return self.rows.count()

    def sum_of_first(self, number: int | None = None) -> Decimal:
        if number == 0:
            return NOTHING
        return self.rows[:number].aggregate(total=Sum(self.amount))["total"] or NOTHING

    def __iter__(self) -> Iterator[Item]:
        return map(self.item, self.rows.iterator(chunk_size=AT_A_TIME))

    def __getitem__(self, wanted: slice) -> list[Item]:
        return [self.item(row) for row in self.rows[wanted]]


@dataclass(frozen=True)
class Listed(Lines):
    """Rows that are worked out one by one, each with its `amount`; `told` makes lines of some."""

    rows: Sequence
    told: Callable[[Sequence], list[Item]]

    def count(self) -> int:
        return len(self.rows)

    def sum_of_first(self, number: int | None = None) -> Decimal:
        return sum((row.amount for row in self.rows[:number]), NOTHING)

    def __iter__(self) -> Iterator[Item]:
        for start in range(0, len(self.rows), AT_A_TIME):
            yield from self.told(self.rows[start : start + AT_A_TIME])

    def __getitem__(self, wanted: slice) -> list[Item]:
        return self.told(self.rows[wanted])


@dataclass(frozen=True)
class Together(Lines):
    """Lines of several kinds, one kind after the other."""

    parts: Sequence[Lines]

    def count(self) -> int:
        return sum(part.count() for part in self.parts)

    def sum_of_first(self, number: int | None = None) -> Decimal:
        if number is None:
            return sum((part.sum_of_first() for part in self.parts), NOTHING)
        total, left = NOTHING, number
        for part in self.parts:
            taken = min(left, part.count())
            total, left = total + part.sum_of_first(taken), left - taken
        return total

    def __iter__(self) -> Iterator[Item]:
        return chain.from_iterable(self.parts)

    def __getitem__(self, wanted: slice) -> list[Item]:
        found, start, stop = [], wanted.start or 0, wanted.stop
        for part in self.parts:
            count = part.count()
            if start < count and stop > 0:
                found += part[max(start, 0) : min(stop, count)]
            start, stop = start - count, stop - count
        return found
