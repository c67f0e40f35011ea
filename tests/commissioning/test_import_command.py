"""`import_spreadsheet`: the door of the staff site, for those who like commands."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from commissioning.models import Area, Award, ImportRun, User
from tests import builders as a
from tests.spreadsheets import as_csv, as_excel

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]

AREAS = [
    {"code": "WM", "name": "West Midlands", "kind": "force"},
    {"code": "E08000030", "name": "Walsall", "kind": "local_authority"},
]


@pytest.fixture
def sheet(tmp_path):
    def write(rows, written=as_csv, name="areas.csv"):
        file = tmp_path / name
        file.write_bytes(written(rows))
        return file

    return write


def run(noun, file, by) -> str:
    out = StringIO()
    call_command("import_spreadsheet", noun, str(file), "--by", by.username, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("written", [as_csv, as_excel])
def test_a_file_is_taken_in_once_and_remembered(sheet, written):
    officer, file = a.an_officer(), sheet(AREAS, written)

    assert run("area", file, officer) == "Areas: 2 added, 0 changed, 0 unchanged.\n"
    assert run("area", file, officer) == "Areas: 0 added, 0 changed, 2 unchanged.\n"

    assert Area.objects.count() == 2
    first, second = ImportRun.objects.order_by("pk")
    assert (first.imported_by, first.created, first.file_name) == (officer, 2, "areas.csv")
    assert first.sha256 == second.sha256


def test_one_bad_row_keeps_the_whole_file_back_and_is_named_by_row_and_column(sheet):
    bad = {"code": "X", "name": "Nowhere", "kind": "planet"}

    with pytest.raises(CommandError) as refusal:
        run("area", sheet([*AREAS, bad]), a.an_officer())

    first, *others = str(refusal.value).splitlines()
    assert first == "Nothing was imported."
    assert others[0].startswith("Row 4, kind: ")
    assert refusal.value.returncode == 1
    assert not Area.objects.exists()
    assert not ImportRun.objects.exists()


def test_whoever_may_not_import_it_in_the_staff_site_may_not_by_command_either(sheet):
    file, leaver = sheet(AREAS), a.an_officer()
    leaver.is_active = False
    leaver.save()

    for user in (a.a_finance_officer(), a.an_approver(), leaver, a.a_user()):
        with pytest.raises(CommandError, match="may not import: Areas"):
            run("area", file, user)

    assert not Area.objects.exists()


def test_unknown_nouns_people_and_files_get_a_sentence(sheet, tmp_path):
    officer = a.an_officer()
    with pytest.raises(CommandError, match=r"no noun “planet”. Nouns are: .*taken-on-award"):
        run("planet", sheet(AREAS), officer)
    with pytest.raises(CommandError, match="no member of staff with the user name “nobody”"):
        run("area", sheet(AREAS), User(username="nobody"))
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run("area", tmp_path / "none.csv", officer)
    (tmp_path / "bad.csv").write_bytes(b"\x00\x01")
    with pytest.raises(CommandError, match="not a spreadsheet"):
        run("area", tmp_path / "bad.csv", officer)


def test_the_rules_of_the_noun_s_action_hold(sheet):
    allocation = a.an_allocation(1_000)
    row = {
        "title": "Taken on",
        "kind": "grant",
        "from_record": "Ledger 2019",
        "effective_on": "2026-06-01",
        "line_fund_code": allocation.budget.fund.code,
        "line_area_code": allocation.area.code,
        "line_amount": "1000.01",
    }

    with pytest.raises(CommandError, match=r"Row 2: .*available £1,000.00, asked £1,000.01"):
        run("taken-on-award", sheet([row]), a.a_finance_officer())

    assert not Award.objects.exists()
