"""What a verb does to the money, in sentences: read from the database while it is being done.

Nothing here computes what a verb ought to do. The verb is done inside a transaction, the entries
that it posted and the totals that the database then holds are read, and the transaction is taken
back unless staff have confirmed exactly these sentences.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from decimal import Decimal
from hashlib import sha256

from django.db.models import Max, Sum
from django.utils import timezone

from commissioning.days import in_words
from commissioning.figures.plans import Plan, changed_since
from commissioning.models import (
    Allocation,
    Award,
    Budget,
    Commitment,
    Entry,
    Instalment,
    Override,
    PipelineEntry,
    User,
)
from commissioning.money import NOTHING, format_pounds

Kind = Entry.Kind


@dataclass(frozen=True)
class Effect:
    """What will happen, and what to think about before it does."""

    sentences: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    # What stands in each record that the action is about: its name, and (label, words) of it.
    details: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    # Payment plans that change, before and after.
    plans: tuple[Plan, ...] = ()
    # The answers to the form, and the state of every record that the action relies on.
    rests_on: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Changes when the effect does, or anything that it rests on: what was confirmed is done.

        A confirm page carries it.
        """
        return sha256(repr(astuple(self)).encode()).hexdigest()


class Watch:
    """Notices the entries that a member of staff posts from now on, in this transaction.

    And the emergency overrides that they use up.
    """

    def __init__(self, by: User):
        self.by = by
        self.last = self._newest(Entry)
        self.last_asked = self._newest(PipelineEntry)
        self.last_planned = Instalment.objects.aggregate(last=Max("pk"))["last"] or 0
        self.began = timezone.now()

    def _newest(self, model: type[Entry] | type[PipelineEntry]) -> int:
        return model.objects.filter(recorded_by=self.by).aggregate(last=Max("pk"))["last"] or 0

    def effect(self) -> Effect:
        entries = list(
            Entry.objects.filter(recorded_by=self.by, pk__gt=self.last)
            .order_by("pk")
            .select_related(
                "budget__fund",
                "budget__source",
                "allocation__area",
                "allocation__budget__fund",
                "commitment__award",
            )
        )
        sentences = [
            *_budgets(entries),
            *_allocations(entries),
            *_commitments(entries),
            *_awards(entries),
            *_payments(entries),
        ]
        used = Override.objects.filter(person=self.by, used_at__gte=self.began)
        warnings = [
            *_expected(entries),
            *_out_of_time(entries),
            *_more_than_is_left(self.by, self.last_asked),
            *map(_used_up, used.select_related("authorised_by")),
        ]
        return Effect(tuple(sentences), tuple(warnings), plans=tuple(self._plans(entries)))

    def _plans(self, entries: Iterable[Entry]) -> list[Plan]:
        """Payment plans that change; of many awards that get their first, none is shown."""
        awards = {entry.commitment.award for entry in entries if entry.commitment_id}
        found = changed_since(awards, self.last_planned, self.began, by=self.by)
        return found if len(found) == 1 else [plan for plan in found if plan.before]


def place(allocation: Allocation) -> str:
    """An allocation as staff speak of it: "Walsall 2020/21 (Active Citizens Fund)"."""
    purpose = f", {allocation.purpose}" if allocation.purpose else ""
    budget = allocation.budget
    return f"{allocation.area} {budget.period} ({budget.fund}{purpose})"


def _net(entries: Iterable[Entry], kind: str, parent: str) -> dict:
    """Signed pounds of the entries of a kind, by the record that `parent` names."""
    sums: dict = {}
    for entry in entries:
        if entry.kind == kind:
            row = getattr(entry, parent)
            sums[row] = sums.get(row, NOTHING) + entry.amount
    return {row: amount for row, amount in sums.items() if amount}


def _budgets(entries) -> Iterable[str]:
    for budget, change in _net(entries, Kind.FUNDING, "budget").items():
        before = budget.amount - change
        if before:
            yield (
                f"The budget {budget} will go from {format_pounds(before)} to "
                f"{format_pounds(budget.amount)}."
            )
        else:
            yield f"The budget {budget} will hold {format_pounds(budget.amount)}."
    for budget, change in _net(entries, Kind.ALLOCATION, "budget").items():
        if change > 0:
            yield _taken(change, budget.unallocated, f"not yet allocated in {budget}", "allocated")
        else:
            yield (
                f"{format_pounds(-change)} will go back into {budget}; "
                f"{format_pounds(budget.unallocated)} will then be left to allocate."
            )
        if change > 0 and budget.allocated > budget.amount:
            yield (
                f"{format_pounds(budget.allocated - budget.amount)} of what is allocated will "
                "stand on the over-allocation margin, not on the budget."
            )


def _allocations(entries) -> Iterable[str]:
    for allocation, change in _net(entries, Kind.ALLOCATION, "allocation").items():
        before = allocation.amount - change
        if before:
            yield (
                f"The allocation to {place(allocation)} will go from {format_pounds(before)} to "
                f"{format_pounds(allocation.amount)}, of which "
                f"{format_pounds(allocation.uncommitted)} can still be committed."
            )
        else:
            yield f"{place(allocation)} will have {format_pounds(allocation.amount)}."


def _commitments(entries) -> Iterable[str]:
    for allocation, change in _net(entries, Kind.COMMITMENT, "allocation").items():
        if change > 0:
            yield _taken(
                change, allocation.uncommitted, f"left in {place(allocation)}", "committed"
            )
        else:
            yield (
                f"{format_pounds(-change)} will go back to {place(allocation)}; "
                f"{format_pounds(allocation.uncommitted)} will then be left to commit."
            )


def _awards(entries) -> Iterable[str]:
    changes: dict[int, Decimal] = {}
    for commitment, change in _net(entries, Kind.COMMITMENT, "commitment").items():
        changes[commitment.award_id] = changes.get(commitment.award_id, NOTHING) + change
    for award in Award.objects.filter(pk__in=changes).order_by("pk"):
        before = award.amount - changes[award.pk]
        if before:
            yield (
                f"Award {award.reference} will go from {format_pounds(before)} to "
                f"{format_pounds(award.amount)}."
            )
        else:
            yield f"Award {award.reference} will be worth {format_pounds(award.amount)}."


def _payments(entries) -> Iterable[str]:
    returned = [entry for entry in entries if entry.reason == Entry.Reason.RETURN]
    yield from _returned(returned)
    others = [entry for entry in entries if entry not in returned]
    for commitment, change in _net(others, Kind.PAYMENT, "commitment").items():
        where = f"award {commitment.award.reference} from {place(commitment.allocation)}"
        if change > 0:
            yield _taken(change, commitment.unpaid, f"left to pay under {where}", "paid")
        else:
            yield (
                f"{format_pounds(-change)} paid under {where} will be recorded as recovered; "
                f"{format_pounds(commitment.paid)} will remain paid."
            )


def _returned(entries) -> Iterable[str]:
    for commitment, change in _net(entries, Kind.PAYMENT, "commitment").items():
        yield (
            f"{format_pounds(-change)} paid under award {commitment.award.reference} from "
            f"{place(commitment.allocation)} will be recorded as returned unpaid: it is committed "
            f"again and can be requested once more. {format_pounds(commitment.paid)} will remain "
            "paid."
        )


def _taken(amount: Decimal, left_after: Decimal, where: str, verb: str) -> str:
    return (
        f"{format_pounds(amount)} of {format_pounds(left_after + amount)} {where} will be {verb}; "
        f"{format_pounds(left_after)} will be left."
    )


def _expected(entries) -> Iterable[str]:
    """Money that has not been confirmed is a risk to commit."""
    for budget, change in _net(entries, Kind.COMMITMENT, "budget").items():
        if change > 0 and budget.source_status == Budget.SourceStatus.EXPECTED:
            yield (
                f"The money of {budget} is only expected, not yet confirmed. If it does not come, "
                "the office still owes what it commits."
            )


def _more_than_is_left(by: User, last: int) -> Iterable[str]:
    """Pounds recommended beside what is left to commit, other recommendations included."""
    asked = PipelineEntry.objects.filter(recorded_by=by, pk__gt=last, amount__gt=0)
    standing = PipelineEntry.objects.filter(allocation__in=asked.values("allocation")).order_by()
    sums: dict[int, list[Decimal]] = {}
    by_award = standing.values_list("allocation", "award").annotate(total=Sum("amount"))
    for key, _, amount in by_award.exclude(total=NOTHING):
        sums.setdefault(key, []).append(amount)
    allocations = Allocation.objects.filter(pk__in=sums).select_related("area", "budget__fund")
    for allocation in allocations.order_by("pk"):
        total = sum(sums[allocation.pk])
        if total <= allocation.uncommitted:
            continue
        left = f"Only {format_pounds(allocation.uncommitted)} is left in {place(allocation)}"
        if len(sums[allocation.pk]) == 1:
            yield f"{left}. Unless more is allocated, this cannot be approved."
        else:
            yield (
                f"{left}, and recommended awards ask for {format_pounds(total)} of it. Unless more "
                "is allocated, they cannot all be approved."
            )


def _out_of_time(entries) -> Iterable[str]:
    """Pounds that count on a day on which their budget does not run; payments may come late."""
    days = {
        (entry.budget, entry.effective_on): None for entry in entries if entry.kind != Kind.PAYMENT
    }
    for budget, day in days:
        if budget.starts_on and day < budget.starts_on:
            bound = f"before the first day of the budget {budget}, {in_words(budget.starts_on)}"
        # Money taken back, or let past by an override: nothing else counts after the last day.
        elif budget.ends_on and day > budget.ends_on:
            bound = f"after the last day of the budget {budget}, {in_words(budget.ends_on)}"
        else:
            continue
        yield (
            f"This counts from {in_words(day)}, {bound}. Reports as at a day show it from then on."
        )


def _used_up(override: Override) -> str:
    """What is done in an emergency is said before it is done."""
    return (
        f"This uses up the emergency override that {override.authorised_by} gave you, to "
        f"{override.get_rule_display()} for up to {format_pounds(override.most)}: "
        f"{override.reason}"
    )


def asked_of(commitment: Commitment, amount: Decimal) -> str:
    """What a request for payment asks for, beside what is left to pay."""
    return (
        f"{format_pounds(amount)} of {format_pounds(commitment.unpaid)} left to pay under award "
        f"{commitment.award.reference} from {place(commitment.allocation)} will be asked for."
    )
