"""How to break each constraint of over-programming authorities and of the pipeline."""

from datetime import date

from commissioning.models import MarginAuthority, PipelineEntry
from tests import builders as a
from tests.breaking.tools import EARLIER, LATER, Harm


def an_authority(**fields) -> Harm:
    """Write an authority of £1 from one day on straight into its table."""
    fields = {"margin": a.pounds(1), "reason": "Late.", "starts_on": LATER, **fields}
    row = MarginAuthority(budget=a.a_budget(), authorised_by=a.an_officer(), **fields)
    return lambda: MarginAuthority.objects.bulk_create([row])


def an_empty_entry() -> Harm:
    line = a.an_award().commitments.get()
    row = PipelineEntry(
        award=line.award,
        allocation=line.allocation,
        amount=a.pounds(0),
        effective_on=date(2026, 4, 1),
        recorded_by=a.an_officer(),
    )
    return lambda: PipelineEntry.objects.bulk_create([row])


HOW = {
    "authority_has_a_reason": lambda: an_authority(reason=""),
    "authority_ends_after_it_starts": lambda: an_authority(ends_on=EARLIER),
    "pipeline_entry_changes_something": an_empty_entry,
}
