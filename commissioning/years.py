"""Financial years (1 April to 31 March) and their quarters."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.core.exceptions import ValidationError

from commissioning.days import in_words


@dataclass(frozen=True, order=True)
class FinancialYear:
    """The financial year that begins on 1 April of `start_year`."""

    start_year: int

    @classmethod
    def containing(cls, day: date) -> Self:
        return cls(day.year if (day.month, day.day) >= (4, 1) else day.year - 1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """From "2020/21", "2020-21" or "2020-2021"; ValidationError for anything else."""
        match = re.fullmatch(r"\s*(20\d\d|19\d\d)\s*[/-]\s*(\d\d|\d{4})\s*", text)
        if match is None or int(match[2]) % 100 != (int(match[1]) + 1) % 100:
            raise ValidationError(
                f"“{text[:40]}” is not a financial year. Write it like 2020/21.",
                code="year_invalid",
            )
        return cls(int(match[1]))

    @property
    def first_day(self) -> date:
        return date(self.start_year, 4, 1)

    @property
    def last_day(self) -> date:
        return date(self.start_year + 1, 3, 31)

    @property
    def label(self) -> str:
        return f"{self.start_year}/{(self.start_year + 1) % 100:02d}"

    @property
    def slug(self) -> str:
        """For addresses: "2020-21"."""
        return self.label.replace("/", "-")

    @property
    def quarters(self) -> list[tuple[date, date]]:
        """First and last day of the quarters that begin in April, July, October and January."""
        y = self.start_year
        return [
            (date(y, 4, 1), date(y, 6, 30)),
            (date(y, 7, 1), date(y, 9, 30)),
            (date(y, 10, 1), date(y, 12, 31)),
            (date(y + 1, 1, 1), date(y + 1, 3, 31)),
        ]

    def next(self) -> Self:
        return type(self)(self.start_year + 1)

    def __str__(self) -> str:
        return self.label


def part_of_year(day: date, months: int) -> tuple[date, date]:
    """First and last day of the month (1) or quarter (3) that the day lies in."""
    year, month = day.year, day.month - (day.month - 1) % months
    after = date(year + (month + months > 12), (month + months - 1) % 12 + 1, 1)
    return date(year, month, 1), after - timedelta(days=1)


def period_label(first_day: date | None, last_day: date | None) -> str:
    """A period as people say it: "2020/21", "2016/17 to 2021/22", or its two dates."""
    if first_day is None or last_day is None:
        return "period not stated"
    first, last = FinancialYear.containing(first_day), FinancialYear.containing(last_day)
    if (first_day, last_day) == (first.first_day, last.last_day):
        return first.label if first == last else f"{first.label} to {last.label}"
    return f"{in_words(first_day)} to {in_words(last_day)}"
