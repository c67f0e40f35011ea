"""The figures of some days only: what was achieved while a fund, budget or award ran."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Value
from django_filters import Filter
from drf_spectacular.utils import extend_schema_field

from commissioning.days import in_words
from commissioning.models import Award, Budget, Fund
from commissioning.models.budgets import Basis
from commissioning.years import period_label
from programmes.models import ReleasedCell


@dataclass(frozen=True)
class Days:
    """From one day to another; None on a side that is open. At least one side is known."""

    first: date | None
    last: date | None

    @property
    def slug(self) -> str:
        """For addresses: "2021-04-01_2022-03-31", "2021-04-01_" where the end is open."""
        return f"{self.first or ''}_{self.last or ''}"

    def __str__(self) -> str:
        if self.first is None:
            return f"until {in_words(self.last)}"
        return period_label(self.first, self.last) if self.last else f"since {in_words(self.first)}"

    def overlapping(self) -> Q:
        """Figures whose period has a day in these; of one without days it cannot be said."""
        found = Q(ends_on__isnull=False)
        if self.first:
            found &= Q(ends_on__gte=self.first)
        if self.last:
            found &= Q(starts_on__lte=self.last) | Q(starts_on=None, ends_on__lte=self.last)
        return found


def days_of(money: Fund | Award) -> Days | None:
    """The days of an award, or of a fund or else its stated budgets; None if none are known."""
    first, last = money.starts_on, money.ends_on
    if isinstance(money, Fund) and not (first and last):
        budgets = Budget.objects.published().filter(fund=money, basis=Basis.DECIDED)
        known = [one for one in budgets if one.starts_on]
        first = first or min((one.starts_on for one in known), default=None)
        last = last or max((one.ends_on for one in known), default=None)
    return Days(first, last) if first or last else None


def published_cells(days: Days | None) -> QuerySet[ReleasedCell]:
    cells = ReleasedCell.objects.published()
    return cells if days is None else cells.filter(days.overlapping())


def days_asked_of(measures: Iterable) -> Days | None:
    """The days that a filter of these measures asked for."""
    return next(
        (
            Days(row.during_first, row.during_last)
            for row in measures
            if hasattr(row, "during_last")
        ),
        None,
    )


class DaysField(forms.CharField):
    """Days as their slug."""

    def to_python(self, value):
        text = super().to_python(value)
        if not text:
            return None
        try:
            first, last = (date.fromisoformat(day) if day else None for day in text.split("_"))
        except ValueError:
            first = last = None
        if first is None and last is None:
            raise ValidationError(
                "Write the first and the last day, as in 2021-04-01_2022-03-31; leave out one of "
                "them where that side is open.",
                code="days_invalid",
            )
        return Days(first, last)

    def words(self, value: str) -> str:
        try:
            return str(self.to_python(value))
        except ValidationError:
            return value


@extend_schema_field(str)
class DuringFilter(Filter):
    """Narrows measures to those with a figure of these days, and their results to these figures."""

    field_class = DaysField

    def filter(self, queryset, value):
        if not value:
            return queryset
        cells = published_cells(value).filter(measure=OuterRef("pk"))
        return queryset.filter(Exists(cells)).annotate(
            during_first=Value(value.first, DateField()), during_last=Value(value.last, DateField())
        )
