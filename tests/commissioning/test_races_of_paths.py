"""Two people want the last £10,000 of an allocation at once, by each way to it: one gets it."""

import html
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from commissioning import integrity, roles
from commissioning.actions import awards
from commissioning.models import Allocation, Award
from tests import builders as a
from tests.chain import MAY, terminate
from tests.commissioning import staff
from tests.racing import database_in_a_file, race
from tests.spreadsheets import as_csv

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.dialect]

LAST = 10_000
DAY = "2026-06-01"


@pytest.fixture(autouse=True)
def own_connections(transactional_db, tmp_path):
    with database_in_a_file(tmp_path):
        yield


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(a.a_user(role))
    return client


def told_by(page) -> str:
    """What somebody reads: the page, without the marks that HTML needs."""
    return html.unescape(page.content.decode())


# --- The paths: each prepares all but the last press, and returns that ----------------------------


def confirms(row, verb: str, role: str = roles.APPROVER):
    """The press of the button on the confirm page of a verb."""
    client = signed_in(role)
    told = {"decision": a.a_decision().pk, "effective_on": DAY, "reason": "It is needed."}
    page = staff.ask(client, row, verb, **told)
    assert "effect" in page.context, told_by(page)
    return lambda: told_by(staff.confirm(client, row, verb, page, **told))


def create_and_approve(allocation: Allocation, folder):
    draft = a.a_draft(LAST, allocation)
    awards.recommend(draft, by=a.an_officer())
    return confirms(draft, "approve")


def vary(allocation: Allocation, folder):
    award = a.an_award(500, a.an_allocation(500))
    return confirms(a.a_proposed_variation(LAST, award, allocation), "approve")


def reinstate(allocation: Allocation, folder):
    award = a.an_award(LAST, allocation)
    # On the day it counts from, so that the second one finds the money there.
    terminate(award, effective_on=MAY)
    return confirms(award, "reinstate")


def save_as_new_and_approve(allocation: Allocation, folder):
    officer, original = signed_in(roles.OFFICER), a.a_draft(LAST, allocation)
    form = officer.get(staff.address(original)).context
    told = {**staff.filled_in(form), "title": f"Copy of {original.title}", "_saveasnew": "yes"}
    officer.post(staff.address(original), told)
    copy = Award.objects.get(title=f"Copy of {original.title}")
    staff.use(officer, copy, "recommend")
    return confirms(copy, "approve")


def row_of(allocation: Allocation) -> bytes:
    return as_csv(
        [
            {
                "title": "Taken on",
                "kind": "grant",
                "recipient_code": a.an_organisation().code,
                "from_record": "Ledger 2019",
                "effective_on": DAY,
                "line_fund_code": allocation.budget.fund.code,
                "line_area_code": allocation.area.code,
                "line_amount": str(LAST),
            }
        ]
    )


def take_on_by_import(allocation: Allocation, folder):
    client = signed_in(roles.FINANCE)
    file = SimpleUploadedFile("awards.csv", row_of(allocation))
    given = {"import_file": file, "resource": "TakenOnAwardResource"}
    preview = client.post(reverse("admin:commissioning_award_import"), given)
    token = {key: preview.context[key] for key in ("token", "resource")}
    address = reverse("admin:commissioning_award_process_import")
    return lambda: told_by(client.post(address, token))


def import_by_command(allocation: Allocation, folder):
    file, by = folder / f"{next(a.numbers)}.csv", a.a_finance_officer().username
    file.write_bytes(row_of(allocation))

    def press():
        try:
            call_command("import_spreadsheet", "taken-on-award", file, by=by, stdout=StringIO())
        except CommandError as refusal:
            return str(refusal)
        return ""

    return press


@pytest.mark.parametrize(
    "path",
    [
        create_and_approve,
        vary,
        reinstate,
        take_on_by_import,
        save_as_new_and_approve,
        import_by_command,
    ],
)
def test_of_two_who_want_the_last_10_000_pounds_one_gets_it_and_one_reads_every_figure(
    path, tmp_path
):
    allocation = a.an_allocation(LAST)
    presses = [path(allocation, tmp_path) for _ in range(2)]

    read = race(presses)

    refusal = (
        f"£10,000.00 cannot be committed from {allocation}: allocation £10,000.00, committed "
        "£10,000.00, available £0.00, asked £10,000.00."
    )
    assert sorted(refusal in text for text in read) == [False, True], read
    allocation.refresh_from_db()
    assert allocation.committed == LAST
    assert list(integrity.breaches()) == []
