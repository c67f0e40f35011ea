"""What is due to be published, what is not ready for it, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Min, Model, Q
from django.utils import timezone

from commissioning.models import Award, Budget, DecisionNotice, HistoryEvent, Organisation
from commissioning.rules import in_a_row
from transparency import content
from transparency.duties import DUTIES, FIRST_DAY, Duty, Kind, Period
from transparency.models import Run

# How far back the first page looks for runs that were never published.
LOOKS_BACK = 400


@dataclass(frozen=True)
class Due:
    """The run of one period: whether it has been published, and by when it should be."""

    duty: Duty
    period: Period
    latest: Run | None
    today: date

    @property
    def due_on(self) -> date:
        return self.duty.due_on(self.period)

    @property
    def is_overdue(self) -> bool:
        return self.latest is None and self.due_on < self.today


def publishes_since() -> date | None:
    """The day since which the office publishes here: the one that it has set, else that of its
    first record. None where there is neither.
    """
    first = settings.PUBLISHES_SINCE
    if first is None:
        at = HistoryEvent.objects.aggregate(first=Min("at"))["first"]
        first = timezone.localdate(at) if at else None
    return max(first, FIRST_DAY) if first else None


def due(today: date) -> list[Due]:
    """Every run that is owed, can be made and is not published, the most urgent first, and the
    published ones of the last year after them."""
    first = date.fromordinal(today.toordinal() - LOOKS_BACK)
    since = publishes_since() or today
    runs: dict = {}
    for run in Run.objects.published().filter(ends_on__gte=first).order_by("number"):
        runs[run.kind, run.period] = run
    found = [
        Due(duty, period, runs.get((duty.kind, period)), today)
        for duty in DUTIES.values()
        for period in duty.periods(first, date.fromordinal(today.toordinal() + 90))
        if period.last_day >= first
        and duty.begins_on(period) <= today
        and (duty.is_owed(period, since) or (duty.kind, period) in runs)
    ]
    return sorted(found, key=lambda one: (one.latest is not None, one.due_on, one.duty.title))


@dataclass(frozen=True)
class Obstacle:
    """A record that the run of its period lacks, or holds with a gap, and why."""

    record: Model
    why: str


def obstacles(duty: Duty, period: Period) -> list[Obstacle]:
    """What is not ready for the run of the period, and why."""
    return list(_OBSTACLES[duty.kind](period))


def _of_awards(awards) -> Iterator[Obstacle]:
    for award in awards.filter(status__in=Award.PROMISED).order_by("awarded_on", "pk"):
        lacking = [
            words
            for words, there in [
                ("purpose", award.purpose),
                ("reason", award.reason),
                ("recipient", award.recipient or award.recipient_note),
            ]
            if not there
        ]
        if not award.is_published:
            yield Obstacle(award, "It is not published.")
        if lacking:
            yield Obstacle(award, f"It has no {in_a_row(lacking)}.")


def _of_spending(period: Period) -> Iterator[Obstacle]:
    hidden = content.spending(period).filter(commitment__award__is_published=False)
    for payment in hidden.order_by("paid_on", "pk"):
        yield Obstacle(payment, f"Its award {payment.commitment.award.reference} is not published.")


def _of_decisions(period: Period) -> Iterator[Obstacle]:
    made = DecisionNotice.objects.filter(decided_on__range=(period.first_day, period.last_day))
    for decision in made.filter(is_published=False).order_by("decided_on", "pk"):
        yield Obstacle(decision, "It is not published.")


def _of_budgets(period: Period) -> Iterator[Obstacle]:
    lies_in_it = Q(starts_on__gte=period.first_day, ends_on__lte=period.last_day)
    for budget in Budget.objects.filter(lies_in_it, fund__is_published=False).select_related(
        "fund", "source"
    ):
        yield Obstacle(budget, "Its fund is not published.")


_OBSTACLES = {
    Kind.GRANTS: lambda period: _of_awards(content.grants(period)),
    Kind.SPENDING: _of_spending,
    Kind.CONTRACTS: lambda period: _of_awards(content.small_contracts(period)),
    Kind.DECISIONS: _of_decisions,
    Kind.BUDGET: _of_budgets,
}


@dataclass(frozen=True)
class Withheld:
    """An organisation of which something is not shown: on which ground, by whom and since when."""

    organisation: Organisation
    decided_on: date | None

    @property
    def decider(self) -> str:
        return str(self.organisation.withhold_decided_by or "not recorded")


def withheld() -> list[Withheld]:
    """Every organisation of which something is withheld."""
    hidden = list(
        Organisation.objects.exclude(withhold=Organisation.Withhold.NOTHING)
        .select_related("withhold_decided_by")
        .order_by("name")
    )
    days: dict[str, date] = {}
    events = HistoryEvent.objects.filter(
        subject_type="organisation", subject_id__in=[str(row.pk) for row in hidden]
    )
    for event in events.order_by("pk"):
        before, after = event.before or {}, event.after or {}
        if before.get("withhold") != after.get("withhold") and "withhold" in after:
            days[event.subject_id] = timezone.localdate(event.at)
    return [Withheld(row, days.get(str(row.pk))) for row in hidden]
