"""What may have been split to stay under a limit, and what may have been paid twice."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import Min, Q, Sum
from django.utils import timezone

from commissioning.days import start_of_day
from commissioning.models import Award, DelegatedLimit, Entry, Payment
from commissioning.money import NOTHING
from commissioning.rules import duplicates, splitting

Act = DelegatedLimit.Act


@dataclass(frozen=True)
class Part:
    """Pounds that were decided on a day, and the record that they are about."""

    row: models.Model
    amount: Decimal
    day: date


@dataclass(frozen=True)
class Group:
    """Parts that belong together; `limit` is the one that each is within and the sum is not."""

    what: str
    parts: tuple[Part, ...]
    limit: DelegatedLimit | None = None

    @property
    def total(self) -> Decimal:
        """Pounds of all parts."""
        return sum((part.amount for part in self.parts), NOTHING)


def possible_splits(since: date) -> list[Group]:
    """What was decided from a day on in parts, each within a limit that their sum is beyond."""
    found = [
        *_beyond(Act.APPROVE, _awards(since)),
        *_beyond(Act.RELEASE, _payments(since)),
        *_beyond(Act.VIRE, _moves(since)),
    ]
    return sorted(found, key=lambda group: max(part.day for part in group.parts), reverse=True)


def possible_duplicates(since: date) -> list[Group]:
    """Payments of one amount to one payee, requested or released within days of one another."""
    today = timezone.localdate()
    near = _of_payments(since, Payment.Status.REQUESTED, Payment.Status.RELEASED)
    groups = [
        Group("same payee and amount", window)
        for alike in duplicates.groups(near)
        for window in _near(
            [Part(each, each.amount, duplicates.day_of(each, today)) for each in alike]
        )
        if duplicates.any_alike([part.row for part in window])
    ]
    return sorted(groups, key=lambda group: group.parts[-1].day, reverse=True)


# --- What belongs together ------------------------------------------------------------------------


def _awards(since: date) -> Iterable[tuple[str, Sequence[Part]]]:
    """Awards to one recipient, within days or under one notice; none that was migrated."""
    entries = Entry.objects.filter(
        kind=Entry.Kind.COMMITMENT,
        recorded_at__gte=start_of_day(since),
        commitment__award__recipient__isnull=False,
        commitment__award__taken_on_from="",
    )
    sums = entries.order_by().values_list("commitment__award")
    sums = list(sums.annotate(pounds=Sum("amount"), first=Min("recorded_at")))
    awards = Award.objects.select_related("recipient", "decision").in_bulk([row[0] for row in sums])
    near: dict[Hashable, list[Part]] = {}
    noticed: dict[Hashable, list[Part]] = {}
    for key, pounds, first in sums:
        award = awards[key]
        if pounds > 0:
            part = Part(award, pounds, timezone.localdate(first))
            near.setdefault(award.recipient_id, []).append(part)
            if award.decision_id:
                noticed.setdefault((award.recipient_id, award.decision_id), []).append(part)
    for parts in noticed.values():
        yield "awards to one recipient under one notice", _in_order(parts)
    for parts in near.values():
        for window in _near(parts):
            yield "awards to one recipient", window


WHAT = {
    "instalment": "parts of one instalment",
    "award": "payments under one award",
    "notice": "payments to one recipient under one notice",
}


def _payments(since: date) -> Iterable[tuple[str, Sequence[Part]]]:
    released = _of_payments(since, Payment.Status.RELEASED)
    for (kind, _), payments in splitting.grouped(released).items():
        parts = [_part(payment) for payment in payments]
        for window in [_in_order(parts)] if kind == "instalment" else _near(parts):
            yield WHAT[kind], window


def _moves(since: date) -> Iterable[tuple[str, Sequence[Part]]]:
    """Virements, revisions and takings-back of one budget, each once."""
    entries = Entry.objects.filter(splitting.MOVES, recorded_at__gte=start_of_day(since))
    moved: dict[Hashable, dict[Hashable, Part]] = {}
    for entry in entries.select_related("budget__fund", "budget__source").order_by("pk"):
        day = timezone.localdate(entry.recorded_at)
        of_budget = moved.setdefault(entry.budget_id, {})
        part = Part(entry.budget, abs(entry.amount), day)
        of_budget.setdefault(entry.transfer or entry.pk, part)
    for parts in moved.values():
        for window in _near(list(parts.values())):
            yield "moves of one budget", window


def _of_payments(since: date, *statuses: str) -> list[Payment]:
    rows = Payment.objects.not_returned().filter(
        Q(released_at__gte=start_of_day(since))
        | Q(released_at__isnull=True, requested_at__gte=start_of_day(since)),
        kind=Payment.Kind.PAYMENT,
        status__in=statuses,
    )
    wanted = rows.select_related("commitment__award__recipient", "instalment")
    return list(wanted.order_by("pk"))


def _part(payment: Payment) -> Part:
    return Part(payment, payment.amount, splitting.day_of(payment, timezone.localdate()))


# --- Windows and limits ---------------------------------------------------------------------------


def _in_order(parts: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(sorted(parts, key=lambda part: (part.day, part.row.pk)))


def _near(parts: Sequence[Part]) -> Iterable[tuple[Part, ...]]:
    """Every longest run of two parts or more that are within days of one another."""
    ordered, end = _in_order(parts), 0
    for start, first in enumerate(ordered):
        last = start
        while last < len(ordered) and ordered[last].day - first.day <= splitting.window():
            last += 1
        if last > end and last - start > 1:
            yield ordered[start:last]
        end = max(end, last)


def _beyond(act: str, groups: Iterable[tuple[str, Sequence[Part]]]) -> Iterable[Group]:
    """The parts of each group that are within a limit of the day, where their sum is not.

    What is beyond the limit by itself was decided under a greater one, and is left out.
    """
    limits = list(DelegatedLimit.objects.filter(act=act).select_related("role").order_by("most"))
    seen: set[frozenset] = set()
    for what, parts in groups:
        for limit in limits:
            day = max(part.day for part in parts)
            within = Group(what, tuple(part for part in parts if part.amount <= limit.most), limit)
            which = frozenset((part.row.pk, part.day, part.amount) for part in within.parts)
            in_force = limit.starts_on <= day and (limit.ends_on is None or limit.ends_on >= day)
            if in_force and within.total > limit.most and which not in seen:
                seen.add(which)
                yield within
                break
