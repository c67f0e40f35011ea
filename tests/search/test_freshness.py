"""The index follows every action, and holds nothing that is not public."""

from contextlib import suppress

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from commissioning.actions import publication, records
from commissioning.integrity import out_of_date
from commissioning.models import OrganisationName
from search import engines, freshness, index
from search.models import Document, Waiting, Word
from tests import builders as a
from tests import world

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]


@pytest.fixture
def following(django_capture_on_commit_callbacks):
    """Around actions: what waits for their commit is done behind it."""
    index.rebuild()
    return lambda: django_capture_on_commit_callbacks(execute=True)


def found(client, words: str) -> int:
    return client.get("/awards.json", {"q": words}).getvalue().decode().count('"reference"')


def test_an_award_is_found_from_when_it_is_published_until_it_is_withdrawn(client, following):
    award = a.an_award(title="Zebra crossing")
    assert found(client, "zebra") == 0

    with following():
        publication.publish([award], by=a.a_user())
    assert found(client, "zebra") == 1

    with following():
        publication.withdraw([award], reason="A mistake.", by=a.a_user())
    assert found(client, "zebra") == 0
    assert not Document.objects.of_kind("awards").exists()


def test_a_recipient_renamed_is_found_on_its_awards_by_the_new_name(client, following):
    recipient = a.an_organisation("Zebra Trust")
    world.a_public_award(recipient=recipient)
    index.rebuild()

    with following():
        recipient.name = "Giraffe Trust"
        records.save(recipient, by=a.a_user())

    assert (found(client, "zebra"), found(client, "giraffe")) == (0, 1)


def test_another_name_is_found_and_is_no_longer_once_it_is_removed(client, following):
    recipient = a.an_organisation("Zebra Trust")
    world.a_public_award(recipient=recipient)

    with following():
        other = OrganisationName(organisation=recipient, name="Giraffe")
        records.save(other, by=a.a_user())
    assert found(client, "giraffe") == 1

    with following():
        records.remove(other, by=a.a_user())
    assert found(client, "giraffe") == 0


def test_a_name_that_is_withheld_finds_nothing_any_more(client, following):
    recipient = a.an_organisation("Zebra Refuge")
    world.a_public_award(recipient=recipient)
    index.rebuild()

    with following():
        recipient.withhold, recipient.withhold_ground = "name", "A refuge."
        records.save(recipient, by=a.a_user())

    assert found(client, "zebra") == 0
    assert "zebra" not in client.get("/search/?q=zebra").content.decode().replace(
        'value="zebra"', ""
    ).replace("zebra – search", "").replace("q=zebra", "")


def test_what_is_rolled_back_never_waits(following):
    with following(), suppress(ZeroDivisionError), transaction.atomic():
        records.save(a.an_organisation("Zebra Trust"), by=a.a_user())
        raise ZeroDivisionError

    assert not Waiting.objects.exists()


def test_what_was_left_waiting_is_caught_up_with_the_next_change(client, following):
    award = a.an_award(title="Zebra crossing")
    publication.publish([award], by=a.a_user())  # and the process ends before the commit is told
    assert freshness.is_behind()

    with following():
        publication.publish([a.an_award()], by=a.a_user())

    assert found(client, "zebra") == 1
    assert not freshness.is_behind()


def test_a_row_that_was_left_behind_is_never_shown(client):
    award = world.a_public_award(title="Zebra crossing")
    index.rebuild()
    type(award).objects.filter(pk=award.pk).update(is_published=False)

    page = client.get("/search/?q=zebra").content.decode()

    assert "Zebra crossing" not in page
    assert "Nothing was found" in page


def test_no_secret_is_in_the_index(client):
    world.plant_secrets(world.build())
    index.rebuild()

    for document in Document.objects.all():
        assert world.SECRET not in f"{document.title} {document.about} {document.rest}"
    assert not Word.objects.filter(word__contains=world.SECRET).exists()


def test_a_withheld_place_is_found_by_its_district_and_not_by_itself(client):
    district = a.an_area("Oakton")
    unit = a.an_area("Elm Estate", kind="neighbourhood_unit", parent=district)
    haven = a.an_organisation("Haven", withhold="place", withhold_ground="A refuge.")
    haven.areas.add(unit)
    world.a_public_award(recipient=haven, title="Beds").areas.add(unit)
    index.rebuild()

    assert (found(client, "elm"), found(client, "oakton")) == (0, 1)


def test_check_records_finds_an_index_that_is_behind():
    award = world.a_public_award(title="Zebra crossing")
    index.rebuild()
    assert not [said for said in out_of_date() if "search" in said]

    type(award).objects.filter(pk=award.pk).update(title="Giraffe crossing")

    assert [said for said in out_of_date() if "search index" in said]
    call_command("rebuild_search", verbosity=0)
    assert not [said for said in out_of_date() if "search" in said]


def test_a_full_text_index_out_of_step_is_found_and_made_anew():
    if connection.vendor == "postgresql":
        pytest.skip("A generated column cannot be out of step.")
    world.a_public_award(title="Zebra crossing")
    index.rebuild()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO search_words (search_words) VALUES ('delete-all')")

    assert not engines.is_in_step(connection)
    index.rebuild()
    assert engines.is_in_step(connection)
