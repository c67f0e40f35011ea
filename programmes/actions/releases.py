"""Releasing figures to the public: what is shown, what is hidden, frozen as it was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction

from commissioning.actions import history
from commissioning.models import User
from programmes import rules
from programmes.disclosure import NotProven, Protected, State
from programmes.earlier import tied_to
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
from programmes.published_set import Decision, current, decide
from programmes.relations import (
    Declared,
    Key,
    Relations,
    decimals_shown,
    declared,
    key,
    side,
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
    # Those of which it is then known that they are small, not how small.
    narrowed: int = 0
    # Of the hidden figures, those that are small themselves; the others protect a small one.
    small: int = 0
    # Small numbers that nobody recorded, and that would follow if nothing were hidden for them.
    implied: int = 0
    # Of the hidden figures, those that would be shown if no measures were related; if explained.
    related: int = 0
    # The other measures whose figures were taken into account: published ones, and those whose
    # figures are recorded and not released.
    beside: int = 0
    unreleased: int = 0

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
    explain: bool = False,
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
    planned = plan(measures, basis=basis, explain=explain)
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


def plan(
    measures: Sequence[Measure], *, basis: str = Release.Basis.CHECKED, explain: bool = False
) -> Plan:
    """What a release of these measures would show if it were made now; nothing is written.

    `explain`: also how many figures are hidden only because of related measures.
    RuleBroken where nobody could tell in time that no small number follows from it.
    """
    if basis == Release.Basis.PUBLIC:
        return Plan(tuple(_cell(one) for one in current(ids(measures))))
    try:
        decision = decide(measures, declared())
        cells = [_cell(one, decision.decided, decision.tied) for one in decision.observations]
        related = _hidden_for_others(measures, decision, cells) if explain else 0
    except NotProven:
        raise rules.release_is_not_proven(measures) from None
    decided, tied = decision.decided, decision.tied
    return Plan(
        tuple(cells),
        exposed=len(decided.exposed),
        narrowed=len(decided.narrowed),
        small=sum(_is_small(one, decided, tied) for one in decision.observations),
        implied=sum(1 <= count <= tied.thresholds[name] for name, count in tied.implied.items()),
        related=related,
        beside=decision.beside,
        unreleased=decision.unreleased,
    )


def _hidden_for_others(
    measures: Sequence[Measure], decision: Decision, cells: Sequence[ReleasedCell]
) -> int:
    """How many figures would be shown if these measures were related to no other."""
    hidden = {key(cell.observation) for cell in cells if cell.is_hidden}
    if not hidden or not (decision.beside or decision.unreleased or len(measures) > 1):
        return 0
    alone = decide(measures, Declared())
    shown = (one for one in alone.observations if not _is_hidden(one, alone.decided, alone.tied))
    return sum(key(one) in hidden for one in shown)


def ids(measures: Sequence[Measure]) -> list[int]:
    return [measure.pk for measure in measures]


def _hides(measure: Measure, basis: str) -> bool:
    return measure.counts_people and basis == Release.Basis.CHECKED


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
