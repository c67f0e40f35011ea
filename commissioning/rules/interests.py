"""The one gate of declared interests: who must stand aside from which record.

Whether a record leads to an organisation is read from the models: every foreign key is followed,
so that a new model, action or page cannot be forgotten. `actions/history.py`, `actions/records.py`
and `actions/journal.py` ask before anything is recorded, and the staff site before it offers a
staff action.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone

from commissioning import hooks
from commissioning.days import in_words
from commissioning.models import Award, Interest, Organisation, Service, User
from commissioning.rules.broken import RuleBroken

# An organisation that gives, leads or oversees money is not one that money goes to.
OVERSEEING = {
    ("commissioning.fundingsource", "provider"),
    ("commissioning.fund", "lead"),
    ("programmes.programme", "lead"),
}

# A person may always declare an interest; `actions/interests.py` asks who may end one.
EXEMPT: set[type[models.Model]] = {Interest}

# Records that a model leads to besides its foreign keys.
REACHES: dict[type[models.Model], Callable[[Any], Iterable[models.Model]]] = {
    Service: lambda service: service.providers.all(),
}

# An interest is declared before it begins, or long after: never by more than this.
SOONEST, OLDEST = timedelta(days=366), timedelta(days=366 * 80)


@cache
def leading() -> dict[type[models.Model], tuple[models.ForeignKey, ...]]:
    """Each model from which foreign keys lead to an organisation, with those to follow."""
    found: dict[type[models.Model], tuple] = dict.fromkeys(
        (Organisation, *REACHES, *hooks.led_to.models), ()
    )
    grows = True
    while grows:
        before = sum(map(len, found.values())), len(found)
        for model in apps.get_models():
            fields = tuple(field for field in _towards(model) if field.related_model in found)
            if fields or model in found:
                found[model] = fields
        grows = before != (sum(map(len, found.values())), len(found))
    return found


def _towards(model: type[models.Model]) -> Iterable[models.ForeignKey]:
    if model in EXEMPT or model is Organisation:
        return
    for field in model._meta.concrete_fields:
        points = field.many_to_one or field.one_to_one
        if points and (model._meta.label_lower, field.name) not in OVERSEEING:
            yield field


def _led_to(row: models.Model) -> Iterable[models.Model]:
    """Records that a record leads to besides its foreign keys."""
    own = [REACHES[type(row)]] if type(row) in REACHES else []
    for find in (*own, *hooks.led_to.of(type(row))):
        yield from find(row)


def organisations_of(row: models.Model) -> set[int]:
    """The keys of the organisations that a record leads to."""
    found: set[int] = set()
    seen: set[tuple] = set()
    waiting = [row]
    while waiting:
        each = waiting.pop()
        key = (type(each), each.pk or id(each))
        if key in seen or type(each) not in leading():
            continue
        seen.add(key)
        if isinstance(each, Organisation) and each.pk:
            found.add(each.pk)
        fields = (one for one in leading()[type(each)] if getattr(each, one.attname) is not None)
        waiting.extend(getattr(each, field.name) for field in fields)
        if each.pk:
            waiting.extend(_led_to(each))
    return found


def rows_are_free_of_interest(rows: Sequence[models.Model], by: User | int) -> None:
    """Nobody does anything to records of an organisation in which they declared an interest.

    Nor of its parents and parts, of any depth. Superusers included; until somebody else says that
    the interest has ended. One question to the database for whoever declared nothing.
    """
    for sentence in those_of_interest(rows, by).values():
        raise RuleBroken(sentence, "interest")


def those_of_interest(rows: Sequence[models.Model], by: User | int) -> dict[int, str]:
    """The rows, by key, that somebody must stand aside from, each with the sentence that says so.

    One question to the database for whoever declared nothing.
    """
    concerned = [row for row in rows if type(row) in leading()]
    key = by if isinstance(by, int) else by.pk
    if not concerned or key is None:
        return {}
    interests = Interest.objects.standing().filter(person=key)
    # Asked before anything is recorded, and nearly always no: the short question comes first.
    if not interests.exists():
        return {}
    family = {
        member: interest
        for interest in interests.select_related("organisation")
        for member in _family(interest.organisation)
    }
    found: dict[int, str] = {}
    for row in concerned:
        for organisation in sorted(organisations_of(row) & family.keys())[:1]:
            found[row.pk] = _sentence(family[organisation], organisation)
    return found


def free_of_interest(row: models.Model, by: User) -> None:
    """The same for one record."""
    rows_are_free_of_interest([row], by)


def _family(organisation: Organisation) -> set[int]:
    """The organisation, what it is a part of, and its parts, of any depth."""
    family, above = {organisation.pk}, organisation.parent_id
    while above is not None and above not in family:
        family.add(above)
        above = Organisation.objects.values_list("parent", flat=True).get(pk=above)
    below, seen = {organisation.pk}, {organisation.pk}
    while below:
        parts = Organisation.objects.filter(parent__in=below).values_list("pk", flat=True)
        below = set(parts) - seen
        seen |= below
    return family | seen


def _sentence(interest: Interest, organisation: int) -> str:
    whose = Organisation.objects.get(pk=organisation)
    return (
        f"You declared an interest in {interest.organisation} on {in_words(interest.declared_on)}, "
        f"so you cannot decide anything for {whose}. Ask a colleague."
    )


def has_no_interest(by: User, organisation: Organisation | None) -> None:
    """Nobody decides for an organisation in which, or near which, they have an interest."""
    if organisation is not None:
        free_of_interest(organisation, by)


def award_is_free_of_interest(award: Award, by: User) -> None:
    """Nobody decides on an award to an organisation in which they declared an interest."""
    free_of_interest(award, by)


def awards_are_free_of_interest(awards: Iterable[Award], by: User) -> None:
    """The same for many awards."""
    rows_are_free_of_interest(list(awards), by)


def interest_is_of_another(interest: Interest, by: User) -> None:
    """Nobody says of their own interest that it has ended."""
    if interest.person_id == by.pk:
        raise RuleBroken(
            "This is your own interest. Ask a colleague to say that it has ended.", "same_person"
        )


def interest_day_is_near(declared_on: date) -> None:
    """An interest is declared on a day that can be right; whatever the day, it counts at once."""
    today = timezone.localdate()
    if not today - OLDEST <= declared_on <= today + SOONEST:
        raise RuleBroken(
            f"An interest cannot be declared on {in_words(declared_on)}. Choose today or the day "
            "on which it began, or begins within a year.",
            "day_is_far",
        )
