"""Awards, conditions and decisions that wait for somebody: which, and what is said of each."""

from django.db import models
from django.db.models import CharField, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Cast
from django.utils import timezone

from commissioning import rules
from commissioning.days import in_words
from commissioning.models import (
    Award,
    Commitment,
    Condition,
    DecisionNotice,
    HistoryEvent,
    User,
)
from commissioning.money import NOTHING, format_pounds

# --- Awards on their way --------------------------------------------------------------------------


def to_approve(user: User) -> models.QuerySet:
    return with_approvers(user).exclude(recommended_by=user)


def proposed(award: Award) -> str:
    total = sum((line.proposed for line in award.commitments.all()), NOTHING)
    return (
        f"{format_pounds(total)} to {award.recipient}, recommended by {award.recommended_by} on "
        f"{in_words(timezone.localtime(award.recommended_at))}"
    )


def sent_back(user: User) -> models.QuerySet:
    # The draft's last return to being one, if that was from a recommendation.
    returns = HistoryEvent.objects.filter(
        subject_type="award",
        subject_id=Cast(OuterRef("pk"), CharField()),
        verb=Award.Status.DRAFT.label,
    ).order_by("-pk")
    from_recommended = HistoryEvent.objects.filter(
        subject_type="award", before__status=Award.Status.RECOMMENDED
    )
    return (
        Award.objects.filter(status=Award.Status.DRAFT)
        .annotate(
            last_return=Subquery(returns.values("pk")[:1]),
            return_reason=Subquery(returns.values("reason")[:1]),
        )
        .filter(last_return__in=from_recommended.values("pk"))
        .order_by("-last_return")
    )


def incomplete(user: User) -> models.QuerySet:
    without_money = ~Exists(Commitment.objects.filter(award=OuterRef("pk")))
    return (
        Award.objects.filter(status=Award.Status.DRAFT)
        .filter(
            Q(recipient=None) | Q(purpose="") | Q(reason="") | Q(legal_power="") | Q(without_money)
        )
        .prefetch_related("commitments")
        .order_by("pk")
    )


def lacks(award: Award) -> str:
    return f"lacks {rules.in_a_row(rules.lacking(award, has_money=bool(award.commitments.all())))}"


# --- Awards that were promised --------------------------------------------------------------------


def unpublished(user: User) -> models.QuerySet:
    return (
        Award.objects.filter(status__in=Award.PROMISED, is_published=False)
        .select_related("recipient")
        .order_by(F("awarded_on").desc(nulls_last=True), "-pk")
    )


def worth(award: Award) -> str:
    amount = "amount not stated" if award.amount is None else format_pounds(award.amount)
    made = f", awarded on {in_words(award.awarded_on)}" if award.awarded_on else ""
    return f"{amount} to {award.recipient or award.recipient_note or 'nobody named'}{made}"


def published_with_gaps(user: User) -> models.QuerySet:
    return (
        Award.objects.published()
        .filter(Q(purpose="") | Q(reason="") | Q(decision=None))
        .order_by(F("awarded_on").desc(nulls_last=True), "-pk")
    )


def gaps(award: Award) -> str:
    gaps = [
        words
        for words, there in (
            ("its purpose", award.purpose),
            ("the reason for it", award.reason),
            ("its decision notice", award.decision_id),
        )
        if not there
    ]
    return f"the public page lacks {rules.in_a_row(gaps)}"


def ended(user: User) -> models.QuerySet:
    return Award.objects.filter(status__in=Award.OPEN, ends_on__lt=timezone.localdate()).order_by(
        "ends_on", "pk"
    )


def unsettled(award: Award) -> str:
    left = f"; {format_pounds(award.unpaid)} is committed and not paid" if award.unpaid else ""
    return f"ended on {in_words(award.ends_on)}{left}"


def overdue_conditions(user: User) -> models.QuerySet:
    return (
        Condition.objects.filter(state=Condition.State.OPEN, due_on__lt=timezone.localdate())
        .filter(Q(award=None) | Q(award__status__in=Award.PROMISED))
        .select_related("award", "fund")
        .order_by("due_on", "pk")
    )


def due(condition: Condition) -> str:
    of = condition.award or condition.fund or condition.applies_to
    return f"was due on {in_words(condition.due_on)}, for {of}"


def ready(user: User) -> models.QuerySet:
    """Complete drafts that nobody has put forward yet."""
    with_money = Exists(Commitment.objects.filter(award=OuterRef("pk")))
    return (
        Award.objects.filter(with_money, status=Award.Status.DRAFT, recipient__isnull=False)
        .exclude(Q(purpose="") | Q(reason="") | Q(legal_power=""))
        .exclude(pk__in=sent_back(user).values("pk"))
        .select_related("recipient")
        .prefetch_related("commitments")
        .order_by("pk")
    )


def asks(award: Award) -> str:
    total = sum((line.proposed for line in award.commitments.all()), NOTHING)
    return f"{format_pounds(total)} to {award.recipient}"


def with_approvers(user: User) -> models.QuerySet:
    return (
        Award.objects.filter(status=Award.Status.RECOMMENDED)
        .select_related("recipient", "recommended_by")
        .prefetch_related("commitments")
        .order_by("recommended_at", "pk")
    )


# --- Decision notices -----------------------------------------------------------------------------


def unpublished_decisions(user: User) -> models.QuerySet:
    return DecisionNotice.objects.filter(is_published=False).order_by("-decided_on", "-pk")


def decided(decision: DecisionNotice) -> str:
    return f"decided on {in_words(decision.decided_on)}"
