"""What a table of positions is set out by, and what is under one of its rows."""

from dataclasses import dataclass

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum

from commissioning.figures.areas import counted_with
from commissioning.figures.position import FIGURES
from commissioning.figures.slices import Slice
from commissioning.models import Entry, MarginAuthority, PipelineEntry
from commissioning.money import NOTHING, MoneyField

# What positions can be set side by side by: the path from a budget or allocation to the key.
BY_BUDGET = {
    "fund": ["fund"],
    "source": ["source"],
    "period": ["starts_on", "ends_on"],
    "budget": ["pk"],
}
BY_ALLOCATION = {"area": ["area"], "allocation": ["pk"]}


@dataclass(frozen=True)
class Cell:
    """Where one row of a table of positions stands; without a key, its total."""

    slice: Slice
    by: str
    key: object = None

    def all_entries(self) -> QuerySet[Entry]:
        """The entries under the row."""
        rows = self.slice.entries()
        if self.by in BY_ALLOCATION:
            return rows.filter(self.of_row("allocation__"), allocation__isnull=False)
        return rows.filter(self.of_row("budget__"))

    def entries(self, figure: str) -> QuerySet[Entry]:
        """The entries under one of FIGURES; the figure is the sum of their amounts."""
        return self.all_entries().filter(FIGURES[figure])

    def all_pipeline(self) -> QuerySet[PipelineEntry]:
        """Every change of the pipeline; the pipeline is the sum of their amounts."""
        return self.slice.pipeline().filter(self.of_row(self.step()))

    def pipeline(self) -> QuerySet[PipelineEntry]:
        """The entries that add up to the pipeline; what came and went since is left out."""
        of_same = self.slice.pipeline().filter(
            award=OuterRef("award"), allocation=OuterRef("allocation")
        )
        net = of_same.order_by().values("award").annotate(net=Sum("amount")).values("net")
        rows = self.all_pipeline().annotate(net=Subquery(net, MoneyField()))
        return rows.exclude(net=NOTHING)

    def margins(self) -> QuerySet[MarginAuthority]:
        """The authorities whose margins add up to the row's; an allocation has none."""
        if self.by in BY_ALLOCATION:
            return MarginAuthority.objects.none()
        return self.slice.margins().filter(self.of_row("budget__"))

    def step(self, allocation: str = "allocation__") -> str:
        """From a model that reaches the allocation by a path, the path to what heads the rows."""
        return allocation if self.by in BY_ALLOCATION else f"{allocation}budget__"

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
            return Q(**{f"{path}area__in": counted_with(self.key)})
        if self.by in ("budget", "allocation"):
            return Q(**{f"{path}pk": self.key.pk})
        return Q(**{f"{path}{self.by}": self.key})
