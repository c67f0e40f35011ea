"""What belongs to the days up to one day: delivered and not paid, or paid for what comes after.

Worked out for each commitment from its award's days, the days that its instalments cover, and what
was paid; beside it stands what finance decided of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from commissioning.days import in_words
from commissioning.figures import Slice
from commissioning.figures.incurred import Accrued
from commissioning.figures.sums import sum_where
from commissioning.models import Commitment, Condition, Entry, Instalment, Payment
from commissioning.money import NOTHING, format_pounds
from finance.figures import days
from finance.models import Accrual

Kind = Accrual.Kind
DAY = timedelta(days=1)
SUMS = {
    "committed": sum_where(kind=Entry.Kind.COMMITMENT),
    "paid": sum_where(kind=Entry.Kind.PAYMENT),
}


@dataclass(frozen=True)
class WorkedOut:
    """What of one commitment was delivered and paid by a day, in pounds, and why.

    `settled` is what was paid, and what came back of it: it is not owed again.
    """

    commitment: int
    reference: str
    delivered: Decimal
    paid: Decimal
    settled: Decimal
    why: str
    # What heads its row in a table, as the caller asked for it.
    head: tuple = ()

    @property
    def kind(self) -> str:
        return Kind.ACCRUAL if self.delivered > self.settled else Kind.PREPAYMENT

    @property
    def amount(self) -> Decimal:
        return max(self.delivered - self.settled, self.paid - self.delivered)


@dataclass(frozen=True)
class Item:
    """One line of the list: what is worked out now, and what was decided of it, or either."""

    worked: WorkedOut | None
    decided: Accrual | None
    head: tuple

    @property
    def commitment(self) -> int:
        return self.worked.commitment if self.worked else self.decided.commitment_id

    @property
    def reference(self) -> str:
        if self.worked:
            return self.worked.reference
        return self.decided.commitment.award.reference

    @property
    def kind(self) -> str:
        return self.decided.kind if self.decided else self.worked.kind

    @property
    def amount(self) -> Decimal:
        """What counts: as decided, and as worked out until then."""
        return self.decided.amount if self.decided else self.worked.amount

    @property
    def now(self) -> Decimal:
        """What is worked out now, decided or not."""
        return self.worked.amount if self.worked else NOTHING

    @property
    def has_moved(self) -> bool:
        """It was decided on, and something was recorded since that makes it another."""
        if self.decided is None:
            return False
        now = (self.worked.kind if self.worked else None, self.now)
        then = (self.decided.kind if self.decided.proposed else None, self.decided.proposed)
        return now != then

    @property
    def is_departed_from(self) -> bool:
        """It was adjusted or left out, so that something else counts than is worked out."""
        return self.decided is not None and self.decided.choice != Accrual.Choice.ACCEPTED

    @property
    def is_open(self) -> bool:
        """Somebody has still to decide."""
        return self.decided is None or self.has_moved


# --- What counts ----------------------------------------------------------------------------------


def items(slice_: Slice, heads: Sequence[str] = ()) -> list[Item]:
    """Every accrual and prepayment of the slice as at its day, by the award's reference.

    `heads` are paths from an allocation to what heads the rows of a table.
    """
    worked = {one.commitment: one for one in worked_out(slice_, heads)}
    decided = {row.commitment_id: row for row in _decided(slice_, heads)}
    found = [Item(one, decided.get(key), one.head) for key, one in worked.items()] + [
        Item(None, row, _head(row, heads))
        for key, row in decided.items()
        if key not in worked and (row.amount or row.proposed)
    ]
    return sorted(found, key=lambda item: (item.reference, item.commitment))


def accrued(
    slice_: Slice, heads: Sequence[str] = (), kind: str = Kind.ACCRUAL
) -> dict[tuple, Decimal]:
    """Accrued (or prepaid) pounds as at the slice's day, by what heads each row.

    What finance decided for that day counts as decided, the rest as it is worked out.
    """
    sums: dict[tuple, Decimal] = defaultdict(lambda: NOTHING)
    for item in items(slice_, heads):
        if item.kind == kind:
            sums[item.head] += item.amount
    return sums


def handed_down(slice_: Slice) -> list[Accrued]:
    """Every accrual and prepayment of the slice as at its day, for the apps below this one."""
    return [_accrued(item) for item in items(slice_, ["budget"])]


def _accrued(item: Item) -> Accrued:
    """What counts is as decided; what may still be paid is also what was delivered."""
    worked, decided = item.worked, item.decided
    counts = item.amount if item.kind == Kind.ACCRUAL else -item.amount
    unpaid = worked.delivered - worked.settled if worked else NOTHING
    why = (decided.reason or decided.worked_out) if decided else worked.why
    return Accrued(
        item.commitment,
        item.head[0],
        counts,
        max(counts, unpaid, NOTHING),
        why,
        decided,
    )


def held(commitment: Commitment, as_at: date) -> tuple[Decimal, Decimal]:
    """What of a commitment was committed by the day, and what was paid of it."""
    rows = Slice(as_at=as_at, allocation=commitment.allocation).entries()
    sums = rows.filter(commitment=commitment).aggregate(**SUMS)
    return sums["committed"], sums["paid"]


def left_to_decide(day: date) -> int:
    """How many lines as at the day nobody has decided on, or were decided as something else."""
    return sum(item.is_open for item in items(Slice(as_at=day)))


def _decided(slice_: Slice, heads: Sequence[str]) -> QuerySet[Accrual]:
    return (
        Accrual.objects.standing(slice_.known_at)
        .filter(slice_.of_allocations("commitment__allocation__"), as_at=slice_.as_at)
        .annotate(**{f"head_{n}": F(f"commitment__allocation__{h}") for n, h in enumerate(heads)})
        .select_related("commitment__award", "decided_by")
    )


def _head(row: Accrual, heads: Sequence[str]) -> tuple:
    return tuple(getattr(row, f"head_{n}") for n in range(len(heads)))


# --- How it is worked out -------------------------------------------------------------------------


def worked_out(slice_: Slice, heads: Sequence[str] = ()) -> list[WorkedOut]:
    """Every commitment of which more was delivered by the slice's day than settled, or less paid.

    Money that came back is neither: it is not owed again, and it is not paid ahead.
    """
    lines, day = _lines(slice_, heads), slice_.as_at
    planned = _instalments(slice_, lines)
    ends = days.ends_as_known(slice_)
    found = []
    for line in lines:
        first, last = _days(line, ends)
        if first is None:
            continue
        instalments = planned[line["commitment"]]
        parts = [_of_instalment(row, day) for row in instalments]
        promised = line["committed"] - line["for_good"]
        rest = _outside(promised, instalments, first, last, day)
        delivered = sum((part.delivered for part in [*parts, rest]), NOTHING)
        delivered = min(delivered, promised)
        settled = _settled(line, promised, instalments)
        if not line["paid"] <= delivered <= settled:
            why = _why(line, parts, rest, delivered, settled, day)
            head = tuple(line[f"allocation__{name}"] for name in heads)
            reference = line["commitment__award__reference"]
            found.append(
                WorkedOut(
                    line["commitment"], reference, delivered, line["paid"], settled, why, head
                )
            )
    return found


def _settled(line: dict, promised: Decimal, planned: Sequence[dict]) -> Decimal:
    """What was paid before anything came back, less what instalments plan to pay once more."""
    ever_paid = line["paid"] - line["back"]
    again = ever_paid - line["by_plan"] + sum((row["amount"] for row in planned), NOTHING)
    may_be_paid_again = line["for_good"] - line["back"]
    return ever_paid - min(max(again - promised, NOTHING), may_be_paid_again)


def _lines(slice_: Slice, heads: Sequence[str]) -> QuerySet:
    """What was committed and paid of each commitment by the day, but for those that are over.

    Of an award taken on, without any payment of it recorded, nobody knows what was paid.
    """
    rows = (
        slice_.entries()
        .filter(commitment__isnull=False)
        .order_by()
        .values(
            "commitment",
            "commitment__award",
            "commitment__award__reference",
            "commitment__award__starts_on",
            "commitment__award__ends_on",
            "budget__starts_on",
            "budget__ends_on",
            *(f"allocation__{name}" for name in heads),
        )
        .annotate(**SUMS, **_came_back(slice_))
        .exclude(~Q(commitment__award__taken_on_from=""), paid=NOTHING)
    )
    if slice_.known_at is None:
        rows = rows.exclude(committed=F("paid"), commitment__award__ends_on__lte=slice_.as_at)
    return rows


def _came_back(slice_: Slice) -> dict:
    """Of what was paid: what came back and what of that for good, below nothing, and by plan."""
    standing = Instalment.objects.known_at(slice_.known_at or timezone.now()).values("pk")
    recoveries = Q(kind=Entry.Kind.PAYMENT, payment__kind=Payment.Kind.RECOVERY)
    return {
        "back": sum_where(recoveries),
        "for_good": sum_where(recoveries, payment__cause__in=Payment.FOR_GOOD),
        "by_plan": sum_where(kind=Entry.Kind.PAYMENT, payment__instalment__in=standing),
    }


def _days(line: dict, ends: dict) -> tuple[date | None, date | None]:
    """The days that the money is for: the award's, or its budget's where it has none."""
    first = line["commitment__award__starts_on"]
    last = ends.get(line["commitment__award"], line["commitment__award__ends_on"])
    if first and last and first <= last:
        return first, last
    return line["budget__starts_on"], line["budget__ends_on"]


class Part(NamedTuple):
    """Pounds, how many of them were delivered by the day, and the days that they are for."""

    amount: Decimal
    delivered: Decimal
    what: str


def _instalments(slice_: Slice, lines: QuerySet) -> dict[int, list[dict]]:
    """The instalments that stood at the moment, by commitment."""
    rows = Instalment.objects.known_at(slice_.known_at or timezone.now())
    rows = rows.filter(commitment__in=lines.values("commitment")).order_by("due_on", "pk")
    planned: dict[int, list[dict]] = defaultdict(list)
    fields = ("commitment", "amount", "due_on", "covers_from", "covers_to")
    for row in rows.values(*fields, "condition__state", "condition__settled_on"):
        planned[row["commitment"]].append(row)
    return planned


def _of_instalment(row: dict, day: date) -> Part:
    """By the days that it covers; of a milestone all, once it was due and its condition met."""
    amount, first, last = row["amount"], row["covers_from"], row["covers_to"]
    if first:
        return Part(amount, days.passed(amount, first, last, day), _of_days(first, last, day))
    met = row["condition__state"] in (None, Condition.State.MET, Condition.State.WAIVED)
    settled = row["condition__settled_on"]
    reached = row["due_on"] <= day and met and (settled is None or settled <= day)
    what = f"the milestone due on {in_words(row['due_on'])}"
    return Part(amount, amount if reached else NOTHING, what)


def _outside(
    committed: Decimal, planned: Sequence[dict], first: date, last: date, day: date
) -> Part:
    """What no instalment stands for, spread evenly over the days before the first that one covers.

    Over all days where there is no schedule.
    """
    amount = committed - sum((row["amount"] for row in planned), NOTHING)
    if amount <= 0:
        return Part(NOTHING, NOTHING, "")
    covered = min((row["covers_from"] for row in planned if row["covers_from"]), default=None)
    if covered and covered > first:
        last = covered - DAY
    return Part(amount, days.passed(amount, first, last, day), _of_days(first, last, day))


def _of_days(first: date, last: date, day: date) -> str:
    number = (last - first).days + 1
    gone = min(max((day - first).days + 1, 0), number)
    return f"{gone:,} of the {number:,} days from {in_words(first)} to {in_words(last)}"


def _why(
    line: dict,
    parts: Iterable[Part],
    rest: Part,
    delivered: Decimal,
    settled: Decimal,
    day: date,
) -> str:
    """How the line was worked out, for finance and the auditor: two sentences."""
    parts = [part for part in [*parts, rest] if part.delivered]
    whole = [part for part in parts if part.delivered == part.amount]
    if len(whole) > 1:
        total = sum((part.delivered for part in whole), NOTHING)
        parts = [part for part in parts if part not in whole]
        parts.insert(0, Part(total, total, f"{len(whole)} instalments delivered in full"))
    if len(parts) == 1:
        said = parts[0].what
    else:
        said = "; ".join(f"{format_pounds(part.delivered)} for {part.what}" for part in parts)
    promised, ever_paid = line["committed"] - line["for_good"], line["paid"] - line["back"]
    back, again = format_pounds(-line["back"]), ever_paid - settled
    came_back = f", of which {back} came back" if line["back"] else ""
    once_more = f" {format_pounds(again)} of it is planned to be paid again." if again else ""
    return (
        f"Delivered by {in_words(day)}: {format_pounds(delivered)} of {format_pounds(promised)}"
        f"{f' ({said})' if said else ''}. Paid by then: {format_pounds(ever_paid)}{came_back}."
        f"{once_more}"
    )
