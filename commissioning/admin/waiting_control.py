"""Proposed variations and emergencies that somebody should look at: which, and what is said."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from commissioning.admin.variation_verbs import signed
from commissioning.days import in_words
from commissioning.models import Override, ProposedVariation, User
from commissioning.money import NOTHING, format_pounds

Status = ProposedVariation.Status
# How long what was turned down stays among what its proposer should look at.
TURNED_DOWN_FOR = timedelta(days=30)
# How long an emergency stays in sight of those who watch over emergencies.
EMERGENCIES_FOR = timedelta(days=90)


def _proposals(**found) -> models.QuerySet:
    return (
        ProposedVariation.objects.filter(**found)
        .select_related("award", "proposed_by")
        .prefetch_related("changes")
    )


def to_decide(user: User) -> models.QuerySet:
    """Variations that somebody else put forward, the oldest first."""
    standing = _proposals(status=Status.PROPOSED)
    return standing.exclude(proposed_by=user).order_by("proposed_at", "pk")


def put_forward(proposal: ProposedVariation) -> str:
    change = sum((line.amount for line in proposal.changes.all()), NOTHING)
    on = in_words(timezone.localtime(proposal.proposed_at))
    what = signed(change) if change else "no more money"
    return f"{what}, put forward by {proposal.proposed_by} on {on}: {proposal.reason}"


def with_approvers(user: User) -> models.QuerySet:
    return _proposals(status=Status.PROPOSED).order_by("proposed_at", "pk")


def turned_down(user: User) -> models.QuerySet:
    """Variations that were refused or lapsed lately."""
    lately = timezone.now() - TURNED_DOWN_FOR
    found = _proposals(status__in=[Status.REFUSED, Status.LAPSED], decided_at__gte=lately)
    return found.order_by("-decided_at", "-pk")


def why_turned_down(proposal: ProposedVariation) -> str:
    return f"{proposal.get_status_display().partition(':')[0]}: {proposal.decided_reason}"


def emergencies(user: User) -> models.QuerySet:
    """Overrides authorised lately, used or not."""
    lately = timezone.now() - EMERGENCIES_FOR
    return (
        Override.objects.filter(authorised_at__gte=lately)
        .select_related("award", "person", "authorised_by", "withdrawn_by")
        .order_by("-authorised_at", "-pk")
    )


def emergency(override: Override) -> str:
    used = "not used"
    if override.withdrawn_at is not None:
        used = f"taken back by {override.withdrawn_by}: {override.withdrawn_reason}"
    elif override.used_at is not None:
        used = f"used on {in_words(timezone.localtime(override.used_at))}"
    return (
        f"up to {format_pounds(override.most)}, authorised by {override.authorised_by}, {used}: "
        f"{override.reason}"
    )
