"""Columns of conditions of funding."""

from commissioning.models import Condition
from commissioning.public.columns.base import Column, Kind, shared


def applies_to(condition: Condition) -> str:
    """The award, the fund or the group in words that a condition is of."""
    if condition.award is not None:
        return condition.award.title
    if condition.fund is None:
        return condition.applies_to
    return ": ".join(filter(None, [condition.fund.name, condition.applies_to]))


def address(condition: Condition) -> str | None:
    of = condition.award or condition.fund
    return of.get_absolute_url() if of is not None else None


CONDITION = shared(
    Column("text", "Condition", "text", on_page=True),
    Column(
        "applies_to",
        "Applies to",
        ("applies_to", "award__title", "fund__name"),
        applies_to,
        on_page=True,
        href=address,
    ),
    Column("award", "Award", "award__reference"),
    Column("fund", "Fund", "fund__name"),
    Column("due_on", "Due", "due_on", kind=Kind.DAY),
    Column("state", "State", "state", kind=Kind.CHOICE),
    Column("code", "Code", "code"),
    Column(
        "source_ref",
        "Where this record comes from",
        "source_ref",
        on_page=True,
        missing="–",
        is_source=True,
    ),
)
