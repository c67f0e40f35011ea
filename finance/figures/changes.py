"""What moved the figures of the monitoring report from one day to another, to the penny.

Both readings are of the same part of the money; they differ in the day, or in what was known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Count, ExpressionWrapper, F, Q, QuerySet, Sum, Value, When

from commissioning.figures import Cell, Slice
from commissioning.models import Budget, Entry
from commissioning.money import NOTHING, MoneyField, format_pounds
from finance.figures.accruals import Item
from finance.figures.monitoring import Line, Monitoring, accruals, monitoring
from finance.figures.outturn import Expected, expected_of
from finance.figures.profile import Share, shares


@dataclass(frozen=True)
class ComparedLine:
    """One row of the report as it was before and after."""

    key: object
    label: str
    before: Line
    after: Line


@dataclass(frozen=True)
class Comparison:
    """The rows of both readings and their sum; a row that one lacks is all nothing there."""

    rows: tuple[ComparedLine, ...]
    total: ComparedLine

    def of(self, key: object) -> ComparedLine:
        """The row of a key, or the total for None; KeyError if there is no such row."""
        if key is None:
            return self.total
        for row in self.rows:
            if row.key == key:
                return row
        raise KeyError(key)


def comparison(by: str, before: Slice, after: Slice) -> Comparison:
    """The report by "fund", "source", "area", "period" or "budget", read twice."""
    earlier, later = monitoring(by, before), monitoring(by, after)
    labels = {row.key: row.label for row in (*earlier.rows, *later.rows)}
    rows = [
        ComparedLine(key, label, _row(earlier, key, label), _row(later, key, label))
        for key, label in sorted(labels.items(), key=lambda row: (row[1] == "", row[1]))
    ]
    return Comparison(tuple(rows), ComparedLine(None, "Total", earlier.total, later.total))


def _row(report: Monitoring, key: object, label: str) -> Line:
    return next((row for row in report.rows if row.key == key), report.total.emptied(key, label))


# --- What is kept in rows -------------------------------------------------------------------------


def moved(before: QuerySet, after: QuerySet, amount: str = "amount") -> QuerySet:
    """The rows that only one of two sets of the same model counts.

    Their `moved` pounds add up to the sum of `after` less the sum of `before`: a row that is
    counted no longer, `has_gone`, is taken away.
    """
    came, went = Q(pk__in=after.values("pk")), Q(pk__in=before.values("pk"))
    taken = ExpressionWrapper(Value(NOTHING, MoneyField()) - F(amount), MoneyField())
    return after.model.objects.filter(came & ~went | went & ~came).annotate(
        has_gone=Case(When(went, then=True), default=False),
        moved=Case(When(went, then=taken), default=F(amount), output_field=MoneyField()),
    )


def reasons(before: Cell, after: Cell) -> list[tuple[str, str, int, Decimal]]:
    """For each kind and reason of entry: how many moved the figures, and by how many pounds."""
    rows = moved(before.all_entries(), after.all_entries()).order_by()
    sums = rows.values("kind", "reason").annotate(count=Count("pk"), total=Sum("moved"))
    order = [*Entry.Kind.values], [*Entry.Reason.values]
    found = sorted(
        sums, key=lambda row: (order[0].index(row["kind"]), order[1].index(row["reason"]))
    )
    return [
        (
            str(Entry.Kind(row["kind"]).label),
            str(Entry.Reason(row["reason"]).label),
            row["count"],
            row["total"],
        )
        for row in found
    ]


# --- What is worked out ---------------------------------------------------------------------------


@dataclass(frozen=True)
class MovedPart:
    """What a commitment counts for in pounds, before and after."""

    commitment: int
    before: Decimal
    after: Decimal

    @property
    def amount(self) -> Decimal:
        """Pounds more than before."""
        return self.after - self.before


@dataclass(frozen=True)
class MovedOutturn:
    """What a budget was and is expected to have spent; None before there was anything in it."""

    budget: Budget
    before: Expected | None
    after: Expected | None

    @property
    def amount(self) -> Decimal:
        """Pounds more than before."""
        before, after = (one.amount if one else NOTHING for one in (self.before, self.after))
        return after - before

    def told(self) -> str:
        """Both readings in a sentence."""
        return f"Before: {_told(self.before)}. After: {_told(self.after)}."


def _told(reading: Expected | None) -> str:
    if reading is None:
        return "no budget"
    if reading.forecast:
        return f"{format_pounds(reading.amount)} as stated"
    return f"{format_pounds(reading.amount)} committed and pipeline"


def moved_shares(before: Cell, after: Cell) -> list[MovedPart]:
    """The even shares of commitments without a schedule that grew or shrank."""
    return _moved_parts(shares(before), shares(after))


def moved_accruals(before: Cell, after: Cell) -> list[MovedPart]:
    """The commitments of which more or less was delivered and not paid."""
    return _moved_parts(accruals(before), accruals(after))


def _moved_parts(before: Sequence[Share | Item], after: Sequence[Share | Item]) -> list[MovedPart]:
    earlier = {each.commitment: each.amount for each in before}
    later = {each.commitment: each.amount for each in after}
    found = [
        MovedPart(key, earlier.get(key, NOTHING), later.get(key, NOTHING))
        for key in sorted({*earlier, *later})
    ]
    return [each for each in found if each.amount]


def moved_outturns(before: Cell, after: Cell) -> list[MovedOutturn]:
    """The budgets whose expected outturn changed (not for areas)."""
    earlier = {each.budget: each for each in expected_of(before)}
    later = {each.budget: each for each in expected_of(after)}
    found = [
        MovedOutturn(budget, earlier.get(budget), later.get(budget))
        for budget in dict.fromkeys([*earlier, *later])
    ]
    return [each for each in found if each.amount]
