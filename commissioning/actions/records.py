"""Saving a record that describes something: checked, saved and written into history as one."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.admin.utils import NestedObjects
from django.db import IntegrityError, models, transaction

from commissioning import rules
from commissioning.actions import history
from commissioning.actions.refusals import broken_constraint, clashing_columns
from commissioning.models import User
from commissioning.rules import RuleBroken

# The code of a refusal because another row already has what must be its own.
TAKEN = "taken"


def check(row: models.Model) -> None:
    """Every rule about one row: fields, uniqueness and constraints, with sentences for staff."""
    row.full_clean(validate_constraints=True)


@transaction.atomic
def save(row: models.Model, *, by: User, reason: str = "") -> bool:
    """Save a new or changed row; True if anything changed. Raises ValidationError otherwise."""
    before = None
    if row.pk is not None:
        stored = type(row)._base_manager.filter(pk=row.pk).first()
        before = history.state(stored) if stored else None
    # The database judges constraints when it saves, with the same sentences; asking it for each one
    # beforehand would make a large import three times slower.
    row.full_clean(validate_constraints=False)
    if before == history.state(row):
        return False
    if before is not None:
        rules.what_stands_stays(stored, row)
        # History asks about what the row says now; here, about what it said before.
        rules.free_of_interest(stored, by)
        _date_status(stored, row)
    save_checked(row)
    verb = "added" if before is None else "changed"
    after = history.state(row)
    history.record(
        verb, row, by, before=before, after=after, reason=reason, is_first=before is None
    )
    return True


def _date_status(stored: models.Model, row: models.Model) -> None:
    """The day of a document is not the day of a status that was chosen since."""
    if not hasattr(row, "status_as_at") or row.status == stored.status:
        return
    if row.status_as_at == stored.status_as_at:
        row.status_as_at = None


def save_checked(row: models.Model) -> None:
    """Save, telling a refusal by the database as a rule with its sentence."""
    with told_as_rules(type(row)):
        row.save()


@contextmanager
def told_as_rules(model: type[models.Model]) -> Iterator[None]:
    """Whatever the database refuses of this model meanwhile is told as a rule."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name, sentence = broken_constraint(error)
        for constraint in model._meta.constraints:
            if constraint.name == name:
                raise RuleBroken(str(constraint.violation_error_message), name) from error
        columns = clashing_columns(error)
        if columns:
            raise RuleBroken(_clash(model, columns), TAKEN) from error
        if sentence and " " in sentence:
            raise RuleBroken(sentence, name) from error
        raise


def _clash(model: type[models.Model], columns: set[str]) -> str:
    """The sentence for two rows that may not both be, saved by two people at once."""
    for constraint in model._meta.constraints:
        fields = getattr(constraint, "fields", ())
        if {model._meta.get_field(field).column for field in fields} == columns:
            return str(constraint.violation_error_message)
    fields = [field.name for field in model._meta.concrete_fields if field.column in columns]
    return model().unique_error_message(model, fields).messages[0]


def lock(row: models.Model) -> None:
    """Lock the row and read it anew: two people who press at once go one by one."""
    row.refresh_from_db(from_queryset=type(row)._base_manager.select_for_update(no_key=True))


def move(row: models.Model, status: str, *, by: User, reason: str = "") -> None:
    """Into another state, and into history under its name. Ask first whether it may follow.

    History holds the state alone: what else stands in the row may be for few eyes.
    """
    before, row.status = row.status, status
    if hasattr(row, "status_as_at"):
        row.status_as_at = None
    save_checked(row)
    history.record(
        str(row.get_status_display()),
        row,
        by,
        before={"status": before},
        after={"status": status},
        reason=reason,
    )


@transaction.atomic
def remove(row: models.Model, *, by: User) -> None:
    """Remove a draft; what money or the public has seen is never removed."""
    rules.only_drafts_are_removed(row)
    rules.free_of_interest(row, by)
    event = history.event("removed", row, by, before=history.state(row))
    gone = NestedObjects(using=row._state.db)
    gone.collect([row])
    # By key: the rows themselves forget theirs.
    event.removes = [(model, one.pk) for model, rows in gone.data.items() for one in rows]
    row.delete()
    history.record_all([event])
