"""Rules about decision notices: what money relies on stays as it was read."""

from collections.abc import Iterator
from datetime import date
from functools import cache

from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from commissioning.days import in_words
from commissioning.models import Award, DecisionCorrection, DecisionNotice, Variation
from commissioning.rules.broken import RuleBroken

# What a notice says. How much of it is published (status and ground) and notes stay open.
SAYS = ("reference", "title", "decided_on", "signatory", "summary")
STAYS = (
    "Something was approved under this notice, so what it says stays. Use “Correct the notice” to "
    "publish a numbered correction beside it."
)


@cache
def _relying() -> tuple[tuple[type[Model], str], ...]:
    """(model, field) of every foreign key to a decision notice but that of its corrections."""
    return tuple(
        (model, field.name)
        for model in apps.get_models()
        if model is not DecisionCorrection
        for field in model._meta.concrete_fields
        if field.related_model is DecisionNotice
    )


def decision_is_relied_on(decision: DecisionNotice) -> bool:
    """Whether anything was allowed under the notice."""
    return any(
        model._base_manager.filter(**{name: decision.pk}).exists() for model, name in _relying()
    )


def fixed_of_decision(decision: DecisionNotice) -> dict[str, str]:
    """What a notice says, once something was allowed under it; a missing link may be filled in."""
    if not decision_is_relied_on(decision):
        return {}
    return dict.fromkeys([*SAYS, *(["document_url"] if decision.document_url else [])], STAYS)


def decision_is_corrected_in_numbers(decision: DecisionNotice) -> None:
    """A notice that nothing relies on is edited, not corrected."""
    if not decision_is_relied_on(decision):
        raise RuleBroken("Nothing was approved under this notice yet: change it.", "wrong_state")


def corrected_day_is_in_time(decision: DecisionNotice, day: date) -> None:
    """A decision was not taken later than what it allowed, or later than today."""
    if day > timezone.localdate():
        raise RuleBroken(f"{in_words(day)} is still to come.", "day_to_come")
    first = min(_days_allowed(decision), default=None)
    if first is not None and day > first:
        raise RuleBroken(
            f"Something was approved under this notice from {in_words(first)}, so it cannot have "
            f"been decided on {in_words(day)}.",
            "decision_too_late",
        )


def _days_allowed(decision: DecisionNotice) -> Iterator[date]:
    """The days from which awards and variations count that the notice allowed."""
    awards = Award.objects.filter(decision=decision, taken_on_from="")
    yield from awards.exclude(awarded_on=None).values_list("awarded_on", flat=True)
    yield from Variation.objects.filter(decision=decision).values_list("effective_on", flat=True)
