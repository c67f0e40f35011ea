"""One form sent five times at the same moment has one effect: one of each kind of page."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from commissioning.models import ClosedYear, Condition, ImportRun, Organisation, Payment
from commissioning.submissions import FIELD, new_key
from tests import builders as a
from tests import racing
from tests.commissioning import sending, staff
from transparency.models import Problem

pytestmark = pytest.mark.django_db(transaction=True)


def five_times(tmp_path, boss, address: str, sent: dict) -> dict:
    """Send a form five times at once, each from a connection of its own; what it left behind."""

    def send():
        client = Client()
        if boss:
            client.force_login(boss)
        return client.post(address, {FIELD: KEY, **sent})

    with racing.database_in_a_file(tmp_path):
        before = sending.effects()
        answered = racing.race([send] * 5)
        after = sending.effects()
    assert {answer.status_code for answer in answered} <= {302, 303}, answered
    assert len({answer["Location"] for answer in answered}) == 1
    return {label: after[label] - before[label] for label in after if after[label] != before[label]}


KEY = new_key()


def test_a_staff_action(client, superuser, tmp_path):
    award = a.an_award(1_000)
    told = {"commitment": award.commitments.get().pk, "amount": "250", "reference": "INV-77"}
    page = staff.ask(client, award, "request-payment", **told)

    left = five_times(
        tmp_path,
        superuser,
        staff.address(award, "request-payment"),
        staff.confirming(page, **told),
    )

    assert left[Payment._meta.label] == 1


def test_a_record_that_is_added(client, superuser, tmp_path):
    address, form = staff.list_of(Organisation, "add"), staff.an_organisation_form()
    left = five_times(tmp_path, superuser, address, form)
    assert left[Organisation._meta.label] == 1


def test_rows_that_are_added_on_the_page_of_a_record(client, superuser, tmp_path):
    award = a.a_draft(1_000)
    form = staff.filled_in(client.get(staff.address(award)).context)
    prefix = next(
        name[:-12] for name in form if "condition" in name and name.endswith("TOTAL_FORMS")
    )
    form |= {f"{prefix}-TOTAL_FORMS": 1, f"{prefix}-0-text": "Report every quarter."}

    left = five_times(tmp_path, superuser, staff.address(award), form)

    assert left[Condition._meta.label] == 1


def test_an_import(client, superuser, tmp_path):
    file = SimpleUploadedFile("sources.csv", b"code,name,slug,kind\nx1,Fund X,fund-x,reserves\n")
    page = client.post("/staff/commissioning/fundingsource/import/", {"import_file": file})
    sent = {"token": page.context["token"], "resource": page.context["resource"]}

    left = five_times(
        tmp_path, superuser, "/staff/commissioning/fundingsource/process_import/", sent
    )

    assert left[ImportRun._meta.label] == 1


def test_a_page_of_finance_that_belongs_to_no_record(client, superuser, tmp_path):
    (to, sent), *_ = sending.forms(client.get(reverse("admin:year_close", args=["2010-11"])))
    left = five_times(tmp_path, superuser, to, {**sent, FIELD: KEY})
    assert left[ClosedYear._meta.label] == 1


def test_a_report_from_the_public(tmp_path):
    told = {"about": "/", "text": "The amount is wrong.", "website": "", "reach": ""}
    left = five_times(tmp_path, None, reverse("transparency:problem"), told)
    assert left[Problem._meta.label] == 1
