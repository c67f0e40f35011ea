"""Transparency runs and messages from the public for tests."""

from datetime import date

from commissioning.models import User
from tests.builders.people import a_user, numbers
from transparency.actions import problems, runs
from transparency.duties import DUTIES, Kind
from transparency.models import Problem, Run


def a_run(
    kind: str = Kind.GRANTS,
    day: date = date(2026, 5, 1),
    by: User | None = None,
    change_note: str = "",
) -> Run:
    """A published run of the period that the day lies in."""
    duty = DUTIES[Kind(kind)]
    return runs.publish(
        duty,
        duty.period_of(day),
        absolute=lambda path: f"https://register.example{path}",
        on=date(2027, 4, 1),
        change_note=change_note,
        by=by or a_user("Publisher"),
    )


def a_problem(about: str = "/awards/", text: str | None = None, reach: str = "") -> Problem:
    """A message from the public, to be answered."""
    return problems.tell(about, text or f"Something is wrong, number {next(numbers)}.", reach)
