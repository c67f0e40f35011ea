"""Records in the staff site: saved by actions, refused in sentences."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from commissioning.actions import funds
from commissioning.models import (
    Allocation,
    Award,
    Budget,
    DecisionNotice,
    Entry,
    HistoryEvent,
    Organisation,
    Payment,
    Plan,
)
from commissioning.years import FinancialYear
from tests import builders as a
from tests.commissioning import staff

pytestmark = pytest.mark.django_db

TEN_MEGABYTES = "x" * 10_000_000


def an_award_form(**fields) -> dict:
    told = {"title": "Boxing", "kind": "grant", "scope": "not_stated", "qualifier": "exact"}
    return {**told, **staff.inlines("commitments", "conditions"), **fields}


def a_budget_form(**fields) -> dict:
    return {
        "fund": a.a_fund().pk,
        "source": a.a_source().pk,
        "starts_on": "01/04/2026",
        "ends_on": "31/03/2027",
        "source_status": "confirmed",
        "qualifier": "exact",
        "basis": "decided",
        "opening_amount": "£100,000",
        **fields,
    }


def a_proposal(allocation, amount) -> dict:
    return {
        "commitments-TOTAL_FORMS": 1,
        "commitments-INITIAL_FORMS": 0,
        "commitments-0-allocation": allocation.pk,
        "commitments-0-proposed": amount,
    }


# --- Saving ---------------------------------------------------------------------------------------


def test_a_code_and_an_address_are_made_from_the_name(client, superuser):
    for _ in range(2):
        client.post(staff.list_of(Organisation, "add"), staff.an_organisation_form())

    slugs = set(Organisation.objects.values_list("slug", "code"))
    assert slugs == {("boxing-club", "boxing-club"), ("boxing-club-2", "boxing-club-2")}


def test_what_was_saved_is_in_history_and_what_did_not_change_is_not(client, superuser):
    client.post(staff.list_of(Organisation, "add"), staff.an_organisation_form())
    club = Organisation.objects.get()
    same = staff.an_organisation_form(code=club.code, slug=club.slug)
    client.post(staff.address(club), same)
    assert HistoryEvent.objects.filter(subject_type="organisation").count() == 1

    client.post(staff.address(club), {**same, "name": "Walsall Boxing Club"})

    event = HistoryEvent.objects.filter(subject_type="organisation").first()
    assert (event.verb, event.by_name) == ("changed", str(superuser))
    page = " ".join(client.get(staff.address(club, "history")).content.decode().split())
    assert "Boxing Club → Walsall Boxing Club" in page


def test_areas_and_themes_of_a_record_are_in_history(client, superuser):
    club, walsall = a.an_organisation(), a.an_area("Walsall")
    told = staff.an_organisation_form(name=club.name, code=club.code, areas=[walsall.pk])

    client.post(staff.address(club), told)

    page = client.get(staff.address(club, "history")).content.decode()
    assert "areas: Walsall" in page


def test_withholding_says_who_decided_it(client, superuser):
    told = staff.an_organisation_form(withhold="name", withhold_ground="Safety.")

    client.post(staff.list_of(Organisation, "add"), told)

    assert Organisation.objects.get().withhold_decided_by == superuser


def test_a_draft_with_amounts_is_saved_in_one_go(client):
    officer = a.an_officer()
    client.force_login(officer)
    allocation = a.an_allocation(40_000)
    told = an_award_form(**a_proposal(allocation, "12,000"))

    response = client.post(staff.list_of(Award, "add"), told)

    award = Award.objects.get()
    assert response.url == staff.address(award)
    assert award.reference
    assert award.commitments.get().proposed == Decimal("12000.00")
    assert award.amount is None


def test_proposed_amounts_are_fixed_once_the_award_is_approved(client, superuser):
    award = a.an_award(1_000)
    line = award.commitments.get()
    told = an_award_form(
        **{
            "title": "Another",
            "commitments-TOTAL_FORMS": 1,
            "commitments-INITIAL_FORMS": 1,
            "commitments-0-id": line.pk,
            "commitments-0-award": award.pk,
            "commitments-0-proposed": "999999",
            **staff.inlines("variations"),
        }
    )

    client.post(staff.address(award), told)

    line.refresh_from_db()
    award.refresh_from_db()
    assert line.proposed == Decimal("1000.00")
    assert award.title != "Another"


def test_what_an_old_record_left_out_can_be_filled_in(client, superuser):
    award = a.an_award(1_000)
    form = staff.filled_in(client.get(staff.address(award)).context)

    client.post(staff.address(award), {**form, "period_note": "Two years", "note": "Checked."})

    award.refresh_from_db()
    assert (award.period_note, award.note) == ("Two years", "Checked.")


def test_a_budget_is_opened_with_its_amount(client):
    client.force_login(a.a_finance_officer())

    client.post(staff.list_of(Budget, "add"), a_budget_form())

    budget = Budget.objects.get()
    assert budget.amount == Decimal("100000.00")
    assert budget.entries.get().effective_on == date(2026, 4, 1)


def test_an_allocation_is_added_with_its_amount(client):
    client.force_login(a.a_finance_officer())
    budget = a.a_budget(100_000)
    told = {
        "budget": budget.pk,
        "area": a.an_area().pk,
        "opening_amount": "40000",
        "qualifier": "exact",
        "basis": "decided",
    }

    client.post(staff.list_of(Allocation, "add"), told)

    assert Allocation.objects.get().amount == Decimal("40000.00")


def test_a_payment_is_requested_on_its_own_page(client):
    officer = a.an_officer()
    client.force_login(officer)
    award = a.an_award(1_000)
    told = {"commitment": award.commitments.get().pk, "kind": "payment", "amount": "400"}

    client.post(staff.list_of(Payment, "add"), told)

    assert Payment.objects.get().requested_by == officer


def test_a_requested_amount_is_not_edited(client, superuser):
    payment = a.a_request(1_000)

    told = {"amount": "999", "kind": "recovery", "reference": "INV 1"}
    page = client.post(staff.address(payment), told)

    assert "“Kind”, “Amount” cannot be changed" in staff.problems(page)
    payment.refresh_from_db()
    assert (payment.amount, payment.kind) == (Decimal("1000.00"), "payment")
    assert payment.reference == ""

    client.post(staff.address(payment), {"reference": "INV 1"})
    payment.refresh_from_db()
    assert payment.reference == "INV 1"


def test_a_plan_and_its_themes_are_written_together(client, superuser):
    told = {
        "name": "Plan 2025",
        "themes-TOTAL_FORMS": 1,
        "themes-INITIAL_FORMS": 0,
        "themes-0-sequence": "1",
        "themes-0-name": "Building trust",
    }

    client.post(staff.list_of(Plan, "add"), told)

    assert Plan.objects.get().themes.get().slug == "building-trust"


def test_the_address_of_a_published_record_stays(client, superuser):
    fund = a.a_fund("Active Citizens Fund")
    told = {"name": "Renamed", "slug": "renamed", "status": "live", **staff.inlines("names")}

    assert "cannot be changed" in staff.problems(client.post(staff.address(fund), told))

    del told["slug"]
    client.post(staff.address(fund), told)
    fund.refresh_from_db()
    assert (fund.name, fund.slug) == ("Renamed", "active-citizens-fund")


# --- Refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "told", "sentence"),
    [
        (Budget, {"opening_amount": "-1"}, "more than £0.00"),
        (Budget, {"opening_amount": "1.005"}, "parts of a penny"),
        (Budget, {"opening_amount": ""}, "required"),
        (Budget, {"ends_on": "31/03/2026"}, "cannot end before it starts"),
        (Budget, {"starts_on": "", "ends_on": ""}, "which day it counts"),
        (Budget, {"effective_on": "01/05/2021"}, "closed financial year"),
        (Budget, {"fund": "987654"}, "valid choice"),
        (Budget, {"fund": "x"}, "valid choice"),
        (Budget, {"note": TEN_MEGABYTES}, "at most 10000 characters"),
        (Award, {"title": "a\x07b"}, "cannot be printed"),
        (Award, {"title": "a\x00b"}, "ull character"),
        (Award, {"reference": "taken"}, "already exists"),
        (Award, {"reference": "not a slug"}, "letters, numbers"),
        (Award, {"starts_on": "02/04/2026", "ends_on": "01/04/2026"}, "cannot end before"),
        (Award, {"starts_on": "31/02/2026"}, "valid date"),
        (Award, {"areas": ["987654"]}, "valid choice"),
        (Award, {"recipient": "9" * 20}, "valid choice"),
        (Award, {"areas": ["x"]}, "not a valid value"),
        (Award, {"purpose": TEN_MEGABYTES}, "at most 10000 characters"),
        (Award, {"commitments-TOTAL_FORMS": "x"}, "tampered"),
        (Organisation, {"withhold": "name"}, "on which ground"),
        (Organisation, {"website": "javascript:alert(1)"}, "valid URL"),
        (Organisation, {"slug": "Ünsafe/slug"}, "letters, numbers"),
    ],
)
def test_bad_input_gets_a_sentence_and_writes_nothing(client, superuser, model, told, sentence):
    funds.close_year(FinancialYear(2021), by=a.a_finance_officer())
    a.a_draft(None, reference="taken")
    forms = {Budget: a_budget_form, Award: an_award_form, Organisation: staff.an_organisation_form}
    told = forms[model](**told)
    before = staff.traces(), Entry.objects.count()

    page = client.post(staff.list_of(model, "add"), told)

    assert page.status_code == 200
    assert sentence in staff.problems(page)
    assert (staff.traces(), Entry.objects.count()) == before


def test_a_budget_is_not_to_be_spent_before_it_begins(client, superuser):
    told = a_budget_form(use_by="31/03/2026")

    page = client.post(staff.list_of(Budget, "add"), told)

    assert "The budget begins on 1 April 2026" in staff.problems(page)
    assert not Budget.objects.exists()
    client.post(staff.list_of(Budget, "add"), {**told, "use_by": "01/04/2026"})
    assert Budget.objects.get().use_by == date(2026, 4, 1)


def test_a_decision_is_recorded_once_it_is_taken(client, superuser):
    told = {"reference": "D-1", "title": "Boxing", "status": "public", "decided_on": "01/05/2079"}
    told |= staff.inlines("corrections")

    page = client.post(staff.list_of(DecisionNotice, "add"), told)

    assert "1 May 2079 is still to come" in staff.problems(page)
    today = f"{timezone.localdate():%d/%m/%Y}"
    client.post(staff.list_of(DecisionNotice, "add"), {**told, "decided_on": today})
    assert DecisionNotice.objects.get().decided_on == timezone.localdate()


def test_an_amount_more_than_the_budget_is_refused_with_every_figure(client, superuser):
    budget = a.a_budget(1_000)
    told = {
        "budget": budget.pk,
        "area": a.an_area().pk,
        "opening_amount": "1000.01",
        "qualifier": "exact",
        "basis": "decided",
    }

    page = client.post(staff.list_of(Allocation, "add"), told)

    assert "£1,000.01 cannot be allocated from" in staff.problems(page)
    assert not Allocation.objects.exists()


def test_a_payment_of_more_than_is_committed_is_refused(client, superuser):
    award = a.an_award(1_000)
    told = {"commitment": award.commitments.get().pk, "kind": "payment", "amount": "1000.01"}

    page = client.post(staff.list_of(Payment, "add"), told)

    assert "left to pay £1,000.00" in staff.problems(page)
    assert not Payment.objects.exists()


def test_a_bad_proposal_keeps_the_draft_as_it_was(client, superuser):
    allocation = a.an_allocation()

    page = client.post(staff.list_of(Award, "add"), an_award_form(**a_proposal(allocation, "-5")))

    assert "more than £0.00" in staff.problems(page)
    assert not Award.objects.exists()


def test_a_draft_that_other_records_stand_on_stays(client, superuser):
    draft = a.a_draft(1_000)
    staff.ReportedTotal.objects.create(
        code="t", label="T", kind="awards", count=1, count_of="x", award=draft
    )

    response = client.post(staff.address(draft, "delete"), {"post": "yes"})

    assert response.url == staff.address(draft)
    assert Award.objects.filter(pk=draft.pk).exists()
    assert draft.commitments.exists()


def test_what_is_wrong_is_said_at_the_top_with_a_way_to_it(client, superuser):
    told = staff.an_organisation_form(
        **{
            "identifiers-TOTAL_FORMS": 1,
            "identifiers-0-scheme": "GB-CHC",
            "identifiers-0-number": "12",
        }
    )

    page = client.post(staff.list_of(Organisation, "add"), told)

    assert page.context["faults"] == [
        ("Number", "id_identifiers-0-number", "A charity number has six or seven digits.")
    ]
    assert 'href="#id_identifiers-0-number"' in page.content.decode()
