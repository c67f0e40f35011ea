"""Pages and data say whether a recipient is stated, and of which day a state is."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from commissioning.actions import awards, publication, records
from commissioning.models import Fund, Service
from tests import builders as a
from tests.clock import on
from tests.commissioning.test_public_pages import read

pytestmark = pytest.mark.django_db

MARCH, LATER = date(2021, 3, 31), date(2026, 11, 30)


def published(award):
    publication.publish([award], by=a.an_officer())
    return award


def in_api(client, award) -> dict:
    return client.get(f"/api/v1/awards/{award.reference}/").json()


# --- Recipients -----------------------------------------------------------------------------------


def test_a_place_is_told_as_a_place_and_counts_as_no_recipient(client):
    award = published(
        a.an_award_taken_on(
            "100", recipient=None, recipient_note="Walsall court", recipient_basis="place"
        )
    )

    page = read(client, award.get_absolute_url())
    record = in_api(client, award)

    assert (
        "was awarded to a recipient that is not stated, for work at Walsall court, out of" in page
    )
    assert "Not stated: the source names only the place" in page
    assert record["recipient"] == "Not stated (at Walsall court)"
    assert record["recipient_basis"] == "place"
    assert "Not stated (at Walsall court)" in read(client, "/awards/")


def test_an_organisation_cannot_be_the_place():
    award = a.a_draft(100)
    award.recipient_basis = "place"

    with pytest.raises(ValidationError, match="A place is not the recipient"):
        records.save(award, by=a.an_officer())


def test_an_inferred_recipient_is_told_as_inferred_on_page_list_and_in_data(client):
    award = published(a.an_award_taken_on("100", recipient_basis="inferred"))

    page = read(client, award.get_absolute_url())
    assert "Inferred: the source does not state it" in page
    assert f"was awarded to {award.recipient.name} (inferred)" in page
    assert f"{award.recipient.name} inferred" in read(client, "/awards/")
    assert in_api(client, award)["recipient_basis"] == "inferred"


def test_the_member_that_a_note_names_comes_before_its_group(client):
    group = a.an_organisation(name="Partnerships (seven)")
    award = published(a.an_award_taken_on("100", recipient=group, recipient_note="Coventry"))

    page = read(client, award.get_absolute_url())

    assert "was awarded to Coventry (Partnerships (seven)), out of" in page


def test_a_note_beside_a_withheld_name_is_not_shown(client):
    hidden = a.an_organisation(name="Refuge", withhold="name", withhold_ground="Safety.")
    award = published(a.an_award_taken_on("100", recipient=hidden, recipient_note="Their branch"))

    assert "Their branch" not in read(client, award.get_absolute_url())
    assert in_api(client, award)["recipient"] == "Name withheld"


# --- States ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [a.a_fund, a.a_service])
def test_a_state_from_a_document_shows_its_day_everywhere(client, make):
    row = make(status="live", status_as_at=MARCH)

    listed = "/funds" if isinstance(row, Fund) else "/services"
    assert "Live As at 31 March 2021" in read(client, row.get_absolute_url())
    assert "Live as at 31 March 2021" in read(client, f"{listed}/")
    record = client.get(f"/api/v1{listed}/{row.slug}/").json()
    assert record["state"] == "live as at 31 March 2021"
    assert record["status_as_at"] == "2021-03-31"


@pytest.mark.parametrize("make", [a.a_fund, a.a_service])
@pytest.mark.parametrize(
    ("precision", "told"), [("day", "on 31 March 2022"), ("month", "in March 2022")]
)
def test_what_is_past_its_last_day_has_ended(client, make, precision, told):
    days = {"starts_on": date(2021, 4, 1), "ends_on": date(2022, 3, 31)}
    row = make(status="live", status_as_at=MARCH, date_precision=precision, **days)

    with on(date(2022, 3, 31)):
        assert "Live As at 31 March 2021" in read(client, row.get_absolute_url())
    with on(LATER):
        assert f"Ended {told[0].upper()}{told[1:]}" in read(client, row.get_absolute_url())


def test_what_was_only_planned_is_not_said_to_have_run(client):
    fund = a.a_fund(
        status="planned",
        status_as_at=MARCH,
        starts_on=date(2021, 4, 1),
        ends_on=date(2022, 3, 31),
    )

    with on(LATER):
        page = read(client, fund.get_absolute_url())

    assert "Planned As at 31 March 2021; its last day was 31 March 2022" in page


def test_a_status_that_is_changed_here_is_no_longer_as_at_the_day_of_a_document():
    by = a.an_officer()
    fund, service = (make(status="live", status_as_at=MARCH) for make in (a.a_fund, a.a_service))
    for row, status in ((fund, Fund.Status.CLOSED), (service, Service.Status.ENDED)):
        row.purpose = row.description = "Another purpose."
        records.save(row, by=by)
        row.refresh_from_db()
        assert row.status_as_at == MARCH

        row.status = status
        records.save(row, by=by)
        row.refresh_from_db()
        assert row.status_as_at is None

    award = a.an_award_taken_on("100")
    type(award).objects.update(status_as_at=MARCH)
    awards.activate(award, by=by)
    award.refresh_from_db()
    assert award.status_as_at is None


def test_an_office_that_has_the_reference_figures_already_gets_what_their_document_says():
    migrated = import_module(
        "commissioning.migrations.0006_stated_recipients_and_dated_states"
    )  # its name begins with a number
    source = f"{migrated.DOCUMENT}, para 155"
    group = a.an_organisation(code="csp-7")
    award = a.an_award_taken_on(
        "100", reference="AW-030", recipient=group, recipient_note="Coventry CSP"
    )
    touched = a.an_award_taken_on("100", reference="AW-008", recipient=a.an_organisation())
    type(award).objects.update(taken_on_from=source)
    fund, changed = a.a_fund(source_ref=source), a.a_fund(source_ref=source)
    changed.status = "closed"
    records.save(changed, by=a.an_officer())

    migrated.date_states(apps, None)
    migrated.name_recipients(apps, None)

    for row in (award, touched, fund, changed):
        row.refresh_from_db()
    assert (award.recipient, award.recipient_basis) == (None, "inferred")
    assert award.recipient_note == "Coventry Community Safety Partnership"
    assert touched.recipient is not None
    assert touched.recipient_basis == "stated"
    assert (fund.status_as_at, changed.status_as_at) == (MARCH, None)


def test_the_home_page_says_which_years_are_covered_and_that_nothing_later_is_held(client):
    a.a_fund(status="live", status_as_at=MARCH)
    published(a.an_award_taken_on("100", starts_on=date(2019, 5, 1)))
    published(a.an_award_taken_on("100", starts_on=date(2020, 5, 1)))

    with on(LATER):
        page = read(client, "/")

    assert "are of 2019/20 to 2020/21. Nothing later is held here." in page
    assert "as at the day that it gives: 31 March 2021 at the latest" in page
