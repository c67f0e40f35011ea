"""The files of the reference figures, as rows of text."""

import csv
import re
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings

FOLDER = settings.BASE_DIR / "data" / "annual_report_2020_21"
TITLE = "Annual Report 2020/21"
DOCUMENT = f"{TITLE} of the West Midlands Police and Crime Commissioner"
# The day from which money counts that the report dates no further: the end of the report's year.
REPORT_ENDS_ON = date(2021, 3, 31)

Row = dict[str, str]


class FilesMissing(Exception):
    """A file of the reference figures is not where it should be; the message says what to do."""


@cache
def read(name: str) -> tuple[Row, ...]:
    """The rows of one file of the report, such as "funds"."""
    return rows_of(FOLDER / f"{name}.csv")


def rows_of(path: Path) -> tuple[Row, ...]:
    """The rows of a CSV file of the repository."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return tuple(csv.DictReader(file))
    except FileNotFoundError as missing:
        raise FilesMissing(
            f"{path} is missing. It is part of the repository: restore it and run this again."
        ) from missing


@cache
def by_code(name: str) -> dict[str, Row]:
    """The rows of one file by their code, which is its first column."""
    return {next(iter(row.values())): row for row in read(name)}


def find(code: str) -> Row:
    """The row that a code such as AW-001, AL-RJ, EX-ARV or F-ACF names, whichever file it is in."""
    for name in ("awards", "allocations", "expenditure", "funds"):
        if code in by_code(name):
            return by_code(name)[code]
    raise KeyError(code)


def codes(text: str) -> list[str]:
    """The codes in a cell that holds several."""
    return [code.strip() for code in text.split(";") if code.strip()]


def other_names(text: str) -> list[str]:
    """The names in a cell, without the remark on where each is printed."""
    return [re.sub(r" \((as printed|paras? \d+)\)$", "", name) for name in codes(text)]


def cited(row: Row) -> str:
    """Where a row is from, for a record that has no other column for the document."""
    return ", ".join(filter(None, [TITLE, row["source_ref"]]))


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
