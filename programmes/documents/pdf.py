"""An edition as a tagged PDF/UA-1, set by Typst from a template of ours.

What staff typed goes in as data, never as Typst source, so that it can only be text.
"""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import typst
from django.conf import settings
from django.utils import timezone

from commissioning.days import in_words
from programmes.annual_report import Section, as_published
from programmes.documents.pictures import pictures
from programmes.documents.text import blocks
from programmes.models import Edition
from programmes.report_tables import Table

TEMPLATE = Path(__file__).with_name("report.typ")


def as_pdf(edition: Edition) -> bytes:
    """The edition as PDF, accessible but for characters that the fonts cannot draw."""
    report = as_published(edition)
    made = timezone.localtime(edition.made_at)
    data = {
        "title": report.title,
        "office": settings.OFFICE["name"],
        "edition": f"Edition {edition.number}, {in_words(made)}",
        "change_note": edition.change_note,
        "date": [made.year, made.month, made.day],
        "summary": [asdict(block) for block in blocks(report.summary)],
        "sections": [_section(section) for section in report.sections],
    }
    try:
        return _compiled(data, made, pdf_standards="ua-1")
    except typst.TypstError:
        # A character that no font here can draw is against the standard; an edition cannot be
        # changed any more, so it is better read without that character than not at all.
        return _compiled(data, made)


def _compiled(data: dict, made: datetime, **options) -> bytes:
    return typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        timestamp=int(made.timestamp()),
        sys_inputs={"report": json.dumps(data)},
        ignore_system_fonts=True,
        **options,
    )


def _section(section: Section) -> dict:
    return {
        "heading": section.heading,
        "level": section.level,
        "text": [asdict(block) for block in blocks(section.text, section.level)],
        "table": _table(section.table) if section.table else None,
        "pictures": [asdict(picture) for picture in pictures(section)],
    }


def _table(table: Table) -> dict:
    return {
        "title": table.title,
        "headings": [table.corner, *(column.heading for column in table.columns)],
        "numeric": [False, *table.numeric()],
        "rows": [
            {"cells": [row.heading, *(cell.said for cell in row.cells)], "is_total": row.is_total}
            for row in table.rows
        ],
        "notes": list(table.notes),
    }
