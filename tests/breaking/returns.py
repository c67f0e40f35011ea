"""How to break each constraint of victims' services and their returns."""

from datetime import date
from decimal import Decimal

from tests import builders as a
from tests.breaking.tools import (
    EARLIER,
    LATER,
    backwards,
    change,
    itself,
    same_person,
    twice,
    twice_but,
)
from victims.models import (
    Counted,
    MonitoringReturn,
    ReturnCount,
    VictimsService,
)


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
