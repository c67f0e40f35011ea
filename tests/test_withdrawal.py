"""Withdrawing a record says truly where its name stays public, whatever kind of record it is."""

import re
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils.html import strip_tags

from commissioning.actions import publication
from commissioning.admin.publishing import what_stays_public
from commissioning.figures.naming import name_of
from commissioning.models import ReportedTotal
from commissioning.models.publication import Publishable
from tests import builders as a
from tests import test_public_door as door
from tests import world
from tests.commissioning import staff

pytestmark = pytest.mark.django_db

# Of a group that is withdrawn together no record is public only through another one.
GROUPS = [
    lambda found: [found.recipient, found.decision, found.measure, found.total],
    lambda found: [found.fund, found.programme],
    lambda found: [found.source, found.service, found.indicator, found.award],
]


def the_world() -> SimpleNamespace:
    found = world.whole()
    found.award.refresh_from_db()
    found.recipient, found.decision = found.award.recipient, found.award.decision
    found.total = ReportedTotal.objects.filter(is_published=True).first()
    return found


def where_named(client, names: list[str]) -> dict[str, set[str]]:
    """For each name the kinds of address that hold it."""
    whole_words = {name: re.compile(re.escape(name) + r"(?![\w-])") for name in names}
    found = {name: set() for name in names}
    for kind, address in door.named_addresses(2):
        text = door.text_of(client.get(address)).replace(address, "")
        for name, pattern in whole_words.items():
            if pattern.search(text):
                found[name].add(kind)
    return found


def told(kind: str) -> str:
    """The word by which the page speaks of an address."""
    if kind.startswith("transparency:run"):
        return "runs of statutory publication"
    return "editions" if kind.startswith("programmes:edition") else "published awards"


def test_what_the_page_says_of_withdrawing_is_what_a_reader_finds(client):
    found, seen = the_world(), set()
    for group in GROUPS:
        with transaction.atomic():
            rows = group(found)
            for row in rows:
                row.refresh_from_db()
            said = {name_of(row): " ".join(map(str, what_stays_public(row))) for row in rows}
            for row in rows:
                publication.withdraw([row], reason="Not safe.", by=a.an_officer())
                seen.add(type(row))
            for name, kinds in where_named(client, list(said)).items():
                assert ("stays" in said[name]) == bool(kinds), (name, said[name], kinds)
                for word in map(told, kinds):
                    assert word in said[name], (name, said[name], kinds)
            transaction.set_rollback(True)
    assert seen == set(Publishable.__subclasses__())


def test_the_page_names_the_awards_and_leads_to_withholding_which_hides_the_name(client):
    award = a.an_award(1_000, published=True, recipient=a.an_organisation("Quietharbour Refuge"))
    organisation = award.recipient
    client.force_login(a.an_officer())

    page = staff.ask(client, organisation, "unpublish", reason="A refuge.")

    assert f"recipient of 1 published awards ({award.reference})" in staff.effect(page)
    assert "#id_withhold" in page.content.decode()
    staff.confirm(client, organisation, "unpublish", page, reason="A refuge.")
    client.logout()
    assert "Quietharbour" in client.get(award.get_absolute_url()).content.decode()
    organisation.refresh_from_db()
    organisation.withhold, organisation.withhold_ground = "name", "Safety."
    organisation.save()
    assert "Quietharbour" not in client.get(award.get_absolute_url()).content.decode()
    assert "No other public page" in strip_tags(" ".join(what_stays_public(organisation)))
