"""Positions: how much money there is at a place of the chain, as sums over the journal."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from commissioning.figures.slices import Slice
from commissioning.figures.sums import sum_where
from commissioning.figures.withheld import is_small, standing_openly
from commissioning.models import (
    Allocation,
    Area,
    Budget,
    Entry,
    Fund,
    FundingSource,
    MarginAuthority,
    PipelineEntry,
)
from commissioning.money import NOTHING, MoneyField
from commissioning.years import period_label

Kind = Entry.Kind
Reason = Entry.Reason


@dataclass(frozen=True)
class Position:
    """How much money there is at one place of the chain, in pounds.

    `original` and `revisions` are None where there is no budget to speak of (an area has
    allocations, not budgets); `pipeline` is None where it is not shown: to the public.
    """

    original: Decimal | None = NOTHING
    revisions: Decimal | None = NOTHING
    margin: Decimal | None = NOTHING
    allocated: Decimal = NOTHING
    committed: Decimal = NOTHING
    paid: Decimal = NOTHING
    recovered: Decimal = NOTHING
    pipeline: Decimal | None = NOTHING
    # What the revisions consist of, besides others.
    virements: Decimal | None = NOTHING
    carried_forward: Decimal | None = NOTHING

    @property
    def other_revisions(self) -> Decimal | None:
        """Revisions that are neither virements nor carry-forward."""
        if self.revisions is None:
            return None
        return self.revisions - self.virements - self.carried_forward

    @property
    def budget(self) -> Decimal | None:
        """The revised budget: original and every later change."""
        return None if self.original is None else self.original + self.revisions

    @property
    def unallocated(self) -> Decimal | None:
        """What may still be allocated, the authorised margin included."""
        return None if self.budget is None else self.budget + self.margin - self.allocated

    @property
    def uncommitted(self) -> Decimal:
        """Allocated and not yet committed."""
        return self.allocated - self.committed

    @property
    def unpaid(self) -> Decimal:
        """Committed and not yet paid."""
        return self.committed - self.paid

    @property
    def available(self) -> Decimal:
        """What may still be committed: of the budget and its margin, or of the allocations."""
        if self.budget is None:
            return self.uncommitted
        return self.budget + self.margin - self.committed

    def emptied(self) -> "Position":
        """The same figures, each £0.00 unless it is not kept."""
        figures = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return Position(**{name: None if f is None else NOTHING for name, f in figures.items()})

    def __add__(self, other: "Position") -> "Position":
        return Position(
            **{
                name: _plus(getattr(self, name), getattr(other, name))
                for name in self.__dataclass_fields__
            }
        )


def _plus(a: Decimal | None, b: Decimal | None) -> Decimal | None:
    return None if a is None or b is None else a + b


@dataclass(frozen=True)
class Row:
    """One line of a table of positions: what it is of, and the figures."""

    key: object
    label: str
    position: Position


@dataclass(frozen=True)
class Table:
    """Positions side by side; `total` is the sum of the rows."""

    rows: tuple[Row, ...]
    total: Position

    def __iter__(self):
        return iter(self.rows)

    def of(self, key: object) -> Position:
        """The position of one key; all nothing if it has no money."""
        found = [row.position for row in self.rows if row.key == key]
        return found[0] if found else self.total.emptied()


# The entries that each figure of a position is the sum of.
FIGURES = {
    "original": Q(kind=Kind.FUNDING, reason=Reason.ORIGINAL),
    "revisions": Q(kind=Kind.FUNDING) & ~Q(reason=Reason.ORIGINAL),
    "virements": Q(kind=Kind.FUNDING, reason=Reason.VIREMENT),
    "carried_forward": Q(kind=Kind.FUNDING, reason=Reason.CARRY_FORWARD),
    "other_revisions": Q(kind=Kind.FUNDING)
    & ~Q(reason__in=[Reason.ORIGINAL, Reason.VIREMENT, Reason.CARRY_FORWARD]),
    "budget": Q(kind=Kind.FUNDING),
    "allocated": Q(kind=Kind.ALLOCATION),
    "committed": Q(kind=Kind.COMMITMENT),
    "paid": Q(kind=Kind.PAYMENT),
    "returned": Q(kind=Kind.PAYMENT, reason=Reason.RECOVERY),
}
_SUMS = {name: sum_where(condition) for name, condition in FIGURES.items()}

# What positions can be set side by side by: the path from a budget or allocation to the key.
_BY_BUDGET = {
    "fund": ["fund"],
    "source": ["source"],
    "period": ["starts_on", "ends_on"],
    "budget": ["pk"],
}
_BY_ALLOCATION = {"area": ["area"], "allocation": ["pk"]}


def fund_position(fund: Fund, **slice_options) -> Position:
    """The position of one fund, over all its periods unless a `year` is given."""
    return position(Slice(fund=fund, **slice_options))


def area_totals(**slice_options) -> Table:
    """Positions by area of the allocations, an area's parts counted with the area."""
    return positions("area", Slice(**slice_options))


def source_totals(**slice_options) -> Table:
    """Positions by source of funding."""
    return positions("source", Slice(**slice_options))


@dataclass(frozen=True)
class Cell:
    """Where one row of a table of positions stands; without a key, its total."""

    slice: Slice
    by: str
    key: object = None

    def entries(self, figure: str) -> QuerySet[Entry]:
        """The entries under one of FIGURES; the figure is the sum of their amounts."""
        rows = _entries(self.slice, self.by).filter(FIGURES[figure])
        step = "allocation__" if self.by in _BY_ALLOCATION else "budget__"
        return rows.filter(self.of_row(step))

    def pipeline(self) -> QuerySet[PipelineEntry]:
        """The entries that add up to the pipeline; what came and went since is left out."""
        step = "allocation__" if self.by in _BY_ALLOCATION else "allocation__budget__"
        of_same = _pipeline(self.slice).filter(
            award=OuterRef("award"), allocation=OuterRef("allocation")
        )
        net = of_same.order_by().values("award").annotate(net=Sum("amount")).values("net")
        return (
            _pipeline(self.slice)
            .filter(self.of_row(step))
            .annotate(net=Subquery(net, MoneyField()))
            .exclude(net=NOTHING)
        )

    def margins(self) -> QuerySet[Budget]:
        """The budgets whose margins, as `margin_then`, add up to the margin."""
        return _margins(self.slice).filter(self.of_row(""))

    def of_row(self, path: str) -> Q:
        """The row, from a model that reaches the budget or allocation by `path`."""
        if self.key is None:
            return Q()
        if self.by == "period":
            first, last = self.key
            if first is None:
                return Q(**{f"{path}starts_on__isnull": True})
            return Q(**{f"{path}starts_on": first, f"{path}ends_on": last})
        if self.by == "area":
            return Q(**{f"{path}area__in": _counted_with(self.key)})
        if self.by in ("budget", "allocation"):
            return Q(**{f"{path}pk": self.key.pk})
        return Q(**{f"{path}{self.by}": self.key})


def position(slice_: Slice) -> Position:
    """The position of the whole slice."""
    sums = slice_.entries().aggregate(**_SUMS)
    proposed = _pipeline(slice_).aggregate(total=_proposed())["total"]
    margin = _margins(slice_).aggregate(total=_margin())["total"]
    return _position(slice_, sums, margin, proposed)


def positions(by: str, slice_: Slice) -> Table:
    """Positions by "fund", "source", "period", "budget", "area" or "allocation"."""
    over_allocations = by in _BY_ALLOCATION
    path = _BY_ALLOCATION[by] if over_allocations else _BY_BUDGET[by]
    entries = _entries(slice_, by)
    step = "allocation" if over_allocations else "budget"
    fields = [f"{step}__{name}" for name in path]
    sums = {
        tuple(row[name] for name in fields): row
        for row in entries.order_by().values(*fields).annotate(**_SUMS)
    }
    through = "allocation" if over_allocations else "allocation__budget"
    pipe_fields = [f"{through}__{name}" for name in path]
    proposed = {
        tuple(row[name] for name in pipe_fields): row["total"]
        for row in _pipeline(slice_).order_by().values(*pipe_fields).annotate(total=_proposed())
        if row["total"]
    }
    margins = {}
    if not over_allocations:
        margins = {
            tuple(row[name] for name in path): row["total"]
            for row in _margins(slice_).order_by().values(*path).annotate(total=_margin())
        }
    no_money = dict.fromkeys(_SUMS, NOTHING)
    label = _LABELS[by]([*sums, *proposed])
    rows = [
        Row(
            *label[key],
            _position(
                slice_,
                sums.get(key, no_money),
                margins.get(key, NOTHING),
                proposed.get(key, NOTHING),
                has_budget=not over_allocations,
            ),
        )
        for key in dict.fromkeys([*sums, *proposed])
    ]
    if by == "area":
        rows = _with_their_area(rows, asked_for=slice_.area)
    rows.sort(key=lambda row: (row.label == "", row.label))
    empty = Position()
    if over_allocations:
        empty = Position(None, None, None, virements=None, carried_forward=None)
    if slice_.published:
        empty = replace(empty, pipeline=None)
    return Table(tuple(rows), sum((row.position for row in rows), empty))


def _entries(slice_: Slice, by: str) -> QuerySet[Entry]:
    rows = slice_.entries()
    return rows.filter(allocation__isnull=False) if by in _BY_ALLOCATION else rows


def _position(slice_, sums, margin, proposed, has_budget=True) -> Position:
    has_budget = has_budget and not (slice_.area or slice_.allocation)
    return Position(
        original=sums["original"] if has_budget else None,
        revisions=sums["revisions"] if has_budget else None,
        margin=margin if has_budget else None,
        allocated=sums["allocated"],
        committed=sums["committed"],
        paid=sums["paid"],
        recovered=-sums["returned"],
        pipeline=None if slice_.published else proposed,
        virements=sums["virements"] if has_budget else None,
        carried_forward=sums["carried_forward"] if has_budget else None,
    )


def _pipeline(slice_: Slice) -> QuerySet[PipelineEntry]:
    """What recommended awards asked for, and no longer ask for, by the day and the moment."""
    return slice_.by_then(PipelineEntry.objects.filter(slice_.of_allocations("allocation__")))


def _margins(slice_: Slice) -> QuerySet[Budget]:
    """Budgets with a margin then, as `margin_then`: the latest authority, until its last day.

    Before a budget's first entry there was nothing to exceed.
    """
    day = slice_.as_at or timezone.localdate()
    given = MarginAuthority.objects.filter(budget=OuterRef("pk"), starts_on__lte=day)
    if slice_.known_at:
        given = given.filter(recorded_at__lte=slice_.known_at)
    over = Q(ends_on__isnull=False, ends_on__lt=day)
    margin = Case(When(over, then=Value(NOTHING, MoneyField())), default=F("margin"))
    latest = given.order_by("-starts_on", "-pk").annotate(then=margin).values("then")[:1]
    begun = Exists(slice_.entries().filter(budget=OuterRef("pk")))
    return (
        Budget.objects.filter(begun, slice_.of_budgets())
        .annotate(margin_then=Subquery(latest, MoneyField()))
        .filter(margin_then__gt=NOTHING)
    )


def _proposed() -> Coalesce:
    return Coalesce(Sum("amount"), Value(NOTHING, MoneyField()))


def _margin() -> Coalesce:
    return Coalesce(Sum("margin_then"), Value(NOTHING, MoneyField()))


def _with_their_area(rows: Iterable[Row], asked_for: Area | None) -> list[Row]:
    """Rows of neighbourhood units added to the rows of the areas that they lie in.

    A unit that was asked for keeps its own row.
    """
    merged: dict[Area, Row] = {}
    for row in rows:
        area = row.key
        while area.kind == Area.Kind.NEIGHBOURHOOD_UNIT and area.parent and area != asked_for:
            area = area.parent
        known = merged.get(area)
        total = row.position if known is None else known.position + row.position
        merged[area] = Row(area, area.name, total)
    return list(merged.values())


def _counted_with(area: Area) -> QuerySet[Area]:
    """The area and the neighbourhood units whose rows are added to its own."""
    unit = Area.Kind.NEIGHBOURHOOD_UNIT
    return Area.objects.filter(
        Q(pk=area.pk)
        | Q(kind=unit, parent=area)
        | Q(kind=unit, parent__kind=unit, parent__parent=area)
    )


def totals_within(**slice_options) -> dict[int, Position]:
    """The position of every area together with all that lies in it, by the area's id.

    Areas without money are left out. An area's figure is in that of each area around it, so these
    are not to be added up.
    """
    slice_ = Slice(**slice_options)
    areas = {area.pk: area for area in Area.objects.order_by().only("parent", "kind")}
    openly = standing_openly("commitment__award__") if slice_.published else Value(True)
    rows = _entries(slice_, "area").annotate(is_open=ExpressionWrapper(openly, BooleanField()))
    totals: dict[int, Position] = {}
    for row in rows.order_by().values("allocation__area", "is_open").annotate(**_SUMS):
        own = replace(_position(slice_, row, NOTHING, NOTHING, has_budget=False), pipeline=None)
        area = areas[row["allocation__area"]]
        while area is not None:
            if row["is_open"] or not is_small(area):
                totals[area.pk] = totals[area.pk] + own if area.pk in totals else own
            area = areas.get(area.parent_id)
    return totals


def _by_record(model: type, related: list[str] = ()) -> Callable:
    def labels(keys) -> dict:
        found = model.objects.select_related(*related).in_bulk({key[0] for key in keys})
        return {key: (found[key[0]], str(found[key[0]])) for key in keys}

    return labels


_LABELS = {
    "fund": _by_record(Fund),
    "source": _by_record(FundingSource),
    "budget": _by_record(Budget, ["fund", "source"]),
    "area": _by_record(Area, ["parent"]),
    "allocation": _by_record(Allocation, ["area", "budget__fund"]),
    "period": lambda keys: {key: (key, period_label(*key)) for key in keys},
}
