"""Columns of lists and read-only fields that hold pounds or point to other records."""

from collections.abc import Callable

from django.contrib import admin
from django.db.models import ExpressionWrapper, F, Model, Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from commissioning.admin.links import record_url
from commissioning.days import at_clock
from commissioning.money import MoneyField, format_pounds

UNKNOWN = "–"


def pounds(name: str, label: str = "", expression=None) -> Callable[[Model], str]:
    """A column of pounds from the attribute `name`; lists add it up at their foot.

    `expression` says in the database what the attribute computes, where it is not a column.
    """
    expression = expression or F(name)

    @admin.display(description=label or name.replace("_", " "), ordering=expression)
    def column(row: Model) -> str:
        amount = getattr(row, name)
        return UNKNOWN if amount is None else format_pounds(amount)

    column.__name__ = name
    column.adds_up = expression
    return column


def pounds_of_kind(kind: str, label: str) -> Callable[[Model], str]:
    """A column of `amount` on rows of one kind, as in a ledger; empty on the others."""

    @admin.display(description=label, ordering="amount")
    def column(row: Model) -> str:
        return format_pounds(row.amount) if row.kind == kind else ""

    column.__name__ = f"{kind}_amount"
    column.adds_up = F("amount")
    column.adds_up_where = Q(kind=kind)
    return column


def person(name: str, label: str = "") -> Callable[[Model], str]:
    """A read-only field with a person's name; Django's would link to a page that few may see."""

    @admin.display(description=label or name.replace("_", " "))
    def field(row: Model) -> str:
        return str(getattr(row, name) or UNKNOWN)

    field.__name__ = f"{name}_name"
    return field


def moment(name: str, label: str) -> Callable[[Model], str]:
    """A column with a day and a time of day."""

    @admin.display(description=label, ordering=name)
    def column(row: Model) -> str:
        at = getattr(row, name)
        return UNKNOWN if at is None else at_clock(at)

    column.__name__ = f"{name}_shown"
    return column


def difference(first: str, *others: str) -> ExpressionWrapper:
    """A column of pounds less others, in the database."""
    expression = F(first)
    for other in others:
        expression -= F(other)
    return ExpressionWrapper(expression, MoneyField())


def list_address(model: type[Model], **filters) -> str:
    """The address of a noun's list, filtered."""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{address}?{urlencode(filters)}" if filters else address


def add_address(model: type[Model], **initial) -> str:
    """The address of a noun's add page, with fields filled in."""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
    return f"{address}?{urlencode(initial)}" if initial else address


def link(row: Model | None, text: str = "") -> str:
    """A link to a record's page; a dash for no record."""
    if row is None:
        return UNKNOWN
    return format_html('<a href="{}">{}</a>', record_url(row), text or row)
