"""The rule that makes every position as at a day possible: money is there before it is used."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum, Value
from django.db.models.functions import Coalesce

from commissioning.days import in_words
from commissioning.models import Allocation, Budget, Commitment, Entry
from commissioning.money import NOTHING, MoneyField, format_pounds
from commissioning.rules.broken import RuleBroken

Kind = Entry.Kind


@dataclass(frozen=True)
class Level:
    """A record of the chain: which entries put money there, and which take it up."""

    name: str
    model: type[Budget] | type[Allocation] | type[Commitment]
    gives: str
    takes: str
    verb: str
    lacks: str


LEVELS = (
    Level("budget", Budget, Kind.FUNDING, Kind.ALLOCATION, "allocated from", "is in the budget"),
    Level(
        "allocation", Allocation, Kind.ALLOCATION, Kind.COMMITMENT, "committed from", "is allocated"
    ),
    Level(
        "commitment", Commitment, Kind.COMMITMENT, Kind.PAYMENT, "paid under award", "is committed"
    ),
)


def money_is_there_each_day(entries: Iterable[Entry]) -> None:
    """On no day more is allocated, committed or paid than there was on that day.

    Asked once the entries are posted, which holds their records locked. A budget's margin counts
    whole; whether it is in force is another rule. What was paid of a migrated award may have been
    paid before the day from which it counts here.
    """
    entries = list(entries)
    for level in LEVELS:
        taking = [each for each in entries if each.kind == level.takes and each.amount > 0]
        leaving = [each for each in entries if each.kind == level.gives and each.amount < 0]
        first_days = _first_days(level, [*taking, *leaving])
        if first_days:
            for key, day, gap in _shortfalls(level, first_days):
                taken = any(getattr(each, f"{level.name}_id") == key for each in taking)
                _refuse(level, key, day, gap, taken, first_days[key])


def _first_days(level: Level, entries: Iterable[Entry]) -> dict[int, date]:
    """Of each record of which money is taken up or away, the first day from which it is."""
    found: dict[int, date] = {}
    for entry in entries:
        key = getattr(entry, f"{level.name}_id")
        found[key] = min(found.get(key, entry.effective_on), entry.effective_on)
    return found


def _shortfalls(level: Level, first_days: dict[int, date]) -> Iterator[tuple[int, date, Decimal]]:
    """(record, first day, pounds lacking on it) of each record that would lack money on a day."""
    rows = Entry.objects.filter(
        **{f"{level.name}__in": list(first_days)}, kind__in=[level.gives, level.takes]
    ).order_by(level.name, "effective_on")
    if level.model is Commitment:
        rows = rows.filter(commitment__award__taken_on_from="")
    slack = _margins(level, first_days)
    days = rows.values_list(level.name, "effective_on").annotate(
        given=_sum_of(level.gives), taken=_sum_of(level.takes)
    )
    for key, day, given, taken in days:
        slack[key] = slack.get(key, NOTHING) + given - taken
        if slack[key] < 0 and day >= first_days[key]:
            yield key, day, -slack[key]


def _sum_of(kind: str) -> Coalesce:
    """Pounds of the entries of one kind."""
    return Coalesce(Sum("amount", filter=Q(kind=kind)), Value(NOTHING, MoneyField()))


def _margins(level: Level, keys: Iterable[int]) -> dict[int, Decimal]:
    if level.model is not Budget:
        return {}
    with_margin = Budget.objects.filter(pk__in=list(keys), margin__gt=NOTHING)
    return dict(with_margin.values_list("pk", "margin"))


def _refuse(level: Level, key: int, day: date, gap: Decimal, taken: bool, first: date) -> None:
    record = level.model.objects.get(pk=key)
    pounds, on = format_pounds(gap), in_words(day)
    if taken:
        why = f"On {on}, {pounds} more would be {level.verb} {record} than {level.lacks} by then."
    else:
        why = f"On {on}, {record} would have {pounds} less than is {level.verb} it by then."
    raise RuleBroken(
        f"{why} This counts from {in_words(first)}: choose a later day, from which the money is "
        "there.",
        "not_there_by_then",
    )
