"""What a record is said to be: its status and of which day that is, or that it has ended."""

from dataclasses import dataclass

from django.db.models import Model
from django.template.defaultfilters import capfirst
from django.utils import timezone

from commissioning.days import in_words
from commissioning.templatetags.figures import date_with_precision

# Of a fund, a service, an award: what goes on until its last day.
RUNNING = {"live", "pilot", "active"}
# What is over whatever its days are.
OVER = {"closed", "ended", "replaced", "handed_over", "terminated", "rejected", "withdrawn"}


@dataclass(frozen=True)
class State:
    """`key` chooses the colour of its tag, `note` says of when it is."""

    key: str
    label: str
    note: str = ""

    @property
    def words(self) -> str:
        """ "live as at 31 March 2021", "ended 31 March 2022"."""
        joined = " " if self.note.startswith(("as at", "on ", "in ")) else ", "
        return f"{self.label}{joined if self.note else ''}{self.note}"


def state_of(row: Model) -> State:
    """The state of a fund, service or award as it may be told today."""
    label, as_at = str(row.get_status_display()), row.status_as_at
    dated = f"as at {in_words(as_at)}" if as_at else ""
    is_past = row.ends_on is not None and row.ends_on < timezone.localdate()
    if not is_past or row.status in OVER:
        return State(row.status, label, dated)
    last = date_with_precision(row.ends_on, row.date_precision or "day")
    if row.status in RUNNING:
        return State("ended", "ended", f"{'on' if last[0].isdigit() else 'in'} {last}")
    beyond = f"its last day was {last}" if last[0].isdigit() else f"it was to end in {last}"
    return State(row.status, label, "; ".join(filter(None, [dated, beyond])))


def in_words_of(row: Model) -> str:
    return capfirst(state_of(row).words)
