"""Bank details stand on no page, in no file and in no row but where finance asks for them by name.

Marker details are planted; then every page of the staff site, every export, the public side, the
logs and the database itself are searched for them.
"""

import io
import json
import logging

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import NoReverseMatch, URLPattern, reverse
from openpyxl import load_workbook

from commissioning.models import Payment
from config import lists
from finance.models import BankAccount
from tests import builders as a
from tests.commissioning import staff
from tests.sampling import sample
from tests.standing import for_the_module

pytestmark = pytest.mark.django_db

NAME, SORT_CODE, NUMBER = "Xqpayeeqx Zed", "918273", "64738291"
# However they might be written.
MARKS = [NAME, "xqpayeeqx", SORT_CODE, "91-82-73", "91 82 73", NUMBER, "6473 8291"]
SEALS = "gAAAA"


def found(text: str) -> list[str]:
    return [mark for mark in MARKS if mark.lower() in text.lower()]


def make_planted():
    """One of every record, and two accounts with marker details: one paid into, one proposed."""
    staff.a_world()
    award = a.an_award(5_000, published=True)
    a.an_account(award.recipient, a.some_details(NAME, SORT_CODE, NUMBER))
    a.a_released_batch(a.a_request(100, award), a.a_request(200, award))
    a.a_batch(a.a_request(300, award))
    return a.a_proposed_account(award.recipient, a.some_details(NAME, SORT_CODE, NUMBER))


planted = for_the_module(make_planted)


def staff_addresses() -> list[str]:
    """Every address of every noun of the staff site, with its newest records."""
    addresses = []
    for modeladmin in staff.registered():
        rows = modeladmin.model._base_manager.order_by("-pk")[:3]
        for pattern in modeladmin.get_urls():
            if isinstance(pattern, URLPattern) and pattern.name:
                addresses += _addresses(pattern, rows, modeladmin.opts.model_name)
    return addresses


def _addresses(pattern: URLPattern, rows, noun: str) -> list[str]:
    made = []
    keys = [{}, {"resource": noun}]
    keys += [{name: row.pk} for row in rows for name in ("pk", "object_id", "id")]
    for key in keys:
        try:
            made.append(reverse(f"admin:{pattern.name}", kwargs=key))
        except NoReverseMatch:
            continue
    return made


def test_no_page_of_the_staff_site_shows_bank_details(client, planted):
    client.force_login(a.a_user(superuser=True))
    addresses = [*staff_addresses(), reverse("admin:index")]
    assert len(addresses) > 300

    for address in sample(addresses, 200):
        page = client.get(address)
        shown = page.content.decode(errors="replace") if not page.streaming else ""
        assert found(shown) == [], address
        assert SEALS not in shown, address


def test_no_list_of_the_staff_site_finds_a_record_by_bank_details(client, planted):
    client.force_login(a.a_user(superuser=True))
    for modeladmin in staff.registered():
        found_by = client.get(staff.list_of(modeladmin.model), {"q": NUMBER}).context["cl"]
        assert not found_by.search_fields or found_by.result_count == 0, modeladmin


def test_no_export_offers_or_holds_bank_details(client, planted):
    client.force_login(a.a_user(superuser=True))
    exported = 0
    for modeladmin in staff.registered():
        resources = getattr(modeladmin, "export_resources", lambda request: [])
        if modeladmin.model is BankAccount:
            assert client.get(staff.list_of(BankAccount, "export")).status_code == 403
            assert client.get(staff.list_of(BankAccount, "import")).status_code == 403
            continue
        request = client.get(staff.list_of(modeladmin.model)).wsgi_request
        for each in resources(request):
            posted = {"format": "csv", "resource": each.__name__}
            page = client.post(staff.list_of(modeladmin.model, "export"), posted)
            assert found(page.content.decode()) == [], each
            exported += page["Content-Type"].startswith("text/csv")
    assert exported > 5


def test_autocomplete_does_not_find_an_organisation_by_its_account(client, planted):
    client.force_login(a.a_user(superuser=True))
    asked = {"app_label": "finance", "model_name": "bankaccount", "field_name": "organisation"}

    for term in (NUMBER, NAME, SORT_CODE):
        page = client.get(reverse("admin:autocomplete"), {**asked, "term": term})
        assert json.loads(page.content)["results"] == []


def test_the_public_sees_nothing_of_bank_details(client, planted):
    for listing in lists.ALL:
        for form in ("/", ".csv", ".json", ".xlsx"):
            page = client.get(listing.address.rstrip("/") + form)
            assert page.status_code == 200, page.request
            content = b"".join(page.streaming_content) if page.streaming else page.content
            if form == ".xlsx":
                book = load_workbook(io.BytesIO(content))
                content = "\n".join(
                    str(cell) for sheet in book for row in sheet.values for cell in row
                ).encode()
            assert found(content.decode()) == [], page.request


def test_no_log_holds_bank_details(client, planted, caplog):
    client.force_login(a.a_finance_officer())
    posted = {
        "organisation": a.an_organisation().pk,
        "account_name": NAME,
        "sort_code": SORT_CODE,
        "account_number": NUMBER,
    }
    with caplog.at_level(logging.DEBUG):
        client.post(staff.list_of(BankAccount, "add"), posted)
        client.post(staff.list_of(BankAccount, "add"), {**posted, "checked_how": "Called."})
        account = BankAccount.objects.latest("pk")
        client.post(staff.address(account, "details"))

    assert BankAccount.objects.filter(checked_how="Called.").exists()
    assert found(caplog.text) == []


def test_an_error_page_does_not_repeat_what_was_typed(client, monkeypatch, settings):
    settings.DEBUG = False
    client.force_login(a.a_finance_officer())
    client.raise_request_exception = False
    monkeypatch.setattr("finance.actions.bank.propose", lambda *args, **kwargs: 1 / 0)
    posted = {
        "organisation": a.an_organisation().pk,
        "account_name": NAME,
        "sort_code": SORT_CODE,
        "account_number": NUMBER,
        "checked_how": "Called.",
    }

    page = client.post(staff.list_of(BankAccount, "add"), posted)

    assert page.status_code == 500
    assert found(page.content.decode()) == []
    assert page.wsgi_request.sensitive_post_parameters == (
        "account_name",
        "sort_code",
        "account_number",
    )


def test_the_database_holds_bank_details_in_no_row_in_plain(planted):
    searched = 0
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            for row in cursor.fetchall():
                searched += 1
                assert found(" ".join(map(str, row))) == [], table
    assert searched > 500
    dump = io.StringIO()
    call_command("dumpdata", stdout=dump)
    assert found(dump.getvalue()) == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps its files to itself")
def test_the_file_of_the_database_holds_bank_details_nowhere_in_plain(planted):
    connection.ensure_connection()

    content = connection.connection.serialize().decode("latin-1")

    assert "Bank account of" in content
    assert found(content) == []


def test_the_marks_would_be_found_where_finance_asks_for_them(client, planted):
    """That the search can fail: the two places that show details show these."""
    client.force_login(a.a_finance_officer())
    batch = Payment.objects.get(amount=a.pounds(100)).batch_lines.get().batch

    details = client.post(staff.address(planted, "details")).content.decode()
    file = client.post(staff.address(batch, "file")).content.decode()

    assert {NAME, "91-82-73", NUMBER} <= set(found(details))
    assert {NAME, SORT_CODE, NUMBER} <= set(found(file))
