"""Figures that wait for somebody, on staff's first page."""

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from commissioning.admin.attention import WorkList
from commissioning.days import in_words
from commissioning.models import User
from programmes.models import Measure, Observation, ReleasedMeasure


def to_release(user: User) -> models.QuerySet:
    """Published measures whose latest figure the public has not been shown."""
    figures = Observation.objects.filter(measure=OuterRef("pk")).order_by("-pk")
    shown = ReleasedMeasure.objects.filter(measure=OuterRef("pk")).order_by("-release_id")
    return (
        Measure.objects.published()
        .annotate(
            recorded_at=Subquery(figures.values("recorded_at")[:1]),
            released_at=Subquery(shown.values("release__made_at")[:1]),
        )
        .filter(
            Q(recorded_at__isnull=False, released_at__isnull=True)
            | Q(recorded_at__gt=F("released_at"))
        )
        .select_related("service", "programme")
        .order_by("recorded_at", "pk")
    )


def not_shown(measure: Measure) -> str:
    recorded = f"Figures recorded on {in_words(timezone.localtime(measure.recorded_at))}"
    if measure.released_at is None:
        return f"{recorded}; none released yet"
    return f"{recorded}; last released on {in_words(timezone.localtime(measure.released_at))}"


FIGURE_LISTS = [
    WorkList(
        "figures-to-release",
        "Measures with figures not released",
        "release_measure",
        to_release,
        not_shown,
        app="programmes",
    )
]
