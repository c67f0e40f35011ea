"""A file that is no proper spreadsheet is refused with a sentence, whatever is wrong with it."""

import io
import zipfile
from time import perf_counter

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from commissioning.models import Area
from tests import builders as a
from tests.spreadsheets import as_csv, as_excel

pytestmark = pytest.mark.django_db

ROW = {"code": "E1", "name": "Walsall", "kind": "other"}


@pytest.fixture(autouse=True)
def officer(client, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    client.force_login(a.an_officer())


def refusal(client, data: bytes, name: str = "areas.xlsx") -> str:
    """What the import page says of a file, and nothing has come in."""
    file = SimpleUploadedFile(name, data)
    page = client.post(reverse("admin:commissioning_area_import"), {"import_file": file})
    assert page.status_code == 200
    assert not Area.objects.exists()
    errors = page.context["form"].errors.get("import_file", [])
    return " ".join(errors) or " ".join(map(str, page.context.get("whole", [])))


def changed_book(change) -> bytes:
    """An Excel file of which one part was written otherwise."""
    before, file = zipfile.ZipFile(io.BytesIO(as_excel([ROW]))), io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.namelist():
            after.writestr(part, change(part, before.read(part)))
    return file.getvalue()


def with_entities(part: str, data: bytes) -> bytes:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    return bomb + data if part.endswith("sheet1.xml") else data


def with_late_entities(part: str, data: bytes) -> bytes:
    return with_entities(part, b" " * 5_000 + data) if part.endswith("sheet1.xml") else data


def with_entities_in_utf_16(part: str, data: bytes) -> bytes:
    data = with_entities(part, data)
    return data.decode().encode("utf-16") if part.endswith("sheet1.xml") else data


def in_style(part: str, data: bytes) -> bytes:
    many = b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>' * 120_000
    return data.replace(b"</cellXfs>", many + b"</cellXfs>")


def blown_up(part: str, data: bytes) -> bytes:
    return data + b" " * 160_000_000 if part.endswith("sheet1.xml") else data


def broken(part: str, data: bytes) -> bytes:
    return data[: len(data) // 2] if part.endswith("sheet1.xml") else data


def far_away() -> bytes:
    """A workbook with a cell in the last row that Excel has."""
    book, file = Workbook(), io.BytesIO()
    book.active.append(list(ROW))
    book.active["A1048576"] = "E1"
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b" \r\n ", "The file is empty."),
        (b"\xef\xbb\xbf\n", "The first row of the file is empty."),
        (b"code,name,kind\n", "The file has names of columns and no rows under them."),
        (b"code,name,kind\n,,\n\n", "The file has names of columns and no rows under them."),
        (b"code,name,name,kind\nE1,a,b,c\n", "more than one column called “name”"),
        (b"code,,kind\nE1,a,other\n", "A column has no name in the first row."),
        (b"code,name,kind\nE1,a,b,c\n", "Row 2 has more cells than the first row"),
        (b'code,name,kind\nE1,"a,other\n', "a quotation mark is not closed"),
        (b"code,name,kind\nE1," + b"x" * 200_000 + b",other\n", "longer than any text"),
        (b"code\n" + b"E1\n" * 20_001, "The file has more than 20,000 rows."),
        (b",".join(b"c%d" % n for n in range(201)) + b"\n1\n", "more than 200 columns"),
        (b"x" * (10 * 1024 * 1024 + 1), "The file is larger than 10 MB."),
        (b"%PDF-1.7\n\x00\x01\xff", "This is not a spreadsheet."),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This is not a spreadsheet."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is an old Excel file, or one with a password."),
        (b"PK\x03\x04 and no more", "The file is damaged, or is not a spreadsheet."),
        (as_excel([ROW])[:-200], "The file is damaged, or is not a spreadsheet."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(client, data, sentence):
    assert sentence in refusal(client, data)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (with_entities, "The file defines XML entities"),
        (with_late_entities, "The file defines XML entities"),
        (with_entities_in_utf_16, "The file defines XML entities"),
        (in_style, "The file unpacks to more than this system takes."),
        (blown_up, "The file unpacks to more than this system takes."),
        (broken, "The file is damaged, or is not a spreadsheet."),
    ],
)
def test_a_workbook_that_would_harm_is_not_opened(client, change, sentence):
    assert sentence in refusal(client, changed_book(change))


def test_a_cell_a_million_rows_down_is_no_million_rows(client):
    assert "The file has more than 20,000 rows." in refusal(client, far_away())


def test_rows_that_reach_to_the_last_column_do_not_hold_up_the_site(client):
    def change(part, data):
        rows = b"".join(b'<row r="%d"><c r="XFD%d"/></row>' % (n, n) for n in range(3, 20_000))
        return data.replace(b"</sheetData>", rows + b"</sheetData>")

    started = perf_counter()
    page = client.post(
        reverse("admin:commissioning_area_import"),
        {"import_file": SimpleUploadedFile("areas.xlsx", changed_book(change))},
    )

    assert page.context["counts"].created == 1
    # It took more than a minute.
    assert perf_counter() - started < 30


def test_no_file_at_all_is_told(client):
    page = client.post(reverse("admin:commissioning_area_import"), {})

    assert page.context["form"].errors["import_file"] == ["Choose a file."]


def test_a_zip_file_that_is_no_workbook_is_refused(client):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("areas.csv", as_csv([ROW]))

    assert "is not a spreadsheet" in refusal(client, file.getvalue())


def test_what_kind_of_file_it_is_is_read_from_the_file_and_not_from_its_name(client):
    file = SimpleUploadedFile("areas.xlsx", as_csv([ROW]))

    page = client.post(reverse("admin:commissioning_area_import"), {"import_file": file})

    assert page.context["counts"].created == 1


def test_a_list_with_semicolons_between_columns_is_read(client):
    file = SimpleUploadedFile("areas.csv", b"code;name;kind\nE1;Walsall, town;other\n")

    page = client.post(reverse("admin:commissioning_area_import"), {"import_file": file})

    assert page.context["counts"].created == 1
