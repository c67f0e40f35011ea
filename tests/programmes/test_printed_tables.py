"""Every table of the Annual Report 2020/21 comes out of the loaded records as it is printed."""

import csv
from pathlib import Path

from programmes.annual_report import as_published
from programmes.models import Edition, Report
from programmes.reference import report
from tests.commissioning.reference import TheReferenceFigures

FOLDER = Path(__file__).with_name("printed_tables")
# Printed in the text, not as a row: "Sum 25".
TOTALS_IN_THE_TEXT = {"apprenticeships": ["Total", "25"]}
NO_HEADING = "(no heading)"


def printed(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def normal(text: str) -> str:
    """The figure without thousands separators and signs."""
    return text.replace(",", "").replace("£", "").replace("%", "").strip()


def as_rows(table) -> list[list[str]]:
    head = [table.corner, *(column.heading for column in table.columns)]
    return [head, *([row.heading, *(cell.text for cell in row.cells)] for row in table.rows)]


class PrintedTables(TheReferenceFigures):
    @classmethod
    def setUpTestData(cls):
        cls.edition = Edition.objects.get()
        cls.tables = {table.code: table for table in as_published(cls.edition).tables}

    def test_all_tables_that_say_something_are_in_the_report(self):
        files = {path.stem[3:] for path in FOLDER.glob("*.csv")}

        # The twentieth is a chart whose shares cannot be matched with its labels.
        assert len(files) == 19
        assert set(self.tables) == files

    def test_each_table_is_as_printed_cell_by_cell(self):
        for path in sorted(FOLDER.glob("*.csv")):
            with self.subTest(path.stem):
                expected = printed(path)
                found = as_rows(self.tables[path.stem[3:]])
                if expected[0][0] == NO_HEADING:
                    expected, found = expected[1:], found[1:]
                if path.stem[3:] in TOTALS_IN_THE_TEXT:
                    expected.append(TOTALS_IN_THE_TEXT[path.stem[3:]])

                assert [[normal(cell) for cell in row] for row in found] == [
                    [normal(cell) for cell in row] for row in expected
                ]

    def test_a_total_that_its_rows_do_not_give_is_shown_as_printed_with_both_figures(self):
        table = self.tables["victims-expenditure"]

        assert table.rows[-1].cells[0].text == "£17,803,129.64"
        assert (
            "The total is shown as its source states it: £17,803,129.64. That is £0.64 more than "
            "the 5 rows above add up to, £17,803,129."
        ) in table.notes

    def test_percentages_are_worked_out_anew_and_differences_are_said(self):
        notes = [note for note in self.tables["custody-visiting"].notes if "worked out" in note]

        assert len(notes) == 2
        assert "47% as its source states it; worked out from 1,933 of 4,038 it is 47.9%" in notes[0]
        assert "51% as its source states it; worked out from 675 of 1,300 it is 51.9%" in notes[1]

    def test_totals_that_agree_have_no_note(self):
        for code in ("my-time-areas", "community-safety", "apprenticeships"):
            assert self.tables[code].notes == ()

    def test_what_is_not_printed_says_why_and_is_not_0(self):
        cell = self.tables["hidden-crimes"].rows[0].cells[-1]

        assert (cell.text, cell.value, cell.marker) == ("", "", "–")
        assert cell.note == "Not published by its source."

    def test_a_figure_says_how_exact_it_is(self):
        assert self.tables["victims-supported"].rows[0].cells[0].said == "30,000 (part year)"
        assert self.tables["dogs-costs"].rows[0].cells[0].said == "about £385,500"

    def test_every_figure_leads_to_a_page_that_is_there(self):
        cells = [cell for table in self.tables.values() for row in table.rows for cell in row.cells]
        addresses = {cell.href for cell in cells if cell.href}

        assert all(cell.href for cell in cells if cell.value)
        assert {address: self.client.get(address).status_code for address in addresses} == (
            dict.fromkeys(addresses, 200)
        )

    def test_the_page_shows_all_of_them(self):
        page = self.client.get("/reports/2020-21/").content.decode()

        for table in self.tables.values():
            assert table.title.replace("’", "’") in page
        assert "£17,803,129.64" in page
        assert "183,851" in page

    def test_loading_again_adds_no_report_and_no_edition(self):
        assert report.load(by=self.edition.made_by) == 0
        assert (Report.objects.count(), Edition.objects.count()) == (1, 1)
