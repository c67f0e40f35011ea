"""Sheets of awards."""

from datetime import date
from decimal import Decimal

import pytest

from commissioning.models import (
    Award,
    Commitment,
    Entry,
)
from commissioning.resources.awards import AwardResource, TakenOnAwardResource
from commissioning.resources.commitments import CommitmentResource
from tests import builders as a
from tests.commissioning.rows.loading import a_line, load, refusals

pytestmark = pytest.mark.django_db


def test_an_award_has_a_row_for_each_of_its_lines():
    first, second = a.an_allocation(), a.an_allocation()
    award = {
        "reference": "A-1",
        "title": "Youth work",
        "kind": "grant",
        "recipient_code": a.an_organisation().code,
        "area_codes": f"{first.area.code}; {second.area.code}",
    }
    rows = [{**award, **a_line(first, 100)}, {"reference": "A-1", **a_line(second, "£200.50")}]

    assert load(AwardResource, *rows) == "1 added, 0 changed, 0 unchanged"
    assert load(AwardResource, *rows) == "0 added, 0 changed, 1 unchanged"

    made = Award.objects.get()
    assert (made.status, made.amount, made.areas.count()) == ("draft", None, 2)
    assert sorted(line.proposed for line in made.commitments.all()) == [100, Decimal("200.50")]
    assert refusals(AwardResource, rows[0], {**rows[1], "title": "Other"}) == [
        "Row 3, title: “Other”: differs from row 2, which is about the same award."
    ]
    assert refusals(AwardResource, rows[0], {"reference": "A-1"}) == [
        "Row 3: row 2 is about the same award. Give a line here."
    ]


def test_a_line_without_area_or_amount_is_refused_at_its_own_row():
    allocation = a.an_allocation()
    award = {"reference": "A-1", "title": "Youth work", "kind": "grant"}
    rows = [
        {**award, **a_line(allocation, 100)},
        {"reference": "A-1", "line_fund_code": "none", "line_amount": 5},
    ]

    assert refusals(AwardResource, *rows) == [
        "Row 3, line_fund_code: there is no fund with code “none”."
    ]
    rows[1]["line_fund_code"] = allocation.budget.fund.code
    assert refusals(AwardResource, *rows) == [
        "Row 3, line_area_code: fill this in: the row has a line."
    ]


def test_a_sheet_without_references_brings_drafts():
    rows = [{"title": f"Grant {n}", "kind": "grant"} for n in (1, 2)]

    assert load(AwardResource, *rows) == "2 added, 0 changed, 0 unchanged"


def test_a_name_does_where_a_code_is_asked_for():
    club, walsall = a.an_organisation("Boxing Club"), a.an_area("Walsall")
    allocation = a.an_allocation(area=walsall)
    line = {"line_fund_code": allocation.budget.fund.name, "line_area_code": "walsall"}
    row = {"title": "One", "kind": "grant", "recipient_code": "boxing club", **line}

    load(AwardResource, {**row, "line_amount": 5, "area_codes": "Walsall"})

    award = Award.objects.get()
    assert (award.recipient, [*award.areas.all()]) == (club, [walsall])
    assert award.commitments.get().allocation == allocation


def test_a_name_that_several_have_is_refused():
    for code in ("boxing-north", "boxing-south"):
        a.an_organisation("Boxing Club", code=code, slug=code)
    row = {"title": "One", "kind": "grant", "recipient_code": "Boxing Club"}

    assert refusals(AwardResource, row) == [
        "Row 2, recipient_code: several organisations are called “Boxing Club”. Give the code."
    ]


def test_a_reference_is_given_where_none_is_written():
    row = {"reference": "", "title": "One", "kind": "grant"}

    load(AwardResource, row, {**row, "title": "Two"})

    assert Award.objects.exclude(reference="").count() == 2


def test_an_award_that_is_no_longer_a_draft_is_not_changed_by_an_import():
    award = a.an_award(reference="A-1")
    row = {"reference": "A-1", "title": award.title, "kind": "grant"}

    assert load(AwardResource, row) == "0 added, 0 changed, 1 unchanged"
    assert refusals(AwardResource, {**row, "title": "Else"}) == [
        "Row 2: award A-1 is approved. An import changes drafts only. Send it back, or vary it, "
        "instead."
    ]


def test_a_status_in_a_file_is_not_taken_in():
    row = {"reference": "A-1", "title": "One", "kind": "grant", "status": "approved", "amount": 9}

    load(AwardResource, row)

    assert (Award.objects.get().status, Award.objects.get().amount) == ("draft", None)


def test_an_award_made_before_is_taken_on_with_its_money_once():
    allocation = a.an_allocation(500)
    row = {
        "reference": "OLD-1",
        "title": "Old award",
        "kind": "contract",
        "from_record": "Ledger of 2020",
        "awarded_on": "2026-04-02",
        "effective_on": "2026-04-03",
        **a_line(allocation, 300),
    }

    assert load(TakenOnAwardResource, row) == "1 added, 0 changed, 0 unchanged"
    assert load(TakenOnAwardResource, row) == "0 added, 0 changed, 1 unchanged"

    award = Award.objects.get()
    assert (award.status, award.amount, award.taken_on_from) == (
        "approved",
        Decimal("300.00"),
        "Ledger of 2020",
    )
    assert Entry.objects.get(kind="commitment").effective_on == date(2026, 4, 3)
    assert refusals(TakenOnAwardResource, {**row, "line_amount": 301}) == [
        "Row 2: award OLD-1 is here already and differs. Vary it instead: an import only takes "
        "awards on."
    ]
    (sentence,) = refusals(TakenOnAwardResource, {**row, "reference": "OLD-2"})
    assert sentence.startswith("Row 2: £300.00 cannot be committed from")
    assert Award.objects.count() == 1


def test_a_grant_that_a_recipient_gave_on_comes_in_without_money_of_its_own():
    giver = a.an_award(1_000)
    row = {
        "reference": "ON-1",
        "title": "Boxing club",
        "kind": "grant",
        "recipient_note": "A boxing club",
        "from_record": "Return of June 2026",
        "onward_of_reference": giver.reference,
        "onward_amount": "400.00",
    }

    assert load(TakenOnAwardResource, row) == "1 added, 0 changed, 0 unchanged"
    assert load(TakenOnAwardResource, row) == "0 added, 0 changed, 1 unchanged"

    grant = Award.objects.get(reference="ON-1")
    assert (grant.onward_of, grant.onward_amount, grant.amount) == (giver, Decimal("400.00"), None)
    (too_much,) = refusals(
        TakenOnAwardResource, {**row, "reference": "ON-2", "onward_amount": "600.01"}
    )
    assert "£400.00 of it has been given on" in too_much
    (lacking,) = refusals(TakenOnAwardResource, {**row, "reference": "ON-2", "onward_amount": ""})
    assert "how much was given on" in lacking


def test_a_line_comes_in_for_a_draft_of_its_own_sheet():
    allocation = a.an_allocation()
    award = a.a_draft(100, allocation, reference="A-1")
    row = {
        "award_reference": "A-1",
        "fund_code": allocation.budget.fund.code,
        "area_code": allocation.area.code,
        "proposed": 250,
    }

    assert load(CommitmentResource, row) == "0 added, 1 changed, 0 unchanged"
    assert Commitment.objects.get(award=award).proposed == 250
