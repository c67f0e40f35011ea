"""Whatever the staff site leads somebody to opens for them."""

import re
from html import unescape
from urllib.parse import urljoin

import pytest
from django.urls import reverse

from commissioning import roles
from commissioning.models import Award
from tests import builders as a
from tests.commissioning import staff
from tests.sampling import sample
from tests.standing import for_the_module

pytestmark = pytest.mark.django_db

SUPERUSER = "superuser"
# They keep no session, or end it.
LEADS_AWAY = {reverse("admin:logout"), reverse("admin:jsi18n")}


def links(page, address: str) -> set[str]:
    """Addresses of the staff site that a page leads to."""
    found = re.findall(r'<a\b[^>]*?\bhref="([^"]*)"', page.content.decode())
    found = {urljoin(address, unescape(href)).split("#")[0] for href in found}
    return {href for href in found if href.startswith("/staff/")} - LEADS_AWAY


def alike(href: str) -> str:
    """The address without the numbers of records: one of each is tried."""
    return re.sub(r"\d+", "N", href)


world = for_the_module(staff.a_world)


# One who is shown every link, and two who are refused much.
@pytest.mark.parametrize("role", [roles.OFFICER, roles.FINANCE, SUPERUSER])
def test_every_link_of_a_record_and_of_the_first_page_opens(client, world, role):
    client.force_login(a.a_user(superuser=True) if role == SUPERUSER else a.a_user(role))
    records = [address for _, page, _, address in staff.pages() if page == "change"]
    records.append(staff.address(Award.objects.filter(variations__isnull=False).first()))
    seen, broken = set(), []
    for start in [reverse("admin:index"), *sample(records, 25)]:
        page = client.get(start)
        if page.status_code == 403:
            continue
        for href in sorted(links(page, start)):
            if alike(href) in seen:
                continue
            seen.add(alike(href))
            status = client.get(href).status_code
            if status not in (200, 302):
                broken.append((start, href, status))

    assert broken == []
    assert len(seen) > 50
