"""Which lines of the ledger are which payments: pure arithmetic of likeness, knows no Django.

Both sides are Items in signed pounds: plus for money paid out, minus for money that came back.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from functools import lru_cache

# How many days may lie between a payment and its line: for an exact match by name, and at all.
NEAR, FAR = 5, 45

# Points of likeness. What agrees in amount, name and day comes to 85, with its reference to 100.
AMOUNT = 40
REFERENCE, MENTIONED = 30, 20
NAME, NEARLY, ALIKE = 30, 22, 10
DAYS = ((0, 15), (NEAR, 12), (14, 7), (FAR, 3))
# A pair that agrees in its reference and not in its amount is never worth more.
MOST_WITHOUT_AMOUNT = 60
# Below this nothing is suggested: the amount alone, near in time, is worth 52.
LEAST = 50
# From here on a suggestion can hardly be another one.
SURE = 80

# What two spellings of one name differ in.
DROPPED = {"the", "ltd", "limited", "plc", "llp", "cic", "cio", "inc", "incorporated"}
# Shorter ones stand in any text by chance.
SHORTEST_MENTIONED = 4
# What ledgers cut names off at, at the least.
SHORTEST_CUT = 10


def plain(text: str) -> str:
    """Words in lower case with one space between them, without marks and accents."""
    letters = unicodedata.normalize("NFKD", text.replace("&", " and ")).casefold()
    letters = re.sub(r"['\N{RIGHT SINGLE QUOTATION MARK}\u0300-\u036f]", "", letters)
    return " ".join(re.findall(r"\w+", letters.replace("_", " ")))


def plain_name(name: str) -> str:
    """A name as it is compared: without marks, "The", "Ltd" and their like."""
    words = plain(name).split()
    return " ".join([word for word in words if word not in DROPPED] or words)


@dataclass(frozen=True)
class Item:
    """A ledger line or a payment: signed pounds on a day, and who and what they are for.

    `names` and `text` are plain; `reference` is the finance system's; `text` is where a line may
    mention something, and `mentions` are what of a payment it may mention.
    """

    key: int
    amount: Decimal
    day: date
    names: tuple[str, ...] = ()
    reference: str = ""
    text: str = ""
    mentions: tuple[str, ...] = ()
    # The batch that a payment went out with.
    run: str = ""

    @property
    def code(self) -> str:
        """The reference as it is compared: letters and digits only."""
        return plain(self.reference).replace(" ", "")


@dataclass(frozen=True)
class Part:
    """Pounds of one line that are pounds of one payment; keys of both."""

    line: int
    payment: int
    amount: Decimal


@dataclass(frozen=True)
class Suggestion:
    """Lines and payments that seem to be the same money, and why."""

    parts: tuple[Part, ...]
    score: int
    reasons: tuple[str, ...]

    @property
    def lines(self) -> set[int]:
        return {part.line for part in self.parts}

    @property
    def payments(self) -> set[int]:
        return {part.payment for part in self.parts}

    @property
    def in_words(self) -> str:
        return "; ".join(self.reasons)

    @property
    def token(self) -> str:
        """What a page says of it, so that what is accepted is what was seen."""
        return "_".join(f"{one.line}-{one.payment}-{one.amount}" for one in self.parts)


# --- Likeness of two ------------------------------------------------------------------------------


def same_reference(line: Item, payment: Item) -> bool:
    return bool(line.code) and line.code == payment.code


def same_name(line: Item, payment: Item) -> bool:
    return bool(set(line.names) & set(payment.names))


def days_between(line: Item, payment: Item) -> int:
    return abs((line.day - payment.day).days)


def is_exact(line: Item, payment: Item) -> bool:
    """The same pounds, and either the reference or, within some days, the name."""
    if line.amount != payment.amount or days_between(line, payment) > FAR:
        return False
    return same_reference(line, payment) or _exact_by_name(line, payment)


def _exact_by_name(line: Item, payment: Item) -> bool:
    return same_name(line, payment) and days_between(line, payment) <= NEAR


def alike(line: Item, payment: Item) -> Suggestion | None:
    """How well one line and one payment go together; None if too little speaks for it."""
    if (line.amount > 0) != (payment.amount > 0) or days_between(line, payment) > FAR:
        return None
    is_same = line.amount == payment.amount
    if not is_same and not same_reference(line, payment):
        return None
    said = [*_amount(line, payment), *_reference(line, payment)]
    said += [said_of_days(line, payment), _name(line, payment)]
    score = min(sum(points for points, _ in said), 100 if is_same else MOST_WITHOUT_AMOUNT)
    if score < LEAST:
        return None
    amount = min(line.amount, payment.amount, key=abs)
    part = Part(line.key, payment.key, amount)
    return Suggestion((part,), score, tuple(reason for _, reason in said))


def _amount(line: Item, payment: Item) -> Iterator[tuple[int, str]]:
    if line.amount == payment.amount:
        yield AMOUNT, "same amount"
    else:
        more = abs(line.amount) > abs(payment.amount)
        apart = abs(line.amount - payment.amount)
        yield 0, f"the ledger has £{apart:,.2f} {'more' if more else 'less'}"


def _reference(line: Item, payment: Item) -> Iterator[tuple[int, str]]:
    if same_reference(line, payment):
        yield REFERENCE, "same reference"
    elif found := _mentioned(line, payment):
        yield MENTIONED, f"the line mentions {found}"


def _mentioned(line: Item, payment: Item) -> str:
    return next((text for text in payment.mentions if mentions(line, text)), "")


def mentions(line: Item, text: str) -> bool:
    """Whether the line has the text as whole words."""
    words = plain(text)
    return len(words) >= SHORTEST_MENTIONED and f" {words} " in f" {line.text} "


def said_of_days(line: Item, payment: Item) -> tuple[int, str]:
    """What the days between them are worth, and in words; they are no more than FAR."""
    days = (line.day - payment.day).days
    points = next(points for most, points in DAYS if abs(days) <= most)
    if not days:
        return points, "same day"
    count = "1 day" if abs(days) == 1 else f"{abs(days)} days"
    return points, f"{count} {'later' if days > 0 else 'earlier'}"


def _name(line: Item, payment: Item) -> tuple[int, str]:
    if not line.names:
        return 0, "no supplier in the ledger"
    likest = max((likeness(a, b) for a in line.names for b in payment.names), default=0)
    for least, points, words in (
        (1, NAME, "same supplier name"),
        (0.85, NEARLY, "supplier name nearly the same"),
        (0.7, ALIKE, "supplier name alike"),
    ):
        if likest >= least:
            return points, words
    return 0, "another supplier name"


@lru_cache(maxsize=20_000)
def likeness(one: str, other: str) -> float:
    """How much two plain names are alike: 1 for the same, 0 for nothing in common."""
    if one == other:
        return 1
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= SHORTEST_CUT and longer.startswith(shorter):
        return 0.9
    return min(SequenceMatcher(None, one, other, autojunk=False).ratio(), 0.99)


# --- Exact pairs ----------------------------------------------------------------------------------


def exact_pairs(lines: Sequence[Item], payments: Sequence[Item]) -> list[Suggestion]:
    """Pairs that can be matched without asking: each is the only candidate of the other.

    Give every open line and payment that could compete. By reference first; what several share it
    with is then told apart by name or reference within some days.
    """

    def near(line: Item, payment: Item) -> bool:
        return is_exact(line, payment) and days_between(line, payment) <= NEAR

    def by_reference(line: Item, payment: Item) -> bool:
        return is_exact(line, payment) and same_reference(line, payment)

    found: list[tuple[Item, Item]] = []
    for agree in (by_reference, near):
        found += _only_ones(lines, payments, agree)
        taken = {line.key for line, _ in found}, {payment.key for _, payment in found}
        lines = [line for line in lines if line.key not in taken[0]]
        payments = [payment for payment in payments if payment.key not in taken[1]]
    pairs = (alike(line, payment) for line, payment in found)
    return [pair for pair in pairs if pair is not None]


def _only_ones(
    lines: Iterable[Item], payments: Iterable[Item], agree: Callable[[Item, Item], bool]
) -> Iterator[tuple[Item, Item]]:
    of_amount = defaultdict(list)
    for payment in payments:
        of_amount[payment.amount].append(payment)
    of_line, of_payment = {}, defaultdict(list)
    for line in lines:
        of_line[line] = [one for one in of_amount[line.amount] if agree(line, one)]
        for payment in of_line[line]:
            of_payment[payment].append(line)
    for line, candidates in of_line.items():
        if len(candidates) == 1 and len(of_payment[candidates[0]]) == 1:
            yield line, candidates[0]
