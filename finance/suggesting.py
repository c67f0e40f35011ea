"""Suggestions for open ledger lines and payments: pairs, runs of payments, payments in parts.

Pure arithmetic over the likeness of two (matching.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from finance.matching import (
    FAR,
    LEAST,
    MENTIONED,
    NAME,
    NEAR,
    REFERENCE,
    Item,
    Part,
    Suggestion,
    alike,
    days_between,
    mentions,
    said_of_days,
    same_name,
)

# Points of likeness, beside those of pairs: parts that add up, and all that went out together.
ADDS_UP, WHOLE = 35, 20
# Of so many items every sum is tried: 1,023 of them.
MOST_IN_A_SUM = 10


def suggest(lines: Sequence[Item], payments: Sequence[Item]) -> list[Suggestion]:
    """The best suggestions, no line and no payment in two of them; the best first."""
    found = [*_pairs(lines, payments), *_runs(lines, payments), *_split(lines, payments)]
    # Of two as good, the one that leaves less to others; then the older line.
    found.sort(key=lambda one: (-one.score, len(one.parts), min(one.lines), min(one.payments)))
    kept, lines_taken, payments_taken = [], set(), set()
    for one in found:
        if one.lines.isdisjoint(lines_taken) and one.payments.isdisjoint(payments_taken):
            kept.append(one)
            lines_taken |= one.lines
            payments_taken |= one.payments
    return kept


def _pairs(lines: Sequence[Item], payments: Sequence[Item]) -> Iterator[Suggestion]:
    of_amount, of_code = defaultdict(set), defaultdict(set)
    for payment in payments:
        of_amount[payment.amount].add(payment)
        if payment.code:
            of_code[payment.code].add(payment)
    for line in lines:
        near = of_amount[line.amount] | (of_code[line.code] if line.code else set())
        for payment in sorted(near, key=lambda one: one.key):
            pair = alike(line, payment)
            if pair:
                yield pair


def _runs(lines: Sequence[Item], payments: Sequence[Item]) -> Iterator[Suggestion]:
    """One line for several payments: a batch, all or some of a day, or some to one supplier."""
    of_day, of_name = _grouped(payments)
    sums_of_day = {key: Sums(group) for key, group in of_day.items()}
    sums_of_name = {name: Sums(group) for name, group in of_name.items()}
    batches = _batches(payments)
    for line in lines:
        for batch in batches[line.amount]:
            yield from _run(line, batch, (WHOLE, f"they are all of batch {batch[0].run}"))
        for (day, is_out), sums in sums_of_day.items():
            if is_out == (line.amount > 0) and abs((line.day - day).days) <= NEAR:
                chosen = sums.of(line.amount)
                is_whole = len(chosen) == len(sums.items)
                whole = (WHOLE, "they are all that was paid that day") if is_whole else None
                yield from _run(line, chosen, whole)
        for name in line.names:
            if name in sums_of_name:
                yield from _run(line, sums_of_name[name].of(line.amount))


def _batches(payments: Iterable[Item]) -> dict[Decimal, list[list[Item]]]:
    """Batches of payments by what they come to."""
    of_run, of_total = defaultdict(list), defaultdict(list)
    for payment in payments:
        if payment.run:
            of_run[payment.run].append(payment)
    for batch in of_run.values():
        of_total[sum(payment.amount for payment in batch)].append(batch)
    return of_total


def _grouped(items: Iterable[Item]) -> tuple[dict, dict]:
    """Items by day and direction, and by name."""
    of_day, of_name = defaultdict(list), defaultdict(list)
    for item in items:
        of_day[item.day, item.amount > 0].append(item)
        for name in item.names:
            of_name[name].append(item)
    return of_day, of_name


def _run(
    line: Item, chosen: Sequence[Item], whole: tuple[int, str] | None = None
) -> Iterator[Suggestion]:
    if len(chosen) < 2 or any(days_between(line, one) > FAR for one in chosen):
        return
    said = [(ADDS_UP, f"{len(chosen)} payments add up to it"), *([whole] if whole else [])]
    furthest = max(chosen, key=lambda one: days_between(line, one))
    said.append(said_of_days(line, furthest))
    run = chosen[0].run
    if all(one.run == run for one in chosen) and mentions(line, run):
        said.append((MENTIONED, f"the line mentions {run}"))
    if all(same_name(line, one) for one in chosen):
        said.append((NAME, "same supplier name"))
    yield from _told(said, [Part(line.key, one.key, one.amount) for one in chosen])


def _split(lines: Sequence[Item], payments: Sequence[Item]) -> Iterator[Suggestion]:
    """Several lines for one payment: of its supplier, or with its reference."""
    groups = defaultdict(list)
    for line in lines:
        for mark in {*line.names, f"reference {line.code}" if line.code else ""} - {""}:
            groups[mark].append(line)
    sums = {mark: Sums(group) for mark, group in groups.items() if len(group) > 1}
    for payment in payments:
        mark = f"reference {payment.code}"
        for name in (mark, *payment.names):
            if name not in sums:
                continue
            chosen = sums[name].of(payment.amount)
            if len(chosen) < 2 or any(days_between(one, payment) > FAR for one in chosen):
                continue
            by_name = (NAME, "same supplier name")
            said = [
                (ADDS_UP, f"{len(chosen)} lines add up to the payment"),
                said_of_days(max(chosen, key=lambda one, p=payment: days_between(one, p)), payment),
                (REFERENCE, "same reference") if name == mark else by_name,
            ]
            yield from _told(said, [Part(one.key, payment.key, one.amount) for one in chosen])


def _told(said: list[tuple[int, str]], parts: list[Part]) -> Iterator[Suggestion]:
    score = min(sum(points for points, _ in said), 100)
    if score >= LEAST:
        yield Suggestion(tuple(parts), score, tuple(reason for _, reason in said))


class Sums:
    """Every sum of some items; a sum that can be made in two ways is none."""

    def __init__(self, items: Sequence[Item]):
        self.items = tuple(items)
        self._ways: dict[Decimal, tuple[Item, ...]] = {}
        if len(items) <= MOST_IN_A_SUM:
            for size in range(2, len(items) + 1):
                for chosen in combinations(items, size):
                    total = sum(item.amount for item in chosen)
                    self._ways[total] = () if total in self._ways else chosen
        else:
            self._ways[sum(item.amount for item in items)] = self.items

    def of(self, total: Decimal) -> tuple[Item, ...]:
        """The only items that add up to the total; none if there are none, or several ways."""
        return self._ways.get(total, ())
