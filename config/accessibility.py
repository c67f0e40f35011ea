"""The accessibility statement, in the model form of the regulations, and when it is to be reviewed.

Public Sector Bodies (Websites and Mobile Applications) (No. 2) Accessibility Regulations 2018,
regulation 8: a statement is kept under regular review.
"""

import tomllib
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.checks import Error
from django.core.checks import Warning as Problem
from django.utils import timezone

from commissioning.days import in_words


@dataclass(frozen=True)
class Failing:
    """Something that does not meet a criterion, what to use instead, and when it will."""

    what: str
    instead: str
    until: str


@dataclass(frozen=True)
class Statement:
    prepared_on: date
    reviewed_on: date
    tested_on: date
    tested_how: str
    compliance: str
    answers_within: int
    telephone: str
    post: str
    improving: str
    disproportionate: list[str]
    out_of_scope: list[str]
    failing: list[Failing]

    @property
    def due_on(self) -> date:
        """The day by which it is to be reviewed: twelve months after the last time."""
        last = self.reviewed_on
        # Of 29 February, the day after the last one of that February.
        leap = (last.month, last.day) == (2, 29)
        return date(last.year + 1, 3, 1) if leap else last.replace(year=last.year + 1)

    @property
    def is_overdue(self) -> bool:
        return timezone.localdate() > self.due_on


def statement() -> Statement:
    """What the office's file says; ValueError with a sentence where it cannot be used."""
    return read(Path(settings.ACCESSIBILITY_STATEMENT))


@cache
def read(path: Path) -> Statement:
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise ValueError(f"{path.name} cannot be read: {problem}") from problem
    # "problem" is what the file calls one of them; TOML repeats the word for each.
    told["failing"] = [Failing(**_known(Failing, one)) for one in told.pop("problem", [])]
    found = Statement(**_known(Statement, told))
    wrong = [n for n in ("prepared_on", "reviewed_on", "tested_on") if type(told[n]) is not date]
    if wrong:
        raise ValueError(f"{wrong[0]} must be a day, such as 2026-11-23.")
    if found.compliance not in ("fully", "partially", "not"):
        raise ValueError("compliance must be “fully”, “partially” or “not”.")
    return found


def _known(kind: type, told: dict) -> dict:
    """The values by name; ValueError for one too many or too few."""
    names = {field.name for field in fields(kind)}
    if wrong := sorted(names ^ set(told)):
        raise ValueError(f"{wrong[0]} is missing, or is not known here.")
    return told


def is_reviewed(app_configs, **kwargs) -> list:
    """System check: the statement can be read, and was reviewed within the last twelve months."""
    try:
        found = statement()
    except ValueError as problem:
        return [Error(f"The accessibility statement: {problem}", id="config.E001")]
    if not found.is_overdue:
        return []
    return [
        Problem(
            f"The accessibility statement was last reviewed on {in_words(found.reviewed_on)}, more "
            "than twelve months ago.",
            hint="Test the site, put the statement right and give the day in reviewed_on of "
            f"{settings.ACCESSIBILITY_STATEMENT}.",
            id="config.W001",
        )
    ]
