"""The tables of a report as CSV files in one ZIP, with a README of their titles and units."""

import csv
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from commissioning.days import in_words
from commissioning.workbooks import FORMULA_STARTS
from programmes.annual_report import AnnualReport, as_published
from programmes.figures.words import qualified
from programmes.models import HIDDEN_MARK, Edition
from programmes.report_tables import Cell, Table
from programmes.report_tables.shapes import NO_FIGURE

REMARKS = "Remarks"


def as_zip(edition: Edition) -> bytes:
    """One CSV file for each table and README.txt; the same bytes each time."""
    report = as_published(edition)
    files = {"README.txt": _readme(edition, report)}
    for number, table in enumerate(report.tables, start=1):
        files[file_name(number, table)] = _csv(table)
    return zipped(files)


def file_name(number: int, table: Table) -> str:
    return f"{number:02d}-{table.code}.csv"


def zipped(files: dict[str, bytes]) -> bytes:
    """A ZIP of these files that says nothing of when it was made."""
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return packed.getvalue()


def _csv(table: Table) -> bytes:
    """RFC 4180 in UTF-8: bare numbers, "[c]" where one is hidden, and what to know of them."""
    text = StringIO()
    writer = csv.writer(text)
    headings = [column.heading for column in table.columns]
    writer.writerow([_safe(heading) for heading in [table.corner, *headings, REMARKS]])
    for row in table.rows:
        remarks = [
            f"{heading}: {said}" if heading else said
            for heading, cell in zip(headings, row.cells, strict=True)
            if (said := _remark(cell))
        ]
        figures = [cell.value or cell.marker or _safe(cell.text) for cell in row.cells]
        writer.writerow([_safe(row.heading), *figures, _safe("; ".join(remarks))])
    return text.getvalue().encode()


def _remark(cell: Cell) -> str:
    exactness = qualified("{}", cell.qualifier, cell.series_break).replace("{}", "").strip(" ()")
    span = f"{cell.value} to {cell.value_high}" if cell.value_high else ""
    return " ".join(filter(None, [exactness, span, cell.note]))


def _safe(text: str) -> str:
    """Text that a spreadsheet would take for a formula, made plain text by an apostrophe."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _readme(edition: Edition, report: AnnualReport) -> bytes:
    lines = [
        f"{report.title}, edition {edition.number}, {in_words(edition.made_at)}",
        "",
        "The tables of the report, one file each: CSV (RFC 4180) in UTF-8, with headings.",
        f"{HIDDEN_MARK}  hidden, so that nobody can be recognised from a small number",
        f"{NO_FIGURE}    no figure; the remarks say why",
        "",
    ]
    for number, table in enumerate(report.tables, start=1):
        lines += [file_name(number, table), f"  {table.title}"]
        lines += [
            f"  {column.heading or 'Figures'}: {column.unit}"
            for column in table.columns
            if column.unit
        ]
        lines += [f"  Note: {note}" for note in table.notes]
        lines.append("")
    return "\n".join(lines).encode()
