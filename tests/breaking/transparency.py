"""How to break each constraint of transparency runs and of messages from the public."""

from django.utils import timezone

from tests import builders as a
from tests.breaking.tools import EARLIER, LATER, anew, change, twice
from transparency.models import RunWithdrawal

NOW = timezone.now()


def a_withdrawal() -> RunWithdrawal:
    from_run = a.a_run()
    return RunWithdrawal(run=from_run, reason="", by=a.an_officer())


HOW = {
    "run_has_its_version": lambda: twice(a.a_run()),
    "later_run_says_what_is_new": lambda: anew(a.a_run(), number=2),
    "run_ends_after_it_starts": lambda: anew(a.a_run(), starts_on=LATER, ends_on=EARLIER),
    "run_withdrawal_has_a_reason": lambda: a_withdrawal().save,
    "problem_says_what_is_wrong": lambda: change(a.a_problem(), text=""),
    "problem_closed_forgets_its_sender": lambda: change(
        a.a_problem(), status="answered", reach="x", answered_by=a.a_user(), answered_at=NOW
    ),
    "problem_answered_says_who": lambda: change(a.a_problem(), status="answered"),
}
