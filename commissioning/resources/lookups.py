"""Finding the records that a spreadsheet names, each fetched once per import."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models

from commissioning.days import in_words
from commissioning.models import Allocation, Area, Budget, Fund, FundingSource
from commissioning.resources.cells import quoted

BATCH = 5_000


class Lookup:
    """Records of one kind by a column of their own, such as areas by code."""

    def __init__(self, model: type[models.Model], by: str):
        self.model, self.by = model, by
        self.records = model._base_manager.all()
        self._found: dict[str, models.Model | None] = {}
        self._called: dict[str, models.Model | None] = {}

    def load(self, values: Iterable[str]) -> None:
        """Fetch the records of these values at once."""
        wanted = [value for value in dict.fromkeys(values) if value and value not in self._found]
        self._found.update(dict.fromkeys(wanted))
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            for record in self.records.filter(**{f"{self.by}__in": batch}):
                self.remember(record)

    def find(self, value: str) -> models.Model | None:
        if value not in self._found:
            self.load([value])
        return self._found.get(value)

    def get(self, value: str) -> models.Model:
        """The record; ValidationError in plain words when there is none.

        Where a code is asked for, a name that only one record has does as well.
        """
        record = self.find(value) or (self._by_name(value) if self.by == "code" else None)
        if record is None:
            raise ValidationError(
                f"there is no {self.model._meta.verbose_name} with {self.by} {quoted(value)}."
            )
        return record

    def _by_name(self, name: str) -> models.Model | None:
        if name not in self._called:
            found = list(self.records.filter(name__iexact=name)[:2])
            if len(found) > 1:
                plural = self.model._meta.verbose_name_plural
                raise ValidationError(f"several {plural} are called {quoted(name)}. Give the code.")
            self._called[name] = found[0] if found else None
        return self._called[name]

    def remember(self, record: models.Model) -> None:
        self._found[getattr(record, self.by)] = record
        self._called.clear()


class Lookups:
    """All that one import has looked up."""

    def __init__(self):
        self._lookups: dict[tuple[type[models.Model], str], Lookup] = {}
        self.budgets = Budgets()
        self.allocations = Allocations()

    def of(self, model: type[models.Model], by: str) -> Lookup:
        return self._lookups.setdefault((model, by), Lookup(model, by))

    def remember(self, record: models.Model) -> None:
        """Let later rows find a record that an earlier row made or changed."""
        for (model, _), lookup in self._lookups.items():
            if isinstance(record, model):
                lookup.remember(record)
        if isinstance(record, Budget | Allocation):
            self.budgets, self.allocations = Budgets(), Allocations()


class Budgets:
    """Budgets by fund, and by source and period where the fund has several."""

    def __init__(self):
        self._of_fund: dict[int, list[Budget]] = {}

    def find(
        self,
        fund: Fund,
        source: FundingSource | None = None,
        starts_on: date | None = None,
        ends_on: date | None = None,
    ) -> Budget:
        """The one budget that fits what is given; ValidationError when none or several do."""
        if fund.pk not in self._of_fund:
            self._of_fund[fund.pk] = list(fund.budgets.select_related("fund", "source"))
        fitting = [
            budget
            for budget in self._of_fund[fund.pk]
            if _fits(budget, source=source, starts_on=starts_on, ends_on=ends_on)
        ]
        return _the_one(fitting, "budget", f"fund {quoted(fund.code)}", source, starts_on, ends_on)


class Allocations:
    """Allocations by fund, area and purpose, and by budget where several budgets have them."""

    def __init__(self):
        self._of_fund: dict[int, list[Allocation]] = {}

    def named(self, values: dict, prefix: str = "") -> Allocation:
        """The allocation that a row's columns name: fund_code, area_code and so on."""
        return self.find(
            values[f"{prefix}fund_code"],
            values[f"{prefix}area_code"],
            values.get(f"{prefix}purpose", ""),
            values.get(f"{prefix}source_code"),
            values.get(f"{prefix}starts_on"),
            values.get(f"{prefix}ends_on"),
        )

    def find(
        self,
        fund: Fund,
        area: Area,
        purpose: str = "",
        source: FundingSource | None = None,
        starts_on: date | None = None,
        ends_on: date | None = None,
    ) -> Allocation:
        """The one allocation that fits what is given; ValidationError when none or several do."""
        if fund.pk not in self._of_fund:
            self._of_fund[fund.pk] = list(
                Allocation.objects.filter(budget__fund=fund).select_related(
                    "budget__fund", "budget__source", "area"
                )
            )
        fitting = [
            allocation
            for allocation in self._of_fund[fund.pk]
            if allocation.area_id == area.pk
            and allocation.purpose == purpose
            and _fits(allocation.budget, source=source, starts_on=starts_on, ends_on=ends_on)
        ]
        whose = f"fund {quoted(fund.code)}, area {quoted(area.code)}"
        if purpose:
            whose += f", purpose {quoted(purpose)}"
        return _the_one(fitting, "allocation", whose, source, starts_on, ends_on)


def _fits(budget: Budget, **given) -> bool:
    """A blank says nothing, so it fits everything."""
    return all(value is None or getattr(budget, name) == value for name, value in given.items())


def _the_one(fitting: list, noun: str, whose: str, source, starts_on, ends_on):
    if len(fitting) == 1:
        return fitting[0]
    if source is not None:
        whose += f", source {quoted(source.code)}"
    if starts_on is not None:
        whose += f", from {in_words(starts_on)}"
    if ends_on is not None:
        whose += f", to {in_words(ends_on)}"
    if not fitting:
        raise ValidationError(f"there is no {noun} of {whose}.")
    raise ValidationError(
        f"there are {len(fitting)} {noun}s of {whose}. Give its source and its first and last day."
    )
