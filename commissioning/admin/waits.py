"""What holds an award's payments back, said before anybody asks for one."""

from django.utils import timezone

from commissioning import rules
from commissioning.models import Award, Commitment


def what_waits(award: Award, line: Commitment | None = None) -> list[str]:
    """The hold and the overdue condition that a release would be refused for, in sentences.

    Of all that the award is paid from, or of one line of it.
    """
    hold = rules.held(award)
    lines = [line] if line else award.commitments.select_related("allocation__budget")
    overdue = rules.overdue(lines, timezone.localdate())
    return [
        *([rules.is_held(hold)] if hold else []),
        *(rules.waits_for(condition) for condition in overdue.values()),
    ]
