"""Extracts of the finance system's ledger, read by the columns that a source names."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from tablib import Dataset

from commissioning.money import NOTHING
from commissioning.resources import cells
from commissioning.resources.outcomes import Refusal
from finance.extracts import Row
from finance.models import LedgerLine, LedgerSource

# What may be guessed of a column from its heading; the first that fits is taken.
GUESSES = {
    "day": ["transaction date", "posting date", "effective date", "payment date", "date"],
    "amount": ["net amount", "amount", "value"],
    "debit": ["debit", "dr"],
    "credit": ["credit", "cr"],
    "supplier": ["supplier name", "supplier", "vendor", "payee", "name"],
    "reference": ["reference", "invoice number", "invoice", "document", "doc", "ref"],
    "description": ["description", "narrative", "details", "text"],
    "number": ["line number", "transaction number", "line id", "journal line"],
}
# How many rows are shown while columns are chosen.
SHOWN = 5

Format = LedgerSource.DayFormat
PATTERNS = {
    Format.SHORT_YEAR: ["%d/%m/%y", "%d-%b-%y", "%d.%m.%y", "%d-%m-%y"],
    Format.COMPACT: ["%Y%m%d"],
    Format.MONTH_FIRST: ["%m/%d/%Y", "%m-%d-%Y"],
}
EXAMPLES = {
    Format.SHORT_YEAR: "31/03/26 or 31-MAR-26",
    Format.COMPACT: "20260331",
    Format.MONTH_FIRST: "03/31/2026",
}


@dataclass(frozen=True)
class Reading:
    """A whole extract: its rows, or everything that is wrong with it."""

    rows: list[Row] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def headings(sheet: Dataset) -> list[str]:
    """The names of the columns, as they are chosen from."""
    names = (_heading(cell) for cell in sheet.headers or [])
    return list(dict.fromkeys(name for name in names if name))


def guess(names: Sequence[str]) -> dict[str, str]:
    """Part of a line → the heading that probably names it."""
    plain = {name.casefold().replace("_", " "): name for name in names}
    found: dict[str, str] = {}
    for part, words in GUESSES.items():
        exact = [plain[word] for word in words if word in plain]
        within = [name for word in words for text, name in plain.items() if word in text.split()]
        free = [name for name in [*exact, *within] if name not in found.values()]
        if free:
            found[part] = free[0]
    if "debit" in found and "credit" in found:
        found.pop("amount", None)
    else:
        found.pop("debit", None)
        found.pop("credit", None)
    return found


def first_rows(sheet: Dataset) -> list[list[str]]:
    """What stands in the first rows, for choosing columns by."""
    return [["" if cell is None else str(cell)[:60] for cell in row] for row in sheet[:SHOWN]]


def read(sheet: Dataset, source: LedgerSource) -> Reading:
    """Every row of an extract by the source's columns, and everything that is wrong, at once.

    Raises ValidationError where a column that the source names is missing or there twice.
    """
    places = _places(sheet, source)
    reading = Reading()
    for number, found in enumerate(sheet, start=2):
        if all(cells.is_blank(cell) for cell in found):
            continue
        given = {part: found[place] for part, place in places.items()}
        _read_row(number, given, source, reading)
    return reading


def _places(sheet: Dataset, source: LedgerSource) -> dict[str, int]:
    names = [_heading(cell).casefold() for cell in sheet.headers or []]
    wanted = {part: heading.casefold() for part, heading in source.headings.items()}
    sentences = [
        f"The file has no column “{heading}”, which {source} reads as {_label(part)}."
        for part, heading in source.headings.items()
        if wanted[part] not in names
    ]
    sentences += [
        f"The file has more than one column “{heading}”."
        for part, heading in source.headings.items()
        if names.count(wanted[part]) > 1
    ]
    if sentences:
        raise ValidationError(sentences)
    return {part: names.index(name) for part, name in wanted.items()}


def _read_row(number: int, given: dict, source: LedgerSource, reading: Reading) -> None:
    values, refusals = {}, []
    readers = {
        "day": lambda cell: _day(cell, source.day_format),
        **dict.fromkeys(("amount", "debit", "credit"), cells.read_pounds),
    }
    for part, cell in given.items():
        try:
            values[part] = readers.get(part, lambda cell, part=part: _text(cell, part))(cell)
        except ValidationError as error:
            refusals.append(Refusal(number, source.headings[part], " ".join(error.messages)))
    if "day" in values and values["day"] is None:
        refusals.append(Refusal(number, source.day_heading, "The date is missing."))
    if not refusals:
        try:
            amount = _amount(values, source)
        except ValidationError as error:
            refusals.append(Refusal(number, source.amount_heading, " ".join(error.messages)))
    if refusals:
        reading.refusals.extend(refusals)
        return
    texts = {name: values.get(name, "") for name in ("supplier", "reference", "description")}
    own = values.get("number", "")
    if source.number_heading and not own:
        sentence = "The ledger’s own line number is missing."
        reading.refusals.append(Refusal(number, source.number_heading, sentence))
        return
    reading.rows.append(Row(number, values["day"], amount, number=own, **texts))


def _amount(values: dict, source: LedgerSource) -> Decimal:
    if source.amount_heading:
        amount = values["amount"]
        if amount is None:
            raise ValidationError("The amount is missing.")
    else:
        if values["debit"] is None and values["credit"] is None:
            raise ValidationError("There is neither a debit nor a credit.")
        amount = (values["debit"] or NOTHING) - (values["credit"] or NOTHING)
    return amount if source.sign == LedgerSource.Sign.PAID_IS_PLUS else NOTHING - amount


def _day(cell: object, pattern: str) -> date | None:
    if cells.is_blank(cell) or isinstance(cell, date) or pattern == Format.USUAL:
        return _sensible(cells.read_day(cell))
    text = cells.read_text(cell)
    for one in PATTERNS[pattern]:
        try:
            return _sensible(datetime.strptime(text, one).date())  # noqa: DTZ007 - no time zone
        except ValueError:
            continue
    raise ValidationError(
        f"“{text[:40]}” is not a date as this source writes it, such as {EXAMPLES[pattern]}."
    )


def _sensible(day: date | None) -> date | None:
    if day is not None:
        LedgerLine._meta.get_field("day").run_validators(day)
    return day


def _text(cell: object, part: str) -> str:
    """A cell as one line of text. A date in it is text: descriptions may hold anything."""
    if isinstance(cell, date):
        cell = f"{cell:%d/%m/%Y}"
    text = " ".join(cells.read_text(cell).split())
    most = 60 if part == "number" else LedgerLine._meta.get_field(part).max_length
    if len(text) > most:
        raise ValidationError(f"The text is longer than {most} characters.")
    return text


def _heading(cell: object) -> str:
    return "" if cells.is_blank(cell) else " ".join(str(cell).split())[:200]


def _label(part: str) -> str:
    return str(LedgerSource._meta.get_field(f"{part}_heading").verbose_name)
