"""What needs attention: lists of records that wait for somebody, each with its reason.

Every list is one query, which brings the first rows and the count of all, so the number of queries
does not grow with the records.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.db.models import CharField, Count, Exists, F, OuterRef, Q, Subquery, Window
from django.db.models.functions import Cast
from django.utils import timezone

from commissioning import rules
from commissioning.models import (
    Allocation,
    Award,
    Budget,
    Commitment,
    Condition,
    HistoryEvent,
    Payment,
    User,
)
from commissioning.money import NOTHING, format_pounds

# An allocation is nearly used up when no more than this part of it is left.
NEARLY_USED_UP = Decimal("0.10")


@dataclass(frozen=True)
class WorkList:
    """One list: who acts on it, which rows, and what is said of each.

    Lists of work `in_hand` are for those who do it; the others are shown to those who only look
    on, such as auditors, as well.
    """

    key: str
    title: str
    permission: str
    rows: Callable[[User], models.QuerySet]
    says: Callable[[models.Model], str]
    in_hand: bool = False

    def first(self, user: User, most: int) -> list[models.Model]:
        """The first rows, each with `found`: how many there are in all."""
        return list(self.rows(user).annotate(found=Window(Count("*")))[:most])


def lists_for(user: User) -> list[WorkList]:
    """The lists that the user acts on; to one who acts on none, those anybody may see."""
    acting = [each for each in WORK_LISTS if user.has_perm(f"commissioning.{each.permission}")]
    if acting or not user.has_perm("commissioning.view_award"):
        return acting
    return [each for each in WORK_LISTS if not each.in_hand]


# --- Awards on their way --------------------------------------------------------------------------


def _to_approve(user: User) -> models.QuerySet:
    return (
        Award.objects.filter(status=Award.Status.RECOMMENDED)
        .exclude(recommended_by=user)
        .select_related("recipient", "recommended_by")
        .prefetch_related("commitments")
        .order_by("recommended_at", "pk")
    )


def _proposed(award: Award) -> str:
    total = sum((line.proposed for line in award.commitments.all()), NOTHING)
    return (
        f"{format_pounds(total)} to {award.recipient}, recommended by {award.recommended_by} on "
        f"{_day(timezone.localtime(award.recommended_at))}"
    )


def _sent_back(user: User) -> models.QuerySet:
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


def _incomplete(user: User) -> models.QuerySet:
    without_money = ~Exists(Commitment.objects.filter(award=OuterRef("pk")))
    return (
        Award.objects.filter(status=Award.Status.DRAFT)
        .filter(
            Q(recipient=None) | Q(purpose="") | Q(reason="") | Q(legal_power="") | Q(without_money)
        )
        .prefetch_related("commitments")
        .order_by("pk")
    )


def _lacks(award: Award) -> str:
    return f"lacks {_and(rules.lacking(award, has_money=bool(award.commitments.all())))}"


# --- Awards that were promised --------------------------------------------------------------------


def _unpublished(user: User) -> models.QuerySet:
    return (
        Award.objects.filter(status__in=Award.PROMISED, is_published=False)
        .select_related("recipient")
        .order_by(F("awarded_on").desc(nulls_last=True), "-pk")
    )


def _worth(award: Award) -> str:
    amount = "amount not stated" if award.amount is None else format_pounds(award.amount)
    made = f", awarded on {_day(award.awarded_on)}" if award.awarded_on else ""
    return f"{amount} to {award.recipient or award.recipient_note or 'nobody named'}{made}"


def _published_with_gaps(user: User) -> models.QuerySet:
    return (
        Award.objects.published()
        .filter(Q(purpose="") | Q(reason="") | Q(decision=None))
        .order_by(F("awarded_on").desc(nulls_last=True), "-pk")
    )


def _gaps(award: Award) -> str:
    gaps = [
        words
        for words, there in (
            ("its purpose", award.purpose),
            ("the reason for it", award.reason),
            ("its decision notice", award.decision_id),
        )
        if not there
    ]
    return f"the public page lacks {_and(gaps)}"


def _ended(user: User) -> models.QuerySet:
    return Award.objects.filter(status__in=Award.OPEN, ends_on__lt=timezone.localdate()).order_by(
        "ends_on", "pk"
    )


def _unsettled(award: Award) -> str:
    left = f"; {format_pounds(award.unpaid)} is committed and not paid" if award.unpaid else ""
    return f"ended on {_day(award.ends_on)}{left}"


def _overdue_conditions(user: User) -> models.QuerySet:
    return (
        Condition.objects.filter(state=Condition.State.OPEN, due_on__lt=timezone.localdate())
        .filter(Q(award=None) | Q(award__status__in=Award.PROMISED))
        .select_related("award", "fund")
        .order_by("due_on", "pk")
    )


def _due(condition: Condition) -> str:
    of = condition.award or condition.fund or condition.applies_to
    return f"was due on {_day(condition.due_on)}, for {of}"


# --- Money ----------------------------------------------------------------------------------------


def _to_release(user: User) -> models.QuerySet:
    return (
        Payment.objects.filter(status=Payment.Status.REQUESTED)
        .exclude(requested_by=user)
        .select_related("commitment__award__recipient", "requested_by")
        .order_by(F("due_on").asc(nulls_last=True), "pk")
    )


def _requested(payment: Payment) -> str:
    award = payment.commitment.award
    way = "from" if payment.kind == Payment.Kind.RECOVERY else "to"
    due = f", due on {_day(payment.due_on)}" if payment.due_on else ""
    return (
        f"{format_pounds(payment.amount)} {way} {award.recipient or award.recipient_note}, "
        f"requested by {payment.requested_by}{due}"
    )


def _nearly_used_up(user: User) -> models.QuerySet:
    return (
        Allocation.objects.filter(
            Q(budget__ends_on=None) | Q(budget__ends_on__gte=timezone.localdate()),
            committed__lt=F("amount"),
            # In whole tenths, so that no database has to multiply by a fraction.
            committed__gte=F("amount") - F("amount") / int(1 / NEARLY_USED_UP),
        )
        .select_related("area", "budget__fund")
        .order_by(F("amount") - F("committed"), "pk")
    )


def _left(allocation: Allocation) -> str:
    left, amount = format_pounds(allocation.uncommitted), format_pounds(allocation.amount)
    return f"{left} of {amount} left"


def _expected(user: User) -> models.QuerySet:
    return (
        Budget.objects.filter(source_status=Budget.SourceStatus.EXPECTED)
        .select_related("fund", "source")
        .order_by("starts_on", "pk")
    )


def _not_confirmed(budget: Budget) -> str:
    return (
        f"{format_pounds(budget.amount)}, of which {format_pounds(budget.allocated)} is allocated"
    )


def _over_allocated(user: User) -> models.QuerySet:
    return (
        Budget.objects.filter(allocated__gt=F("amount"))
        .select_related("fund", "source")
        .order_by("-starts_on", "pk")
    )


def _above(budget: Budget) -> str:
    return (
        f"{format_pounds(budget.allocated - budget.amount)} more is allocated than budgeted, "
        f"within a margin of {format_pounds(budget.margin)}"
    )


WORK_LISTS = (
    WorkList(
        "approve",
        "Awards waiting for your approval",
        "approve_award",
        _to_approve,
        _proposed,
        in_hand=True,
    ),
    WorkList(
        "release",
        "Payments to release",
        "release_payment",
        _to_release,
        _requested,
        in_hand=True,
    ),
    WorkList(
        "sent-back",
        "Recommendations sent back",
        "recommend_award",
        _sent_back,
        lambda award: award.return_reason,
        in_hand=True,
    ),
    WorkList(
        "incomplete",
        "Drafts that are not complete",
        "recommend_award",
        _incomplete,
        _lacks,
        in_hand=True,
    ),
    WorkList("conditions", "Conditions overdue", "change_condition", _overdue_conditions, _due),
    WorkList("unpublished", "Approved and not published", "publish_award", _unpublished, _worth),
    WorkList(
        "gaps",
        "Published without all that the law asks for",
        "publish_award",
        _published_with_gaps,
        _gaps,
    ),
    WorkList("ended", "Ended and not closed", "vary_award", _ended, _unsettled),
    WorkList(
        "nearly-used-up",
        "Allocations nearly used up",
        "allocate_budget",
        _nearly_used_up,
        _left,
    ),
    WorkList(
        "expected", "Budgets that are only expected", "fund_budget", _expected, _not_confirmed
    ),
    WorkList(
        "over-allocated",
        "Budgets allocated beyond their amount",
        "authorise_margin",
        _over_allocated,
        _above,
    ),
)


def _and(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def _day(day) -> str:
    return f"{day:%-d %B %Y}"
