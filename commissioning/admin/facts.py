"""What stands in a record, as (label, words): for pages on which somebody confirms something."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import models

from commissioning.days import in_words
from commissioning.money import MoneyField, format_pounds

Facts = list[tuple[str, str]]
# Columns that tell a reader nothing, or nothing that the page does not say already.
_SILENT = (models.AutoField, models.JSONField, models.SlugField, models.DateTimeField)


def facts(row: models.Model, *names: str) -> Facts:
    """The named columns that are filled in, each in words."""
    fields = [row._meta.get_field(name) for name in names]
    said = [(_label(field), _words(row, field)) for field in fields]
    return [(label, words) for label, words in said if words]


def published_facts(row: models.Model) -> Facts:
    """Everything in the row that the public will read."""
    public = row.Publication.public
    fields = [*row._meta.concrete_fields, *row._meta.many_to_many]
    return facts(
        row,
        *(
            field.name
            for field in fields
            if field.name in public and not isinstance(field, _SILENT)
        ),
    )


def listed(label: str, rows: Iterable[object]) -> Facts:
    """One fact of several records; none for none."""
    words = "; ".join(str(row) for row in rows)
    return [(label, words)] if words else []


def _label(field: models.Field) -> str:
    name = str(field.verbose_name)
    return name[:1].upper() + name[1:]


def _words(row: models.Model, field: models.Field) -> str:
    if field.many_to_many:
        return ", ".join(str(other) for other in getattr(row, field.name).all())
    value = getattr(row, field.name)
    if value in (None, "", False):
        return ""
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    if isinstance(field, MoneyField):
        return format_pounds(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():,f}"
    if isinstance(field, models.DateField):
        return in_words(value)
    return "yes" if value is True else str(value)
