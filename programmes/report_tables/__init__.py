"""Report tables worked out: what each row and column of a ReportTable comes to."""

from programmes.report_tables.shapes import Cell, Column, Row, Table
from programmes.report_tables.sources import Draft, Published, Source
from programmes.report_tables.work_out import work_out

__all__ = ["Cell", "Column", "Draft", "Published", "Row", "Source", "Table", "work_out"]
