"""docs/coverage.md: where each thing that the report names is recorded, with its public address."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse

from commissioning.models import (
    Award,
    Basis,
    Condition,
    Fund,
    FundingSource,
    Organisation,
    ReportedTotal,
    Service,
    Theme,
)
from commissioning.money import parse_pounds
from commissioning.reference.files import Row, by_code, codes, find, read
from commissioning.templatetags.figures import qualified
from programmes.models import Indicator, Measure, Programme, ReleasedCell
from programmes.reference.nouns import programme_code

NEEDS_NOTHING = "Needs nothing."

# Files whose rows are counts, not pounds, each with the file that names what its rows are of.
COUNTED = {
    "outcome_measures": "outcome_measures",
    "outcome_results": "outcome_measures",
    "indicators": "indicators",
    "indicator_values": "indicators",
    "cadet_units": "indicators",
}
# The one file without codes: what its rows are counted as.
UNITS = "X-CADETUNITS"

# Data sets of the report that are money: the records that hold their figures.
MONEY_IN_SERIES = {
    "X-CSB": [("funds", "F-CSB")],
    "X-DOGS": [("expenditure", f"EX-DOG-{year}") for year in (201718, 201819, 201920, 202021)],
    "X-VICTIMSPEND": [("funds", "F-VICTIMS")],
}

# What a row of the checklist needs, where that is money.
MONEY = re.compile(
    r"\b(fund|funding source|amount|award count|award or contract|allocation|expenditure"
    r"|contract or grant condition|contract rule)\b"
)

HEAD = """\
# Where the report’s facts are recorded

Written by `manage.py coverage_table` from the database and `data/annual_report_2020_21/`; a test
fails when it is out of date. Addresses are those of the public site.

"""


@dataclass(frozen=True)
class Link:
    """A record in a few words, and the address of a public page that shows it."""

    text: str
    path: str

    def __str__(self) -> str:
        return f"[{self.text}]({self.path})"


@dataclass(frozen=True)
class Item:
    """One thing that the report names: what it needs of a register, and what holds it here."""

    name: str
    paragraph: str
    needs: str
    links: tuple[Link, ...]
    remark: str

    @property
    def is_money(self) -> bool:
        return bool(MONEY.search(self.needs))

    @property
    def recorded(self) -> str:
        return " ".join(filter(None, [", ".join(map(str, self.links)), self.remark]))


@dataclass(frozen=True)
class Treatment:
    """What became of one row of money in the reference figures, and why."""

    row: str
    name: str
    becomes: str
    links: tuple[Link, ...]
    why: str


def document() -> str:
    """The whole page, in Markdown."""
    checklist = [[item.name, item.paragraph, item.recorded] for item in items()]
    money = [
        [one.row, one.name, one.becomes, ", ".join(map(str, one.links)), one.why]
        for one in treatments()
    ]
    return (
        f"{HEAD}## What the report names\n\n"
        f"{_table(['Name', 'Paragraph', 'Recorded as'], checklist)}\n"
        "## What each row of money became\n\n"
        "Every row of `awards.csv`, `allocations.csv` and `expenditure.csv`. Nothing is invented: "
        "what is no award of the\noffice’s own money with a printed amount is recorded as what it "
        "is.\n\n"
        f"{_table(['Row', 'Name', 'Became', 'Where', 'Why'], money)}"
    )


def items() -> Iterator[Item]:
    """The checklist of everything that the report names, in its order."""
    find_link = Links()
    for row in read("systems_checklist"):
        held = _held(row["held_in"])
        links = [link for name, code in held for link in find_link.of(name, code)]
        yield Item(
            name=row["name"],
            paragraph=row["paragraph"],
            needs=row["needs"],
            links=tuple(dict.fromkeys(links)),
            remark="" if links else NEEDS_NOTHING,
        )


def treatments() -> Iterator[Treatment]:
    find_link = Links()
    for row in read("loaded_as"):
        yield Treatment(
            row=row["row"],
            name=_row_name(find(row["row"])),
            becomes=row["becomes"],
            links=tuple(find_link.of_money(row["row"])),
            why=row["why"],
        )


def _row_name(row: Row) -> str:
    """What a row is about: its own name, else its service or fund, and its period."""
    if row.get("name"):
        return row["name"]
    service, fund = (
        by_code("services").get(row["service_code"]),
        by_code("funds").get(row["fund_code"]),
    )
    area = by_code("areas").get(row["area_code"])
    about = (service or fund or {"name": "COVID"})["name"]
    period = row.get("period_label") or row.get("financial_year", "")
    return ", ".join(filter(None, [about, area and area["name"], period]))


def _held(cell: str) -> Iterator[tuple[str, str]]:
    """(file, code) for "services.csv S-YOT; funds.csv F-YOT, F-CSB", T1-T7 and MIS-*."""
    parts = re.split(r"(\w+)\.csv", cell)
    for name, text in zip(parts[1::2], parts[2::2], strict=True):
        words = re.findall(r"[\w.*-]+", text) or ([UNITS] if name == "cadet_units" else [])
        name = COUNTED.get(name, name)
        for word in words:
            for code in _codes(word, list(by_code(name)), name):
                yield name, code
                yield from MONEY_IN_SERIES.get(code, [])


def _codes(word: str, known: list[str], name: str) -> list[str]:
    """The codes that a word of the checklist stands for: itself, a range or a beginning."""
    if word in known:
        return [word]
    if word.endswith("*"):
        return [code for code in known if code.startswith(word[:-1])]
    for dash in ("..", "-"):
        first, found, last = word.partition(dash)
        if found and first in known and last in known:
            within = known[known.index(first) : known.index(last) + 1]
            return [code for code in within if _service(name, code) == _service(name, first)]
    return []


def _service(name: str, code: str) -> str:
    """Whose measure a row is: a range of measures is of one service."""
    return by_code(name)[code]["service_code"] if name == "outcome_measures" else ""


class Links:
    """Records of the reference figures by code, as links to their public pages."""

    def __init__(self):
        self._found = {
            "organisations": self._records(Organisation.objects.published()),
            "themes": {theme.code: theme for theme in Theme.objects.all()},
            "funding_sources": self._records(FundingSource.objects.published()),
            "funds": self._records(Fund.objects.published()),
            "services": self._records(Service.objects.published()),
            "awards": self._records(Award.objects.published(), by="reference"),
            "contract_rules": self._records(Condition.objects.published().select_related("fund")),
            "reported_totals": self._records(ReportedTotal.objects.published()),
            "outcome_measures": self._records(Measure.objects.published()),
            "indicators": self._records(Indicator.objects.published()),
        }
        figures = ReleasedCell.objects.published().values_list("measure").annotate(Count("pk"))
        self._figures = dict(figures)
        self._programmes = {
            programme.code: programme for programme in Programme.objects.published()
        }

    @staticmethod
    def _records(queryset: Iterable, by: str = "code") -> dict:
        return {getattr(record, by): record for record in queryset}

    def of(self, name: str, code: str) -> Iterator[Link]:
        """The links for a row of a file; a row of money by what it became."""
        if code in by_code("loaded_as"):
            yield from self.of_money(code)
        else:
            yield self._link(name, self._found[name][code])

    def of_money(self, code: str) -> Iterator[Link]:
        """The links for a row of awards, allocations or expenditure, by what it became."""
        row, treatment = find(code), by_code("loaded_as")[code]
        for record in codes(treatment["records"]):
            link = self.of_record(record)
            if treatment["becomes"] == "allocation" and record in self._found["funds"]:
                # An allocation has no code to be found by in every database; its fund shows it.
                amount = qualified(parse_pounds(row["amount"]), row["qualifier"])
                link = Link(f"allocation {amount}", link.path)
            yield link

    def of_record(self, code: str) -> Link:
        """The link for a fund, source, award or reported total by its code."""
        for name in ("awards", "reported_totals", "funds", "funding_sources"):
            if code in self._found[name]:
                return self._link(name, self._found[name][code])
        raise KeyError(code)

    def _link(self, name: str, record) -> Link:
        return getattr(self, f"_{name}")(record)

    def _organisations(self, organisation: Organisation) -> Link:
        return Link("organisation", organisation.get_absolute_url())

    def _themes(self, theme: Theme) -> Link:
        return Link(f"theme {theme.code}", reverse("public:theme", args=[theme.slug]))

    def _funding_sources(self, source: FundingSource) -> Link:
        return Link(f"source {source.code}", source.get_absolute_url())

    def _funds(self, fund: Fund) -> Link:
        held = self._amount_held(fund)
        return Link(f"fund {fund.code}{f', {held}' if held else ''}", fund.get_absolute_url())

    def _amount_held(self, fund: Fund) -> str:
        """The amount that the report prints for a fund, as its page shows it."""
        printed = by_code("funds").get(fund.code, {}).get("total_amount")
        if not printed:
            return ""
        holders = {
            "budget": fund.budgets.filter(basis=Basis.DECIDED),
            "reported total": fund.reported_totals.published(),
            "award": fund.awards.published(),
        }
        for noun, records in holders.items():
            record = records.filter(amount=parse_pounds(printed)).first()
            if record is not None:
                return f"{noun} {qualified(record.amount, record.qualifier)}"
        raise KeyError(fund.code)

    def _services(self, service: Service) -> Link:
        programme = self._programmes.get(programme_code(service.code))
        if programme is not None:
            return Link("programme", programme.get_absolute_url())
        return Link("service", service.get_absolute_url())

    def _outcome_measures(self, measure: Measure) -> Link:
        figures = self._figures.get(measure.pk)
        held = _counted(figures) if figures else "target"
        return Link(f"measure {measure.code}, {held}", measure.get_absolute_url())

    def _indicators(self, indicator: Indicator) -> Link:
        figures = sum(self._figures.get(one.pk, 0) for one in indicator.measures.all())
        held = f", {_counted(figures)}" if figures else ""
        return Link(f"indicator {indicator.code}{held}", indicator.get_absolute_url())

    def _awards(self, award: Award) -> Link:
        amount = "amount not published"
        if award.amount is not None:
            amount = qualified(award.amount, award.qualifier)
        return Link(f"award {award.reference}, {amount}", award.get_absolute_url())

    def _contract_rules(self, condition: Condition) -> Link:
        of_a_fund = condition.fund and condition.fund.get_absolute_url()
        path = of_a_fund or reverse("public:conditions")
        return Link(f"condition {condition.code}", path)

    def _reported_totals(self, total: ReportedTotal) -> Link:
        rate = " a year" if total.per == ReportedTotal.Per.YEAR else ""
        path = reverse("public:reported-total", args=[total.code])
        return Link(f"reported total {qualified(total.amount, total.qualifier)}{rate}", path)


def _counted(figures: int) -> str:
    return "1 figure" if figures == 1 else f"{figures} figures"


def _table(heads: list[str], rows: Iterable[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(map(_cell, line)) + " |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", r"\|")
