"""How to break each constraint of the ledger."""

from datetime import date
from functools import partial

from commissioning.actions import decisions
from commissioning.models import (
    Budget,
    ClosedYear,
    Commitment,
    Condition,
    FundName,
    OrganisationIdentifier,
    OrganisationName,
    Plan,
    ReportedTotal,
    ServiceName,
    Variation,
)
from tests import builders as a
from tests.breaking.tools import (
    EARLIER,
    LATER,
    an_entry,
    anew,
    backwards,
    change,
    itself,
    same_person,
    total,
    twice,
)


def an_empty_budget(**fields) -> Budget:
    fields = {"starts_on": EARLIER, "ends_on": LATER, **fields}
    return Budget.objects.create(fund=a.a_fund(), source=a.a_source(), **fields)


def a_line() -> Commitment:
    return a.an_award(10_000).commitments.get()


def a_reported_total() -> ReportedTotal:
    return ReportedTotal.objects.create(
        code="T1", label="All", kind="awards", amount=a.pounds(1), document="Report"
    )


def a_variation() -> Variation:
    return Variation.objects.create(
        award=a.an_award(),
        number=1,
        kind="extension",
        reason="More time.",
        effective_on=LATER,
        approved_by=a.an_approver(),
    )


def a_closed_year() -> ClosedYear:
    days = {"first_day": date(2020, 4, 1), "last_day": date(2021, 3, 31)}
    return ClosedYear.objects.create(start_year=2020, closed_by=a.a_finance_officer(), **days)


def a_correction():
    decision = a.an_award(10).decision
    told = {"part": "title", "instead": "Clubs", "reason": "A slip.", "by": a.an_officer()}
    return decisions.correct(decision, **told)


HOW = {
    "decision_correction_has_its_own_number": lambda: twice(a_correction()),
    "decision_correction_says_what_and_why": lambda: anew(a_correction(), number=2, reason=""),
    "area_kind_is_known": lambda: change(a.an_area(), kind="galaxy"),
    "area_is_not_its_own_parent": lambda: itself(a.an_area(), "parent"),
    "area_has_a_tile_with_row_and_column": lambda: change(a.an_area(), tile_row=2),
    "area_has_its_tile_to_itself": lambda: change(
        a.an_area(tile_row=1, tile_column=3),
        tile_row=a.an_area(tile_row=2, tile_column=3).tile_row,
    ),
    "decision_confidentiality_has_a_ground": lambda: change(a.a_decision(), status="part"),
    "organisation_withholding_has_a_ground": lambda: change(a.an_organisation(), withhold="name"),
    "organisation_is_not_its_own_part": lambda: itself(a.an_organisation(), "parent"),
    "organisation_other_name_is_listed_once": lambda: twice(
        OrganisationName.objects.create(organisation=a.an_organisation(), name="Other")
    ),
    "identifier_belongs_to_one_organisation": lambda: twice(
        OrganisationIdentifier.objects.create(
            organisation=a.an_organisation(), scheme="GB-CHC", number="1234567"
        )
    ),
    "plan_ends_after_it_starts": lambda: backwards(Plan.objects.create(name="Plan")),
    "fund_ends_after_it_starts": lambda: backwards(a.a_fund()),
    "fund_is_not_its_own_successor": lambda: itself(a.a_fund(), "successor"),
    "fund_other_name_is_listed_once": lambda: twice(
        FundName.objects.create(fund=a.a_fund(), name="Other")
    ),
    "budget_allocates_no_more_than_it_holds": lambda: total(
        a.a_budget(100), allocated=a.pounds("100.01")
    ),
    "budget_is_not_below_nothing": lambda: total(a.a_budget(100), allocated=a.pounds("-0.01")),
    "budget_margin_has_a_reason": lambda: change(
        a.a_budget(), margin=a.pounds("0.01"), margin_authorised_by=a.a_finance_officer()
    ),
    "budget_margin_names_its_authoriser": lambda: change(
        a.a_budget(), margin=a.pounds("0.01"), margin_reason="Late grant."
    ),
    "budget_ends_after_it_starts": lambda: backwards(an_empty_budget()),
    "budget_has_a_period_unless_implied": lambda: change(an_empty_budget(), ends_on=None),
    "budget_is_one_per_fund_source_and_period": lambda: twice(an_empty_budget()),
    "budget_without_period_is_one_per_fund_and_source": lambda: twice(
        an_empty_budget(basis="implied", starts_on=None, ends_on=None)
    ),
    "allocation_commits_no_more_than_it_holds": lambda: total(
        a.an_allocation(100), committed=a.pounds("100.01")
    ),
    "allocation_is_not_below_nothing": lambda: total(a.an_allocation(), paid=a.pounds("-0.01")),
    "allocation_is_one_per_area_and_purpose": lambda: twice(
        an_empty_budget().allocations.create(area=a.an_area(), purpose="Youth work")
    ),
    "service_ends_after_it_starts": lambda: backwards(a.a_service()),
    "service_is_not_its_own_part": lambda: itself(a.a_service(), "parent"),
    "service_other_name_is_listed_once": lambda: twice(
        ServiceName.objects.create(service=a.a_service(), name="Other")
    ),
    "award_ends_after_it_starts": lambda: backwards(a.a_draft()),
    "award_place_is_no_recipient": lambda: change(a.a_draft(), recipient_basis="place"),
    "award_status_is_known": lambda: change(a.a_draft(), status="lost"),
    "award_approver_is_not_its_recommender": lambda: same_person(
        a.a_draft(), "recommended_by", "approved_by"
    ),
    "award_recommended_names_its_recommender": lambda: change(a.a_draft(), status="recommended"),
    "award_promised_has_decision_and_legal_power": lambda: change(a.a_draft(), status="approved"),
    "award_with_money_is_promised": lambda: change(a.an_award(), status="draft"),
    "award_pays_no_more_than_it_is_worth": lambda: total(a.an_award(100), paid=a.pounds("100.01")),
    "award_given_on_states_its_amount": lambda: change(
        a.a_grant_given_on(a.an_award()), onward_amount=None
    ),
    "award_given_on_has_no_money_of_its_own": lambda: change(
        a.an_award(), onward_of=a.an_award(), onward_amount=a.pounds(1)
    ),
    "award_vat_is_not_below_nothing": lambda: change(
        a.a_draft(), irrecoverable_vat=a.pounds("-0.01")
    ),
    "commitment_is_one_per_award_and_allocation": lambda: twice(a.a_draft(100).commitments.get()),
    "commitment_proposes_more_than_nothing": lambda: change(a_line(), proposed=a.pounds(0)),
    "commitment_pays_no_more_than_it_holds": lambda: total(a_line(), paid=a.pounds("10000.01")),
    "commitment_is_not_below_nothing": lambda: total(a_line(), paid=a.pounds("-0.01")),
    "variation_number_is_used_once_per_award": lambda: twice(a_variation()),
    "variation_has_a_reason": lambda: change(a_variation(), reason=""),
    "condition_is_of_an_award_a_fund_or_a_group": lambda: partial(
        Condition.objects.create, text="Report."
    ),
    "payment_is_more_than_nothing": lambda: change(a.a_request(), amount=a.pounds(0)),
    "payment_is_released_by_someone_else": lambda: same_person(
        a.a_request(), "requested_by", "released_by"
    ),
    "payment_before_it_is_due_has_a_reason": lambda: change(a.a_payment(), due_on=date(2027, 1, 1)),
    "payment_released_says_who_and_when": lambda: change(a.a_request(), status="released"),
    "entry_changes_something": lambda: an_entry(amount=a.pounds(0)),
    "entry_names_the_chain_of_its_kind": lambda: an_entry(kind="allocation"),
    "entry_reason_is_known": lambda: an_entry(reason="because"),
    "entry_releases_a_payment_once": lambda: twice(a.a_payment().entries.get()),
    "year_is_closed_once": lambda: twice(a_closed_year()),
    "year_reopening_has_a_reason": lambda: change(
        a_closed_year(), reopened_at="2026-04-01T12:00:00Z"
    ),
    "year_ends_after_it_starts": lambda: change(a_closed_year(), last_day=date(2020, 4, 1)),
    "reported_total_states_an_amount_or_a_count": lambda: change(a_reported_total(), amount=None),
    "reported_total_names_what_it_counts": lambda: change(a_reported_total(), count=3),
    "reported_total_ends_after_it_starts": lambda: backwards(a_reported_total()),
}
