"""Recording figures, and correcting them without losing what stood before."""

from collections.abc import Iterable
from copy import copy

from django.db import transaction
from django.db.models import Max

from commissioning.actions import history, records
from commissioning.models import User
from commissioning.rules import reason_is_given
from programmes import rules
from programmes.models import Observation

NAMED = ("measure", "service", "area", "category", "recorded_by")


@transaction.atomic
def record(observation: Observation, *, by: User) -> None:
    """Record a new figure; ValidationError if it breaks a rule or stands already."""
    record_all([observation], by=by)


@transaction.atomic
def correct(
    observation: Observation,
    *,
    reason: str,
    by: User,
    **changes: object,
) -> Observation:
    """The new version of a figure, with these `changes`; the old one stays."""
    reason_is_given(reason)
    versions = Observation.objects.filter(
        measure=observation.measure_id, place=observation.place_key
    )
    new = copy(observation)
    new.pk, new._state.adding = None, True
    # Known from now on, not since the figure that it replaces.
    new.recorded_at = Observation._meta.get_field("recorded_at").get_default()
    if changes.get("value") is not None:
        changes = {"missing": "", **changes}
    for name, changed in changes.items():
        setattr(new, name, changed)
    rules.correction_stays_in_place(observation, new)
    new.version = versions.aggregate(last=Max("version"))["last"] + 1
    new.reason = reason
    _check(new, by)
    records.save_checked(new)
    before, after = history.state(observation), history.state(new)
    history.record("corrected", new, by, before=before, after=after, reason=reason)
    return new


@transaction.atomic
def record_all(observations: Iterable[Observation], *, by: User) -> int:
    """Record many new figures, all or none of them; how many."""
    rows = list(observations)
    for row in rows:
        _check(row, by)
        rules.period_is_told(row)
    of_measures = Observation.objects.filter(measure__in={row.measure_id for row in rows})
    standing = set(of_measures.values_list("measure_id", "place"))
    for row in rows:
        rules.figure_is_new(row, standing)
        standing.add((row.measure_id, row.place))
    with records.told_as_rules(Observation):
        made = Observation.objects.bulk_create(rows, batch_size=500)
    history.record_all(history.event("recorded", row, by, after=history.state(row)) for row in made)
    return len(made)


def _check(observation: Observation, by: User) -> None:
    observation.place, observation.recorded_by = observation.place_key, by
    observation.full_clean(
        # The database knows whether a record is there; asking for each would take as long again.
        exclude=[name for name in NAMED if getattr(observation, f"{name}_id") is not None],
        validate_unique=False,
        validate_constraints=False,
    )
    rules.category_belongs(observation)
    rules.figure_is_of_its_unit(observation)
