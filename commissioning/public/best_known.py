"""The best that is known of some money: a reported total or budget of which a part is itemised."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Model, QuerySet
from django.template.defaultfilters import capfirst

from commissioning.models import Award, Basis, Budget, Fund, ReportedTotal
from commissioning.money import NOTHING
from commissioning.public import exactness
from commissioning.qualifiers import of_share
from commissioning.templatetags.figures import qualified, qualified_whole

Kind = ReportedTotal.Kind
# What became of the money that a total of each kind is of. Others' money and hopes are no totals
# of what the office gave.
DONE = {
    Kind.AWARDS: "awarded",
    Kind.SPENDING: "spent",
    Kind.ALLOCATION: "allocated",
    Kind.BUDGET: "budgeted",
}


@dataclass(frozen=True)
class Itemised:
    """The awards that are itemised here: how many, their pounds (None: not published)."""

    count: int = 0
    pounds: Decimal | None = None
    qualifier: str = ""


@dataclass(frozen=True)
class BestKnown:
    """A total in pounds that is more than what is itemised of it."""

    amount: Decimal
    qualifier: str
    done: str  # "awarded", "budgeted" …
    period: str
    itemised: Itemised
    of: str = ""  # "589 projects"

    @property
    def sentence(self) -> str:
        """ "£2,700,000 was awarded for 589 projects, of which 2 awards, £13,000 (0.5%), are …"."""
        whole = f"{capfirst(qualified_whole(self.amount, self.qualifier))} was {self.done}"
        return f"{whole}{f' for {self.of}' if self.of else ''} ({self.period}), {self.part}."

    @property
    def note(self) -> str:
        """What a list says under the amount."""
        counted = f" for {self.of}" if self.of else ""
        return f"{self.done}{counted}; {self.part.removeprefix('of which ')}"

    @property
    def part(self) -> str:
        """ "of which 2 awards, £13,000 (0.5%), are itemised here"."""
        itemised = self.itemised
        if not itemised.count:
            return "of which no award is itemised here"
        counted = f"{itemised.count:,} award{'s' * (itemised.count != 1)}"
        are = "are" if itemised.count != 1 else "is"
        if not itemised.pounds:
            return f"of which {counted} without a published amount {are} itemised here"
        pounds = qualified_whole(itemised.pounds, itemised.qualifier)
        return f"of which {counted}, {pounds}{self._share()}, {are} itemised here"

    def _share(self) -> str:
        word = of_share(self.itemised.qualifier, self.qualifier)
        if word is None:
            return ""
        share = self.itemised.pounds * 100 / self.amount
        rounded = share.quantize(Decimal("0.1"), ROUND_HALF_UP)
        return f" ({qualified(f'{rounded}%', word)})"


def best_of(
    totals: Iterable[ReportedTotal], budgets: Iterable[Budget], itemised: Itemised
) -> BestKnown | None:
    """The largest of these, if it is more than what is itemised; None where nothing is."""
    found = [_of_total(total, itemised) for total in totals if is_whole(total)]
    known = [one for one in budgets if one.basis == Basis.DECIDED]
    if known:
        words = exactness.word_for({one.qualifier for one in known})
        periods = {one.period for one in known}
        period = periods.pop() if len(periods) == 1 else "all its periods"
        amount = sum((one.amount for one in known), NOTHING)
        found.append(BestKnown(amount, words, "budgeted", period, itemised))
    found = [one for one in found if one.amount > (itemised.pounds or NOTHING)]
    return max(found, key=lambda one: one.amount, default=None)


def is_whole(total: ReportedTotal) -> bool:
    """Whether a total is of what the office gave, and of a whole period."""
    per_period = total.per != ReportedTotal.Per.YEAR
    return total.kind in DONE and total.amount is not None and per_period


def _of_total(total: ReportedTotal, itemised: Itemised) -> BestKnown:
    counted = f"{total.count:,} {total.count_of}" if total.count is not None else ""
    done = DONE[total.kind]
    return BestKnown(total.amount, total.qualifier, done, total.period, itemised, counted)


def itemised_in(awards: QuerySet[Award]) -> Itemised:
    """What these awards itemise; what was given on is in the award that it came out of."""
    own = awards.order_by().filter(onward_of__isnull=True).values_list("amount", "qualifier")
    return _summed(list(own))


def _summed(rows: Sequence[tuple[Decimal | None, str]]) -> Itemised:
    known = [(amount, word) for amount, word in rows if amount is not None]
    if not known:
        return Itemised(len(rows))
    words = exactness.word_for({word for _, word in known})
    return Itemised(len(rows), sum((amount for amount, _ in known), NOTHING), words)


# --- Of many records at once, for lists -----------------------------------------------------------


def attach_to_funds(rows: Sequence[Fund]) -> None:
    """Gives each fund its `best_known`, or None. Takes three queries."""
    if not rows:
        return
    keys = [row.pk for row in rows]
    totals = _grouped(ReportedTotal.objects.published().filter(fund__in=keys), "fund_id")
    budgets = _grouped(Budget.objects.published().filter(fund__in=keys), "fund_id")
    awards = _awards("fund_id", Award.objects.published().filter(fund__in=keys))
    for row in rows:
        itemised = _summed(awards[row.pk])
        row.best_known = best_of(totals[row.pk], budgets[row.pk], itemised)


def attach_to_organisations(rows: Sequence[Model]) -> None:
    """The same of what was given to each organisation. Takes two queries."""
    if not rows:
        return
    keys = [row.pk for row in rows]
    # A total of one award says nothing that its own amount does not.
    known = ReportedTotal.objects.published().filter(organisation__in=keys, award__isnull=True)
    totals = _grouped(known, "organisation_id")
    awards = _awards("recipient_id", Award.objects.published().filter(recipient__in=keys))
    for row in rows:
        row.best_known = best_of(totals[row.pk], (), _summed(awards[row.pk]))


def sentence_of(funds: Iterable[Fund], limit: int = 3) -> str:
    """The largest known totals of several funds, which overlap and are not added up."""
    funds = list(funds)
    attach_to_funds(funds)
    known = sorted(
        (fund for fund in funds if fund.best_known), key=lambda fund: -fund.best_known.amount
    )
    if not known:
        return ""
    told = [
        f"{qualified_whole(fund.best_known.amount, fund.best_known.qualifier)} "
        f"{fund.best_known.done} ({fund.name})"
        for fund in known[:limit]
    ]
    more = f" and {len(known) - limit} more" if len(known) > limit else ""
    return (
        f"The largest known totals of its funds: {'; '.join(told)}{more}. Only a part of them is "
        "itemised in the awards here."
    )


def together(*steps: Callable[[Sequence[Model]], None]) -> Callable[[Sequence[Model]], None]:
    """What several of these attach, as one."""

    def attach(rows: Sequence[Model]) -> None:
        for step in steps:
            step(rows)

    return attach


def _grouped(rows: QuerySet, key: str) -> dict[int, list]:
    found = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found


def _awards(key: str, awards: QuerySet[Award]) -> dict[int, list]:
    found = defaultdict(list)
    own = awards.order_by().filter(onward_of__isnull=True)
    for row, *rest in own.values_list(key, "amount", "qualifier"):
        found[row].append(tuple(rest))
    return found
