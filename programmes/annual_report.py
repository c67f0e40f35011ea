"""The annual report put together: its sections in their order, each with what its table holds.

Nothing is computed here: report_tables works the tables out, and an edition keeps what they were.
"""

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Self

from commissioning.years import period_label
from programmes.charts import Bars, Lines
from programmes.models import Edition, Report
from programmes.report_tables import Source, Table, work_out
from programmes.report_tables.drawn import drawn


@dataclass(frozen=True)
class Section:
    """A heading, text in Markdown, and perhaps a table with a chart of it."""

    number: int
    heading: str
    level: int
    text: str = ""
    table: Table | None = None
    chart: str = "none"

    @property
    def anchor(self) -> str:
        return f"section-{self.number}"

    @cached_property
    def drawing(self) -> Bars | Lines | None:
        return drawn(self.table, self.chart, f"chart-{self.number}") if self.table else None

    @property
    def drawing_kind(self) -> str:
        """ "bars" or "lines": which template draws it."""
        return self.chart if self.drawing else ""


@dataclass(frozen=True)
class AnnualReport:
    """A report with everything that it shows."""

    title: str
    period: str
    summary: str
    sections: tuple[Section, ...]

    @property
    def tables(self) -> list[Table]:
        """Its tables, each once, in the order of the sections."""
        found = {section.table.code: section.table for section in self.sections if section.table}
        return list(found.values())

    def as_json(self) -> dict:
        """Plain lists and texts, for an edition."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict) -> Self:
        """The report that `as_json` made this of."""
        return cls(**{**kept, "sections": tuple(_section(one) for one in kept["sections"])})


def _section(kept: dict) -> Section:
    table = kept["table"] and Table.from_json(kept["table"])
    return Section(**{**kept, "table": table})


def assemble(report: Report, source: Source) -> AnnualReport:
    """The report as it stands, with the figures that the source may show."""
    sections = report.sections.select_related(
        "table__fund",
        "table__service",
        "table__area",
        "table__category",
        "table__measure__numerator",
        "table__measure__denominator",
    )
    return AnnualReport(
        title=report.title,
        period=period_label(report.starts_on, report.ends_on),
        summary=report.summary,
        sections=tuple(
            Section(
                number=number,
                heading=section.heading,
                # No part stands before the first section.
                level=section.level if number > 1 else 1,
                text=section.text,
                table=work_out(section.table, source) if section.table else None,
                chart=section.chart,
            )
            for number, section in enumerate(sections, start=1)
        ),
    )


def as_published(edition: Edition) -> AnnualReport:
    """What an edition shows, as it was published."""
    return AnnualReport.from_json(edition.content)
