"""Ways to do harm straight at the tables, past every rule that stands before them."""

import copy
import re
from collections.abc import Callable
from datetime import date
from functools import partial

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from commissioning import triggers
from commissioning.models import (
    Entry,
)
from tests import builders as a

Harm = Callable[[], object]

EARLIER, LATER = date(2026, 4, 1), date(2026, 4, 2)


def constraints() -> dict[str, tuple[type[models.Model], models.BaseConstraint]]:
    """Name → (model, constraint) of every constraint of every model."""
    return {
        constraint.name: (model, constraint)
        for app in settings.OUR_APPS
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
    }


def change(row, **values) -> Harm:
    """Write the columns of a row as they are given."""
    return partial(type(row)._base_manager.filter(pk=row.pk).update, **values)


def total(row, **values) -> Harm:
    """Write the running totals of a row, which takes the triggers away first."""

    def harm():
        unguard()
        change(row, **values)()

    return harm


def twice(row) -> Harm:
    """Insert the row again under another number."""
    return anew(row)


def anew(row, **fields) -> Harm:
    """Insert the row again under another number, with these columns changed.

    For facts as well, which the triggers let nobody change.
    """
    again = copy.copy(row)
    again.pk = None
    for name, value in fields.items():
        setattr(again, name, value)
    return partial(type(row)._base_manager.bulk_create, [again])


def backwards(row) -> Harm:
    """Let it end before it starts."""
    return change(row, starts_on=LATER, ends_on=EARLIER)


def itself(row, field: str) -> Harm:
    return change(row, **{field: row.pk})


def same_person(row, *fields: str) -> Harm:
    return change(row, **dict.fromkeys(fields, a.an_officer()))


def an_entry(**fields) -> Harm:
    """Write an entry, of £1 into a budget unless said otherwise, straight into the journal."""
    fields = {"kind": "funding", "reason": "revision", "amount": a.pounds(1), **fields}
    if "budget" not in fields:
        fields["budget"] = a.a_budget()
    entry = Entry(effective_on=LATER, recorded_by=a.a_finance_officer(), **fields)
    return partial(Entry.objects.bulk_create, [entry])


def twice_but(row, **values) -> Harm:
    """Insert the row again under another number, with other values."""
    again = copy.copy(row)
    again.pk = None
    for name, value in values.items():
        setattr(again, name, value)
    return partial(type(row)._base_manager.bulk_create, [again])


def unguard() -> None:
    """Take every trigger away, inside a transaction that is rolled back afterwards."""
    # PostgreSQL alters no table with checks still to come.
    connection.check_constraints()
    triggers.remove(connection)


def take_away(name: str) -> None:
    """Drop a constraint, inside a transaction that is rolled back afterwards."""
    model, constraint = constraints()[name]
    table = model._meta.db_table
    connection.check_constraints()
    with connection.cursor() as cursor:
        if is_index(constraint):
            cursor.execute(f"DROP INDEX {name}")
        elif connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        elif isinstance(constraint, models.CheckConstraint):
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            _rebuild_without(cursor, table, name)


def is_index(constraint: models.BaseConstraint) -> bool:
    """Whether the database holds it as an index rather than as a part of the table."""
    if not isinstance(constraint, models.UniqueConstraint):
        return False
    return bool(constraint.condition or constraint.expressions)


def _rebuild_without(cursor, table: str, unique: str) -> None:
    """What ALTER TABLE cannot do on SQLite; its triggers are to be gone already."""
    cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [table])
    with_it = cursor.fetchone()[0]
    without = re.sub(rf', CONSTRAINT "{unique}" UNIQUE \([^)]*\)', "", with_it)
    assert without != with_it
    cursor.execute(f"ALTER TABLE {table} RENAME TO before_{unique}")
    cursor.execute(without)
    cursor.execute(f"INSERT INTO {table} SELECT * FROM before_{unique}")  # noqa: S608
