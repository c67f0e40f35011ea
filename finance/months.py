"""Calendar months, by which the ledger is matched and signed off."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.core.exceptions import ValidationError

from commissioning.years import FinancialYear


@dataclass(frozen=True, order=True)
class Month:
    """The month that begins on `first_day`."""

    first_day: date

    @classmethod
    def containing(cls, day: date) -> Self:
        return cls(day.replace(day=1))

    @classmethod
    def parse(cls, text: str) -> Self:
        """From "2026-05"; ValidationError for anything else, and for years no record can have."""
        match = re.fullmatch(r"(19[89]\d|20\d\d)-(0[1-9]|1[0-2])", text, re.ASCII)
        if match is None:
            raise ValidationError(
                f"“{text[:40]}” is not a month. Write it like 2026-05.", code="month_invalid"
            )
        return cls(date(int(match[1]), int(match[2]), 1))

    @classmethod
    def of_year(cls, year: FinancialYear) -> list[Self]:
        """The twelve months of a financial year, April first."""
        months = [cls(year.first_day)]
        while len(months) < 12:
            months.append(months[-1].next())
        return months

    @property
    def last_day(self) -> date:
        return self.first_day.replace(day=monthrange(self.first_day.year, self.first_day.month)[1])

    @property
    def days(self) -> tuple[date, date]:
        """First and last day, for `__range`."""
        return self.first_day, self.last_day

    @property
    def label(self) -> str:
        return f"{self.first_day:%B %Y}"

    @property
    def slug(self) -> str:
        """For addresses: "2026-05"."""
        return f"{self.first_day:%Y-%m}"

    def next(self) -> Self:
        return type(self)(self.last_day + timedelta(days=1))

    def previous(self) -> Self:
        return type(self).containing(self.first_day - timedelta(days=1))

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def __str__(self) -> str:
        return self.label
