"""Kinds of filter, and what they say of values that cannot be used."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django_filters import CharFilter, Filter, FilterSet, ModelChoiceFilter
from django_filters.fields import ModelChoiceField
from drf_spectacular.utils import extend_schema_field

from commissioning import hooks
from commissioning.money import PoundsField
from commissioning.public.forms import FilterForm
from commissioning.years import FinancialYear, period_label

# A period that no budget states, in addresses.
NOT_STATED = "not-stated"


class RecordField(ModelChoiceField):
    """A published record by the last part of its address."""

    default_error_messages = {"invalid_choice": "There is no published record “%(value)s”."}

    def to_python(self, value):
        # The database would refuse a NUL, and a number too long for its column.
        if isinstance(value, str) and value and not re.fullmatch(r"[-\w]{1,120}", value):
            raise self._refusal(value)
        try:
            return super().to_python(value)
        except ValidationError as error:
            raise self._refusal(value) from error

    def _refusal(self, value):
        return ValidationError(
            self.error_messages["invalid_choice"],
            code="invalid_choice",
            params={"value": str(value)[:60]},
        )


@extend_schema_field(str)
class RecordFilter(ModelChoiceFilter):
    """Narrows a list to one related record, by `narrow(queryset, record)` where given."""

    field_class = RecordField

    def __init__(self, *, noun, queryset, narrow=None, to_field_name="slug", **kwargs):
        kwargs.setdefault("label", noun.capitalize())
        kwargs.setdefault("empty_label", "All")
        # Not a queryset but what makes one: it must not be read once for all requests.
        super().__init__(queryset=lambda request: queryset(), to_field_name=to_field_name, **kwargs)
        self.narrow = narrow

    def filter(self, queryset, value):
        if value in forms.Field.empty_values:
            return queryset
        return self.narrow(queryset, value) if self.narrow else super().filter(queryset, value)


class YearField(forms.ChoiceField):
    """A financial year, written as in "2020-21" or "2020/21"."""

    def to_python(self, value):
        return FinancialYear.parse(value) if value else ""

    def validate(self, value):
        # A year without records is a good question with an empty answer.
        forms.Field.validate(self, value)


@extend_schema_field(str)
class YearFilter(Filter):
    field_class = YearField

    def __init__(self, *, narrow, spans, **kwargs):
        kwargs.setdefault("label", "Financial year")
        super().__init__(**kwargs)
        self.narrow, self.spans = narrow, spans

    @property
    def field(self):
        self.extra["choices"] = lambda: [("", "All"), *self._years()]
        return super().field

    def _years(self):
        first, last = self.spans()
        if first is None:
            return []
        years = range(
            FinancialYear.containing(last).start_year,
            FinancialYear.containing(first).start_year - 1,
            -1,
        )
        return [(FinancialYear(year).slug, FinancialYear(year).label) for year in years]

    def filter(self, queryset, value):
        return self.narrow(queryset, value) if value else queryset


@dataclass(frozen=True)
class Period:
    """The first and last day of a budget's period; None where they are not stated."""

    starts_on: date | None
    ends_on: date | None

    def __str__(self) -> str:
        return period_label(self.starts_on, self.ends_on)

    @property
    def slug(self) -> str:
        """For addresses: "2016-04-01_2022-03-31"."""
        return f"{self.starts_on}_{self.ends_on}" if self.starts_on else NOT_STATED


class PeriodField(forms.CharField):
    """A period as its slug."""

    def to_python(self, value):
        text = super().to_python(value)
        if not text:
            return None
        if text == NOT_STATED:
            return Period(None, None)
        try:
            first, last = map(date.fromisoformat, text.split("_"))
        except ValueError:
            raise ValidationError(
                "Write a period by its first and last day, as in 2016-04-01_2022-03-31.",
                code="period_invalid",
            ) from None
        return Period(first, last)

    def words(self, value: str) -> str:
        try:
            return str(self.to_python(value))
        except ValidationError:
            return value


@extend_schema_field(str)
class PeriodFilter(Filter):
    """Narrows a list to money of published budgets with exactly this period, reached by `path`."""

    field_class = PeriodField

    def __init__(self, *, path, **kwargs):
        kwargs.setdefault("label", "Period of the budget")
        super().__init__(**kwargs)
        self.path = path

    def filter(self, queryset, value):
        if not value:
            return queryset
        queryset = queryset.filter(**{f"{self.path}fund__is_published": True})
        if value.starts_on is None:
            return queryset.filter(**{f"{self.path}starts_on__isnull": True})
        return queryset.filter(
            **{f"{self.path}starts_on": value.starts_on, f"{self.path}ends_on": value.ends_on}
        )


@extend_schema_field(str)
class PoundsFilter(Filter):
    field_class = PoundsField


@dataclass(frozen=True)
class WordIndex:
    """What the app above that keeps an index of words does for the lists.

    `narrow` leaves the records that hold all words of a text, `best_first` puts them in order, and
    `is_behind` says whether something changed that it has not followed yet.
    """

    narrow: Callable[[QuerySet, str], QuerySet]
    best_first: Callable[[QuerySet, str], QuerySet]
    is_behind: Callable[[], bool]


class WordsFilter(CharFilter):
    """Every word must be found: by `finds(word)` where given, else by the search index.

    A list whose words only an index finds has no such filter where no app keeps one.
    """

    def __init__(self, *, finds=None, **kwargs):
        kwargs.setdefault("label", "Search")
        kwargs.setdefault("max_length", 200)
        super().__init__(**kwargs)
        self.finds = finds

    @property
    def is_there(self) -> bool:
        return self.finds is not None or hooks.word_index.receiver is not None

    def filter(self, queryset, value):
        if not value:
            return queryset
        if self.finds is None:
            return hooks.word_index.receiver.narrow(queryset, value)
        for word in value.split()[:10]:
            queryset = queryset.filter(self.finds(word))
        return queryset


def word_in(*paths: str) -> Callable[[str], Q]:
    """For WordsFilter: a word is found where any of these fields holds it."""

    def finds(word: str) -> Q:
        query = Q()
        for path in paths:
            query |= Q(**{f"{path}__icontains": word})
        return query

    return finds


class PublicFilterSet(FilterSet):
    """`when_used` are filters that links lead to: their fields show only while they are in use.

    `counted_by` names filters whose choices say how many records they would leave (facets.py).
    """

    when_used: tuple[str, ...] = ()
    counted_by: dict = {}

    class Meta:
        form = FilterForm

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        for name in self.when_used:
            if not self.data.get(name):
                del self.filters[name]
        for name in self.base_filters.keys() - self.offered():
            del self.filters[name]

    @classmethod
    def offered(cls) -> list[str]:
        """The names of its filters, without those that need an app that is not installed."""
        return [name for name, each in cls.base_filters.items() if getattr(each, "is_there", True)]

    def get_form_class(self):
        form_class = super().get_form_class()
        for name in self.when_used:
            if name in form_class.base_fields:
                field = form_class.base_fields[name]
                field.widget = ChosenOnly(getattr(field, "words", None))
        return form_class


class ChosenOnly(forms.Select):
    """A select of none and the one chosen: the whole list may be tens of thousands long.

    `words` says what is chosen, for a field without a list of choices.
    """

    def __init__(self, words: Callable[[str], str] | None = None):
        super().__init__()
        self.words = words

    def optgroups(self, name, value, attrs=None):
        chosen = str(value[0]) if value else ""
        options = [("", "All"), *([(chosen, self._label(chosen))] if chosen else [])]
        return [
            (None, [self.create_option(name, code, label, code == chosen, index)], index)
            for index, (code, label) in enumerate(options)
        ]

    def _label(self, chosen: str) -> str:
        if self.words is not None:
            return self.words(chosen)
        field = getattr(self.choices, "field", None)
        if field is None:
            return dict(self.choices).get(chosen, chosen)
        try:
            return field.label_from_instance(field.to_python(chosen))
        except ValidationError:
            return chosen
