"""Rules that no constraint can hold, and how a refusal is told.

One function per rule; its docstring is the rule. Each raises RuleBroken with a sentence for staff.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from commissioning.days import in_words
from commissioning.models import User
from commissioning.rules import RuleBroken
from programmes.models import Adding
from victims.grids import WHOLE, Grid, Spot, Values
from victims.models import Counted, MonitoringReturn

Status = MonitoringReturn.Status

# A service that counts more in one cell has slipped in a digit.
MOST = 1_000_000


@dataclass(frozen=True)
class Disagreement:
    """A number that cannot stand beside another, and why."""

    grid: Grid
    counted: Counted
    spot: Spot
    sentence: str

    def __str__(self) -> str:
        return f"{self.counted}, {self.grid.said(self.spot)}: {self.sentence}"


def may_follow(monitoring_return: MonitoringReturn, status: str) -> None:
    """A return moves only along its states."""
    if status not in MonitoringReturn.TRANSITIONS[monitoring_return.status]:
        raise RuleBroken(
            f"The return “{monitoring_return}” is {monitoring_return.get_status_display()}, so it "
            f"cannot become {Status(status).label}.",
            "wrong_state",
        )


def period_is_over(monitoring_return: MonitoringReturn, today: date) -> None:
    """Nothing is returned for a period that is not over."""
    if monitoring_return.ends_on >= today:
        raise RuleBroken(
            f"The period ends on {in_words(monitoring_return.ends_on)}. Its return can be taken in "
            "from the day after.",
            "too_early",
        )


def certifier_is_not_submitter(monitoring_return: MonitoringReturn, by: User) -> None:
    """Whoever took a return in cannot certify it, superusers included."""
    if monitoring_return.submitted_by_id == by.pk:
        raise RuleBroken(
            "You took this return in, so you cannot certify it. Ask a colleague in finance.",
            "same_person",
        )


def acceptor_is_not_certifier(monitoring_return: MonitoringReturn, by: User) -> None:
    """Whoever certified a return cannot accept it, superusers included."""
    if monitoring_return.certified_by_id == by.pk:
        raise RuleBroken(
            "You certified this return, so you cannot accept it. Ask a colleague.", "same_person"
        )


def can_be_reopened(monitoring_return: MonitoringReturn) -> None:
    """Only an accepted return is reopened, and once at a time."""
    if monitoring_return.status != Status.ACCEPTED:
        raise RuleBroken(
            f"The return “{monitoring_return}” is {monitoring_return.get_status_display()}. Only "
            "an accepted return is reopened.",
            "wrong_state",
        )
    if _same_period(monitoring_return).exclude(status=Status.SUPERSEDED).count() > 1:
        raise RuleBroken(
            f"The return “{monitoring_return}” is reopened already: a later version is open.",
            "wrong_state",
        )


def can_be_extended(monitoring_return: MonitoringReturn, to: date) -> None:
    """More time is given for a return that is owed, and to a later day."""
    if monitoring_return.status not in MonitoringReturn.OWED:
        raise RuleBroken(
            f"The return “{monitoring_return}” is {monitoring_return.get_status_display()}, so it "
            "needs no more time.",
            "wrong_state",
        )
    if to <= monitoring_return.due_on:
        raise RuleBroken(
            f"The return is due on {in_words(monitoring_return.due_on)}. Give a later day.",
            "not_later",
            "extended_to",
        )


def every_cell_is_told(grids: Sequence[Grid], values: Values) -> None:
    """A return gives each of its numbers, or the reason why there is none; and no others."""
    wanted = {(counted, spot) for g in grids for counted in g.columns for spot in g.spots}
    left_out = len(wanted - set(values))
    if left_out:
        count = "1 number is" if left_out == 1 else f"{left_out} numbers are"
        raise RuleBroken(f"{count} missing.", "incomplete")
    if set(values) - wanted:
        raise RuleBroken("There are numbers that this service does not report.", "not_asked_for")


def counts_agree(grids: Sequence[Grid], values: Values) -> None:
    """Parts add up to their totals, and no part is more than its whole."""
    found = [str(each) for each in disagreements(grids, values)]
    if found:
        more = f" And {len(found) - 5} more." if len(found) > 5 else ""
        raise RuleBroken(" ".join(found[:5]) + more, "counts_disagree")


def disagreements(grids: Sequence[Grid], values: Values) -> Iterator[Disagreement]:
    """Every number that does not agree with others; those that are missing are left out."""
    home = {counted: grid for grid in grids for counted in grid.columns}
    for grid in grids:
        for counted in grid.columns:
            for spot in grid.spots:
                sentence = _off_its_categories(grid, counted, spot, values) or _off_its_areas(
                    grid, counted, spot, values
                )
                if sentence:
                    yield Disagreement(grid, counted, spot, sentence)
            whole = counted.no_more_than
            if whole in home:
                yield from _above_its_whole(grid, counted, home[whole], whole, values)


def area_not_known(grids: Sequence[Grid], values: Values) -> Iterator[tuple[Counted, int]]:
    """How many of all areas are in none of them, where what is counted adds up over areas."""
    for grid in grids:
        for counted in grid.columns:
            if grid.areas and counted.over_areas == Adding.SUM:
                whole, parts = _numbers(counted, WHOLE, grid.areas_of(WHOLE), values)
                if parts and whole > sum(parts):
                    yield counted, whole - sum(parts)


def _off_its_categories(grid: Grid, counted: Counted, total: Spot, values: Values) -> str:
    """Why a total and its categories cannot both be right; empty if they can.

    Categories leave nothing out: what is not known is one of them.
    """
    stated, parts = _numbers(counted, total, grid.categories_of(total), values)
    if not parts:
        return ""
    if counted.over_categories == Adding.SUM and stated != sum(parts):
        return (
            f"the total is {stated:,}, but the numbers above it come to {sum(parts):,}. Correct "
            "one of them."
        )
    if counted.over_categories == Adding.UNIQUE and not max(parts) <= stated <= sum(parts):
        return (
            f"{stated:,} different people cannot be: the numbers above it allow {max(parts):,} at "
            f"least and {sum(parts):,} at most."
        )
    return ""


def _off_its_areas(grid: Grid, counted: Counted, total: Spot, values: Values) -> str:
    """Why the number of all areas and those of each cannot both be right; empty if they can.

    The areas may leave some out: those whose area is not known.
    """
    stated, parts = _numbers(counted, total, grid.areas_of(total), values)
    if not parts:
        return ""
    least = {Adding.SUM: sum(parts), Adding.UNIQUE: max(parts)}.get(counted.over_areas, 0)
    if stated >= least:
        return ""
    return f"{stated:,} in all areas cannot be: the areas above it come to {least:,} at least."


def _numbers(
    counted: Counted, total: Spot, parts: Sequence[Spot], values: Values
) -> tuple[int, list[int]]:
    """The number of a total and of its parts; no parts unless all of them are known."""
    known = [values.get((counted, spot)) for spot in (total, *parts)]
    if not all(_is_number(number) for number in known):
        return 0, []
    return known[0], known[1:]


def _above_its_whole(
    grid: Grid, counted: Counted, other: Grid, whole: Counted, values: Values
) -> Iterator[Disagreement]:
    """Numbers above those that they are a part of: row by row, or as a whole across sheets."""
    for spot in grid.spots if grid == other else [WHOLE]:
        part, limit = values.get((counted, spot)), values.get((whole, spot))
        if _is_number(part) and _is_number(limit) and part > limit:
            sentence = f"{part:,} is more than the {limit:,} of “{whole}”, of which it is a part."
            yield Disagreement(grid, counted, spot, sentence)


def _is_number(known: object) -> bool:
    return isinstance(known, int)


def _same_period(monitoring_return: MonitoringReturn):
    return MonitoringReturn.objects.filter(
        service=monitoring_return.service_id,
        starts_on=monitoring_return.starts_on,
        ends_on=monitoring_return.ends_on,
    )
