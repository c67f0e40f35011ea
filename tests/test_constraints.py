"""Every constraint is known to this file, is held by the database, and speaks to staff."""

import re

import pytest
from django.db import IntegrityError, models, transaction

from commissioning.actions.refusals import broken_constraint, clashing_columns
from tests.breaking import HOW, constraints

pytestmark = pytest.mark.dialect

CONSTRAINTS = constraints()


def test_every_constraint_has_a_way_to_break_it():
    assert set(HOW) == set(CONSTRAINTS)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(HOW))
def test_the_database_refuses_what_breaks_the_constraint(name):
    model, constraint = CONSTRAINTS[name]
    harm = HOW[name]()

    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        harm()

    # SQLite tells the columns of a broken uniqueness, everything else is told by name.
    told = broken_constraint(refusal.value)[0]
    if isinstance(constraint, models.UniqueConstraint) and told != name:
        columns = {model._meta.get_field(field).column for field in constraint.fields}
        assert clashing_columns(refusal.value) == columns
    else:
        assert told == name


@pytest.mark.parametrize("name", sorted(CONSTRAINTS))
def test_the_constraint_says_in_a_sentence_what_is_wrong(name):
    _, constraint = CONSTRAINTS[name]
    sentence = str(constraint.violation_error_message)

    assert re.fullmatch(r"[A-Z].{10,}\.", sentence)
    assert sentence != constraint.default_violation_error_message % {"name": name}
    assert name not in sentence
