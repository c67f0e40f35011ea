"""What somebody has under way: begun, asked for or held by them, and not finished.

Asked before an account is switched off, so that nothing is left without anybody who can go on
with it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst

from commissioning import hooks
from commissioning.models import (
    Award,
    DelegatedLimit,
    Interest,
    Override,
    Payment,
    ProposedVariation,
    User,
)

BACKEND = "django.contrib.auth.backends.ModelBackend"
# Colleagues who are named one by one.
NAMED = 5


@dataclass(frozen=True)
class UnderWay:
    """One kind of record that a person may have under way, and who else can go on with it."""

    key: str
    # "payment requests that wait to be released"
    title: str
    model: type[models.Model]
    # The records, as the filters of their list in the staff site.
    filters: Callable[[User], Mapping[str, Any]]
    # What colleagues may do with them, and the permission that it takes; empty where nobody else
    # needs to go on.
    next_step: str = ""
    permission: str = ""

    def rows(self, person: User) -> models.QuerySet:
        return self.model._default_manager.filter(**self.filters(person))

    def others(self, person: User) -> models.QuerySet[User]:
        """Active colleagues who may go on with it."""
        held = User.objects.with_perm(self.permission, backend=BACKEND)
        return held.exclude(pk=person.pk).order_by("first_name", "last_name", "username")


@dataclass(frozen=True)
class Found:
    """How many records of a kind somebody has under way."""

    kind: UnderWay
    count: int
    person: User

    @property
    def who_else(self) -> str:
        """Who can go on with it, in a sentence."""
        kind = self.kind
        if not kind.permission:
            return kind.next_step
        others = list(kind.others(self.person)[: NAMED + 1])
        if not others:
            return (
                f"Nobody else can {kind.next_step}: give a colleague a role that may, or these "
                "stay as they are."
            )
        names = ", ".join(map(str, others[:NAMED]))
        more = " and others" if len(others) > NAMED else ""
        return f"{names}{more} can {kind.next_step}."

    def __str__(self) -> str:
        return f"{self.counted}. {self.who_else}"

    @property
    def counted(self) -> str:
        """The kind, and how many."""
        return f"{capfirst(self.kind.title)}: {self.count}"


KINDS: list[UnderWay] = [
    UnderWay(
        "awards",
        "awards that they recommended and nobody has decided on",
        Award,
        lambda person: {"recommended_by": person.pk, "status": Award.Status.RECOMMENDED},
        "approve or reject them",
        "commissioning.approve_award",
    ),
    UnderWay(
        "payments",
        "payments and recoveries that they requested and nobody has released",
        Payment,
        lambda person: {"requested_by": person.pk, "status": Payment.Status.REQUESTED},
        "release or refuse them",
        "commissioning.release_payment",
    ),
    UnderWay(
        "variations",
        "variations that they put forward and nobody has decided on",
        ProposedVariation,
        lambda person: {
            "proposed_by": person.pk,
            "status": ProposedVariation.Status.PROPOSED,
        },
        "approve or refuse them",
        "commissioning.vary_award",
    ),
    UnderWay(
        "overrides",
        "emergency overrides that were given to them and not used",
        Override,
        lambda person: {
            "person": person.pk,
            "used_at__isnull": True,
            "withdrawn_at__isnull": True,
            "valid_until__gte": timezone.localdate(),
        },
        "take them back, or authorise others for a colleague",
        "commissioning.add_override",
    ),
    UnderWay(
        "interests",
        "interests that they declared and that have not ended",
        Interest,
        lambda person: {"person": person.pk, "ended_at__isnull": True},
        "Nothing needs to be done: they bind nobody else.",
    ),
]


def kinds() -> list[UnderWay]:
    """Every kind, those of other apps last."""
    return [*KINDS, *hooks.work_under_way]


def found_for(person: User) -> list:
    """What somebody has under way, by kind; nothing of a kind is left out."""
    counted = [Found(kind, kind.rows(person).count(), person) for kind in kinds()]
    return [*(each for each in counted if each.count), *_roles_without_others(person)]


@dataclass(frozen=True)
class LastOfRole:
    """A role with limits in force that nobody else would have."""

    role: str
    limits: int

    def __str__(self) -> str:
        return (
            f"Nobody else has the role {self.role}, which has {self.limits} delegated limit"
            f"{'' if self.limits == 1 else 's'}: give it to a colleague, or nobody can decide "
            "within them."
        )


def _roles_without_others(person: User) -> list[LastOfRole]:
    today = timezone.localdate()
    in_force = DelegatedLimit.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), role__in=person.groups.all()
    )
    colleagues = User.objects.filter(is_active=True).exclude(pk=person.pk)
    alone = in_force.exclude(role__user__in=colleagues).order_by("role__name")
    counts: dict[str, int] = {}
    for name in alone.values_list("role__name", flat=True):
        counts[name] = counts.get(name, 0) + 1
    return [LastOfRole(name, count) for name, count in counts.items()]
