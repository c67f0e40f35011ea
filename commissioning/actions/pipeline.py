"""What recommended awards ask for, day by day: signed entries beside the journal, never changed."""

from collections.abc import Iterable

from django.db.models import Max, Sum
from django.utils import timezone

from commissioning.models import Award, Commitment, PipelineEntry, User


def enter(awards: Iterable[Award], *, by: User) -> None:
    """The awards' proposed pounds are pipeline from today. Call inside a transaction."""
    today = timezone.localdate()
    PipelineEntry.objects.bulk_create(
        [
            PipelineEntry(
                award_id=line.award_id,
                allocation_id=line.allocation_id,
                amount=line.proposed,
                effective_on=today,
                recorded_by=by,
            )
            for line in Commitment.objects.filter(award__in=awards).order_by("pk")
        ]
    )


def leave(awards: Iterable[Award], *, by: User, on=None) -> None:
    """The awards' proposed pounds are pipeline no more, from `on` or from today.

    Never from before the day on which they entered: no day had less than nothing in its pipeline.
    """
    on = on or timezone.localdate()
    standing = (
        PipelineEntry.objects.filter(award__in=awards)
        .order_by("award", "allocation")
        .values_list("award", "allocation")
        .annotate(total=Sum("amount"), entered_on=Max("effective_on"))
        .exclude(total=0)
    )
    PipelineEntry.objects.bulk_create(
        [
            PipelineEntry(
                award_id=award,
                allocation_id=allocation,
                amount=-total,
                effective_on=max(on, entered_on),
                recorded_by=by,
            )
            for award, allocation, total, entered_on in standing
        ]
    )
