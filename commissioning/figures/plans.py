"""The payment plan of an award before and after a change: its instalments side by side.

A plan is compared from instalments that stand, that stood, or that would: nothing is worked out
here but which of them belong together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from commissioning.figures.instalments import with_sums
from commissioning.models import Award, Instalment, Variation
from commissioning.money import NOTHING, format_pounds

STAYS, NEW, REMOVED = "stays the same", "new", "removed"


@dataclass(frozen=True)
class PlanLine:
    """One instalment, or one that takes the place of another on the same day; pounds."""

    due_on: date
    paid_from: str
    pays_for: str
    state: str
    before: Decimal | None
    after: Decimal | None

    @property
    def change(self) -> str:
        """What becomes of it, in words."""
        if self.before is None:
            return NEW
        if self.after is None:
            return REMOVED
        return _difference(self.after - self.before)


@dataclass(frozen=True)
class Plan:
    """The payment plan of one award before and after."""

    award: str
    lines: tuple[PlanLine, ...] = ()
    note: str = ""

    @property
    def before(self) -> Decimal:
        """Pounds of all instalments before."""
        return sum((line.before or NOTHING for line in self.lines), NOTHING)

    @property
    def after(self) -> Decimal:
        """Pounds of all instalments afterwards."""
        return sum((line.after or NOTHING for line in self.lines), NOTHING)

    @property
    def total_change(self) -> str:
        """What becomes of the total, in words."""
        return _difference(self.after - self.before)

    @property
    def changes(self) -> bool:
        return any(line.change != STAYS for line in self.lines)


def _difference(more: Decimal) -> str:
    if not more:
        return STAYS
    return f"{format_pounds(abs(more))} {'more' if more > 0 else 'less'}"


def compared(
    award: Award, before: Sequence[Instalment], after: Sequence[Instalment], note: str = ""
) -> Plan:
    """The two side by side, by day; an instalment that is drawn again on its day is one line."""
    kept = {row.pk for row in before if row.pk} & {row.pk for row in after if row.pk}
    lines = [_line(row, row, row) for row in before if row.pk in kept]
    gone: dict[tuple, list[Instalment]] = {}
    for row in before:
        if row.pk not in kept:
            gone.setdefault(_place(row), []).append(row)
    for row in after:
        if row.pk not in kept:
            same = gone.get(_place(row))
            lines.append(_line(row, same.pop(0) if same else None, row))
    lines += [_line(row, row, None) for rows in gone.values() for row in rows]
    lines.sort(key=lambda line: (line.due_on, line.paid_from, line.pays_for))
    return Plan(str(award), tuple(lines), note or _note(award, lines))


def _note(award: Award, lines: Sequence[PlanLine]) -> str:
    if award.payment_pattern == Award.PaymentPattern.MILESTONES:
        return (
            "This award is paid by milestones. The instalments of money that is added are written "
            "by staff once the variation is approved."
        )
    return "" if lines else "This award has no payment plan: payments are asked for one by one."


def _place(row: Instalment) -> tuple:
    return (row.commitment_id, row.due_on)


def _line(row: Instalment, before: Instalment | None, after: Instalment | None) -> PlanLine:
    return PlanLine(
        row.due_on,
        str(row.commitment.allocation),
        what_for(row),
        _state(before or row),
        before.amount if before else None,
        after.amount if after else None,
    )


def _state(row: Instalment) -> str:
    """How far it has been asked for or paid, as far as the row knows."""
    paid, requested = getattr(row, "paid", NOTHING), getattr(row, "requested", NOTHING)
    said = [
        *([f"{format_pounds(paid)} paid"] if paid else []),
        *([f"{format_pounds(requested)} requested"] if requested else []),
    ]
    if paid == row.amount:
        return "paid"
    return ", ".join(said) or "not requested"


def what_for(instalment: Instalment) -> str:
    """What an instalment pays for, in words."""
    if instalment.milestone:
        return instalment.milestone
    if instalment.covers_from is None:
        return "the rest"
    return f"{instalment.covers_from:%-d %b %Y} to {instalment.covers_to:%-d %b %Y}"


# --- Plans that were ------------------------------------------------------------------------------


def rows_of(awards: Iterable[Award]) -> QuerySet[Instalment]:
    """Every instalment of the awards, dropped ones included, as `compared` reads them."""
    rows = with_sums(Instalment.objects.filter(commitment__award__in=awards))
    return rows.select_related(
        "commitment__award",
        "commitment__allocation__area",
        "commitment__allocation__budget__fund",
    ).order_by("due_on", "pk")


def changed_by(variation: Variation) -> Plan:
    """The payment plan of its award just before a variation and just after it."""
    award = variation.award
    if not variation.keeps_plan:
        return Plan(
            str(award),
            note="Not recorded: this variation was made before payment plans were kept with it.",
        )
    rows = list(rows_of([award]))
    first = min((row.pk for row in rows if row.planned_by_id == variation.pk), default=None)

    def stood(row: Instalment) -> bool:
        """Whether it was planned before the variation, and not dropped by an earlier change."""
        if row.dropped_by_id == variation.pk:
            return True
        earlier = row.pk < first if first else row.recorded_at <= variation.recorded_at
        later = row.dropped_at is None or row.dropped_at > variation.recorded_at
        return row.planned_by_id != variation.pk and earlier and later

    before = [row for row in rows if stood(row)]
    kept = {row.pk for row in before if row.dropped_by_id != variation.pk}
    after = [row for row in rows if row.planned_by_id == variation.pk or row.pk in kept]
    return compared(award, before, after)


def changed_since(awards: Iterable[Award], last: int, began, *, by) -> list[Plan]:
    """Plans that one person changed: instalments after `last` are new, others dropped since."""
    new = Instalment.objects.filter(pk__gt=last, recorded_by=by)
    keys = {award.pk for award in awards} | set(
        new.order_by().values_list("commitment__award", flat=True)
    )
    standing = Q(dropped_at__isnull=True) | Q(dropped_at__gte=began)
    by_award: dict[int, list[Instalment]] = {}
    for row in rows_of(Award.objects.filter(pk__in=keys)).filter(standing):
        by_award.setdefault(row.commitment.award_id, []).append(row)
    found = [
        compared(
            rows[0].commitment.award,
            [row for row in rows if row.pk <= last],
            [row for row in rows if row.dropped_at is None],
        )
        for _, rows in sorted(by_award.items())
    ]
    return [plan for plan in found if plan.changes]
