"""The records that a staff action relies on, locked and read as they are.

A staff action names them once, as paths from its own record. What somebody confirmed is done only
while every one of them is as it was when the effect was shown (docs/decisions/0022).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max, Model, Q, QuerySet, prefetch_related_objects

from commissioning.actions import history
from commissioning.admin.events import in_a_sentence, lines_of
from commissioning.models import HistoryEvent

# From a record to others: names of relations as in `prefetch_related`, or, where no path of
# relations leads there, a function of the record and of the answers to the form.
Path = str | Callable[[Model, dict], Iterable[Model]]


def under(name: str, paths: Sequence[Path]) -> list[Path]:
    """The relation itself, and the paths from there."""
    return [name, *(f"{name}__{path}" for path in paths)]


def taker(row: Model, given: dict) -> list[Model]:
    """What the receiving budget or allocation of a virement stands on."""
    budget = given["taker"] if hasattr(given["taker"], "source") else given["taker"].budget
    return [budget, budget.source]


# --- What actions on the records of more than one page rely on ------------------------------------

BUDGET: list[Path] = ["fund", "source", "authorities", "allocations"]
ALLOCATION: list[Path] = ["area", "budget__fund__conditions", "budget__source"]
AWARD: list[Path] = [
    "recipient",
    "fund",
    "source",
    "service",
    "areas",
    "themes",
    "decision",
    "onward_of",
    "conditions",
    *under("commitments__allocation", ALLOCATION),
]
AWARD_WITH_MONEY: list[Path] = [
    *AWARD,
    "commitments__payments",
    "commitments__instalments",
    "holds",
    "proposals",
    "variations",
]
_PAID_UNDER: list[Path] = [
    *under("commitment__award", ["recipient", "conditions", "holds"]),
    *under("commitment__allocation", ALLOCATION),
]
# Apps that stand on this one add what they know of a payment.
PAYMENT: list[Path] = [*_PAID_UNDER, "instalment__condition", "returned_payment", "returns"]
INSTALMENT: list[Path] = [*_PAID_UNDER, "condition", "payments"]

# --- Reading them ---------------------------------------------------------------------------------

# Actions lock in this order; the same order here, so that nobody waits for each other in a circle.
_FIRST = ["paymentbatch", "organisation", "victimsservice", "award"]
_LAST = ["commitment", "allocation", "budget"]
# How many changes are named to somebody who confirmed an effect that is no longer true.
MOST_NAMED = 20


@dataclass(frozen=True)
class Snapshot:
    """The state of each record, by its model and key."""

    states: Mapping[tuple[type[Model], int], str]

    def __str__(self) -> str:
        return "\n".join(sorted(self.states.values()))

    def changes_since(self, event: int) -> list[str]:
        """What history says was done to these records after an event, the oldest first."""
        subjects: dict[str, list[str]] = {}
        for model, key in self.states:
            subjects.setdefault(model._meta.model_name, []).append(str(key))
        of_these = Q()
        for subject, keys in subjects.items():
            of_these |= Q(subject_type=subject, subject_id__in=keys)
        events = HistoryEvent.objects.filter(of_these, pk__gt=event).order_by("pk")
        return [in_a_sentence(line) for line in lines_of(events[:MOST_NAMED])]


def last_event() -> int:
    """The number of the last event of history, to ask later for the `changes_since`."""
    return HistoryEvent.objects.aggregate(last=Max("pk"))["last"] or 0


def lock(rows: Sequence[Model], paths: Sequence[Path], given: dict) -> Snapshot:
    """Lock the rows and the records that they rely on, and read them under the lock."""
    locked: set[tuple[type[Model], int]] = set()
    while True:
        found = {(type(row), row.pk): row for row in _records(rows, paths, given)}
        if found.keys() <= locked:
            states = {key: f"{key}: {history.state(row)}" for key, row in found.items()}
            return Snapshot(states)
        # Until nothing new is found: a record may have come to rely on another meanwhile.
        _lock(found.keys() - locked)
        locked |= found.keys()


def _lock(keys: Iterable[tuple[type[Model], int]]) -> None:
    by_model: dict[type[Model], list[int]] = {}
    for model, key in keys:
        by_model.setdefault(model, []).append(key)
    for model in sorted(by_model, key=_turn):
        rows = model._base_manager.select_for_update(no_key=True).order_by("pk")
        list(rows.filter(pk__in=by_model[model]).values_list("pk"))


def _turn(model: type[Model]) -> tuple[int, str]:
    name = model._meta.model_name
    if name in _FIRST:
        return (_FIRST.index(name), name)
    return (len(_FIRST) + 1 + _LAST.index(name) if name in _LAST else len(_FIRST), name)


def _records(rows: Sequence[Model], paths: Sequence[Path], given: dict) -> Iterator[Model]:
    """Read anew, and kept apart from the rows that the action is given: nothing is cached there."""
    own = list(type(rows[0])._base_manager.filter(pk__in=[row.pk for row in rows]))
    names = [path for path in paths if isinstance(path, str)]
    prefetch_related_objects(own, *names)
    yield from own
    for name in names:
        yield from _along(own, name.split("__"))
    for path in paths:
        if not isinstance(path, str):
            for row in own:
                yield from path(row, given)
    chosen: dict[type[Model], list[int]] = {}
    for row in _models_in(given):
        chosen.setdefault(type(row), []).append(row.pk)
    for model, keys in chosen.items():
        yield from model._base_manager.filter(pk__in=keys)


def _along(rows: Iterable[Model], names: Sequence[str]) -> Iterator[Model]:
    for name in names:
        rows = [other for row in rows for other in _related(row, name)]
        yield from rows


def _related(row: Model, name: str) -> list[Model]:
    value = getattr(row, name, None)
    if value is None or isinstance(value, Model):
        return [] if value is None else [value]
    return list(value.all())


def _models_in(value: object) -> Iterator[Model]:
    """Records that stand in the answers to a form, however they are put together."""
    if isinstance(value, Model):
        if value.pk is not None:
            yield value
    elif isinstance(value, dict):
        for pair in value.items():
            yield from _models_in(pair)
    elif isinstance(value, (list, tuple, set, QuerySet)):
        for each in value:
            yield from _models_in(each)
