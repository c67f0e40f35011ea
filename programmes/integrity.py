"""Proof that what the public was shown agrees with what was recorded."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q

from commissioning.integrity import named
from programmes.models import Observation, ReleasedCell, ReleasedMeasure

COPIED = ["value", "value_high", "measure_id", "place", "area_id", "category_id", "service_id"]


def released_figures_are_as_recorded() -> Iterator[str]:
    """A figure that is shown is the one that was recorded, at its place."""
    differs = Q()
    for name in COPIED:
        recorded = F(f"observation__{name}")
        differs |= ~Q(**{name: recorded}) & ~Q(
            **{f"{name}__isnull": True, f"observation__{name}__isnull": True}
        )
    found = ReleasedCell.objects.filter(is_hidden=False).filter(differs)
    yield from named(
        found.select_related("measure").order_by("pk"),
        lambda cell: f"Released cell {cell.pk} ({cell}) differs from the figure recorded for it.",
    )


def released_cells_belong_to_their_release() -> Iterator[str]:
    """A release holds figures of its own measures only."""
    listed = ReleasedMeasure.objects.filter(
        release=OuterRef("release"), measure=OuterRef("measure")
    )
    yield from named(
        ReleasedCell.objects.filter(~Exists(listed)).select_related("measure").order_by("pk"),
        lambda cell: f"Released cell {cell.pk} ({cell}) is of a measure that its release lacks.",
    )


def corrections_have_what_they_correct() -> Iterator[str]:
    """Versions of a figure count up from 1 without a gap."""
    before = Observation.objects.filter(
        measure=OuterRef("measure"), place=OuterRef("place"), version=OuterRef("version") - 1
    )
    yield from named(
        Observation.objects.filter(~Exists(before), version__gt=1)
        .select_related("measure")
        .order_by("pk"),
        lambda one: f"Figure {one.pk} ({one}) corrects a version that is not there.",
    )


RULES = [
    released_figures_are_as_recorded,
    released_cells_belong_to_their_release,
    corrections_have_what_they_correct,
]
