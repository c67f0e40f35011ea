"""What the public told the office, on staff's first page."""

from django.db import models

from commissioning.admin.attention import WorkList
from commissioning.models import User
from transparency.models import Problem


def to_answer(user: User) -> models.QuerySet:
    """Messages that nobody has answered, the oldest first."""
    return Problem.objects.filter(status=Problem.Status.OPEN).order_by("sent_at", "pk")


def said(problem: Problem) -> str:
    return problem.text[:120]


WORK_LISTS = [
    WorkList(
        "problems",
        "Told to be wrong on the public site",
        "answer_problem",
        to_answer,
        said,
        app="transparency",
    )
]
