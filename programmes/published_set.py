"""What may be shown of some measures beside everything that is, was or may become public.

Disclosure control over the whole published set (docs/decisions/0027 and 0032): related measures,
every earlier release with its corrections, and recorded figures that nobody has seen yet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from commissioning.models import Area
from programmes.disclosure import Earlier, Key, Protected, protect
from programmes.earlier import RELATED, Former, Told, former_releases, sides, tied_to
from programmes.models import Measure, Observation
from programmes.relations import (
    Declared,
    Relations,
    crossings,
    key,
    relations,
    side,
    small_up_to,
)


@dataclass(frozen=True)
class Decision:
    """The figures of some measures, and which of them may be shown."""

    observations: tuple[Observation, ...]
    decided: Protected
    tied: Relations
    beside: int  # other measures whose published figures were taken into account
    unreleased: int  # … and whose recorded figures, which are not published


def decide(measures: Sequence[Measure], known: Declared) -> Decision:
    """Which of their current figures may be shown now; NotProven where it cannot be told."""
    observations = current(one.pk for one in measures)
    # Numbers that are in no table of this release, but of which it shows the share.
    own_sides = sides(measures) - {one.pk for one in measures}
    behind = current(own_sides)
    tied_measures = tied_to(measures, known)
    former = former_releases(tied_measures, known)
    own = {one.pk for one in measures} | {one.measure_id for one in behind}
    beside = Told(former).of(known.around(own) - own)
    unreleased = _unreleased(tied_measures - own, [*beside, *behind])
    elsewhere = [*behind, *beside, *unreleased]
    parents = dict(Area.objects.values_list("pk", "parent_id"))
    tied = relations([*observations, *elsewhere], parents, known)
    earlier, looks_back, now = _looked_back(former, tied, parents, known)
    seen = [*observations, *elsewhere, *(one for each in former for one in each.observations)]
    ask = partial(
        protect,
        threshold=_thresholds(seen, [*looks_back, tied]).__getitem__,
        earlier=earlier,
        withheld={*tied.implied, *(number for one in elsewhere for number in _numbers(one))},
    )
    everything = (tied.all_values, (*tied.sums, *now), tied.shares.values())
    decided = ask(*everything)
    if weak := decided.exposed | decided.narrowed:
        before = ask({})
        if weak - (before.exposed | before.narrowed):
            # It was safe before: better to show nothing of what is tied to it.
            decided = ask(*everything, cautious=True)
    measures_beside, waiting = ({one.measure_id for one in rows} for rows in (beside, unreleased))
    return Decision(tuple(observations), decided, tied, len(measures_beside), len(waiting))


def current(measures: Iterable[int]) -> list[Observation]:
    """The figures of some measures that no correction has replaced."""
    standing = Observation.objects.filter(measure__in=measures).current()
    return list(standing.select_related(*RELATED).order_by("pk"))


def _unreleased(measures: Iterable[int], told: Iterable[Observation]) -> list[Observation]:
    """Figures recorded of related measures that the public has not seen yet, if it ever will.

    What a release shows now could not be hidden later, when the small numbers among these are.
    """
    known = {key(one) for one in told}
    return [one for one in current(measures) if key(one) not in known]


def _looked_back(
    former: Sequence[Former], tied: Relations, parents: dict[int, int | None], known: Declared
) -> tuple[list[Earlier], list[Relations], tuple]:
    """What each earlier release told, what tied its figures, and what those of now are of."""
    looks_back = [each.as_it_was(parents, known) for each in former]
    pictures = [*(then.picture for _, then in looks_back), tied.picture]
    *made_up, now = crossings(pictures, known.parts, known.added, parents)
    earlier = [
        replace(told, sums=(*told.sums, *more))
        for (told, _), more in zip(looks_back, made_up, strict=True)
    ]
    return earlier, [then for _, then in looks_back], now


def _thresholds(seen: Iterable[Observation], tied: Iterable[Relations]) -> dict[Key, int]:
    """Up to what each number is small, by key."""
    found = {number: small_up_to(one) for one in seen for number in _numbers(one)}
    for each in tied:
        for name, up_to in each.thresholds.items():
            found[name] = max(up_to, found.get(name, 0))
    return found


def _numbers(one: Observation) -> list[Key]:
    return [key(one), side(one, "numerator"), side(one, "denominator")]
