"""What holds an award's payments back, said before anybody asks for one."""

from django.utils import timezone

from commissioning import rules
from commissioning.models import Award


def what_waits(award: Award) -> list[str]:
    """The hold and the overdue condition that a release would be refused for, in sentences."""
    hold = rules.held(award)
    overdue = rules.overdue([award], timezone.localdate())
    return [
        *([rules.is_held(hold)] if hold else []),
        *(rules.waits_for(condition) for condition in overdue.values()),
    ]
