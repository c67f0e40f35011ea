"""What a grant says as 360Giving data, and which awards are grants."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from commissioning.actions import publication
from commissioning.actions.awards import take_on
from commissioning.models import Area, Award, OrganisationIdentifier
from tests import builders as a
from tests import world
from tests.chain import terminate
from tests.opendata.reading import GRANTS, content_of, grant_of, grants_in, rows_of

pytestmark = pytest.mark.django_db


def old(**fields) -> Award:
    """A published award from a document, with no day of award."""
    award = take_on(
        Award(title="Old", kind="grant", purpose="As printed.", **fields),
        [(a.an_allocation(), a.pounds("100"))],
        from_record="Annual Report",
        effective_on=date(2026, 4, 1),
        by=a.an_officer(),
    )
    publication.publish([award], by=a.an_officer())
    return award


def test_a_grant_says_who_got_how_much_for_what_when_and_from_whom(client):
    area = a.an_area("Walsall", code="E08000030")
    award = world.a_public_award("12000.50", title="Night bus", starts_on=date(2026, 6, 1))
    award.areas.add(area)

    grant = grant_of(client, award)

    assert grant["id"] == f"360G-opccwm-{award.reference}"
    assert (grant["title"], grant["description"]) == ("Night bus", "To keep young people safe.")
    assert (grant["currency"], grant["amountAwarded"]) == ("GBP", 12000.5)
    assert grant["awardDate"] == "2026-05-01"
    assert grant["plannedDates"] == [{"startDate": "2026-06-01"}]
    assert grant["fundingOrganization"][0]["id"] == "360G-opccwm"
    assert grant["grantProgramme"][0]["title"] == award.fund.name
    assert grant["url"] == f"http://testserver/awards/{award.reference}/"
    assert grant["beneficiaryLocation"] == [
        {"name": "Walsall", "countryCode": "GB", "geoCode": "E08000030", "geoCodeType": "MD"}
    ]
    assert "amountDisbursed" not in grant
    assert "commitmentTransaction" not in grant


def test_an_id_stays_when_the_award_is_edited_varied_and_paid(client):
    award = world.a_public_award("12000", title="Before")
    before = grant_of(client, award)

    world.vary(award, award.commitments.get().allocation)
    a.a_payment("250.25", award)
    Award.objects.filter(pk=award.pk).update(title="After")
    after = grant_of(client, award)

    assert after["id"] == before["id"]
    assert after["title"] == "After"
    assert (after["amountAwarded"], after["amountDisbursed"]) == (12500, 250.25)
    assert [(s["value"], s["description"]) for s in after["commitmentTransaction"]] == [
        (12000, "Original award"),
        (500, "Variation 1: increase"),
    ]
    assert after["dateModified"] >= before["dateModified"]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([("GB-COH", "09506232"), ("GB-CHC", "1090095")], "GB-CHC-1090095"),
        ([("GB-COH", "09506232")], "GB-COH-09506232"),
        ([("other", "77")], "360G-opccwm-ORG-good"),
        ([], "360G-opccwm-ORG-good"),
    ],
)
def test_a_recipient_goes_by_the_best_known_register_that_it_is_on(client, numbers, expected):
    recipient = a.an_organisation("Good")
    for scheme, number in numbers:
        OrganisationIdentifier.objects.create(organisation=recipient, scheme=scheme, number=number)

    (found,) = grant_of(client, world.a_public_award(recipient=recipient))["recipientOrganization"]

    assert found["id"] == expected
    assert found.get("companyNumber", "") == dict(numbers).get("GB-COH", "")


def test_a_day_is_told_as_far_as_it_is_known(client):
    days = {"starts_on": date(2026, 4, 1), "ends_on": date(2027, 3, 31)}
    posted = [
        grant_of(client, world.a_public_award(date_precision=known, **days))["plannedDates"]
        for known in ("day", "month", "year")
    ]

    assert posted == [
        [{"startDate": "2026-04-01", "endDate": "2027-03-31"}],
        [{"startDate": "2026-04", "endDate": "2027-03"}],
        [{"startDate": "2026", "endDate": "2027"}],
    ]


def test_an_amount_that_is_not_exact_says_so(client):
    award = world.a_public_award("8000", qualifier="at_least")

    assert grant_of(client, award)["description"].endswith("(Amount: at least £8,000.00.)")


def test_addresses_and_telephone_numbers_of_people_are_removed(client):
    award = world.a_public_award(
        title="Ask jo@example.org", purpose="Ring 0121 496 0000 or +44 7700 900123, £1,200."
    )

    grant = grant_of(client, award)

    assert grant["title"] == "Ask [e-mail address removed]"
    removed = "[telephone number removed]"
    assert grant["description"] == f"Ring {removed} or {removed}, £1,200."


def test_contracts_and_arrangements_that_are_no_grants_are_elsewhere(client):
    kept = [
        world.a_public_award(kind="grant", legal_power="s143"),
        world.a_public_award(kind="other", legal_power="s9"),
    ]
    world.a_public_award(kind="contract", legal_power="contract")
    world.a_public_award(kind="other", legal_power="s143")

    found = {grant["id"].removeprefix("360G-opccwm-") for grant in grants_in(client)}

    assert found == {award.reference for award in kept}


def test_money_to_be_given_on_and_open_calls_are_said_in_the_standards_codes(client):
    award = world.a_public_award(regrant="FRG010", open_call="no", arrangement="grant to a fund")

    grant = grant_of(client, award)

    assert (grant["regrantType"], grant["fromOpenCall"]) == ("FRG010", "No")
    assert grant["fundingType"] == [{"vocabulary": "Arrangement", "title": "grant to a fund"}]
    (row,) = rows_of(client, "/data/awards.360giving.csv")
    assert row["For Regrant Type"] == "FRG010"
    assert row["From An Open Call?"] == "No"
    assert row["Funding Type:Title"] == "grant to a fund"


def test_what_was_given_on_is_counted_once_and_said_to_be_left_out(client):
    award = world.a_public_award("10000", regrant="FRG010")
    a.a_grant_given_on(award, 4_000, published=True)

    assert [grant["amountAwarded"] for grant in grants_in(client)] == [10000]
    page = client.get("/data/").content.decode()
    assert "Given on by the recipient of another grant, and counted there: 1" in page


def test_what_the_standard_cannot_take_is_left_out_and_said_to_be(client):
    world.a_public_award(title="Given")
    old(recipient=a.an_organisation())
    old(recipient_note="Several groups")
    gone = world.a_public_award("500", title="Gone")
    terminate(gone)
    tomorrow = timezone.localdate() + timedelta(days=1)
    later = world.a_public_award(title="Later")
    Award.objects.filter(pk=later.pk).update(awarded_on=tomorrow)

    page = client.get("/data/").content.decode()

    assert [grant["title"] for grant in grants_in(client)] == ["Given"]
    assert "<strong>1 grant</strong>" in page
    for words in (
        "4 published grants are not in these files",
        "No day of award is published: 2",
        "No organisation is named as the recipient: 1",
        "Taken back in full, so that the amount is £0: 1",
        "The day of award is still to come: 1",
    ):
        assert words in page


def test_the_files_take_the_filters_of_the_list(client):
    first, second = (world.a_public_award(title=title) for title in ("First", "Second"))

    for form in ("json", "csv", "xlsx"):
        found = grants_in(client, form, fund=first.fund.slug)
        assert [grant.get("title") or grant.get("Title") for grant in found] == ["First"], form
    assert client.get(f"{GRANTS}.json", {"fund": "none"}).status_code == 400
    answer = client.get(f"{GRANTS}.csv", {"min": "9999999"})
    assert answer.status_code == 404
    assert "No grant" in answer.content.decode()
    assert second.title == "Second"


def test_the_list_of_awards_leads_to_its_360giving_file(client):
    award = world.a_public_award()

    page = client.get("/awards/", {"fund": award.fund.slug}).content.decode()

    assert f'href="{GRANTS}.json?fund={award.fund.slug}"' in page


def test_no_cell_of_the_csv_is_a_formula_and_the_others_are_as_they_were(client):
    world.a_public_award("1234.05", title="=1+1")

    (in_csv,), (in_json,) = grants_in(client, "csv"), grants_in(client)

    assert (in_csv["Title"], in_json["title"]) == ("'=1+1", "=1+1")
    assert Decimal(in_csv["Amount Awarded"]) == Decimal("1234.05")


def test_files_are_read_in_a_fixed_number_of_questions(client, django_assert_max_num_queries):
    for _ in range(2):
        award = world.a_public_award()
        award.themes.add(world.a_theme())
        award.areas.add(a.an_area(parent=a.an_area(kind="force")))
    with django_assert_max_num_queries(20):
        content_of(client.get(f"{GRANTS}.csv"))


class TestWithheld:
    """A refuge in a small place: neither its place nor, if so decided, its name is in any file."""

    @pytest.fixture(params=["place", "name"])
    def refuge(self, request):
        district = a.an_area("Wide District", code="E08000030")
        units = [
            a.an_area(f"Tiny Unit {n}", kind="neighbourhood_unit", parent=district) for n in (1, 2)
        ]
        recipient = a.an_organisation(
            "Haven",
            withhold=request.param,
            withhold_ground="A refuge.",
            website="https://haven.example/",
        )
        recipient.areas.add(*units)
        OrganisationIdentifier.objects.create(
            organisation=recipient, scheme="GB-CHC", number="7654321"
        )
        fields = {"recipient": recipient, "scope": "sub_local"}
        allocation = a.an_allocation(9_000, area=units[0])
        awards = [world.a_public_award("1234", allocation, **fields) for _ in range(2)]
        awards.append(world.a_public_award("99", kind="contract", **fields))
        for award in awards:
            award.areas.add(*units)
        return recipient

    @pytest.mark.parametrize(
        "address",
        [f"{GRANTS}.csv", f"{GRANTS}.json", "/data/contracts.csv", "/data/contracts.json"],
    )
    def test_no_file_tells_what_is_withheld(self, client, refuge, address):
        text = content_of(client.get(address)).decode()

        assert "Tiny" not in text
        assert "haven.example" not in text
        if refuge.withhold == "name":
            assert "Name withheld" in text
            for trace in ("aven", "7654321", "VCSE,"):
                assert trace not in text.replace("SME or VCSE", "")

    def test_the_workbook_tells_no_more(self, client, refuge):
        for grant in grants_in(client, "xlsx"):
            assert "Tiny" not in str(grant)
            assert refuge.withhold == "place" or "Haven" not in str(grant)

    def test_the_district_around_is_the_place(self, client, refuge):
        for grant in grants_in(client):
            assert [place["name"] for place in grant["beneficiaryLocation"]] == ["Wide District"]
            assert grant["locationScope"] == "GLS050"

    def test_how_many_places_it_is_in_is_not_told_by_the_number_of_columns(self, client, refuge):
        (first, *_) = grants_in(client, "csv")

        assert Area.objects.filter(awards__recipient=refuge).distinct().count() == 2
        assert "Beneficiary Location:Name" in first
        assert "Beneficiary Location:1:Name" not in first

    def test_which_awards_went_to_one_withheld_name_is_not_told(self, client, refuge):
        ids = {grant["recipientOrganization"][0]["id"] for grant in grants_in(client)}

        assert len(ids) == (2 if refuge.withhold == "name" else 1)
        # Nor can the place or the name be asked for.
        assert client.get(f"{GRANTS}.json", {"area": "tiny-unit-1"}).status_code == 404
        asked = client.get(f"{GRANTS}.json", {"recipient": refuge.slug}).status_code
        assert asked == (400 if refuge.withhold == "name" else 200)


def test_a_recipient_without_a_page_of_its_own_is_named_and_nothing_more(client):
    recipient = a.an_organisation("Quiet Charity", published=False, role="Hushed")
    OrganisationIdentifier.objects.create(organisation=recipient, scheme="GB-CHC", number="7654321")
    award = world.a_public_award(recipient=recipient)

    assert grant_of(client, award)["recipientOrganization"] == [
        {"id": f"360G-opccwm-recipient-of-{award.reference}", "name": "Quiet Charity"}
    ]
