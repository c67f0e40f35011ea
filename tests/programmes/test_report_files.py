"""Editions as files: Word, tagged PDF and CSV, alike each time; and hostile text in all of them."""

import csv
import re
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from programmes.annual_report import as_published
from programmes.documents import FORMS
from programmes.documents.text import as_html, blocks
from tests import builders as a

pytestmark = pytest.mark.django_db

YEAR = {"starts_on": date(2026, 4, 1), "ends_on": date(2027, 3, 31)}
HOSTILE = (
    "# Not the page's heading\n\n<script>alert(1)</script> <img src=x onerror=alert(1)>\n\n"
    "[click](javascript:alert(1)) ![pixel](https://evil.example/p.png)\n\n"
    '#eval("1") $x$ @label #panic() \\ `code` {{ settings.SECRET_KEY }} {% load x %}\n'
)


def an_edition(text="Some *words*, a [link](https://example.org/) and\n\n- one\n- two\n", **fields):
    """An edition with a bar chart of three rows, one of them hidden, and its table."""
    breakdown = a.a_breakdown("Need", ["=Housing", "Health", "Work"])
    measure = a.a_measure("People helped", breakdown=breakdown)
    for category, value in zip(breakdown.categories.all(), (3, 40, 77), strict=True):
        a.an_observation(value, measure, category=category)
    a.a_release(measure)
    rows = [{"heading": need.name, "category": need} for need in breakdown.categories.all()]
    table = a.a_report_table("Help by need", rows, measure=measure, corner="Need", **YEAR)
    section = {"heading": "Help", "text": text, "table": table, "chart": "bars"}
    return a.an_edition(a.a_report([section, {"heading": "Part", "level": 2}], **fields))


def get(client, edition, form: str) -> bytes:
    answer = client.get(f"{edition.get_absolute_url()}annual-report.{form}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == FORMS[form].content_type
    return answer.content


@pytest.mark.parametrize("form", FORMS)
def test_a_file_is_the_same_each_time(client, form):
    edition = an_edition()

    assert get(client, edition, form) == FORMS[form].make(edition)


@pytest.mark.parametrize("form", FORMS)
def test_a_file_is_made_once_and_kept(client, form, settings):
    edition = an_edition()
    get(client, edition, form)
    (path,) = (settings.DATA_DIR / "reports").iterdir()
    path.write_bytes(b"kept")

    assert get(client, edition, form) == b"kept"


class TestWord:
    def test_headings_have_real_styles_in_their_order(self, client):
        document = Document(BytesIO(get(client, an_edition(), "docx")))

        styles = [(p.style.name, p.text) for p in document.paragraphs if "Heading" in p.style.name]
        assert styles == [("Heading 1", "Help"), ("Heading 2", "Part")]

    def test_the_tables_head_is_marked_and_repeated(self, client):
        table = Document(BytesIO(get(client, an_edition(), "docx"))).tables[0]

        marked = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows]
        assert marked == [True, False, False, False]
        assert [cell.text for cell in table.rows[0].cells] == ["Need", "Number"]

    def test_charts_have_words_that_stand_for_them(self, client):
        document = Document(BytesIO(get(client, an_edition(), "docx")))

        (picture,) = document.inline_shapes
        assert "Help by need" in picture._inline.docPr.get("descr")
        assert "Health: " in picture._inline.docPr.get("descr")

    def test_language_and_title_are_set(self, client):
        edition = an_edition()
        document = Document(BytesIO(get(client, edition, "docx")))

        languages = {found.get(qn("w:val")) for found in document.styles.element.iter(qn("w:lang"))}
        assert languages == {"en-GB"}
        assert document.core_properties.title == edition.report.title
        assert document.core_properties.language == "en-GB"


class TestPdf:
    def test_it_is_tagged_and_says_its_language_and_title(self, client):
        edition = an_edition()
        content = get(client, edition, "pdf")
        reader = PdfReader(BytesIO(content))
        root = reader.trailer["/Root"]

        assert content.startswith(b"%PDF-")
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"] == "en-GB"
        assert reader.metadata.title == edition.report.title
        assert b"pdfuaid:part>1<" in root["/Metadata"].get_data().replace(b" ", b"")

    def test_headings_tables_and_charts_are_tagged_as_such(self, client):
        reader = PdfReader(BytesIO(get(client, an_edition(), "pdf")))

        tags, alts = structure(reader.trailer["/Root"]["/StructTreeRoot"])
        assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/L", "/Figure"} <= tags
        assert any("Help by need" in alt for alt in alts)

    def test_it_shows_every_figure(self, client):
        reader = PdfReader(BytesIO(get(client, an_edition(), "pdf")))
        text = " ".join(page.extract_text() for page in reader.pages)

        assert "[c]" in text
        assert "Help by need" in text


def structure(node) -> tuple[set, list]:
    """The tags of a PDF and the alternative texts in it."""
    tags, alts, waiting = set(), [], [node]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            tags.add(node.get("/S"))
            alts += [str(node["/Alt"])] if "/Alt" in node else []
            waiting += [node["/K"]] if "/K" in node else []
    return tags, alts


class TestZip:
    def test_the_files_hold_what_the_page_shows(self, client):
        edition = an_edition()
        with ZipFile(BytesIO(get(client, edition, "zip"))) as archive:
            (name,) = [name for name in archive.namelist() if name.endswith(".csv")]
            rows = list(csv.reader(StringIO(archive.read(name).decode())))
        page = client.get(edition.get_absolute_url()).content.decode()
        (table,) = as_published(edition).tables

        assert rows[0] == ["Need", "Number", "Remarks"]
        for row, shown in zip(rows[1:], table.rows, strict=True):
            assert row[0].lstrip("'") == shown.heading
            assert row[1] == shown.cells[0].said
            assert f">{row[1]}<" in page

    def test_text_that_a_spreadsheet_would_run_is_made_plain(self, client):
        with ZipFile(BytesIO(get(client, an_edition(), "zip"))) as archive:
            text = archive.read(archive.namelist()[1]).decode()

        assert "'=Housing" in text

    def test_a_readme_tells_the_day_that_it_was_at_the_office(self):
        edition = an_edition()
        edition.made_at = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)

        with ZipFile(BytesIO(FORMS["zip"].make(edition))) as archive:
            assert "edition 1, 1 July 2026" in archive.read("README.txt").decode()

    def test_a_readme_names_titles_and_units(self, client):
        with ZipFile(BytesIO(get(client, an_edition(), "zip"))) as archive:
            readme = archive.read("README.txt").decode()

        assert "Help by need" in readme
        assert "Number: people" in readme


class TestHostileText:
    def test_a_page_shows_tags_as_text_and_no_script_runs(self, client):
        edition = an_edition(HOSTILE, summary=HOSTILE)

        page = client.get(edition.get_absolute_url()).content.decode()

        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert not re.search(r"<script(?![^>]*\bsrc=)|<img[^>]*onerror|href=\"javascript:", page)
        assert '<img src="https' not in page
        assert page.count("<h1") == 1
        assert "{{ settings.SECRET_KEY }}" in page

    @pytest.mark.parametrize("form", FORMS)
    def test_no_file_fails_over_it(self, client, form):
        assert get(client, an_edition(HOSTILE, summary=HOSTILE), form)

    def test_documents_hold_it_as_text(self, client):
        edition = an_edition(HOSTILE)

        pages = PdfReader(BytesIO(get(client, edition, "pdf"))).pages
        written = Document(BytesIO(get(client, edition, "docx"))).paragraphs

        assert "#panic()" in " ".join(page.extract_text() for page in pages)
        assert any("<script>alert(1)</script>" in paragraph.text for paragraph in written)


class TestMarkdown:
    def test_headings_stand_below_the_sections(self):
        assert "<h4" in as_html("# Deep", below=3)
        assert [block.level for block in blocks("# Deep", below=2)] == [3]
        assert [block.level for block in blocks("# A\n\n#### B", below=1)] == [2, 3]

    def test_lists_and_styles_are_kept(self):
        html = as_html("- **one**\n- *two*\n")

        assert "govuk-list--bullet" in html
        assert "<strong>one</strong>" in html

    @pytest.mark.parametrize(
        "address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "JaVaScRiPt:x"]
    )
    def test_no_link_runs_anything(self, address):
        assert "<a" not in as_html(f"[x]({address})")
        assert (
            "href"
            not in as_html(f"<a href='{address}'>x</a>").replace("&#x27;", "").split("&lt;")[0]
        )
