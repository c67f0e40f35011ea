"""Rows become records by the same rules as typing, all of them or none."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from commissioning.actions import awards, funds
from commissioning.models import (
    Allocation,
    Area,
    Award,
    Budget,
    Commitment,
    Condition,
    Entry,
    Fund,
    HistoryEvent,
    Organisation,
    Payment,
    ReportedTotal,
    Service,
    Theme,
)
from commissioning.resources.areas import AreaResource
from commissioning.resources.awards import AwardResource, TakenOnAwardResource
from commissioning.resources.base import load_rows
from commissioning.resources.commitments import CommitmentResource, ConditionResource
from commissioning.resources.decisions import DecisionResource
from commissioning.resources.funds import (
    AllocationResource,
    BudgetResource,
    FundingSourceResource,
    FundResource,
)
from commissioning.resources.organisations import OrganisationResource
from commissioning.resources.payments import PaymentResource
from commissioning.resources.plan import PlanResource, ThemeResource
from commissioning.resources.reported import ReportedTotalResource
from commissioning.resources.services import ServiceResource
from commissioning.years import FinancialYear
from tests import builders as a

pytestmark = pytest.mark.django_db

WALSALL = {"code": "E08000030", "name": "Walsall", "kind": "local_authority"}


def load(resource, *rows, by=None):
    return str(load_rows(resource, rows, by or a.a_user(superuser=True)))


def refusals(resource, *rows, by=None) -> list[str]:
    with pytest.raises(ValidationError) as refusal:
        load(resource, *rows, by=by)
    return refusal.value.messages


def a_line(allocation: Allocation, amount) -> dict:
    """The columns of an award's line on the allocation."""
    return {
        "line_fund_code": allocation.budget.fund.code,
        "line_area_code": allocation.area.code,
        "line_amount": amount,
    }


# --- All or nothing -------------------------------------------------------------------------------


def test_rows_are_added_then_found_unchanged_then_changed():
    force = {"code": "WM", "name": "West Midlands", "kind": "police force area"}

    assert load(AreaResource, force, WALSALL) == "2 added, 0 changed, 0 unchanged"
    assert load(AreaResource, force, WALSALL) == "0 added, 0 changed, 2 unchanged"
    moved = {**WALSALL, "parent_code": "WM"}
    assert load(AreaResource, force, moved) == "0 added, 1 changed, 1 unchanged"

    walsall = Area.objects.get(code="E08000030")
    assert (walsall.slug, walsall.parent.kind) == ("walsall", Area.Kind.FORCE)
    told = HistoryEvent.objects.filter(subject_type="area", subject_id=walsall.pk)
    assert sorted(told.values_list("verb", flat=True)) == ["added", "changed"]


def test_one_wrong_row_keeps_all_rows_out_and_every_wrong_row_is_told():
    said = refusals(
        AreaResource,
        WALSALL,
        {**WALSALL, "code": "E2", "name": "Dudley", "parent_code": "E09"},
        {**WALSALL, "code": "E3", "name": "", "kind": "town"},
        {**WALSALL, "code": "E4"},
    )

    assert said == [
        "Row 3, parent_code: there is no area with code “E09”.",
        "Row 4, name: fill this in.",
        "Row 4, kind: “town” is not one of: region, force (police force area), local_authority "
        "(local authority area), neighbourhood_unit (neighbourhood policing unit), other (other "
        "place).",
        "Row 5, name: “Walsall”: Area with this Name already exists.",
    ]
    assert not Area.objects.exists()


def test_wrong_columns_are_told_before_any_row_is_read():
    assert refusals(AreaResource, {"code": "E1", "nmae": "Walsall", "kind": "town"}) == [
        "There is no column called “nmae”. The columns are code, name, slug, kind, parent_code, "
        "note.",
        "The file lacks the column “name”.",
    ]


def test_the_same_record_in_two_rows_is_refused():
    assert refusals(AreaResource, WALSALL, {**WALSALL, "name": "Walsall town"}) == [
        "Row 3: row 2 is about the same record."
    ]


def test_a_part_may_stand_above_its_whole():
    ward = {"code": "W1", "name": "Bloxwich", "kind": "other", "parent_code": "E08000030"}

    assert load(AreaResource, ward, WALSALL) == "2 added, 0 changed, 0 unchanged"
    assert Area.objects.get(code="W1").parent.name == "Walsall"


def test_areas_inside_each_other_are_refused_with_a_sentence():
    rows = [
        {"code": "A", "name": "A", "kind": "other", "parent_code": "B"},
        {"code": "B", "name": "B", "kind": "other", "parent_code": "A"},
    ]

    assert "Row 2, parent_code: there is no area with code “B”." in refusals(AreaResource, *rows)


def test_a_column_left_out_keeps_what_is_recorded_and_a_blank_cell_empties_it():
    load(AreaResource, {**WALSALL, "note": "Old town hall."})

    load(AreaResource, WALSALL)
    assert Area.objects.get().note == "Old town hall."
    load(AreaResource, {**WALSALL, "note": " ", "slug": ""})
    assert (Area.objects.get().note, Area.objects.get().slug) == ("", "walsall")


def test_the_address_of_a_published_record_stays():
    fund = a.a_fund("Active Citizens")
    row = {"code": fund.code, "name": "Active Citizens Fund"}

    assert refusals(FundResource, {**row, "slug": "acf"}) == [
        "Row 2, slug: “acf”: Active Citizens is published, so its address stays."
    ]
    load(FundResource, {**row, "slug": ""})
    assert Fund.objects.get().slug == "active-citizens"


def test_a_made_slug_is_one_that_nobody_has():
    a.an_organisation("Refuge", slug="refuge", code="first")

    load(OrganisationResource, {"code": "second", "name": "Refuge", "kind": "charity"})

    assert Organisation.objects.get(code="second").slug == "refuge-2"


def test_a_row_asks_nothing_of_the_database_for_the_codes_that_it_names(
    django_assert_max_num_queries,
):
    areas, force = [a.an_area() for _ in range(30)], a.an_organisation()
    rows = [
        {
            "code": f"org-{n}",
            "name": f"Organisation {n}",
            "kind": "charity",
            "parent_code": force.code,
            "area_codes": "; ".join(area.code for area in areas),
            "other_names": f"O{n}",
        }
        for n in range(20)
    ]
    by = a.a_user(superuser=True)
    load(OrganisationResource, *rows, by=by)

    savepoints_of_rows = 4 * len(rows)
    with django_assert_max_num_queries(savepoints_of_rows + 16):
        assert load(OrganisationResource, *rows, by=by) == "0 added, 0 changed, 20 unchanged"


# --- Cells ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "pounds"),
    [
        ("£1,234.50", "1234.50"),
        (" 1234.5 ", "1234.50"),
        (1234.5, "1234.50"),
        (1234, "1234.00"),
        (0.1 + 0.2, "0.30"),
        (Decimal("1234.5"), "1234.50"),
        (99999999999.99, "99999999999.99"),
    ],
)
def test_an_amount_is_read_to_the_penny_from_text_and_from_excel(cell, pounds):
    load(ReportedTotalResource, a_total(amount=cell))

    assert ReportedTotal.objects.get().amount == Decimal(pounds)


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        (1234.567, "“1234.567” has parts of a penny. Amounts have at most two decimal places."),
        (
            "1.234,50",
            "“1.234,50” is not an amount of money. Write pounds and pence, such as 1,234.50.",
        ),
        (
            "about 5",
            "“about 5” is not an amount of money. Write pounds and pence, such as 1,234.50.",
        ),
        ("(500)", "“(500)”: write a negative amount with a minus sign."),
        ("#REF!", "“#REF!” is an error of the spreadsheet. Correct its formula."),
    ],
)
def test_what_is_not_an_exact_amount_is_refused_with_a_sentence(cell, sentence):
    assert refusals(ReportedTotalResource, a_total(amount=cell)) == [f"Row 2, amount: {sentence}"]


@pytest.mark.parametrize(
    "cell",
    [
        "31/03/2021",
        "2021-03-31",
        "31 March 2021",
        "2021-03-31 00:00:00",
        date(2021, 3, 31),
        datetime(2021, 3, 31),  # noqa: DTZ001 - as Excel gives it
    ],
)
def test_a_day_is_read_from_text_and_from_excel(cell):
    load(ReportedTotalResource, a_total(starts_on=cell))

    assert ReportedTotal.objects.get().starts_on == date(2021, 3, 31)


@pytest.mark.parametrize("cell", ["03/31/2021", "31/3/21", "31/02/2021", 44286, "soon"])
def test_what_could_be_another_day_or_none_is_refused(cell):
    assert refusals(ReportedTotalResource, a_total(starts_on=cell)) == [
        f"Row 2, starts_on: “{cell}” is not a date. Write it like 31/03/2021 or 2021-03-31, with "
        "all four digits of the year."
    ]


def test_control_characters_and_half_things_are_refused():
    assert refusals(ReportedTotalResource, a_total(label="To\x00tal", count=5.5)) == [
        "Row 2, label: “To�tal”: The text has characters that cannot be printed. Type it again, or "
        "paste it as plain text.",
        "Row 2, count: “5.5” is not a whole number.",
    ]


def a_total(**cells) -> dict:
    row = {"code": "R1", "label": "Total", "kind": "spending", "document": "Report", "amount": 1}
    return {**row, **cells}


# --- Nouns that describe --------------------------------------------------------------------------


def test_an_organisation_comes_with_areas_names_and_identifiers():
    load(AreaResource, WALSALL)
    row = {
        "code": "remedi",
        "name": "Remedi",
        "kind": "Charity",
        "area_codes": "E08000030",
        "other_names": "RM; Remedi UK",
        "former_names": "Restore",
        "identifiers": "GB-CHC-1234567; GB-COH-09506232",
        "withhold": "place",
        "withhold_ground": "Staff are at risk.",
    }
    by = a.a_user(superuser=True)

    load(OrganisationResource, row, by=by)
    assert load(OrganisationResource, row) == "0 added, 0 changed, 1 unchanged"

    remedi = Organisation.objects.get()
    assert {name.name: name.is_former for name in remedi.names.all()} == {
        "RM": False,
        "Remedi UK": False,
        "Restore": True,
    }
    assert [str(number) for number in remedi.identifiers.all()] == [
        "GB-CHC-1234567",
        "GB-COH-09506232",
    ]
    assert (remedi.withhold_decided_by, remedi.is_published) == (by, False)

    row.update(area_codes="", other_names="Remedi UK", identifiers="GB-CHC-12")
    assert refusals(OrganisationResource, row) == [
        "Row 2, identifiers: “GB-CHC-12”: A charity number has six or seven digits."
    ]
    row["identifiers"] = "GB-CHC-1234567"
    load(OrganisationResource, row)
    assert remedi.names.count() == 2
    assert not remedi.areas.exists()
    assert "areas" in HistoryEvent.objects.filter(verb="changed").latest("pk").after


def test_every_describing_noun_comes_in_by_its_codes():
    load(AreaResource, WALSALL)
    load(OrganisationResource, {"code": "moj", "name": "Ministry of Justice", "kind": "government"})
    load(PlanResource, {"name": "Plan 2016", "starts_on": "1/4/2016"})
    load(ThemeResource, {"code": "T1", "plan_name": "Plan 2016", "name": "Safe", "sequence": 1})
    source = {"code": "S1", "name": "MoJ", "kind": "central_grant", "provider_code": "moj"}
    load(FundingSourceResource, source)
    new = {"code": "F2", "name": "New Fund", "theme_code": "T1", "source_codes": "S1"}
    old = {"code": "F1", "name": "Old Fund", "status": "replaced", "successor_code": "F2"}
    load(FundResource, {**old, "other_names": "Older Fund (until 31/03/2019); OF"}, new)
    load(DecisionResource, {"reference": "D-1", "title": "Yes", "decided_on": "1 May 2021"})
    service = {"code": "SV", "name": "Service", "provider_codes": "moj", "fund_codes": "F1; F2"}
    load(ServiceResource, {**service, "area_codes": "E08000030", "scope": "local"})
    total = a_total(fund_code="F1", service_code="SV", count="589", count_of="projects")
    load(ReportedTotalResource, total)

    assert Theme.objects.get().plan.name == "Plan 2016"
    old = Fund.objects.get(code="F1")
    assert (old.successor.code, old.names.get(name="Older Fund").used_until) == (
        "F2",
        date(2019, 3, 31),
    )
    assert Service.objects.get().funds.count() == 2
    assert ReportedTotal.objects.get().count == 589


def test_a_condition_is_found_by_its_code_or_its_text():
    award = a.a_draft(reference="A-1")
    coded = {"code": "R1", "applies_to": "all contracts", "text": "Pay the living wage."}
    plain = {"code": "", "award_reference": award.reference, "text": "Report by June."}
    rows = [{"award_reference": "", **coded}, {"applies_to": "", **plain}]

    assert load(ConditionResource, *rows) == "2 added, 0 changed, 0 unchanged"
    rows[0]["text"] = "Pay the real living wage."
    assert load(ConditionResource, *rows) == "0 added, 1 changed, 1 unchanged"
    assert Condition.objects.count() == 2


# --- Money ----------------------------------------------------------------------------------------


def a_budget_row(**cells) -> dict:
    fund, source = a.a_fund(), a.a_source()
    row = {"fund_code": fund.code, "source_code": source.code, "amount": "100,000"}
    return {**row, "starts_on": "2021-04-01", "ends_on": "2022-03-31", **cells}


def test_a_budget_is_opened_with_its_amount_which_no_import_changes():
    row = a_budget_row()

    assert load(BudgetResource, row) == "1 added, 0 changed, 0 unchanged"
    assert load(BudgetResource, row) == "0 added, 0 changed, 1 unchanged"
    budget = Budget.objects.get()
    entry = Entry.objects.get()
    assert (entry.amount, entry.effective_on) == (Decimal("100000.00"), date(2021, 4, 1))
    assert refusals(BudgetResource, {**row, "amount": "100,000.01"}) == [
        f"Row 2, amount: {budget} holds £100,000.00, not £100,000.01. An import does not change an "
        "amount: revise or vire it."
    ]
    assert load(BudgetResource, {**row, "note": "Seen."}) == "0 added, 1 changed, 0 unchanged"


def test_a_penny_too_much_in_the_last_row_keeps_all_allocations_out():
    row = a_budget_row()
    load(BudgetResource, row)
    first, second = a.an_area(), a.an_area()
    rows = [
        {"fund_code": row["fund_code"], "area_code": first.code, "amount": 60_000},
        {"fund_code": row["fund_code"], "area_code": second.code, "amount": "40,000.01"},
    ]

    (sentence,) = refusals(AllocationResource, *rows)

    assert sentence.startswith("Row 3: £40,000.01 cannot be allocated from")
    assert sentence.count("£") == 6
    assert not Allocation.objects.exists()
    rows[1]["amount"] = 40_000
    assert load(AllocationResource, *rows) == "2 added, 0 changed, 0 unchanged"
    assert Budget.objects.get().unallocated == 0


def test_an_allocation_says_which_of_several_budgets_it_stands_on():
    row = a_budget_row()
    later = {**row, "starts_on": "2022-04-01", "ends_on": "2023-03-31"}
    load(BudgetResource, row, later)
    rows = {"fund_code": row["fund_code"], "area_code": a.an_area().code, "amount": 5}

    assert refusals(AllocationResource, rows) == [
        f"Row 2: there are 2 budgets of fund “{row['fund_code']}”. Give its source and its first "
        "and last day."
    ]
    load(AllocationResource, {**rows, "starts_on": "2022-04-01"})
    assert Allocation.objects.get().budget.starts_on == date(2022, 4, 1)
    assert Entry.objects.get(kind="allocation").effective_on == date(2022, 4, 1)


def test_money_is_not_taken_into_a_closed_year():
    row = a_budget_row()
    funds.close_year(FinancialYear(2021), by=a.a_finance_officer())

    (sentence,) = refusals(BudgetResource, row)

    assert "closed" in sentence


# --- Awards ---------------------------------------------------------------------------------------


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


# --- Payments -------------------------------------------------------------------------------------


def test_payments_are_asked_for_once_and_left_for_somebody_else_to_release():
    award = a.an_award(10_000)
    by = a.an_officer()
    rows = [
        {"award_reference": award.reference, "amount": 4_000, "due_on": "1/6/2026"},
        {"award_reference": award.reference, "amount": 4_000, "due_on": "1/9/2026"},
    ]

    assert load(PaymentResource, *rows, by=by) == "2 added, 0 changed, 0 unchanged"
    assert load(PaymentResource, *rows, by=by) == "0 added, 0 changed, 2 unchanged"
    assert set(Payment.objects.values_list("status", "requested_by")) == {("requested", by.pk)}
    (sentence,) = refusals(PaymentResource, {**rows[0], "amount": 10_001})
    assert sentence.startswith("Row 2: £10,001.00 cannot be paid under award")


def test_a_payment_of_an_award_over_two_allocations_names_one():
    draft = a.a_draft(100, a.an_allocation())
    second = a.an_allocation()
    awards.propose(draft, [(second, a.pounds(50))], by=a.an_officer())
    awards.recommend(draft, by=a.an_officer())
    day = date(2026, 5, 1)
    awards.approve(draft, decision=a.a_decision(), effective_on=day, by=a.an_approver())
    row = {"award_reference": draft.reference, "amount": 50}

    assert refusals(PaymentResource, row) == [
        f"Row 2: award {draft.reference} stands on several allocations. Give fund_code and "
        "area_code of the one to pay from."
    ]
    row.update(fund_code=second.budget.fund.code, area_code=second.area.code)
    load(PaymentResource, row)
    assert Payment.objects.get().commitment.allocation == second
