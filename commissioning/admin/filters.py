"""Filters beside lists: by financial year, and by records that rows reach in several ways."""

from django.contrib.admin import SimpleListFilter
from django.db.models import Max, Min, Q

from commissioning.models import Area, Fund, FundingSource, Theme
from commissioning.years import FinancialYear


class YearFilter(SimpleListFilter):
    """Rows whose day lies in a financial year. Subclasses name the day."""

    title = "financial year"
    parameter_name = "year"
    day: str

    def lookups(self, request, model_admin):
        span = model_admin.model._base_manager.aggregate(first=Min(self.day), last=Max(self.day))
        if span["first"] is None:
            return []
        year, last = (FinancialYear.containing(span[end]) for end in ("first", "last"))
        years = [year]
        while year < last:
            year = year.next()
            years.append(year)
        return [(year.slug, year.label) for year in reversed(years)]

    def queryset(self, request, queryset):
        if self.value() not in dict(self.lookup_choices):
            return queryset
        return self.in_year(queryset, FinancialYear.parse(self.value()))

    def in_year(self, rows, year: FinancialYear):
        return rows.filter(
            Q(**{f"{self.day}__gte": year.first_day, f"{self.day}__lte": year.last_day})
        )


def year_of(day: str) -> type[YearFilter]:
    """A filter by the financial year of the named day."""
    return type("YearFilter", (YearFilter,), {"day": day})


class PeriodFilter(YearFilter):
    """Budgets, or what stands on them, whose period overlaps the financial year."""

    last: str

    def in_year(self, rows, year: FinancialYear):
        return rows.filter(
            **{f"{self.day}__lte": year.last_day, f"{self.last}__gte": year.first_day}
        )


def period_of(path: str = "") -> type[PeriodFilter]:
    """A filter by the financial years of the budget that rows reach by `path`."""
    days = {"day": f"{path}starts_on", "last": f"{path}ends_on"}
    return type("PeriodFilter", (PeriodFilter,), days)


class RecordFilter(SimpleListFilter):
    """Rows that a queryset method of theirs finds for the chosen record."""

    model: type
    method: str

    def lookups(self, request, model_admin):
        return [(str(row.pk), str(row)) for row in self.model.objects.all()]

    def queryset(self, request, queryset):
        if self.value() not in dict(self.lookup_choices):
            return queryset
        return getattr(queryset, self.method)(self.model.objects.get(pk=self.value()))


def _found_by(model: type, method: str, title: str) -> type[RecordFilter]:
    name = model._meta.model_name
    attributes = {"model": model, "method": method, "title": title, "parameter_name": f"for_{name}"}
    return type("RecordFilter", (RecordFilter,), attributes)


ForFund = _found_by(Fund, "for_fund", "fund")
ForSource = _found_by(FundingSource, "for_source", "source of funding")
ForArea = _found_by(Area, "for_area", "area that benefits")
ForTheme = _found_by(Theme, "for_theme", "theme")
WithinArea = _found_by(Area, "within", "area")
