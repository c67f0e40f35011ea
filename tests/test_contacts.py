"""Somebody's e-mail address or telephone number in a published text is read by staff alone."""

import pytest
from django.apps import apps
from django.conf import settings as configured
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Value
from django.db.models.functions import Concat
from django.urls import reverse

from commissioning import contacts, roles, triggers
from commissioning.contact_warnings import public_texts
from commissioning.models import Organisation
from programmes.actions import reports
from programmes.models import Report
from search import index
from tests import builders as a
from tests import world
from tests.commissioning import staff
from tests.commissioning.test_resources_pages import upload
from tests.spreadsheets import as_csv
from tests.standing import for_the_module
from tests.test_public_door import named_addresses, text_of
from transparency.duties import Kind

pytestmark = pytest.mark.django_db

EMAIL, PHONE = "jo.qx@people.example", "020 7946 0958"
MARK = f"{EMAIL} {PHONE}"
# By these a record is known and addressed; the first two are part of its address.
IDENTIFY = ("code", "number", "about")
# Words that are too short to hold either.
SHORT = 60


# Kinds of address whose answer holds a text of the world.
REPLACED_IN = {
    "search:search", "feed-awards", "feed-decisions", "public:award", "public:awards-file",
    "public:fund", "public:organisation", "public:service", "awards-detail",
    "opendata:contracts-file", "opendata:threesixtygiving-file", "programmes:measure",
    "programmes:edition", "programmes:edition-zip", "programmes:edition-pdf", "transparency:run",
    "transparency:run-csv", "transparency:run-xlsx", "transparency:run-json",
}  # fmt: skip


def every_public_text():
    """(model, field) of each text that a model declares public."""
    for app in configured.OUR_APPS:
        for model in apps.get_app_config(app).get_models():
            yield from ((model, field) for field in public_texts(model))


def mark(model, field) -> None:
    """Write both contacts behind what stands in every row, and into empty ones that may hold it."""
    rows = model._base_manager
    rows.exclude(**{field.name: ""}).update(
        **{field.name: Concat(field.name, Value(f" {MARK}"), output_field=models.TextField())}
    )
    try:
        with transaction.atomic():
            rows.filter(**{field.name: ""}).update(**{field.name: MARK})
    except IntegrityError:
        pass  # it has to be empty there


def marked_world():
    found = world.whole()
    triggers.remove(connection)
    for model, field in every_public_text():
        if field.max_length >= SHORT and field.name not in IDENTIFY:
            mark(model, field)
    a.a_run(Kind.GRANTS, change_note=f"Ask {MARK}")
    report = Report.objects.filter(editions__isnull=False).first()
    reports.freeze(report, by=a.a_user(roles.PUBLISHER), change_note=f"Ask {MARK}")
    index.rebuild()
    return found


marked = for_the_module(marked_world)


def test_every_public_text_is_a_field_that_shows_no_contact():
    for model in apps.get_models():
        declared = getattr(model, "Publication", None)
        for field in model._meta.concrete_fields if declared else ():
            is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
            is_own = isinstance(field, models.SlugField | models.URLField) or field.name == "sha256"
            if field.name in declared.public and is_text and not is_own:
                assert field in public_texts(model), f"{model.__name__}.{field.name}"
                is_short = field.name in (*IDENTIFY, "unit", "count_of")
                assert field.max_length >= SHORT or is_short, field


def test_no_contact_of_a_person_is_in_any_page_file_feed_or_answer(client, marked):
    held, noted = set(), set()
    more = [("search:search", f"/search/?q={word}") for word in ("mentoring", "people", "qx")]
    for name, address in [*named_addresses(records=2), *more]:
        text = text_of(client.get(address))
        held |= {address} if EMAIL in text or PHONE in text or "7946" in text else set()
        noted |= {name} if contacts.EMAIL_REMOVED in text else set()

    assert not held
    missing = REPLACED_IN - noted
    assert not missing, missing


@pytest.mark.dialect
def test_what_is_a_contact_is_found_by_no_search(client, marked):
    for words in ("qx", "7946", f'"{EMAIL}"'):
        assert "Nothing was found" in client.get("/search/", {"q": words}).content.decode()


def test_staff_read_contacts_as_they_were_typed(client, marked):
    client.force_login(a.a_user(roles.AUDITOR))
    page = client.get(reverse("admin:commissioning_award_change", args=[marked.award.pk]))

    assert EMAIL in page.content.decode()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Ask info@charity.example or grants.team@opcc.example.", None),
        ("Ask office@example.org.", None),
        ("Ring 0808 168 9111, 0300 123 4567 or 101.", None),
        ("Company 08001111, £1,722,072.00 in 2016-2022, E08000030.", None),
        ("Write to (jo@x.example).", "Write to ([e-mail address removed])."),
        ("07911 123456 is Jo’s", "[telephone number removed] is Jo’s"),
        ("+44 20 7946 0958/a.b@x.example", "[telephone number removed]/[e-mail address removed]"),
        ("https://x.example/?to=jo@x.example", "https://x.example/?to=[e-mail address removed]"),
    ],
)
def test_what_an_office_has_stays_and_what_a_person_has_goes(client, settings, text, read):
    settings.OFFICE = {**settings.OFFICE, "email": "office@example.org"}
    charity = a.an_organisation(role=text)

    answer = client.get(f"/api/v1/organisations/{charity.slug}/").json()

    assert answer["role"] == (read or text)


class TestStaffAreWarned:
    SENTENCE = "is published, and holds what looks like somebody’s e-mail address"

    def count(self, page) -> int:
        return staff.message(page).count(self.SENTENCE)

    def test_by_a_form(self, client):
        client.force_login(a.an_officer())
        form = staff.an_organisation_form(role=f"Ask {EMAIL}", note=PHONE)

        page = client.post(staff.list_of(Organisation, "add"), form)

        assert Organisation.objects.filter(role=f"Ask {EMAIL}").exists()
        assert self.count(page) == 1

    def test_not_again_where_something_else_is_changed(self, client):
        client.force_login(a.an_officer())
        charity = a.an_organisation(role=f"Ask {EMAIL}")
        form = staff.filled_in(client.get(staff.address(charity)).context)

        page = client.post(staff.address(charity), {**form, "note": "By post, please."})

        charity.refresh_from_db()
        assert charity.note == "By post, please."
        assert self.count(page) == 0

    def test_by_an_action(self, client):
        problem = a.a_problem(world.a_public_award().get_absolute_url())
        client.force_login(a.a_user(roles.PUBLISHER))

        page = staff.use(client, problem, "answer", change_note=f"Ask {PHONE}", answer="")

        problem.refresh_from_db()
        assert problem.status != "open"
        assert self.count(page) == 1

    def test_by_an_import_before_it_is_confirmed(self, client):
        client.force_login(a.an_officer())
        row = {"code": "c", "name": "Charity", "kind": "charity", "role": f"Ask {EMAIL}"}
        rows = [{**row, "note": PHONE}]

        preview = upload(client, Organisation, as_csv(rows), "charities.csv")

        assert self.count(preview) == 1
        assert self.SENTENCE in preview.content.decode()
        assert not Organisation.objects.filter(code="c").exists()
