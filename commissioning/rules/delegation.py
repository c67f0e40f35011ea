"""Rules about how much somebody may decide."""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q

from commissioning.days import in_words
from commissioning.models import DelegatedLimit, User
from commissioning.money import format_pounds
from commissioning.rules.broken import RuleBroken

Act = DelegatedLimit.Act


def within_limit(by: User, act: str, amount: Decimal, on: date, what: str = "this is") -> None:
    """Nobody decides on more pounds at once than the limit of one of their roles on that day.

    Superusers included: they have the limits of their roles and none of their own. While the office
    has no limit in force for an act, that act is not limited. `on` is the day of the deed, never a
    day that whoever does it may choose. A limit does not count for whoever recorded it. `what`
    begins the words for the amount in a refusal.
    """
    in_force = DelegatedLimit.objects.filter(act=act).in_force(on).order_by("most")
    limits = list(in_force.select_related("role"))
    # The greatest of a role's limits stands last.
    roles = {limit.role.name: limit.most for limit in limits}
    if not roles:
        return
    own = set(by.groups.values_list("pk", flat=True))
    counted = [each for each in limits if each.role_id in own and each.recorded_by_id != by.pk]
    most = max((limit.most for limit in counted), default=None)
    if most is None or abs(amount) > most:
        said = f"{what} {format_pounds(abs(amount))}"
        raise RuleBroken(_beyond(act, abs(amount), most, roles, on, said), "beyond_limit")


def _beyond(
    act: str, amount: Decimal, most: Decimal | None, roles: dict[str, Decimal], on: date, said: str
) -> str:
    may = str(Act(act).label)
    limit = (
        f"You have no delegated limit to {may} on {in_words(on)}"
        if most is None
        else f"Your delegated limit to {may} is {format_pounds(most)} on {in_words(on)}"
    )
    able = [
        f"{role} (up to {format_pounds(limit)})"
        for role, limit in sorted(roles.items())
        if limit >= amount
    ]
    who = f"It takes {' or '.join(able)}." if able else "Nobody has a limit so high."
    return f"{limit}, and {said}. {who}"


def limit_is_of_another_s_role(limit: DelegatedLimit, by: User) -> None:
    """Nobody sets a limit of a role that they have, superusers included."""
    if by.groups.filter(pk=limit.role_id).exists():
        raise RuleBroken(
            f"You have the role {limit.role} yourself, so somebody else sets its limits.",
            "own_role",
        )


def limit_leaves_another(limit: DelegatedLimit, last_day: date) -> None:
    """An act that is limited stays limited: a limit ends early only where another goes on."""
    goes_on = Q(ends_on__isnull=True)
    if limit.ends_on:
        goes_on |= Q(ends_on__gte=limit.ends_on)
    others = DelegatedLimit.objects.filter(
        goes_on, act=limit.act, starts_on__lte=last_day + timedelta(days=1)
    )
    if not others.exclude(pk=limit.pk).exists():
        raise RuleBroken(
            f"No other limit to {limit.get_act_display()} would stand then, and whoever has a role "
            "for it could decide on any amount. Record another limit first.",
            "last_limit",
        )


def unlimited_acts(on: date) -> list[str]:
    """What may be decided on that day over any amount, because no limit is recorded for it."""
    in_force = DelegatedLimit.objects.in_force(on)
    limited = set(in_force.order_by().values_list("act", flat=True).distinct())
    return [str(act.label) for act in Act if act not in limited]
