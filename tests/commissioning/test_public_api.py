"""The read-only API."""

import pytest
from django.core.cache import caches

from commissioning.public import listings
from commissioning.visitors import ApiThrottle
from tests import builders as a
from tests import world


@pytest.mark.django_db
class TestAnswers:
    def test_the_root_lists_every_noun(self, client):
        root = client.get("/api/v1/").json()

        assert {listing.name for listing in listings.ALL} < set(root)
        assert all(client.get(address).status_code == 200 for address in root.values())

    def test_a_record_has_its_amount_as_text_and_the_address_of_its_page(self, client):
        award = world.a_public_award("12000")

        record = client.get(f"/api/v1/awards/{award.reference}/").json()

        assert record["amount"] == "12000.00"
        assert record["url"] == f"http://testserver{award.get_absolute_url()}"
        assert record["status"] == "approved"

    def test_pages_follow_one_another_to_the_end(self, client):
        allocation = a.an_allocation()
        references = {world.a_public_award("1", allocation).reference for _ in range(5)}

        seen, address = [], "/api/v1/awards/?limit=2"
        while address:
            page = client.get(address).json()
            seen += [record["reference"] for record in page["results"]]
            address = page["next"]

        assert len(seen) == 5
        assert set(seen) == references

    @pytest.mark.parametrize(
        ("query", "sentence"),
        [
            ("fnd=x", "There is no such filter."),
            ("sort=largest", "There is no such filter."),
            ("kind=nonsense", "Select a valid choice."),
            ("fund=nowhere", "There is no published record “nowhere”."),
            ("limit=0", "Ask for 1 to 1,000 records."),
            ("limit=", "Ask for 1 to 1,000 records."),
            ("limit=-5", "Ask for 1 to 1,000 records."),
            ("limit=99999999999999999999", "Ask for 1 to 1,000 records."),
            ("cursor=nonsense", "This cursor is not one of ours."),
            ("limit=1001", "Ask for 1 to 1,000 records."),
            # p=abc and p=a NUL, as a cursor writes them
            ("cursor=cD1hYmM=", "This cursor is not one of ours."),
            ("cursor=cD0lMDA=", "This cursor is not one of ours."),
        ],
    )
    def test_what_cannot_be_answered_gets_a_sentence(self, client, query, sentence):
        world.a_public_award()

        answer = client.get(f"/api/v1/awards/?{query}")

        assert answer.status_code == 400
        assert sentence in answer.content.decode()

    @pytest.mark.parametrize("name", listings.BY_NAME)
    def test_a_record_that_is_not_there_is_not_found(self, client, name):
        assert client.get(f"/api/v1/{name}/none/").status_code == 404
        assert client.get(f"/api/v1/{name}/a%00b/").status_code == 404

    def test_fields_are_chosen_by_name(self, client):
        award = world.a_public_award("12000")

        page = client.get("/api/v1/awards/?fields=reference,amount").json()
        record = client.get(f"/api/v1/awards/{award.reference}/?fields=amount").json()

        assert page["results"] == [{"reference": award.reference, "amount": "12000.00"}]
        assert record == {"amount": "12000.00"}

    @pytest.mark.parametrize("address", ["awards/", "awards/{}/"])
    def test_a_field_that_there_is_none_of_is_refused(self, client, address):
        award = world.a_public_award()

        answer = client.get(f"/api/v1/{address.format(award.reference)}?fields=amount,note")

        assert answer.status_code == 400
        assert "There is no field “note”." in answer.content.decode()

    def test_records_come_as_csv(self, client):
        award = world.a_public_award("12000", title="=1+1 Grant")

        answer = client.get("/api/v1/awards/?format=csv&fields=reference,title,amount")

        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert answer.content.decode().splitlines() == [
            "reference,title,amount",
            f"{award.reference},'=1+1 Grant,12000.00",
        ]

    def test_a_refusal_as_csv_is_a_line_of_text(self, client):
        answer = client.get("/api/v1/awards/?format=csv&fnd=x")

        assert answer.status_code == 400
        assert "There is no such filter." in answer.content.decode()

    def test_one_address_that_asks_too_often_waits(self, client, monkeypatch):
        monkeypatch.setattr(ApiThrottle, "THROTTLE_RATES", {"anon": "2/min"})
        caches["default"].clear()
        answers = [client.get("/api/v1/awards/") for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert int(answers[2]["Retry-After"]) <= 60
        assert client.get("/awards/").status_code == 200
