"""What an attacker tries: through the web and through files."""

import importlib
import stat

import pytest
from django.apps import apps
from django.conf import settings as under_test
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import get_commands, load_command_class
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from commissioning import triggers
from commissioning.fields import LineField, ProseField
from commissioning.models import Award, Organisation, Payment, User, Weighting
from commissioning.public import listings
from config import settings as deployed
from tests import builders as a
from tests import world
from tests.breaking.tools import unguard
from tests.commissioning import staff
from tests.spreadsheets import as_csv

pytestmark = pytest.mark.django_db

RIGHT = "a right good password"


def with_environment(monkeypatch, **environment):
    """The settings as they would be with these variables set."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return importlib.reload(deployed)


@pytest.fixture
def settings_put_back(monkeypatch):
    yield
    monkeypatch.undo()
    importlib.reload(deployed)


# --- Answers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "place",
    [
        "",
        "login/",
        "password_change/",
        "position.xlsx",
        "commissioning/award/",
        "commissioning/award/export/",
        "commissioning/user/",  # 403
        "jsi18n/",
        "nowhere/",  # 404
    ],
)
def test_nothing_of_the_staff_site_is_kept_by_browsers_or_proxies(client, place):
    client.force_login(a.a_finance_officer())

    answer = client.get(f"/staff/{place}")

    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert "ETag" not in answer


@pytest.mark.parametrize("place", ["/", "/awards.csv", "/api/v1/", "/nowhere/", "/staff/login/"])
def test_every_answer_carries_the_headers_that_hold_a_browser_back(client, place):
    answer = client.get(place)

    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in answer["Permissions-Policy"]


def test_a_page_asked_for_under_another_site_s_name_is_refused(client, settings):
    settings.ALLOWED_HOSTS = ["register.example"]
    client.raise_request_exception = False

    answer = client.get("/", headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "place", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_to_no_other_site(client, method, place):
    a.a_user(username="someone", password=RIGHT)
    posted = {"username": "someone", "password": RIGHT}
    at = {"get": {"query_params": {"next": place}}, "post": {}}[method]

    answer = client.post("/staff/login/", {**posted, "next": place} if not at else posted, **at)

    assert (answer.status_code, answer.url) == (302, "/staff/")


def test_behind_tls_no_neighbour_can_plant_a_session(monkeypatch, settings_put_back):
    behind_tls = with_environment(monkeypatch, HTTPS="true")

    assert behind_tls.SESSION_COOKIE_NAME.startswith("__Host-")
    assert behind_tls.CSRF_COOKIE_NAME.startswith("__Host-")


def test_signing_in_starts_a_new_session(client):
    a.a_user(username="someone", password=RIGHT)
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies[under_test.SESSION_COOKIE_NAME] = session.session_key

    client.post("/staff/login/", {"username": "someone", "password": RIGHT})

    assert client.cookies[under_test.SESSION_COOKIE_NAME].value != session.session_key


@pytest.mark.parametrize(
    "name", [" someone", "someone ", "\uff53\uff4f\uff4d\uff45\uff4f\uff4e\uff45"]
)
def test_other_ways_of_writing_a_name_are_counted_as_that_name(client, name):
    a.a_user(username="someone", password=RIGHT)
    for written in ["someone", name, "someone", name, name]:
        client.post("/staff/login/", {"username": written, "password": "wrong"})

    page = client.post("/staff/login/", {"username": "someone", "password": RIGHT})

    assert page.status_code == 429


@pytest.mark.parametrize("said", ["", "unknown", "198.51.100.7:4711", "x' OR 1=1", "fe80::1%eth0"])
def test_a_proxy_that_names_no_address_does_not_break_signing_in(client, settings, said):
    settings.HTTPS = True
    a.a_user(username="someone", password=RIGHT)
    posted = {"username": "someone", "password": "wrong"}

    page = client.post("/staff/login/", posted, headers={"x-forwarded-for": said})

    assert page.status_code == 200
    assert "The name or the password is not right" in page.content.decode()


def test_what_the_register_keeps_is_for_its_owner_s_eyes(monkeypatch, tmp_path, settings_put_back):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    kept = with_environment(monkeypatch, DATA_DIR=str(tmp_path / "kept")).DATA_DIR

    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert stat.S_IMODE((kept / "secret_key").stat().st_mode) == 0o600


# --- Whom to tell of a weakness -------------------------------------------------------------------


def test_security_txt_names_the_office_and_has_not_expired(client, settings):
    settings.OFFICE = {**settings.OFFICE, "email": "office@example.org", "website": ""}

    answer = client.get("/.well-known/security.txt")

    lines = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert lines["Contact"] == "mailto:office@example.org"
    assert lines["Canonical"] == "http://testserver/.well-known/security.txt"
    expires = timezone.datetime.fromisoformat(lines["Expires"])
    assert 0 < (expires - timezone.now()).days < 365


def test_an_office_that_names_nobody_has_no_security_txt(client, settings):
    settings.OFFICE = {**settings.OFFICE, "email": "", "website": "http://unsafe.example"}

    assert client.get("/.well-known/security.txt").status_code == 404


# --- Nonsense in addresses ------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["%", "%s", "100%", "%(x)s", "{0}"])
@pytest.mark.parametrize("name", ["min", "year", "fund", "kind", "area"])
def test_the_api_quotes_what_it_cannot_use_as_it_was_written(client, name, value):
    answer = client.get("/api/v1/awards/", {name: value})

    assert answer.status_code == 400
    assert name in answer.json()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "query", ["pk__in={n}", "id__in={n}", "recipient__id__exact={n}", "awarded_on__year={n}"]
)
def test_a_number_too_long_for_the_database_is_no_error_of_ours(client, query):
    client.force_login(a.a_user(superuser=True))

    answer = client.get(f"{staff.list_of(Award)}?{query.format(n='9' * 23)}", follow=True)

    assert answer.status_code == 200


# --- Scripts in what staff type -------------------------------------------------------------------

SCRIPT = "\"'><script>alert(1)</script>"


def typed_by_an_attacker() -> None:
    """A script in every text of every record, but for addresses and choices."""
    # As it came in before the database kept decision notices as they were.
    unguard()
    ours = [model for app in under_test.OUR_APPS for model in apps.get_app_config(app).get_models()]
    for model in ours:
        if model is User or model._meta.db_table in triggers.append_only():
            continue
        names = [
            field.name
            for field in model._meta.concrete_fields
            # Shorter ones hold codes, and no script of any use.
            if isinstance(field, LineField | ProseField) and field.max_length >= 60
        ]
        rows = model._base_manager.all()
        # The database lets nobody change a weighting that allocations stand on.
        for row in rows.filter(allocations=None) if model is Weighting else rows:
            texts = {name: f"{SCRIPT} {next(a.numbers)}"[:60] for name in names}
            rows = model._base_manager.filter(pk=row.pk)
            try:
                with transaction.atomic():
                    rows.update(**texts)
            except IntegrityError:
                # Some may be filled only together with others: keep to those that are filled.
                rows.update(**{name: text for name, text in texts.items() if getattr(row, name)})


def is_harmless(response) -> bool:
    is_page = response["Content-Type"].startswith("text/html")
    return not is_page or b"<script>alert" not in response.content


def test_a_script_in_any_text_is_shown_to_the_public_as_text(client):
    world.build()
    typed_by_an_attacker()
    seen = 0
    for listing in listings.ALL:
        for address in (listing.address, *[listing.file(form) for form in ("csv", "json")]):
            assert is_harmless(client.get(address)), address
        for row in listing.rows() if listing.has_pages else []:
            if hasattr(row, "get_absolute_url"):
                page = client.get(row.get_absolute_url())
                assert is_harmless(page), row.get_absolute_url()
                seen += b"&lt;script&gt;alert" in page.content
    assert seen > 5
    for place in ("home", "victims", "data", "transparency", "api-docs"):
        assert is_harmless(client.get(reverse(place))), place


def test_a_script_in_any_text_is_shown_to_staff_as_text(client, superuser):
    staff.a_world()
    typed_by_an_attacker()
    superuser.first_name = SCRIPT
    superuser.save()
    seen = 0
    for modeladmin in staff.registered():
        row = modeladmin.model._base_manager.order_by("pk").last()
        pages = [staff.list_of(modeladmin.model), staff.address(row), staff.address(row, "history")]
        for address in pages:
            page = client.get(address)
            assert is_harmless(page), address
            seen += b"&lt;script&gt;alert" in page.content
    assert seen > 20
    for modeladmin, verb in staff.verbs():
        address = staff.address(staff.row_for(modeladmin, verb), verb.name)
        assert is_harmless(client.get(address)), address
    for place in ("index", "position"):
        assert is_harmless(client.get(reverse(f"admin:{place}"))), place


@pytest.mark.parametrize("address", ["javascript:alert(1)", "JAVASCRIPT://x%0aalert(1)", "data:,x"])
def test_an_address_that_runs_is_no_website(client, superuser, settings, tmp_path, address):
    settings.DATA_DIR = tmp_path
    organisation = a.an_organisation("Charity", published=False)
    posted = {"name": "Charity", "kind": "charity", "withhold": "nothing", "website": address}

    page = client.post(
        staff.address(organisation), {**posted, **staff.inlines("identifiers", "names")}
    )
    preview = upload(
        client, Organisation, [{"code": "x", "name": "X", "kind": "charity", "website": address}]
    )

    assert "Enter a valid URL" in staff.problems(page)
    assert preview.context["refused"] == 1
    assert Organisation.objects.get().website == ""


# --- Files ----------------------------------------------------------------------------------------


def test_an_import_cannot_write_what_its_columns_do_not_offer(
    client, superuser, settings, tmp_path
):
    settings.DATA_DIR = tmp_path
    award = a.an_award(10_000)
    row = {
        "award_reference": award.reference,
        "kind": "payment",
        "amount": "10",
        "status": "released",
        "paid_on": "2026-06-01",
    }
    for forged in ("requested_by", "requested_by_id", "released_by", "id", "pk"):
        preview = upload(client, Payment, [{**row, forged: "1"}])
        assert "There is no column called" in " ".join(preview.context["whole"])

    preview = upload(client, Payment, [row])
    given = {key: preview.context[key] for key in ("token", "resource")}
    client.post(staff.list_of(Payment, "process_import"), given)

    payment = Payment.objects.get()
    assert (payment.status, payment.paid_on) == ("requested", None)
    assert payment.requested_by == superuser


def upload(client, model, rows):
    file = SimpleUploadedFile("../../../etc/cron.d/x.csv", as_csv(rows))
    return client.post(staff.list_of(model, "import"), {"import_file": file})


def test_static_files_in_development_lead_nowhere_else(settings):
    """As `make run` serves them: by the handler that runserver takes."""
    settings.DEBUG = True
    command = load_command_class(get_commands()["runserver"], "runserver")
    options = vars(command.create_parser("manage.py", "runserver").parse_args([]))
    door = command.get_handler(**options)

    environ = RequestFactory()._base_environ(PATH_INFO="/static/../config/settings.py")

    answered = []
    door(environ, lambda status, headers: answered.append(status))

    assert answered == ["404 Not Found"]
