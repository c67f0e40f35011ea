"""Cells: what a spreadsheet holds, read as text, pounds, days and numbers, and written back.

Every reader takes what a CSV file or Excel gives and raises ValidationError with a sentence that
names the value. Nothing is guessed: what can be read in two ways is refused.
"""

import re
from datetime import date, datetime, time
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date

from commissioning.fields import CONTROL_CHARACTERS, validate_no_control_characters
from commissioning.money import exact_pounds, parse_pounds
from commissioning.workbooks import FORMULA_STARTS

# What Excel and its like write into a cell whose formula failed.
SPREADSHEET_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}

DAY_FORMATS = ["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y"]


def is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def read_text(cell: object) -> str:
    """A cell as text without spaces around it; whole numbers as Excel shows them."""
    if is_blank(cell):
        return ""
    if isinstance(cell, date | time):
        raise ValidationError(
            f"“{cell}” is a date or time where text is expected. Format the cell as text."
        )
    if isinstance(cell, float):
        cell = f"{cell:.15g}"
    text = str(cell).strip()
    if text in SPREADSHEET_ERRORS:
        raise ValidationError(f"“{text}” is an error of the spreadsheet. Correct its formula.")
    validate_no_control_characters(text)
    return text


def read_pounds(cell: object) -> Decimal | None:
    """A cell as exact pounds: "£1,234.50", 1234.5 and 1234 are read, 1234.567 is refused."""
    if is_blank(cell):
        return None
    if isinstance(cell, float):
        # Excel keeps fifteen digits; what binary adds behind them is not the user's.
        return exact_pounds(Decimal(f"{cell:.15g}"))
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool):
        return exact_pounds(Decimal(cell))
    text = read_text(cell)
    if re.fullmatch(r"\(\s*£?[\d,.]+\s*\)", text):
        raise ValidationError(f"“{text}”: write a negative amount with a minus sign.")
    return parse_pounds(text)


def read_day(cell: object) -> date | None:
    """A cell as a date: a date cell, "31/03/2021", "2021-03-31" or "31 March 2021"."""
    if is_blank(cell):
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = read_text(cell)
    # Some programs write a date as midnight of that day.
    day = re.sub(r"[T ]00:00(:00(\.0+)?)?$", "", text)
    try:
        found = parse_date(day)
    except ValueError:
        found = None
    return found or _written_day(day, text)


def _written_day(day: str, text: str) -> date:
    for pattern in DAY_FORMATS:
        try:
            return datetime.strptime(day, pattern).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    raise ValidationError(
        f"“{text[:40]}” is not a date. Write it like 31/03/2021 or 2021-03-31, with all four "
        "digits of the year."
    )


def read_whole_number(cell: object) -> int | None:
    """A cell as a whole number: 12, 12.0 and "1,200" are read, 12.5 is refused."""
    text = read_text(cell)
    if not text:
        return None
    # Commas only where they part thousands: "12,5" is a slip or a foreign decimal.
    if not re.fullmatch(r"-?(?:[0-9]{1,3}(?:,[0-9]{3}){1,5}|[0-9]{1,18})", text):
        raise ValidationError(f"“{text[:40]}” is not a whole number.")
    return int(text.replace(",", ""))


def neutral(text: str) -> str:
    """Text that no spreadsheet runs as a formula: an apostrophe before what would start one."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_STARTS) else text


def restored(text: str) -> str:
    """The text that `neutral` was given."""
    if text.startswith("'") and text.lstrip("'").startswith(FORMULA_STARTS):
        return text[1:]
    return text


def split_list(text: str) -> list[str]:
    """ "a; b" as ["a", "b"]; a semicolon inside a value is written \\;"""
    parts = re.split(r"(?<!\\);", text)
    values = [part.replace("\\;", ";").strip() for part in parts]
    return list(dict.fromkeys(value for value in values if value))


def join_list(values: list[str]) -> str:
    return "; ".join(value.replace(";", "\\;") for value in values)


def quoted(value: object) -> str:
    """A value in a sentence, cut short when it is long."""
    text = CONTROL_CHARACTERS.sub("\N{REPLACEMENT CHARACTER}", str(value))
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"
