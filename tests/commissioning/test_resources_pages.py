"""Spreadsheets come in by the staff site: a file, a preview in plain words, a confirmation."""

import hashlib
import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from commissioning import roles
from commissioning.actions import records
from commissioning.admin import spreadsheets
from commissioning.models import (
    Area,
    Award,
    Budget,
    Entry,
    ImportRun,
    Organisation,
    Payment,
)
from tests import builders as a
from tests.spreadsheets import as_csv, as_excel, from_csv, from_excel

pytestmark = pytest.mark.django_db

AREAS = [
    {"code": "WM", "name": "West Midlands", "kind": "force", "parent_code": ""},
    {"code": "E08000030", "name": "Walsall", "kind": "local_authority", "parent_code": "WM"},
]


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def officer(client):
    user = a.an_officer()
    client.force_login(user)
    return user


@pytest.fixture
def finance(client):
    user = a.a_finance_officer()
    client.force_login(user)
    return user


def address(model, page: str) -> str:
    return reverse(f"admin:commissioning_{model._meta.model_name}_{page}")


def upload(client, model, data: bytes, name: str = "sheet.xlsx", resource: str = ""):
    file = SimpleUploadedFile(name, data)
    given = {"import_file": file, "resource": resource}
    return client.post(address(model, "import"), given)


def confirm(client, model, preview):
    given = {key: preview.context[key] for key in ("token", "resource")}
    return client.post(address(model, "process_import"), given, follow=True)


def text_of(page) -> str:
    return page.content.decode()


def said(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


# --- Coming in ------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", [as_csv, as_excel])
def test_a_file_is_previewed_and_then_imported(client, officer, written):
    data = written(AREAS)

    preview = upload(client, Area, data, "areas.xlsx")

    assert "2 rows. Nothing has been imported yet." in text_of(preview)
    assert not Area.objects.exists()
    done = confirm(client, Area, preview)
    assert said(done) == ["Areas: 2 added, 0 changed, 0 unchanged."]
    assert Area.objects.get(code="E08000030").parent.name == "West Midlands"
    run = ImportRun.objects.get()
    assert (run.noun, run.file_name, run.imported_by) == ("Areas", "areas.xlsx", officer)
    assert run.sha256 == hashlib.sha256(data).hexdigest()
    assert (run.rows, run.created, run.updated, run.unchanged) == (2, 2, 0, 0)


def test_a_preview_says_what_a_changed_row_was_and_becomes(client, officer):
    a.an_area("Walsall", code="E08000030", note="Old town hall")
    a.an_area("West Midlands", kind="force", code="WM")

    preview = upload(client, Area, as_csv([{**AREAS[1], "note": "New town hall"}]))

    page = text_of(preview)
    for words in ("Old town hall", "New town hall", "parent_code", "Changed"):
        assert words in page
    assert said(confirm(client, Area, preview)) == ["Areas: 0 added, 1 changed, 0 unchanged."]


def test_what_is_recorded_already_needs_no_confirmation(client, officer):
    confirm(client, Area, upload(client, Area, as_csv(AREAS)))

    again = upload(client, Area, as_csv(AREAS))

    assert "There is nothing to import." in text_of(again)
    assert "imported this very file on" in text_of(again)
    assert address(Area, "process_import") not in text_of(again)


def test_refusals_stand_in_a_table_by_row_and_nothing_is_kept(client, officer, tmp_path):
    rows = [*AREAS, {**AREAS[1], "code": "E2", "name": "Dudley", "parent_code": "E09"}]

    page = upload(client, Area, as_excel(rows), "areas.xlsx")

    assert "Nothing from “areas.xlsx” has been imported." in text_of(page)
    assert '<th scope="row">Row 4</th>' in text_of(page)
    assert "There is no area with code “E09”." in text_of(page)
    assert not Area.objects.exists()
    assert not list(tmp_path.glob("imports/*"))


def test_wrong_columns_are_told_in_sentences(client, officer):
    page = upload(client, Area, as_csv([{"code": "E1", "town": "Walsall"}]))

    assert "There is no column called “town”." in text_of(page)
    assert "The file lacks the columns “name”, “kind”." in text_of(page)


def test_columns_for_reading_only_are_named_as_not_taken_in(client, officer):
    row = {"code": "o", "name": "Org", "kind": "charity", "is_published": "yes"}

    preview = upload(client, Organisation, as_csv([row]))

    assert "what the file says in them is not taken in: is_published" in text_of(preview)
    confirm(client, Organisation, preview)
    assert not Organisation.objects.get().is_published


def test_a_blank_line_counts_as_a_row_of_the_file_but_not_as_a_record(client, officer):
    lines = b"code,name,kind\nE1,Walsall,other\n\n,,\nE2,Dudley,town\n"

    page = upload(client, Area, lines, "areas.csv")

    assert '<th scope="row">Row 5</th>' in text_of(page)


def test_text_of_excel_on_windows_and_with_a_mark_in_front_is_read(client, officer):
    for encoding, name in (("cp1252", "Café"), ("utf-8-sig", "Naïve"), ("utf-16", "Zoë")):
        row = {"code": name, "name": f"{name} – “good”", "kind": "charity"}
        confirm(client, Organisation, upload(client, Organisation, as_csv([row], encoding)))

    assert {o.name for o in Organisation.objects.all()} == {
        "Café – “good”",
        "Naïve – “good”",
        "Zoë – “good”",
    }


def test_a_file_that_takes_too_long_is_refused_with_a_sentence(client, officer, monkeypatch):
    monkeypatch.setattr(spreadsheets, "SECONDS", -1)

    page = upload(client, Area, as_csv(AREAS))

    assert "The file takes too long: 0 of its 2 rows were read" in text_of(page)
    assert not Area.objects.exists()


# --- The confirmation -----------------------------------------------------------------------------


def test_a_confirmation_pressed_twice_imports_once(client, officer):
    row = {"reference": "", "title": "Youth work", "kind": "grant"}
    preview = upload(client, Award, as_csv([row]), resource="AwardResource")

    confirm(client, Award, preview)
    again = confirm(client, Award, preview)

    assert Award.objects.count() == ImportRun.objects.count() == 1
    assert said(again)[0].startswith("Nothing was imported now")


def test_a_confirmation_is_read_anew_when_records_changed_meanwhile(client, officer):
    preview = upload(client, Area, as_csv(AREAS[:1]))
    a.an_area("West Midlands force", kind="force", code="WM")

    page = confirm(client, Area, preview)

    assert "Somebody else changed records while you looked." in text_of(page)
    assert Area.objects.get().name == "West Midlands force"
    assert not ImportRun.objects.exists()
    confirm(client, Area, page)
    assert Area.objects.get().name == "West Midlands"


def test_a_confirmation_is_refused_when_a_rule_now_forbids_it(client, finance):
    budget = a.a_budget(100)
    row = {"fund_code": budget.fund.code, "area_code": a.an_area().code, "amount": 80}
    from_file = as_csv([row])
    from_data = budget.allocations.model
    preview = upload(client, from_data, from_file)
    a.an_allocation(50, budget)

    page = confirm(client, from_data, preview)

    assert "£80.00 cannot be allocated from" in text_of(page)
    assert budget.allocations.count() == 1


@pytest.mark.parametrize("tamper", ["token", "file", "person"])
def test_a_file_or_token_that_is_not_what_was_previewed_is_not_imported(
    client, officer, tmp_path, tamper
):
    token = upload(client, Area, as_csv(AREAS)).context["token"]
    if tamper == "token":
        token = token[:-1] + ("x" if token[-1] != "x" else "y")
    elif tamper == "file":
        (waiting,) = (tmp_path / "imports").iterdir()
        waiting.write_bytes(as_csv(AREAS[:1]))
    else:
        client.force_login(a.an_officer())

    page = client.post(
        address(Area, "process_import"),
        {"token": token, "resource": "AreaResource"},
        follow=True,
    )

    assert said(page)[0].startswith("Nothing was imported now")
    assert not Area.objects.exists()


def test_a_confirmation_needs_a_press_and_not_an_address(client, officer):
    assert client.get(address(Area, "process_import")).status_code == 405


# --- Money ----------------------------------------------------------------------------------------


def test_a_preview_adds_up_the_amounts_and_writes_no_entry(client, finance):
    fund, source = a.a_fund(), a.a_source()
    period = {"starts_on": date(2021, 4, 1), "ends_on": date(2022, 3, 31)}
    later = {"starts_on": date(2022, 4, 1), "ends_on": date(2023, 3, 31)}
    money = {"fund_code": fund.code, "source_code": source.code}
    rows = [{**money, **period, "amount": 1000.5}, {**money, **later, "amount": 2000}]

    preview = upload(client, Budget, as_excel(rows))

    assert "£3,000.50" in text_of(preview)
    assert not Entry.objects.exists()
    confirm(client, Budget, preview)
    assert sum(entry.amount for entry in Entry.objects.all()) == Decimal("3000.50")


def test_finance_takes_on_old_awards_and_officers_draft_new_ones(client, finance):
    row = {"reference": "OLD-1", "title": "Old", "kind": "grant", "from_record": "Ledger"}

    assert "AwardResource" not in choices(client, Award)
    preview = upload(client, Award, as_csv([row]), resource="TakenOnAwardResource")
    confirm(client, Award, preview)
    assert Award.objects.get().status == Award.Status.APPROVED

    client.force_login(a.an_officer())
    assert "TakenOnAwardResource" not in choices(client, Award)


def choices(client, model) -> list[str]:
    return [
        name for name, _ in client.get(address(model, "import")).context["form"].resources.items()
    ]


def test_an_import_of_payments_leaves_their_release_to_somebody_else(client, officer):
    award = a.an_award()
    row = {"award_reference": award.reference, "amount": "£1,000"}

    confirm(client, Payment, upload(client, Payment, as_csv([row])))

    assert Payment.objects.get().status == Payment.Status.REQUESTED
    assert Payment.objects.get().requested_by == officer


# --- Who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["import", "process_import"])
def test_an_auditor_imports_nothing(client, page):
    client.force_login(a.a_user(roles.AUDITOR))

    assert client.post(address(Area, page)).status_code == 403
    assert address(Area, "import") not in text_of(client.get(address(Area, "changelist")))


def test_an_auditor_exports_everything_that_can_be_looked_at(client):
    client.force_login(a.a_user(roles.AUDITOR))

    assert address(Area, "export") in text_of(client.get(address(Area, "changelist")))
    assert client.get(address(Area, "export")).status_code == 200


def test_staff_without_a_role_neither_import_nor_export(client):
    client.force_login(a.a_user())

    assert client.get(address(Area, "import")).status_code == 403
    assert client.get(address(Area, "export")).status_code == 403


def test_who_may_add_and_not_change_is_told_which_row_would_change_something(client):
    user = a.a_user()
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_area", "add_area"]))
    client.force_login(user)
    a.an_area("Walsall town", code="E08000030")
    rows = [{**AREAS[1], "parent_code": ""}]

    page = upload(client, Area, as_csv(rows))

    assert "It would change Walsall town, and you may only add areas." in text_of(page)


# --- Going out ------------------------------------------------------------------------------------


def export(client, model, kind: str, resource: str = "", query: str = "") -> bytes:
    page = client.post(address(model, "export") + query, {"format": kind, "resource": resource})
    assert f".{kind}" in page["Content-Disposition"]
    return page.content


def test_an_export_has_the_rows_of_the_list_as_searched(client, officer):
    a.an_area("Walsall", code="E1")
    a.an_area("Dudley", code="E2")

    assert len(from_excel(export(client, Area, "xlsx"))) == 2
    (row,) = from_csv(export(client, Area, "csv", query="?q=Dudley"))
    assert (row["code"], row["kind"]) == ("E2", "local_authority")


def test_amounts_and_days_in_excel_are_amounts_and_days(client, finance):
    a.a_budget("1234.50")

    (row,) = from_excel(export(client, Budget, "xlsx"))

    assert row["amount"] == 1234.5
    assert row["starts_on"].date() == date(2026, 4, 1)


FORMULAS = ["=1+1", "+44 121", "-5", "@SUM(A1)", "'=quoted", "\t=1", "'plain'", "=HYPERLINK(1)"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_exported_cell_is_a_formula_and_each_comes_back_as_it_was(client, officer, kind):
    area = a.an_area("Walsall")
    for text in FORMULAS:
        area.note = text
        records.save(area, by=officer)
        data = export(client, Area, kind)
        area.note = "Something else."
        records.save(area, by=officer)

        if kind == "csv":
            assert not from_csv(data)[0]["note"].startswith(("=", "+", "-", "@", "\t"))
        else:
            assert b"<f>" not in sheet_of(data)
        confirm(client, Area, upload(client, Area, data))

        area.refresh_from_db()
        assert area.note == text.strip()


def sheet_of(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return book.read("xl/worksheets/sheet1.xml")


def test_an_empty_spreadsheet_has_the_columns_of_an_import(client, officer):
    layout = reverse("admin:commissioning_area_layout", kwargs={"resource": "AreaResource"})
    assert layout in text_of(client.get(address(Area, "import")))

    sheet = load_workbook(io.BytesIO(client.get(layout).content)).active

    names = [cell.value for cell in sheet[1]]
    assert names == [
        *("code", "name", "slug", "kind", "parent_code"),
        *("tile_row", "tile_column", "note"),
    ]
