"""The public side can only be read, by anyone, and shows nothing that is not published."""

import re
from http.cookies import SimpleCookie
from io import BytesIO
from typing import NamedTuple
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from pypdf import PdfReader

from commissioning.models import (
    Allocation,
    Area,
    Award,
    Budget,
    Commitment,
    Condition,
    DecisionNotice,
    Entry,
    Fund,
    FundingSource,
    Organisation,
    Payment,
    ReportedTotal,
    Service,
    Theme,
)
from commissioning.public import listings
from commissioning.public.downloads import FORMS
from config import lists
from config.sitemaps import SITEMAPS
from programmes.models import Edition, Indicator, Measure, Programme, ReleasedCell, Report
from tests import builders as a
from tests import world
from tests.standing import for_the_module
from transparency.duties import Kind
from transparency.models import Run

pytestmark = pytest.mark.django_db

# Where each address gets its last part from: the model and its field.
RECORDS = {
    "public:allocation": (Allocation, "pk"),
    "public:area": (Area, "slug"),
    "public:award": (Award, "reference"),
    "public:decision": (DecisionNotice, "reference"),
    "public:fund": (Fund, "slug"),
    "public:organisation": (Organisation, "slug"),
    "public:reported-total": (ReportedTotal, "code"),
    "public:service": (Service, "slug"),
    "public:source": (FundingSource, "slug"),
    "public:theme": (Theme, "slug"),
    "programmes:edition": (Edition, ("report__slug", "number")),
    "programmes:edition-docx": (Edition, ("report__slug", "number")),
    "programmes:edition-pdf": (Edition, ("report__slug", "number")),
    "programmes:edition-zip": (Edition, ("report__slug", "number")),
    "programmes:indicator": (Indicator, "slug"),
    "programmes:measure": (Measure, "slug"),
    "programmes:programme": (Programme, "slug"),
    "programmes:report": (Report, "slug"),
    "allocations-detail": (Allocation, "pk"),
    "areas-detail": (Area, "slug"),
    "awards-detail": (Award, "reference"),
    "budgets-detail": (Budget, "pk"),
    "commitments-detail": (Commitment, "pk"),
    "conditions-detail": (Condition, "pk"),
    "contracts-detail": (Award, "reference"),
    "decisions-detail": (DecisionNotice, "reference"),
    "entries-detail": (Entry, "pk"),
    "figures-detail": (ReleasedCell, "pk"),
    "funds-detail": (Fund, "slug"),
    "indicators-detail": (Indicator, "slug"),
    "measures-detail": (Measure, "slug"),
    "organisations-detail": (Organisation, "slug"),
    "payments-detail": (Payment, "pk"),
    "programmes-detail": (Programme, "slug"),
    "reported-totals-detail": (ReportedTotal, "code"),
    "services-detail": (Service, "slug"),
    "sources-detail": (FundingSource, "slug"),
    "themes-detail": (Theme, "slug"),
}
# … and where it is not a record's field: what makes the parts.
PARTS = {
    "django.contrib.sitemaps.views.sitemap": lambda: [(section,) for section in SITEMAPS],
    "transparency:duty": lambda: [(kind,) for kind in Kind.values],
    **dict.fromkeys(
        [
            "transparency:run",
            "transparency:run-csv",
            "transparency:run-json",
            "transparency:run-xlsx",
        ],
        lambda: [(run.kind, run.period.slug, run.number) for run in Run.objects.all()],
    ),
}
# The one address that takes a message (tests/transparency/test_problems.py).
TAKES_MESSAGES = "transparency:problem"
STAFF = "staff/"
OTHER_METHODS = ["post", "put", "patch", "delete", "options", "trace"]


def patterns(resolver=None, namespace="", path=""):
    """Every pattern that is not the staff site's, with its name in full."""
    for pattern in (resolver or get_resolver()).url_patterns:
        here = path + str(pattern.pattern)
        if here.startswith(STAFF):
            continue
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", pattern
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from patterns(pattern, inner, here)


def named_addresses(records=None):
    """(name, address) of every page, file and API answer, for published records and others alike.

    `records` limits how many of each noun there are.
    """
    for name, pattern in patterns():
        parameters = set(pattern.pattern.converters) or set(
            re.compile(str(pattern.pattern)).groupindex
        )
        if not parameters:
            yield name, reverse(name)
        elif name.endswith("-file"):
            yield from ((name, reverse(name, args=[form])) for form in FORMS)
        elif name in PARTS:
            yield from ((name, reverse(name, args=parts)) for parts in PARTS[name]())
        else:
            model, fields = RECORDS[name]
            fields = (fields,) if isinstance(fields, str) else fields
            for values in model.objects.order_by("pk").values_list(*fields)[:records]:
                yield name, reverse(name, args=values)


def addresses(records=None):
    """Every address of `named_addresses`."""
    return (address for _, address in named_addresses(records))


def text_of(response) -> str:
    """What a reader of the answer can read, a workbook's cells and a document's pages included."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:2] == b"PK":
        with ZipFile(BytesIO(content)) as book:
            texts = [name for name in book.namelist() if not name.endswith((".png", ".jpeg"))]
            return "".join(book.read(name).decode() for name in texts)
    if content[:5] == b"%PDF-":
        return "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return content.decode()


class Answer(NamedTuple):
    """What the tests look at of the answer to one address, which is asked once for all of them."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    text: str


def every_answer() -> dict[str, Answer]:
    """The answer of every address to a GET, in a world with every kind of page and secret."""
    world.whole()
    client, answers = Client(), {}
    for address in addresses():
        response = client.get(address)
        cookies, client.cookies = [*response.cookies], SimpleCookie()
        headers = dict(response.headers.items())
        answers[address] = Answer(response.status_code, headers, cookies, text_of(response))
    return answers


whole = for_the_module(every_answer)


def test_every_address_leads_to_a_record_of_this_test():
    needing_a_record = {
        name
        for name, pattern in patterns()
        if (pattern.pattern.converters or "(?P<" in str(pattern.pattern))
        and not name.endswith("-file")
    }

    assert needing_a_record == {*RECORDS, *PARTS}


def test_nothing_unpublished_private_or_withheld_can_be_read(whole):
    leaks = []
    for address, answer in whole.items():
        # 400: a comparison of no two areas, which says what to choose.
        assert answer.status in (200, 400, 404), address
        text = answer.text.replace(address, "")
        if world.SECRET in text or str(world.SECRET_NUMBER) in text.replace(",", ""):
            leaks.append(address)

    assert leaks == []


def test_the_secrets_are_there_to_be_found(whole):
    assert Organisation.objects.filter(name__contains=world.SECRET).count() == 2
    assert Award.objects.filter(note__contains=world.SECRET).exists()
    assert Fund.objects.filter(name__contains=world.SECRET, is_published=False).exists()
    assert ReleasedCell.objects.filter(value=world.SECRET_NUMBER).count() == 2
    assert ReleasedCell.objects.filter(is_hidden=True).exists()


def test_what_is_published_can_be_read(client, whole):
    for listing in lists.ALL:
        for address in (listing.address, listing.file("csv"), f"/api/v1/{listing.name}/"):
            assert client.get(address).status_code == 200
    assert "Youth mentoring" in client.get("/awards/").content.decode()


def test_no_address_takes_anything_but_get_and_head(client, whole):
    answers = {
        (method, getattr(client, method)(address).status_code)
        for method in OTHER_METHODS
        for address in addresses()
    }

    # 400: the one that takes messages, sent without one.
    assert answers - {("post", 400), ("post", 303)} == {(method, 405) for method in OTHER_METHODS}


def test_no_post_is_taken_with_forgery_checks_on(whole):
    answers = {
        Client(enforce_csrf_checks=True).post(address).status_code
        for address in addresses(records=1)
    }

    assert answers - {400} == {405}


def test_a_head_answers_as_a_get_without_a_body(client, whole):
    for address in addresses(records=1):
        get, head = whole[address], client.head(address)
        assert (head.status_code, head.get("Content-Type")) == (
            get.status,
            get.headers.get("Content-Type"),
        ), address
        assert not (b"".join(head.streaming_content) if head.streaming else head.content), address


def test_no_cookie_is_set_and_nothing_depends_on_one(whole):
    for address, answer in whole.items():
        assert not answer.cookies, address
        assert "Cookie" not in answer.headers.get("Vary", ""), address


def test_pages_hold_no_script_or_style_of_their_own_and_say_so(whole):
    for address, answer in whole.items():
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy, address
        assert "unsafe" not in policy, address
        if answer.headers["Content-Type"].startswith("text/html"):
            # Linked data is no script: no browser runs it.
            page = answer.text.replace('<script type="application/ld+json">', "")
            assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", page), address
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page), address


def test_the_staff_site_asks_who_is_there(client):
    assert client.get("/staff/").status_code == 302


def test_a_withheld_name_cannot_be_searched_for_or_ordered_out(client, whole):
    withheld = Organisation.objects.get(withhold="name")

    assert client.get("/awards.json", {"q": world.SECRET}).status_code == 200
    assert listings.AWARDS.counted(0) in client.get(
        "/awards/", {"q": world.SECRET}
    ).content.decode().replace("<strong>", "")
    assert client.get("/api/v1/awards/", {"recipient": withheld.slug}).status_code == 400
    assert client.get(f"/organisations/{withheld.slug}/").status_code == 404
    assert client.get("/api/v1/organisations/", {"q": "Refuge"}).json()["count"] == 0


def test_a_withheld_name_is_said_to_be_withheld_and_why(client, whole):
    award = Award.objects.get(title="Refuge")

    page = client.get(award.get_absolute_url()).content.decode()

    assert "Name withheld" in page
    assert "was awarded to a recipient whose name is withheld" in page
    assert "A refuge." in page
    assert client.get(f"/api/v1/awards/{award.reference}/").json()["recipient"] == "Name withheld"


def test_a_recipient_that_is_not_published_is_named_on_its_award_but_has_no_page(client):
    recipient = a.an_organisation("Quiet Charity", published=False)
    award = world.a_public_award(recipient=recipient)

    page = client.get(award.get_absolute_url()).content.decode()

    assert "Quiet Charity" in page
    assert "/organisations/quiet-charity/" not in page
    assert client.get("/organisations/quiet-charity/").status_code == 404


class TestWithheldPlace:
    """A refuge in a neighbourhood unit: its name is public, where it is is not."""

    @pytest.fixture
    def refuge(self):
        force = a.an_area("Force", kind="force")
        district = a.an_area("Wide District", parent=force)
        unit = a.an_area("Tiny Unit", kind="neighbourhood_unit", parent=district)
        recipient = a.an_organisation("Haven", withhold="place", withhold_ground="A refuge.")
        recipient.areas.add(unit)
        allocation = a.an_allocation(9_000, area=unit)
        award = world.a_public_award("1234", allocation, recipient=recipient, title="Haven beds")
        award.areas.add(unit)
        a.a_payment(34, award)
        service = a.a_service("Haven service", place_note="Behind the old mill")
        service.areas.add(unit)
        service.providers.add(recipient)
        return award

    @pytest.mark.parametrize(
        "address",
        [
            "/awards/{reference}/",
            "/awards/?area=wide-district",
            "/awards.csv",
            "/awards.json",
            "/commitments/?award={reference}",
            "/commitments.csv",
            "/payments.csv",
            "/entries.json?award={reference}",
            "/organisations/haven/",
            "/organisations.csv",
            "/services/haven-service/",
            "/services.csv",
            "/api/v1/awards/{reference}/",
            "/api/v1/services/haven-service/",
            "/api/v1/commitments/?award={reference}",
        ],
    )
    def test_no_answer_about_it_names_the_place(self, client, refuge, address):
        response = client.get(address.format(reference=refuge.reference))
        answer = text_of(response)
        # The choices of a filter name every area.
        answer = re.sub(r"<option.*?</option>", "", answer)

        assert response.status_code == 200
        assert "Haven" in answer or "entries" in address
        assert "Tiny Unit" not in answer
        assert "old mill" not in answer

    @pytest.mark.parametrize(
        "address",
        [
            "/areas/tiny-unit/",
            "/awards/?area=tiny-unit",
            "/services/?area=tiny-unit",
            "/commitments/?area=tiny-unit",
            "/commitments/?allocation={allocation}",
            "/entries/?area=tiny-unit",
            "/entries/?allocation={allocation}",
            "/allocations/{allocation}/",
        ],
    )
    def test_no_answer_about_the_place_names_it(self, client, refuge, address):
        allocation = refuge.commitments.get().allocation_id

        page = client.get(address.format(allocation=allocation)).content.decode()

        assert "Haven" not in page
        assert refuge.reference not in page

    def test_no_figure_of_the_place_is_the_amount_of_the_award(self, client, refuge):
        allocation = refuge.commitments.get().allocation

        for address in ("/areas/tiny-unit/", allocation.get_absolute_url()):
            page = client.get(address).content.decode()
            assert "9,000.00" in page
            assert "1,234" not in page
            assert "34.00" not in page
            assert "withheld" not in page

        of_place = client.get("/api/v1/areas/tiny-unit/").json()
        of_money = client.get(f"/api/v1/allocations/{allocation.pk}/").json()
        assert (of_place["committed"], of_place["paid"]) == (None, None)
        assert (of_money["committed"], of_money["paid"]) == (None, None)
        assert of_place["committed_qualifier"] == of_money["committed_qualifier"] == ""

    def test_its_money_is_counted_where_it_gives_nothing_away(self, client, refuge):
        fund = refuge.commitments.get().allocation.budget.fund
        for address in ("areas/wide-district", "areas/force", f"funds/{fund.slug}"):
            figures = client.get(f"/api/v1/{address}/").json()
            assert (figures["committed"], figures["paid"]) == ("1234.00", "34.00")

    def test_money_of_others_in_the_place_is_shown_as_ever(self, client, refuge):
        allocation = refuge.commitments.get().allocation
        world.a_public_award("500", allocation, title="Open")
        world.a_public_award("60", allocation, title="Nobody", recipient_note="Several groups")

        assert client.get("/api/v1/areas/tiny-unit/").json()["committed"] == "560.00"
        assert client.get("/api/v1/areas/wide-district/").json()["committed"] == "1794.00"
        found = client.get(f"/api/v1/allocations/{allocation.pk}/").json()
        assert found["committed"] == "560.00"

    def test_a_reported_total_about_it_names_no_small_place(self, client, refuge):
        unit = refuge.areas.get()
        posted = {"organisation": refuge.recipient, "area": unit}
        total = world.a_reported_total("77", label="Haven beds a year", **posted)

        page = client.get(f"/reported-totals/{total.code}/").content.decode()

        assert "Tiny Unit" not in page
        assert "Wide District" in page
        row = client.get(f"/api/v1/reported-totals/{total.code}/").json()
        assert row["area"] == "Wide District"
        for area, count in (("tiny-unit", 0), ("wide-district", 1)):
            found = client.get("/api/v1/reported-totals/", {"area": area}).json()
            assert found["count"] == count, area
