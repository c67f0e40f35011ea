"""Lists of exactly the records that leave a point of the year-end checklist open."""

from collections.abc import Callable

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from commissioning.admin.columns import list_address
from commissioning.years import FinancialYear

Found = Callable[[FinancialYear], QuerySet]


class LeftAt(admin.SimpleListFilter):
    """What the checklist of a year counts; beside a list only where its address asks for it."""

    title = "left at the year end"
    parameter_name = "left_at"
    found: Found

    def lookups(self, request, model_admin):
        try:
            year = FinancialYear.parse(self.value() or "")
        except ValidationError:
            return []
        return [(year.slug, year.label)]

    def queryset(self, request, queryset):
        year = FinancialYear.parse(self.value())
        return queryset.filter(pk__in=type(self).found(year).values("pk"))


def left_at(found: Found) -> type[LeftAt]:
    """A filter by what is found for a year."""
    return type("LeftAt", (LeftAt,), {"found": staticmethod(found)})


def left_address(model: type[Model]) -> Callable[[FinancialYear], str]:
    """Where what is left of a year is listed."""
    return lambda year: list_address(model, left_at=year.slug)
