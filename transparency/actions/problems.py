"""What the public tells the office, and what the office answers."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from commissioning import rules
from commissioning.actions import history, records
from commissioning.models import User
from commissioning.rules import RuleBroken
from transparency.models import Problem

# Nobody reads more than this: whoever sends more than people do is a program.
MOST_OPEN = 2000


def other_way() -> str:
    """How else to tell the office, for whoever is refused here."""
    return f"write to {settings.OFFICE['email'] or 'the office'} instead"


def tell(about: str, text: str, reach: str = "") -> Problem:
    """Keep a message about a page, and how to reach its sender if they want an answer.

    Raises RuleBroken when more wait to be answered than anybody can read.
    """
    if Problem.objects.filter(status=Problem.Status.OPEN).count() >= MOST_OPEN:
        raise RuleBroken(
            f"Too many messages are waiting to be read. Please {other_way()}.",
            "too_many",
        )
    problem = Problem(about=about, text=text.strip(), reach=reach.strip())
    problem.full_clean(validate_constraints=False)
    records.save_checked(problem)
    return problem


@transaction.atomic
def answer(problem: Problem, *, change_note: str, answer: str, by: User) -> None:
    """Say what was put right: on the public page, for staff only, or both."""
    if not (change_note.strip() or answer.strip()):
        raise RuleBroken("Write a public note, a note for staff, or both.", "no_reason")
    _end(problem, Problem.Status.ANSWERED, change_note, answer, by)


@transaction.atomic
def set_aside(problem: Problem, *, reason: str, by: User) -> None:
    """Leave a message without an answer."""
    rules.reason_is_given(reason)
    _end(problem, Problem.Status.SET_ASIDE, "", reason, by)


def _end(problem: Problem, status: str, change_note: str, answer: str, by: User) -> None:
    records.lock(problem)
    if problem.status != Problem.Status.OPEN:
        raise RuleBroken(f"This message is {problem.get_status_display()} already.", "wrong_state")
    problem.status, problem.change_note, problem.answer = status, change_note, answer
    problem.answered_by, problem.answered_at = by, timezone.now()
    # Nobody is written to any more: what tells who somebody is is kept no longer than that.
    problem.reach = ""
    problem.full_clean(validate_constraints=False)
    records.save_checked(problem)
    # The message itself stays out of history: it may name somebody.
    history.record(
        str(problem.get_status_display()), problem, by, after={"change_note": change_note}
    )
