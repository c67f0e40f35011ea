"""A report as programmes/report_body.html takes it, for the public page and for drafts."""

from collections.abc import Iterator

from programmes.annual_report import AnnualReport, Section
from programmes.documents.text import as_html
from programmes.models import HIDDEN_MARK
from programmes.report_tables import Cell


def shown(report: AnnualReport) -> dict:
    """What the template of a report's body takes: its text as HTML, and its contents."""
    return {
        "summary": as_html(report.summary),
        "sections": [{"section": section, "text": _text(section)} for section in report.sections],
        "contents": _contents(report),
        "qualifiers": {cell.qualifier for cell in _cells(report)},
        "has_hidden": any(cell.marker == HIDDEN_MARK for cell in _cells(report)),
    }


def _text(section: Section) -> str:
    # The page's heading is the first level, so a section's stands one below.
    return as_html(section.text, section.level + 1)


def _contents(report: AnnualReport) -> list[dict]:
    """The sections, each with its parts."""
    contents: list[dict] = []
    for section in report.sections:
        if section.level == 1 or not contents:
            contents.append({"section": section, "parts": []})
        else:
            contents[-1]["parts"].append(section)
    return contents


def _cells(report: AnnualReport) -> Iterator[Cell]:
    return (cell for table in report.tables for row in table.rows for cell in row.cells)
