"""Every staff page leads to help, which is the guide for the person's role, served from here."""

import pytest
from django.urls import reverse
from lxml import html

from commissioning import roles
from config.guides import GUIDES
from tests import builders as a
from tests.commissioning import staff
from tests.sampling import sample

pytestmark = pytest.mark.django_db

EVERY_GUIDE = [reverse("admin:guide", args=[key]) for key in GUIDES]


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return html.fromstring(answer.content.decode())


@pytest.mark.parametrize("role", roles.ALL, ids=lambda role: role.username)
def test_help_is_the_guide_of_the_person_s_role(client, role):
    client.force_login(a.a_user(role.name))
    page = read(client, reverse("admin:help"))
    (current,) = page.xpath("//nav[@aria-labelledby='guides']//a[@aria-current]/@href")
    assert current == reverse("admin:guide", args=[role.guide])
    assert page.xpath("string(//h1)")


@pytest.mark.parametrize("address", EVERY_GUIDE)
def test_a_guide_has_unique_anchors_and_links_that_lead_somewhere(client, superuser, address):
    page = read(client, address)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for href in page.xpath("//div[@class='guide']//a/@href"):
        path, _, anchor = href.partition("#")
        if path.startswith("http"):
            continue
        target = read(client, path) if path else page
        assert not anchor or anchor in target.xpath("//@id"), href
    for table in page.xpath("//div[@class='guide']//table"):
        assert table.xpath("./parent::div[@role='region' and @aria-label and @tabindex='0']")
        assert all(table.xpath(".//th/@scope"))
    assert not page.xpath("//div[@class='guide']//*[contains(@href, '.md')]")


@pytest.mark.parametrize("address", [reverse("admin:help"), *EVERY_GUIDE])
def test_a_guide_is_for_those_who_signed_in(client, address):
    assert client.get(address).status_code == 302


def test_there_is_no_guide_of_another_name(client, superuser):
    assert client.get(reverse("admin:guide", args=["passwd"])).status_code == 404


def test_every_staff_page_links_to_help(client, superuser):
    staff.a_world()
    lists = [staff.list_of(modeladmin.model) for modeladmin in staff.registered()]
    for address in [reverse("admin:index"), reverse("admin:position"), *sample(lists, 8)]:
        assert reverse("admin:help") in read(client, address).xpath("//header//a/@href"), address
