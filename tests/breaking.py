"""How to break each constraint of the database, past every rule that stands before it.

`HOW` holds a function per constraint: it makes records by the book and returns the harm, a function
that does one forbidden thing straight at the tables.
"""

import copy
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from commissioning import triggers
from commissioning.models import (
    Budget,
    ClosedYear,
    Commitment,
    Condition,
    Entry,
    FundName,
    OrganisationIdentifier,
    OrganisationName,
    Plan,
    ReportedTotal,
    ServiceName,
    Variation,
)
from programmes.models import (
    Edition,
    ReleasedCell,
    ReleasedMeasure,
    Report,
    ReportLine,
    ReportSection,
    ReportTable,
)
from tests import builders as a
from victims.models import (
    Counted,
    MonitoringReturn,
    ReturnCount,
    VictimsService,
)

Harm = Callable[[], object]

EARLIER, LATER = date(2026, 4, 1), date(2026, 4, 2)


def constraints() -> dict[str, tuple[type[models.Model], models.BaseConstraint]]:
    """Name → (model, constraint) of every constraint of every model."""
    return {
        constraint.name: (model, constraint)
        for app in settings.OUR_APPS
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
    }


def change(row, **values) -> Harm:
    """Write the columns of a row as they are given."""
    return partial(type(row)._base_manager.filter(pk=row.pk).update, **values)


def total(row, **values) -> Harm:
    """Write the running totals of a row, which takes the triggers away first."""

    def harm():
        unguard()
        change(row, **values)()

    return harm


def twice(row) -> Harm:
    """Insert the row again under another number."""
    return anew(row)


def anew(row, **fields) -> Harm:
    """Insert the row again under another number, with these columns changed.

    For facts as well, which the triggers let nobody change.
    """
    again = copy.copy(row)
    again.pk = None
    for name, value in fields.items():
        setattr(again, name, value)
    return partial(type(row)._base_manager.bulk_create, [again])


def backwards(row) -> Harm:
    """Let it end before it starts."""
    return change(row, starts_on=LATER, ends_on=EARLIER)


def itself(row, field: str) -> Harm:
    return change(row, **{field: row.pk})


def same_person(row, *fields: str) -> Harm:
    return change(row, **dict.fromkeys(fields, a.an_officer()))


def an_entry(**fields) -> Harm:
    """Write an entry, of £1 into a budget unless said otherwise, straight into the journal."""
    fields = {"kind": "funding", "reason": "revision", "amount": a.pounds(1), **fields}
    if "budget" not in fields:
        fields["budget"] = a.a_budget()
    entry = Entry(effective_on=LATER, recorded_by=a.a_finance_officer(), **fields)
    return partial(Entry.objects.bulk_create, [entry])


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


def a_later_version(**fields) -> Harm:
    """Insert another version of a figure with these columns changed."""
    return anew(a.an_observation(), version=2, **fields)


def a_cell(**fields) -> ReleasedCell:
    a.an_observation(measure=(measure := a.a_measure()), **fields)
    return ReleasedCell.objects.get(release=a.a_release(measure))


def a_ratio() -> Harm:
    return change(a.a_measure(), numerator=a.a_measure())


def a_report_table() -> ReportTable:
    return ReportTable.objects.create(code="table-1", title="Table 1")


def a_report_line() -> ReportLine:
    return ReportLine.objects.create(table=a_report_table(), axis="row", position=1)


def a_report() -> Report:
    days = {"starts_on": date(2020, 4, 1), "ends_on": date(2021, 3, 31)}
    return Report.objects.create(title="Annual Report 2020/21", slug="2020-21", **days)


def a_report_section() -> ReportSection:
    return ReportSection.objects.create(report=a_report(), position=1, heading="Outcomes")


def an_edition() -> Edition:
    return Edition.objects.create(report=a_report(), number=1, content={}, made_by=a.an_officer())


def a_closed_year() -> ClosedYear:
    days = {"first_day": date(2020, 4, 1), "last_day": date(2021, 3, 31)}
    return ClosedYear.objects.create(start_year=2020, closed_by=a.a_finance_officer(), **days)


def twice_but(row, **values) -> Harm:
    """Insert the row again under another number, with other values."""
    again = copy.copy(row)
    again.pk = None
    for name, value in values.items():
        setattr(again, name, value)
    return partial(type(row)._base_manager.bulk_create, [again])


def a_counted() -> Counted:
    return a.an_indicator_set().counted.first()


def a_service_to_come() -> VictimsService:
    return a.a_victims_service(starts_on=None)


def a_bare_return(**fields) -> MonitoringReturn:
    return MonitoringReturn.objects.create(
        service=a_service_to_come(), starts_on=EARLIER, ends_on=LATER, due_on=LATER, **fields
    )


def accepted_return() -> MonitoringReturn:
    people = {
        "submitted_by": a.an_officer(),
        "certified_by": a.a_finance_officer(),
        "accepted_by": a.an_approver(),
    }
    return a_bare_return(status="accepted", **people)


def a_count() -> ReturnCount:
    made = a_bare_return()
    counted = made.service.indicator_set.counted.first()
    return made.counts.create(counted=counted, place=f"{counted.pk}||", value=3)


HOW = {
    "area_kind_is_known": lambda: change(a.an_area(), kind="galaxy"),
    "area_is_not_its_own_parent": lambda: itself(a.an_area(), "parent"),
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
    "award_status_is_known": lambda: change(a.a_draft(), status="lost"),
    "award_approver_is_not_its_recommender": lambda: same_person(
        a.a_draft(), "recommended_by", "approved_by"
    ),
    "award_recommended_names_its_recommender": lambda: change(a.a_draft(), status="recommended"),
    "award_promised_has_decision_and_legal_power": lambda: change(a.a_draft(), status="approved"),
    "award_with_money_is_promised": lambda: change(a.an_award(), status="draft"),
    "award_pays_no_more_than_it_is_worth": lambda: total(a.an_award(100), paid=a.pounds("100.01")),
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
    "programme_ends_after_it_starts": lambda: backwards(a.a_programme()),
    "local_unit_is_listed_once": lambda: twice(a.a_local_unit()),
    "category_is_listed_once": lambda: anew(a.a_category(), code="another"),
    "measure_is_a_ratio_of_two": a_ratio,
    "measure_hides_fewer_than_a_hundred": lambda: change(a.a_measure(), small_up_to=100),
    "target_ends_after_it_starts": lambda: backwards(a.a_target()),
    "target_goes_from_low_to_high": lambda: change(a.a_target(100), value_high=Decimal("99.9999")),
    "observation_has_one_current_version": lambda: twice(a.an_observation()),
    "observation_has_a_value_or_a_reason": lambda: a_later_version(value=None),
    "observation_goes_from_low_to_high": lambda: a_later_version(value_high=Decimal("9.9999")),
    "observation_ends_after_it_starts": lambda: a_later_version(starts_on=LATER, ends_on=EARLIER),
    "observation_is_a_share_of_something": lambda: a_later_version(denominator=Decimal(0)),
    "release_of_public_figures_names_the_document": lambda: anew(a.a_release(), basis="public"),
    "measure_is_in_a_release_once": lambda: twice(
        ReleasedMeasure.objects.get(release=a.a_release())
    ),
    "released_cell_stands_once": lambda: twice(a_cell()),
    "hidden_cell_holds_no_number": lambda: anew(a_cell(), place="another", is_hidden=True),
    "report_table_ends_after_it_starts": lambda: backwards(a_report_table()),
    "report_line_has_its_place": lambda: twice(a_report_line()),
    "report_line_ends_after_it_starts": lambda: backwards(a_report_line()),
    "report_ends_after_it_starts": lambda: backwards(a_report()),
    "report_section_has_its_place": lambda: twice(a_report_section()),
    "report_section_charts_a_table": lambda: change(a_report_section(), chart="bars"),
    "edition_has_its_number": lambda: twice(an_edition()),
    "later_edition_says_what_is_new": lambda: anew(an_edition(), number=2),
    "counted_is_listed_once": lambda: twice_but(a_counted(), name="Other"),
    "counted_has_its_own_name": lambda: twice_but(a_counted(), code="other"),
    "counted_is_not_a_part_of_itself": lambda: itself(a_counted(), "no_more_than"),
    "counted_share_is_of_something": lambda: change(a_counted(), share_name="Share"),
    "return_is_due_within_half_a_year": lambda: change(a_service_to_come(), days_until_due=185),
    "victims_service_hides_fewer_than_a_hundred": lambda: change(
        a_service_to_come(), small_up_to=0
    ),
    "post_ends_after_it_starts": lambda: change(
        a.a_post(service=a_service_to_come()), ends_on=date(2020, 1, 1)
    ),
    "post_is_one_person_at_most": lambda: change(
        a.a_post(service=a_service_to_come()), fte=Decimal("1.01")
    ),
    "return_ends_after_it_starts": lambda: backwards(a_bare_return()),
    "return_status_is_known": lambda: change(a_bare_return(), status="lost"),
    "return_is_extended_to_a_later_day": lambda: change(a_bare_return(), extended_to=LATER),
    "return_version_stands_once": lambda: twice(a_bare_return(status="superseded")),
    "return_is_accepted_once": lambda: twice_but(accepted_return(), version=2),
    "return_is_open_once": lambda: twice_but(a_bare_return(), version=2),
    "return_certifier_is_not_its_submitter": lambda: same_person(
        a_bare_return(), "submitted_by", "certified_by"
    ),
    "return_acceptor_is_not_its_certifier": lambda: same_person(
        a_bare_return(), "certified_by", "accepted_by"
    ),
    "return_certified_names_who_stands_for_it": lambda: change(a_bare_return(), status="certified"),
    "return_accepted_names_its_acceptor": lambda: change(accepted_return(), accepted_by=None),
    "return_counts_each_thing_once": lambda: twice(a_count()),
    "return_count_has_a_value_or_a_reason": lambda: change(a_count(), missing="not_collected"),
}


def unguard() -> None:
    """Take every trigger away, inside a transaction that is rolled back afterwards."""
    # PostgreSQL alters no table with checks still to come.
    connection.check_constraints()
    triggers.remove(connection)


def take_away(name: str) -> None:
    """Drop a constraint, inside a transaction that is rolled back afterwards."""
    model, constraint = constraints()[name]
    table = model._meta.db_table
    connection.check_constraints()
    with connection.cursor() as cursor:
        if isinstance(constraint, models.UniqueConstraint) and constraint.condition:
            cursor.execute(f"DROP INDEX {name}")
        elif connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        elif isinstance(constraint, models.CheckConstraint):
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            _rebuild_without(cursor, table, name)


def _rebuild_without(cursor, table: str, unique: str) -> None:
    """What ALTER TABLE cannot do on SQLite; its triggers are to be gone already."""
    cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [table])
    with_it = cursor.fetchone()[0]
    without = re.sub(rf', CONSTRAINT "{unique}" UNIQUE \([^)]*\)', "", with_it)
    assert without != with_it
    cursor.execute(f"ALTER TABLE {table} RENAME TO {table}_before")
    cursor.execute(without)
    cursor.execute(f"INSERT INTO {table} SELECT * FROM {table}_before")  # noqa: S608
