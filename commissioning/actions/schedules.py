"""Schedules: when an award is to be paid, drawn up from its pattern or written by staff."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from math import lcm
from operator import attrgetter

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.utils import timezone

from commissioning import rules
from commissioning.actions import history, periods, records
from commissioning.days import in_words
from commissioning.figures.instalments import with_plans, with_sums
from commissioning.models import (
    Allocation,
    Award,
    Commitment,
    Entry,
    Instalment,
    User,
    Variation,
)
from commissioning.money import NOTHING, format_pounds, share
from commissioning.rules import RuleBroken
from commissioning.years import part_of_year

Pattern = Award.PaymentPattern
Days = tuple[date, date]

MONTHS = {Pattern.MONTHLY: 1, Pattern.QUARTERLY: 3}
DAY = timedelta(days=1)


@transaction.atomic
def draw_up(
    awards: Sequence[Award], *, by: User, variations: Mapping[Award, Variation] | None = None
) -> None:
    """Plan anew what is left to pay under each award, over the days left, by its pattern.

    Called whenever the awards' money or days change, with the awards locked. An instalment on which
    somebody has asked for money stays as long as it fits; the others are dropped and drawn anew.
    What staff wrote stays as long as it fits. An award without a pattern has no schedule. The
    instalments that change name the variation by which they do, if any.
    """
    for commitment, standing in _plans([award for award in awards if award.payment_pattern]):
        kept, rows = _planned(commitment, standing)
        dropped = [row for row in standing if row not in kept]
        _replace(commitment, dropped, rows, by, (variations or {}).get(commitment.award))


def _planned(
    commitment: Commitment, standing: Sequence[Instalment]
) -> tuple[list[Instalment], list[Instalment]]:
    """(instalments that stay, unsaved ones that come beside them) for what is left to pay."""
    kept = _kept(commitment, standing)
    room = _room(commitment, kept) if commitment.award.status in Award.OPEN else NOTHING
    first_due = commitment.increased_on or date.min
    return kept, drawn(commitment, room, kept, first_due) if room > 0 else []


def what_if(
    award: Award,
    changes: Iterable[tuple[Allocation, Decimal]],
    *,
    effective_on: date,
    ends_on: date | None = None,
) -> tuple[list[Instalment], list[Instalment]]:
    """(instalments that stand, those that would) if the award were varied; nothing is saved."""
    if not award.payment_pattern:
        return [], []
    more = dict(changes)
    lines = list(_plans([award]))
    there = {line.allocation_id for line, _ in lines}
    lines += [(_new_line(award, to), []) for to in more if to.pk not in there]
    before: list[Instalment] = []
    after: list[Instalment] = []
    for commitment, standing in lines:
        change = more.get(commitment.allocation, NOTHING)
        commitment.amount += change
        commitment.award.ends_on = ends_on or commitment.award.ends_on
        if change > 0:
            commitment.increased_on = max(commitment.increased_on or date.min, effective_on)
        kept, rows = _planned(commitment, standing)
        before += standing
        after += [*kept, *rows]
    return before, after


def _new_line(award: Award, allocation: Allocation) -> Commitment:
    line = Commitment(award=copy(award), allocation=allocation, amount=NOTHING, paid=NOTHING)
    line.requested = line.back = line.outstanding = NOTHING
    line.increased_on = None
    return line


@transaction.atomic
def write(award: Award, instalments: Sequence[Instalment], *, by: User) -> None:
    """Set the schedule of an award that is paid by milestones, from unsaved instalments.

    They take the place of every instalment on which nobody has asked for money, and must add up to
    what is left to plan of each commitment.
    """
    records.lock(award)
    rules.award_is_open(award)
    rules.schedule_is_written_by_staff(award)
    for instalment in instalments:
        _is_whole(award, instalment)
    for commitment, standing in _plans([award]):
        kept = _asked_for(standing)
        written = [row for row in instalments if row.commitment_id == commitment.pk]
        total = sum((row.amount for row in written), NOTHING)
        _is_of_its_time(commitment, [*kept, *written], written)
        rules.schedule_adds_up(commitment, total, max(_room(commitment, kept), NOTHING))
        _replace(commitment, [row for row in standing if row not in kept], written, by)


def _is_whole(award: Award, instalment: Instalment) -> None:
    """A milestone belongs to the award, pays exact pounds, and says what must be reached."""
    rules.amount_is_positive(instalment.amount)
    if instalment.commitment.award_id != award.pk:
        raise RuleBroken("Choose a commitment of this award.", "of_another_award")
    if instalment.condition is not None and instalment.condition.award_id != award.pk:
        raise RuleBroken("Choose a condition of this award.", "of_another_award")
    if not instalment.milestone.strip():
        raise RuleBroken(
            f"Say what must be reached for the {format_pounds(instalment.amount)} due on "
            f"{in_words(instalment.due_on)}.",
            "no_milestone",
        )


def _is_of_its_time(
    commitment: Commitment, rows: Sequence[Instalment], written: Sequence[Instalment]
) -> None:
    """What is written falls into the period of its budget, and no increase due before decided."""
    for row in written:
        outside = rules.instalment_outside(row, commitment.allocation.budget)
        if outside and not periods.was_allowed(commitment.award):
            rules.refused_without_override(outside)
    day = commitment.increased_on
    if day is not None:
        by_then = commitment.entries.filter(kind=Entry.Kind.COMMITMENT, effective_on__lt=day)
        committed = by_then.aggregate(total=Sum("amount"))["total"] or NOTHING
        due = sum((row.amount for row in rows if row.due_on < day), NOTHING)
        rules.increase_is_decided_first(commitment, due, committed, day)


@transaction.atomic
def plan(award: Award, *, by: User) -> None:
    """Draw up the schedule of an open award that has none, such as one taken on."""
    records.lock(award)
    rules.award_is_open(award)
    rules.schedule_can_be_drawn_up(award)
    draw_up([award], by=by)


def to_plan(award: Award) -> list[tuple[Commitment, Decimal]]:
    """Each commitment, with the pounds that a schedule written for it must add up to."""
    return [
        (line, max(_room(line, _asked_for(standing)), NOTHING))
        for line, standing in _plans([award])
    ]


def _asked_for(standing: Sequence[Instalment]) -> list[Instalment]:
    return [row for row in standing if row.requested or row.paid]


# --- What stands ----------------------------------------------------------------------------------


def _plans(awards: Sequence[Award]) -> Iterator[tuple[Commitment, list[Instalment]]]:
    """Each commitment of the awards, as it is now, with the instalments that stand on it."""
    if not awards:
        return
    rows = with_sums(Instalment.objects.standing().filter(commitment__award__in=awards))
    by_line = {
        key: list(of_line)
        for key, of_line in groupby(
            rows.order_by("commitment", "due_on", "pk"), attrgetter("commitment_id")
        )
    }
    lines = Commitment.objects.filter(award__in=awards).select_related(
        "award", "allocation__area", "allocation__budget__fund", "allocation__budget__source"
    )
    lines = lines.annotate(increased_on=Subquery(_increases().values("effective_on")[:1]))
    for line in with_plans(lines).order_by("award", "pk"):
        yield line, by_line.get(line.pk, [])


def _increases() -> QuerySet[Entry]:
    """What variations added to a commitment, the last to take effect first."""
    return Entry.objects.filter(
        commitment=OuterRef("pk"),
        kind=Entry.Kind.COMMITMENT,
        reason=Entry.Reason.VARIATION,
        amount__gt=0,
    ).order_by("-effective_on")


def _room(commitment: Commitment, kept: Iterable[Instalment]) -> Decimal:
    """Pounds that can be planned beside the instalments kept.

    No more than is left to pay; and with them no more than the commitment, and what was paid under
    it and came back for good.
    """
    left = commitment.unpaid - commitment.requested - sum(row.outstanding for row in kept)
    beside = commitment.amount + commitment.back - sum(row.amount for row in kept)
    return min(left, beside)


def _kept(commitment: Commitment, standing: Sequence[Instalment]) -> list[Instalment]:
    """The instalments that stay; where they no longer fit, the latest go first."""
    is_written = commitment.award.payment_pattern == Pattern.MILESTONES
    increased_on = commitment.increased_on or date.min
    kept = [
        row
        for row in standing
        # What fell due before the last increase was decided is no part of it.
        if is_written or row.requested or row.paid or row.due_on < increased_on
    ]
    # What is paid stays; of the rest, what nobody has asked for goes first.
    loose = [row for row in kept if row.paid < row.amount]
    loose.sort(key=lambda row: (not (row.requested or row.paid), row.due_on, row.pk))
    while loose and _room(commitment, kept) < 0:
        kept.remove(loose.pop())
    return kept


def _replace(
    commitment: Commitment,
    dropped: list[Instalment],
    written: list[Instalment],
    by: User,
    variation: Variation | None = None,
) -> None:
    """Drop instalments and write others in their place, unless they are the same."""
    if [*map(_terms, dropped)] == [*map(_terms, written)]:
        return
    keys = [row.pk for row in dropped]
    Instalment.objects.filter(pk__in=keys).update(dropped_at=timezone.now(), dropped_by=variation)
    known = ["commitment", "recorded_by", "planned_by"]
    for row in written:
        row.recorded_by, row.planned_by = by, variation
        row.full_clean(exclude=known, validate_constraints=False)
    with records.told_as_rules(Instalment):
        Instalment.objects.bulk_create(written, batch_size=500)
    history.record(
        "planned the payment of",
        commitment,
        by,
        before={"schedule": _in_words(dropped)},
        after={"schedule": _in_words(written)},
    )


def _terms(row: Instalment) -> tuple:
    return (
        row.amount,
        row.due_on,
        row.covers_from,
        row.covers_to,
        row.milestone,
        row.condition_id,
    )


def _in_words(rows: Iterable[Instalment]) -> str:
    return "; ".join(f"{format_pounds(row.amount)} on {in_words(row.due_on)}" for row in rows)


# --- Drawing up -----------------------------------------------------------------------------------


def drawn(
    commitment: Commitment,
    room: Decimal,
    kept: Sequence[Instalment],
    first_due: date = date.min,
) -> list[Instalment]:
    """Unsaved instalments of the pounds over the days that those kept do not pay for.

    None of them falls due before `first_due`, the day from which the last increase counts.
    """
    award = commitment.award
    if rules.lacking_for_schedule(award) or award.payment_pattern == Pattern.MILESTONES:
        return []
    parts = [] if award.payment_pattern == Pattern.ONCE and kept else _parts(commitment, kept)
    parts = [part for part in parts if _due_on(award, part) >= first_due]
    if not parts:
        # Every period has its instalment already, so that more money is due at the end.
        due_on = max(_span(commitment)[1], first_due)
        return [Instalment(commitment=commitment, amount=room, due_on=due_on)]
    shares = share(room, _weights(award, parts))
    return [
        Instalment(
            commitment=commitment,
            amount=amount,
            due_on=_due_on(award, (first, last)),
            covers_from=first,
            covers_to=last,
        )
        for amount, (first, last) in zip(shares, parts, strict=True)
        if amount
    ]


def _due_on(award: Award, part: Days) -> date:
    """An instalment in advance is due on its first day, one in arrears on its last."""
    in_advance = award.payment_timing == Award.PaymentTiming.ADVANCE
    return part[0] if in_advance else part[1]


def _span(commitment: Commitment) -> Days:
    """The days of the award that this part of its money is for: those in its budget's period.

    All its days where none is, as an override may have allowed.
    """
    award, budget = commitment.award, commitment.allocation.budget
    first = max(award.starts_on, budget.starts_on or award.starts_on)
    last = min(award.ends_on, budget.last_day or award.ends_on)
    return (first, last) if first <= last else (award.starts_on, award.ends_on)


def _parts(commitment: Commitment, kept: Sequence[Instalment]) -> Iterator[Days]:
    """The days left that the money is for, cut by the months or quarters of the calendar."""
    months = MONTHS.get(commitment.award.payment_pattern)
    for first, last in _free(*_span(commitment), kept):
        while months and first <= last:
            _, end = part_of_year(first, months)
            yield first, min(end, last)
            first = end + DAY
        if not months:
            yield first, last


def _free(first: date, last: date, kept: Sequence[Instalment]) -> Iterator[Days]:
    """The days between first and last that no instalment kept pays for."""
    paid_for = sorted((row.covers_from, row.covers_to) for row in kept if row.covers_from)
    for covers_from, covers_to in paid_for:
        if first < covers_from:
            yield first, min(covers_from - DAY, last)
        first = max(first, covers_to + DAY)
    if first <= last:
        yield first, last


def _weights(award: Award, parts: Sequence[Days]) -> list[int]:
    """Whole months and quarters weigh the same, whatever their length; a part of one, its days."""
    months = MONTHS.get(award.payment_pattern)
    if not months:
        return [1] * len(parts)
    wholes = [_length(part_of_year(first, months)) for first, _ in parts]
    common = lcm(*wholes)
    return [_length(part) * (common // whole) for part, whole in zip(parts, wholes, strict=True)]


def _length(days: Days) -> int:
    return (days[1] - days[0]).days + 1
