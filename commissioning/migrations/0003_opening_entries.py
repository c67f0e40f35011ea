"""Margins and recommendations from before they were kept by day get their first entries."""

from datetime import date

from django.db import migrations
from django.utils import timezone


def open_margins(apps, schema_editor) -> None:
    """Each standing margin is authorised from the day on which it was last changed."""
    Budget = apps.get_model("commissioning", "Budget")
    MarginAuthority = apps.get_model("commissioning", "MarginAuthority")
    HistoryEvent = apps.get_model("commissioning", "HistoryEvent")
    for budget in Budget.objects.filter(margin__gt=0):
        events = HistoryEvent.objects.filter(subject_type="budget", subject_id=str(budget.pk))
        changed = [
            event.at
            for event in events.order_by("pk")
            if (event.before or {}).get("margin") != (event.after or {}).get("margin")
        ]
        at = changed[-1] if changed else timezone.now()
        first = min(timezone.localdate(at), budget.starts_on or date.max)
        MarginAuthority.objects.create(
            budget=budget,
            margin=budget.margin,
            reason=budget.margin_reason,
            starts_on=first,
            authorised_by_id=budget.margin_authorised_by_id,
            recorded_at=at,
        )


def open_pipeline(apps, schema_editor) -> None:
    """What a recommended award asks for is pipeline from the day it was recommended."""
    Commitment = apps.get_model("commissioning", "Commitment")
    PipelineEntry = apps.get_model("commissioning", "PipelineEntry")
    for line in Commitment.objects.filter(award__status="recommended").select_related("award"):
        at = line.award.recommended_at or timezone.now()
        PipelineEntry.objects.create(
            award_id=line.award_id,
            allocation_id=line.allocation_id,
            amount=line.proposed,
            effective_on=timezone.localdate(at),
            recorded_at=at,
            recorded_by_id=line.award.recommended_by_id,
        )


class Migration(migrations.Migration):
    dependencies = [("commissioning", "0002_finance_controls")]

    operations = [
        migrations.RunPython(open_margins, migrations.RunPython.noop),
        migrations.RunPython(open_pipeline, migrations.RunPython.noop),
    ]
