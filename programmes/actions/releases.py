"""Releasing figures to the public: what is shown, what is hidden, frozen as it was decided."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from django.db import transaction

from commissioning.actions import history
from commissioning.models import Area, User
from programmes import rules
from programmes.disclosure import Protected, State, protect
from programmes.earlier import RELATED, Told, former_releases, sides, tied_to
from programmes.likely import unanswered
from programmes.models import (
    Figure,
    Measure,
    Observation,
    Place,
    Release,
    ReleasedCell,
    ReleasedMeasure,
)
from programmes.relations import (
    Key,
    Relations,
    decimals_shown,
    declared,
    key,
    relations,
    side,
    small_up_to,
)

COPIED = [field.name for part in (Place, Figure) for field in part._meta.get_fields()]
COPIED += ["measure", "place", "document"]
NUMBERS = {"value": None, "value_high": None, "numerator": None, "denominator": None}


@dataclass(frozen=True)
class Plan:
    """What a release would show: each figure, and whether it is hidden."""

    cells: tuple[ReleasedCell, ...]
    # Small figures that can be worked out from what was published before, whatever is hidden now.
    exposed: int = 0
    # Of the hidden figures, those that are small themselves; the others protect a small one.
    small: int = 0
    # Small numbers that nobody recorded, and that would follow if nothing were hidden for them.
    implied: int = 0
    # The other measures whose published figures were taken into account.
    beside: int = 0

    @property
    def hidden(self) -> int:
        return sum(cell.is_hidden for cell in self.cells)

    @property
    def shown(self) -> int:
        return len(self.cells) - self.hidden


@transaction.atomic
def release(
    measures: Sequence[Measure],
    *,
    title: str,
    by: User,
    basis: str = Release.Basis.CHECKED,
    document: str = "",
    change_note: str = "",
) -> Release:
    """Show the current figures of some measures to the public, decided on together.

    Small numbers of people are hidden, with as many others as it takes that none can be worked out
    from what else is or was shown, of these measures or related ones; unless the figures are
    already public. Refused while staff have not said of every two measures that look related
    whether they are. The release comes with the `plan` that it was made from.
    """
    rules.measures_are_published(measures)
    made = Release(title=title, basis=basis, document=document, change_note=change_note, made_by=by)
    made.full_clean()
    # One at a time: what a release hides depends on what the one before it showed.
    tied = Measure.objects.filter(pk__in=tied_to(measures)).order_by("pk")
    list(tied.select_for_update(no_key=True))
    if basis == Release.Basis.CHECKED:
        rules.relations_are_answered(unanswered(measures))
    planned = plan(measures, basis=basis)
    made.save(force_insert=True)
    for cell in planned.cells:
        cell.release = made
    ReleasedMeasure.objects.bulk_create(
        ReleasedMeasure(
            release=made,
            measure=measure,
            small_up_to=measure.small_up_to if _hides(measure, basis) else None,
        )
        for measure in measures
    )
    ReleasedCell.objects.bulk_create(planned.cells, batch_size=500)
    told = {"measures": [str(one) for one in measures], "hidden": planned.hidden}
    history.record("released", made, by, after=told)
    made.plan = planned
    return made


def plan(measures: Sequence[Measure], *, basis: str = Release.Basis.CHECKED) -> Plan:
    """What a release of these measures would show if it were made now; nothing is written."""
    observations = _current(ids(measures))
    if basis == Release.Basis.PUBLIC:
        return Plan(tuple(_cell(one) for one in observations))
    # Numbers that are in no table of this release, but of which it shows the share.
    behind = _current(sides(measures) - {*ids(measures)})
    parents = dict(Area.objects.values_list("pk", "parent_id"))
    known = declared()
    former = former_releases(tied_to(measures, known), known)
    own = {*ids(measures), *(one.measure_id for one in behind)}
    beside = Told(former).of(known.around(own) - own)
    elsewhere = [*behind, *beside]
    tied = relations([*observations, *elsewhere], parents, known)
    looks_back = [each.as_it_was(parents, known) for each in former]
    seen = [*observations, *elsewhere, *(one for each in former for one in each.observations)]
    thresholds = {number: small_up_to(one) for one in seen for number in _numbers(one)}
    for implied in (*(then for _, then in looks_back), tied.thresholds):
        thresholds |= {name: max(up_to, thresholds.get(name, 0)) for name, up_to in implied.items()}
    ask = partial(
        protect,
        threshold=thresholds.__getitem__,
        earlier=[told for told, _ in looks_back],
        withheld={*tied.implied, *(number for one in elsewhere for number in _numbers(one))},
    )
    everything = (tied.all_values, tied.sums, tied.shares.values())
    decided = ask(*everything)
    if decided.exposed and decided.exposed - ask({}).exposed:
        # It was safe before: better to show nothing of what is tied to it.
        decided = ask(*everything, cautious=True)
    cells = tuple(_cell(one, decided, tied) for one in observations)
    return Plan(
        cells,
        exposed=len(decided.exposed),
        small=sum(_is_small(one, decided, tied) for one in observations),
        implied=sum(1 <= count <= tied.thresholds[name] for name, count in tied.implied.items()),
        beside=len({one.measure_id for one in beside}),
    )


def ids(measures: Sequence[Measure]) -> list[int]:
    return [measure.pk for measure in measures]


def _current(measures: Iterable[int]) -> list[Observation]:
    standing = Observation.objects.filter(measure__in=measures).current()
    return list(standing.select_related(*RELATED).order_by("pk"))


def _hides(measure: Measure, basis: str) -> bool:
    return measure.counts_people and basis == Release.Basis.CHECKED


def _numbers(one: Observation) -> list[Key]:
    return [key(one), side(one, "numerator"), side(one, "denominator")]


def _cell(
    one: Observation, decided: Protected | None = None, tied: Relations | None = None
) -> ReleasedCell:
    """A figure as the public sees it."""
    cell = ReleasedCell(observation=one, **{name: getattr(one, name) for name in COPIED})
    if decided is None:
        return cell
    if _is_hidden(one, decided, tied):
        # Its note might tell the number.
        for name, nothing in {**NUMBERS, "note": "", "is_hidden": True}.items():
            setattr(cell, name, nothing)
    elif _is_about_people(one.measure):
        for name in ("numerator", "denominator"):
            if not _is_shown(side(one, name), decided):
                setattr(cell, name, None)
        if key(one) in tied.shares and cell.value is not None:
            # A page rounds it; a file with all its decimals would tell the two numbers.
            step = Decimal(1).scaleb(-decimals_shown(one))
            cell.value = cell.value.quantize(step, ROUND_HALF_UP)
    return cell


def _is_hidden(one: Observation, decided: Protected, tied: Relations) -> bool:
    share = tied.shares.get(key(one))
    state = decided.shares[share] if share else decided.states.get(key(one))
    if state is not None and state.is_hidden:
        return True
    return not all(_is_shown(number, decided) for number in tied.behind.get(key(one), ()))


def _is_small(one: Observation, decided: Protected, tied: Relations) -> bool:
    """Whether a figure is hidden because it, or the number that it is a share of, is small."""
    share = tied.shares.get(key(one))
    state = decided.shares[share] if share else decided.states.get(key(one))
    return state is State.SMALL


def _is_shown(number: Key, decided: Protected) -> bool:
    return number in decided.states and decided.is_shown(number)


def _is_about_people(measure: Measure) -> bool:
    """Whether the figures count people, or are a ratio of measures that do."""
    counted = (measure, measure.numerator, measure.denominator)
    return any(one is not None and one.counts_people for one in counted)
