"""The reference figures, loaded from their files, for tests of what became of them."""

import csv
from datetime import date
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import TestCase

from commissioning.models import ReportedTotal
from tests import prepared_databases

FOLDER = Path(settings.BASE_DIR) / "data" / "annual_report_2020_21"


def rows(name: str) -> list[dict]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load(*options: str) -> str:
    said = StringIO()
    call_command("load_reference", *options, stdout=said)
    return said.getvalue()


def several(cell: str) -> set[str]:
    return {code for code in cell.split(";") if code}


def codes_of(related) -> set[str]:
    return {record.code for record in related.all()}


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def total(code: str) -> ReportedTotal:
    return ReportedTotal.objects.get(code=code)


class TheReferenceFigures(TestCase):
    """The database holds the reference figures, from a copy that was loaded before."""

    @classmethod
    def setUpClass(cls):
        cls.enterClassContext(prepared_databases.reference_figures(connection))
        super().setUpClass()
