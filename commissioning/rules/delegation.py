"""Rules about how much somebody may decide: limits, and what is added up under them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q

from commissioning.days import in_words
from commissioning.models import DelegatedLimit, User
from commissioning.money import NOTHING, format_pounds
from commissioning.rules.awards import in_a_row
from commissioning.rules.broken import RuleBroken

Act = DelegatedLimit.Act
# How many parts of a sum a refusal names.
NAMED = 6
# How long before the last limit of an act ends the office is warned.
WARNED_AHEAD = timedelta(weeks=6)


@dataclass(frozen=True)
class Part:
    """Pounds of a decision that are judged together with others.

    `what` names it in a list of parts; `alone` begins the words for it where there is no other.
    `before` is what was decided earlier.
    """

    what: str
    amount: Decimal
    alone: str = "this is"
    before: bool = False


def within_limit(by: User, act: str, amount: Decimal, on: date, what: str = "this is") -> None:
    """Nobody decides on more pounds at once than the limit of one of their roles on that day.

    Superusers included: they have the limits of their roles and none of their own. An act that
    the office never limited is not limited; once it was, no limit in force means that nobody may do
    it. `on` is the day of the act, never a day that the person acting may choose. A limit does not
    count for whoever recorded it. `what` begins the words for the amount in a refusal.
    """
    parts_are_within_limit(by, act, [Part("", amount, what)], on)


def parts_are_within_limit(
    by: User, act: str, parts: Sequence[Part], on: date, why: str = ""
) -> None:
    """The sum of what belongs together is within the limit, not each part of it by itself.

    An earlier part that is beyond this person's limit by itself was decided under a greater limit,
    and is left out. `why` says, in a refusal, why these parts belong together.
    """
    if not any(part.amount for part in parts if not part.before) or not is_limited(act, on):
        return
    limits = list(DelegatedLimit.objects.filter(act=act).in_force(on).select_related("role"))
    if not limits:
        raise RuleBroken(_lapsed(act), "limit_has_ended")
    most = _most(limits, by)
    counted = [
        part for part in parts if not part.before or (most is not None and abs(part.amount) <= most)
    ]
    total = sum((abs(part.amount) for part in counted), NOTHING)
    if most is None or total > most:
        said = _said(counted, total, why)
        raise RuleBroken(_beyond(act, total, most, limits, on, said), "beyond_limit")


def is_limited(act: str, on: date) -> bool:
    """Whether a limit for the act ever began: from then on it is never without one."""
    return DelegatedLimit.objects.filter(act=act, starts_on__lte=on).exists()


def _most(limits: Iterable[DelegatedLimit], by: User) -> Decimal | None:
    """The greatest limit of somebody's roles, apart from those that they recorded themselves."""
    own = set(by.groups.values_list("pk", flat=True))
    counted = [each for each in limits if each.role_id in own and each.recorded_by_id != by.pk]
    return max((limit.most for limit in counted), default=None)


def _said(parts: Sequence[Part], total: Decimal, why: str) -> str:
    if len(parts) == 1:
        return f"{parts[0].alone} {format_pounds(total)}"
    named = [f"{part.what} {format_pounds(abs(part.amount))}" for part in parts[:NAMED]]
    if len(parts) > NAMED:
        named.append(f"{len(parts) - NAMED:,} others")
    because = f" ({why})" if why else ""
    return f"together these are {format_pounds(total)}{because}: {in_a_row(named)}"


def _beyond(
    act: str,
    amount: Decimal,
    most: Decimal | None,
    limits: Iterable[DelegatedLimit],
    on: date,
    said: str,
) -> str:
    may = str(Act(act).label)
    limit = (
        f"You have no delegated limit to {may} on {in_words(on)}"
        if most is None
        else f"Your delegated limit to {may} is {format_pounds(most)} on {in_words(on)}"
    )
    roles: dict[str, Decimal] = {}
    for each in limits:
        roles[each.role.name] = max(each.most, roles.get(each.role.name, NOTHING))
    able = [
        f"{role} (up to {format_pounds(limit)})"
        for role, limit in sorted(roles.items())
        if limit >= amount
    ]
    who = f"It takes {' or '.join(able)}." if able else "Nobody has a limit so high."
    return f"{limit}, and {said}. {who}"


# --- Limits that end ------------------------------------------------------------------------------


def _lapsed(act: str) -> str:
    ended = DelegatedLimit.objects.filter(act=act, ends_on__isnull=False).order_by("-ends_on")
    last = ended.first()
    when = f" ended on {in_words(last.ends_on)}" if last else " has ended"
    return (
        f"The last delegated limit to {Act(act).label}{when}, so nobody can do it. Ask the chief "
        "finance officer or the commissioning manager to record a limit."
    )


def limit_is_of_another_s_role(limit: DelegatedLimit, by: User) -> None:
    """Nobody sets a limit of a role that they have, superusers included."""
    if by.groups.filter(pk=limit.role_id).exists():
        raise RuleBroken(
            f"You have the role {limit.role} yourself, so somebody else sets its limits.",
            "own_role",
        )


def limit_leaves_another(limit: DelegatedLimit, last_day: date) -> None:
    """A limit ends early only where another goes on, so that somebody can still decide."""
    goes_on = Q(ends_on__isnull=True)
    if limit.ends_on:
        goes_on |= Q(ends_on__gte=limit.ends_on)
    others = DelegatedLimit.objects.filter(
        goes_on, act=limit.act, starts_on__lte=last_day + timedelta(days=1)
    )
    if not others.exclude(pk=limit.pk).exists():
        raise RuleBroken(
            f"No other limit to {limit.get_act_display()} would stand then, and nobody could do "
            "it any more. Record another limit first.",
            "last_limit",
        )


def unlimited_acts(on: date) -> list[str]:
    """What may be decided on that day over any amount, because no limit was ever recorded."""
    return [str(act.label) for act in Act if not is_limited(act, on)]


def last_day_limited(act: str, on: date) -> date | None:
    """The last day from `on` without a gap on which the act has a limit; None if it has no end.

    The day before `on` where no limit is in force on it.
    """
    last = on - timedelta(days=1)
    limits = DelegatedLimit.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), act=act)
    for limit in limits.order_by("starts_on"):
        if limit.starts_on > last + timedelta(days=1):
            break
        if limit.ends_on is None:
            return None
        last = max(last, limit.ends_on)
    return last


def ending_acts(on: date) -> list[tuple[str, date]]:
    """(act, last day) of what nobody can decide any more, now or within six weeks."""
    lasts = [(act, last_day_limited(act, on)) for act in Act if is_limited(act, on)]
    soon = on + WARNED_AHEAD
    return [(act, last) for act, last in lasts if last is not None and last <= soon]


def says_when_it_ends(act: str, last: date, on: date) -> str:
    """The sentence for an act whose last limit has ended, or ends."""
    if last < on:
        return _lapsed(act)
    return (
        f"The last delegated limit to {Act(act).label} ends on {in_words(last)}. Nobody can do it "
        "after that day unless another limit is recorded."
    )
