"""What the public reads of a share by formula: the figure, the decision, the reason, the source."""

import html
import re

import pytest

from commissioning.actions import funds
from tests import builders as a
from tests.chain import MAY
from tests.standing import for_the_module

pytestmark = pytest.mark.django_db


def make_shares():
    """£100 for two areas of unlike size, who get as much; and £30 as the formula has it."""
    north, south = a.an_area("North"), a.an_area("South")
    weighting = a.a_weighting(
        {north: 3_000, south: 1_000},
        name="Mid-2020 people",
        source_ref="National statistics",
        note="Not for the public.",
    )
    budget = a.a_budget(1_000, a.a_fund("Safety Fund"))
    decided = dict.fromkeys([north, south], (50, "Both begin with as much."))
    allocations = a.shares_by_formula(100, weighting, budget, decided)
    as_proposed = a.shares_by_formula(30, weighting, budget, purpose="Youth")
    return [*allocations, *as_proposed]


shares = for_the_module(make_shares)


def read(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_an_allocation_tells_the_formula_s_figure_beside_the_decided_one_and_why(client, shares):
    page = read(client, shares[0].get_absolute_url())

    assert "£75.00, in proportion to Mid-2020 people (North: 3,000)" in page
    assert "£50.00, £25.00 less than the formula proposed" in page
    assert "Both begin with as much." in page
    assert "National statistics, released 25 June 2021" in page
    assert "Not for the public." not in page


def test_a_share_as_proposed_has_nothing_to_explain(client, shares):
    page = read(client, shares[2].get_absolute_url())

    assert "£22.50, as the formula proposed" in page
    assert "Why it differs" not in page


def test_what_changed_since_is_not_taken_for_the_decision(client, shares):
    funds.allocate([(shares[2], a.pounds(5))], effective_on=MAY, by=a.a_finance_officer())

    page = read(client, shares[2].get_absolute_url())

    assert "£22.50, as the formula proposed" in page
    assert "The allocation is now £27.50." in page


def test_an_allocation_without_a_formula_says_nothing_of_one(client):
    page = read(client, a.an_allocation().get_absolute_url())

    assert "formula" not in page


@pytest.mark.parametrize("address", ["/allocations/", "/funds/safety-fund/"])
def test_lists_of_allocations_tell_the_formula_s_figure_under_the_decided_one(
    client, shares, address
):
    page = read(client, address)

    assert "£50.00 £75.00 by the formula. Both begin with as much." in page
    assert "£22.50 £22.50 by the formula" in page


def test_files_and_the_api_hold_both_figures_the_reason_and_the_source(client, shares):
    row = client.get(f"/api/v1/allocations/{shares[0].pk}/").json()

    assert (row["amount"], row["formula_amount"]) == ("50.00", "75.00")
    assert row["decided_amount"] == "50.00"
    assert row["departure_reason"] == "Both begin with as much."
    assert (row["weighting"], row["weighting_released_on"]) == ("Mid-2020 people", "2021-06-25")
    assert row["weighting_source"] == "National statistics"
    for kind in ("json", "csv"):
        text = b"".join(client.get(f"/allocations.{kind}").streaming_content).decode()
        assert "75.00" in text
        assert "Both begin with as much." in text
        assert "National statistics" in text
