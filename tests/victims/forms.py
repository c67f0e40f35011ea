"""Forms of returns in tests, filled in as a provider would in Excel."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from tests import builders as a
from victims.models import MonitoringReturn
from victims.resources import sheets


def a_filled_form(monitoring_return: MonitoringReturn, each: int = 2) -> Workbook:
    """The form with numbers that agree."""
    values = a.counts_of(monitoring_return, each)
    return load_workbook(io.BytesIO(sheets.template(monitoring_return, values)))


def an_empty_form(monitoring_return: MonitoringReturn) -> Workbook:
    return load_workbook(io.BytesIO(sheets.template(monitoring_return, {})))


def as_bytes(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_upload(book: Workbook | bytes) -> SimpleUploadedFile:
    data = book if isinstance(book, bytes) else as_bytes(book)
    return SimpleUploadedFile("filled.xlsx", data)


def cell_of(monitoring_return: MonitoringReturn, code: str, area="All areas", category="Total"):
    """(sheet, cell) of one number, found by its labels."""
    layout = sheets.layout_of(monitoring_return)
    for grid in layout.grids:
        for counted in grid.columns:
            for spot in grid.spots:
                if (counted.code, *grid.label(spot)) == (code, area, category):
                    return layout.name(grid), layout.cell(grid, counted, spot)
    raise AssertionError(f"no cell for {code}, {area}, {category}")
