"""How to break each constraint of schedules, holds, conditions and recoveries."""

from datetime import date

from django.utils import timezone

from commissioning.models import Hold, Instalment
from tests import builders as a
from tests.breaking.tools import EARLIER, change, twice


def an_instalment() -> Instalment:
    return a.instalments_of(a.a_scheduled_award())[0]


def a_lifted_hold() -> Hold:
    lifted = {
        "lifted_at": timezone.now(),
        "lifted_by": a.an_officer(),
        "lifted_reason": "They came.",
    }
    hold = a.a_hold()
    Hold.objects.filter(pk=hold.pk).update(**lifted)
    return hold


HOW = {
    "instalment_is_more_than_nothing": lambda: change(an_instalment(), amount=a.pounds(0)),
    "instalment_covers_whole_days": lambda: change(an_instalment(), covers_to=date(2026, 3, 31)),
    "hold_is_one_at_a_time_per_award": lambda: twice(a.a_hold()),
    "hold_has_a_reason": lambda: change(a.a_hold(), reason=""),
    "hold_lifted_says_who_and_why": lambda: change(a_lifted_hold(), lifted_reason=""),
    "condition_to_be_met_is_not_settled": lambda: change(a.a_condition(), settled_on=EARLIER),
    "condition_settled_by_staff_says_when_and_why": lambda: change(
        a.a_met_condition(), settled_reason=""
    ),
    "return_says_what_the_bank_returned_and_why": lambda: change(
        a.a_payment_marked_returned(), bank_reason=""
    ),
    "payment_is_returned_once": lambda: twice(a.a_payment_marked_returned()),
    "payment_has_no_cause_to_come_back": lambda: change(a.a_request(), cause="clawback"),
    "recovery_is_of_no_instalment": lambda: change(
        a.a_requested_instalment(an_instalment()), kind="recovery"
    ),
}
