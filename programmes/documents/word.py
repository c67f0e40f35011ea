"""An edition as a Word document: real headings, and tables whose heads are marked."""

import re
from datetime import UTC
from io import BytesIO
from zipfile import ZipFile

from django.conf import settings
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from commissioning.days import in_words
from programmes.annual_report import Section, as_published
from programmes.documents.csvs import zipped
from programmes.documents.pictures import Picture, pictures
from programmes.documents.text import Block, Run, blocks
from programmes.models import Edition
from programmes.report_tables import Table

LANGUAGE = "en-GB"
WIDTH = Mm(160)
# What no XML file can hold; staff cannot type most of it, but documents must not fail over it.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
STYLES = {"bullets": "List Bullet", "numbers": "List Number", "paragraph": "Normal"}


def as_word(edition: Edition) -> bytes:
    """The edition as .docx; the same bytes each time."""
    report = as_published(edition)
    document = Document()
    _set_up(document, edition, report.title)
    document.add_paragraph(_plain(settings.OFFICE["name"]))
    document.add_paragraph(_plain(report.title), style="Title")
    document.add_paragraph(f"Edition {edition.number}, {in_words(edition.made_at)}")
    if edition.change_note:
        document.add_paragraph(_plain(f"What is new in this edition: {edition.change_note}"))
    _write(document, blocks(report.summary))
    for section in report.sections:
        _add_section(document, section)
    return _without_moments(document)


def _set_up(document: WordDocument, edition: Edition, title: str) -> None:
    """Title, language and dates, where programs look for them."""
    made_at = edition.made_at.astimezone(UTC)
    about = document.core_properties
    about.title, about.language = _plain(title), LANGUAGE
    about.author = about.last_modified_by = _plain(settings.OFFICE["name"])[:255]
    about.comments = ""
    about.created = about.modified = made_at.replace(tzinfo=None, microsecond=0)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(11)
    for properties in document.styles.element.iter(qn("w:rPr")):
        for language in properties.findall(qn("w:lang")):
            language.set(qn("w:val"), LANGUAGE)
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(25)


def _add_section(document: WordDocument, section: Section) -> None:
    document.add_heading(_plain(section.heading), section.level)
    _write(document, blocks(section.text, section.level))
    _add_pictures(document, pictures(section))
    if section.table:
        _add_table(document, section.table)


def _write(document: WordDocument, written: list[Block]) -> None:
    for block in written:
        for runs in block.items:
            if block.kind == "heading":
                paragraph = document.add_heading(level=block.level)
            else:
                paragraph = document.add_paragraph(style=STYLES[block.kind])
            for run in runs:
                _add_run(paragraph, run)


def _add_run(paragraph: Paragraph, run: Run) -> None:
    made = paragraph.add_run(_plain(run.text))
    made.bold, made.italic = run.is_strong or None, run.is_emphasis or None
    if not run.href:
        return
    made.underline = True
    link = OxmlElement("w:hyperlink")
    relation = paragraph.part.relate_to(
        _plain(run.href), RELATIONSHIP_TYPE.HYPERLINK, is_external=True
    )
    link.set(qn("r:id"), relation)
    link.append(made._r)
    paragraph._p.append(link)


def _add_pictures(document: WordDocument, drawn: list[Picture]) -> None:
    """Narrow ones two on a line, each with the words that stand for it."""
    if not drawn:
        return
    paragraph = document.add_paragraph()
    for picture in drawn:
        width = WIDTH // 2 - Mm(1) if picture.is_narrow else WIDTH
        added = paragraph.add_run().add_picture(BytesIO(picture.png()), width=width)
        added._inline.docPr.set("descr", _plain(picture.alt))


def _add_table(document: WordDocument, table: Table) -> None:
    """A caption, a head that is repeated on each page, and the rows; notes below."""
    caption = document.add_paragraph(_plain(table.title), style="Caption")
    caption.paragraph_format.keep_with_next = True
    grid = document.add_table(rows=0, cols=len(table.columns) + 1, style="Table Grid")
    _describe(grid._tbl, table.title)
    sizes = [False, *table.numeric()]
    headings = [table.corner, *(column.heading for column in table.columns)]
    head = _add_row(grid, headings, sizes, is_strong=True)
    _mark(head, "w:tblHeader")
    for row in table.rows:
        cells = [row.heading, *(cell.said for cell in row.cells)]
        _mark(_add_row(grid, cells, sizes, is_strong=row.is_total), "w:cantSplit")
    for note in table.notes:
        document.add_paragraph(_plain(note)).runs[0].font.size = Pt(9)
    document.add_paragraph()


def _add_row(grid, words: list[str], sizes: list[bool], is_strong: bool):
    row = grid.add_row()
    size = Pt(7) if len(words) > 9 else Pt(9)
    for cell, text, is_numeric in zip(row.cells, words, sizes, strict=True):
        paragraph = cell.paragraphs[0]
        run = paragraph.add_run(_plain(text))
        run.bold, run.font.size = is_strong or None, size
        if is_numeric:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return row


def _mark(row, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _describe(grid, title: str) -> None:
    """The table's alternative text, and that its first row and column are headings."""
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), _plain(title))
    grid.tblPr.append(caption)
    look = grid.tblPr.find(qn("w:tblLook"))
    if look is not None:
        look.set(qn("w:firstRow"), "1")
        look.set(qn("w:firstColumn"), "1")


def _plain(text: str) -> str:
    return UNPRINTABLE.sub("", text)


def _without_moments(document: WordDocument) -> bytes:
    """The file without the moments at which its parts were packed."""
    file = BytesIO()
    document.save(file)
    with ZipFile(file) as packed:
        return zipped({name: packed.read(name) for name in packed.namelist()})
