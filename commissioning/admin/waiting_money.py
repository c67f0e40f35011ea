"""Payments, budgets and allocations that wait for somebody: which, and what is said of each."""

from datetime import timedelta
from decimal import Decimal

from django.db import models
from django.db.models import CharField, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Cast
from django.utils import timezone

from commissioning.days import in_words
from commissioning.figures import receipts
from commissioning.models import (
    Allocation,
    Basis,
    Budget,
    ClosedYear,
    Fund,
    HistoryEvent,
    Hold,
    Payment,
    User,
)
from commissioning.money import format_pounds

# An allocation is nearly used up when no more than this part of it is left.
NEARLY_USED_UP = Decimal("0.10")
# How long a refused request stays among what its requester should look at.
REFUSED_FOR = timedelta(days=30)

# --- Payments -------------------------------------------------------------------------------------


RETURNED = Q(kind=Payment.Kind.RETURN)
# Money may come back meanwhile.
HELD = Q(kind=Payment.Kind.PAYMENT) & Exists(
    Hold.objects.standing().filter(award=OuterRef("commitment__award"))
)


def to_release(user: User) -> models.QuerySet:
    return (
        Payment.objects.filter(~HELD, status=Payment.Status.REQUESTED)
        .exclude(Q(requested_by=user) | RETURNED)
        .select_related("commitment__award__recipient", "requested_by")
        .order_by(F("due_on").asc(nulls_last=True), "pk")
    )


def returns_to_confirm(user: User) -> models.QuerySet:
    """Payments that somebody else marked as returned unpaid by the bank."""
    return (
        Payment.objects.filter(RETURNED, status=Payment.Status.REQUESTED)
        .exclude(requested_by=user)
        .select_related("commitment__award__recipient", "requested_by")
        .order_by("paid_on", "pk")
    )


def marked(payment: Payment) -> str:
    award = payment.commitment.award
    return (
        f"{format_pounds(payment.amount)} to {award.recipient or award.recipient_note}, returned "
        f"on {in_words(payment.paid_on)}, marked by {payment.requested_by}"
    )


def requested(payment: Payment) -> str:
    award = payment.commitment.award
    way = "from" if payment.kind == Payment.Kind.RECOVERY else "to"
    due = f", due on {in_words(payment.due_on)}" if payment.due_on else ""
    return (
        f"{format_pounds(payment.amount)} {way} {award.recipient or award.recipient_note}, "
        f"requested by {payment.requested_by}{due}"
    )


def refused(user: User) -> models.QuerySet:
    """Requests that were lately turned down, each with why."""
    refusals = HistoryEvent.objects.filter(
        subject_type="payment",
        subject_id=Cast(OuterRef("pk"), CharField()),
        verb=Payment.Status.REFUSED.label,
        at__gte=timezone.now() - REFUSED_FOR,
    ).order_by("-pk")
    return (
        Payment.objects.filter(status=Payment.Status.REFUSED)
        .annotate(
            refusal=Subquery(refusals.values("pk")[:1]),
            refusal_reason=Subquery(refusals.values("reason")[:1]),
        )
        .filter(refusal__isnull=False)
        .select_related("commitment__award")
        .order_by("-refusal")
    )


def why_refused(payment: Payment) -> str:
    return f"{format_pounds(payment.amount)}: {payment.refusal_reason}"


def without_reference(user: User) -> models.QuerySet:
    return (
        Payment.objects.filter(status=Payment.Status.RELEASED, reference="")
        .exclude(RETURNED)
        .select_related("commitment__award__recipient")
        .order_by("-paid_on", "-pk")
    )


def released(payment: Payment) -> str:
    return f"{format_pounds(payment.amount)}, paid on {in_words(payment.paid_on)}"


# --- Budgets and allocations ----------------------------------------------------------------------


def to_allocate(user: User) -> models.QuerySet:
    return (
        Budget.objects.filter(basis=Basis.DECIDED, allocated__lt=F("amount"))
        .filter(ends_on__gte=timezone.localdate())
        .select_related("fund", "source")
        .order_by("starts_on", "pk")
    )


def unallocated(budget: Budget) -> str:
    left = format_pounds(budget.amount - budget.allocated)
    return f"{left} of {format_pounds(budget.amount)} is not allocated"


def to_carry_forward(user: User) -> models.QuerySet:
    """Budgets that ended with money left, until their last year is closed."""
    closed = ClosedYear.objects.filter(
        reopened_at__isnull=True,
        first_day__lte=OuterRef("ends_on"),
        last_day__gte=OuterRef("ends_on"),
    )
    return (
        Budget.objects.filter(basis=Basis.DECIDED, allocated__lt=F("amount"))
        .filter(~Exists(closed), ends_on__lt=timezone.localdate())
        # What is to be spent by then goes back to its source instead.
        .exclude(use_by__lte=F("ends_on"))
        .select_related("fund", "source")
        .order_by("-ends_on", "pk")
    )


def left_over(budget: Budget) -> str:
    left = format_pounds(budget.amount - budget.allocated)
    return f"{left} was not allocated when it ended on {in_words(budget.ends_on)}"


def unpublished_funds(user: User) -> models.QuerySet:
    with_money = Exists(Budget.objects.filter(fund=OuterRef("pk")))
    return Fund.objects.filter(with_money, is_published=False).order_by("name")


def not_public(fund: Fund) -> str:
    return "it has a budget, and the public does not see it"


def nearly_used_up(user: User) -> models.QuerySet:
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


def left(allocation: Allocation) -> str:
    left, amount = format_pounds(allocation.uncommitted), format_pounds(allocation.amount)
    return f"{left} of {amount} left"


def expected(user: User) -> models.QuerySet:
    return (
        Budget.objects.filter(source_status=Budget.SourceStatus.EXPECTED)
        .select_related("fund", "source")
        .order_by("starts_on", "pk")
    )


def not_confirmed(budget: Budget) -> str:
    return (
        f"{format_pounds(budget.amount)}, of which {format_pounds(budget.allocated)} is allocated"
    )


def over_allocated(user: User) -> models.QuerySet:
    return (
        Budget.objects.filter(allocated__gt=F("amount"))
        .select_related("fund", "source")
        .prefetch_related("authorities")
        .order_by("-starts_on", "pk")
    )


def above(budget: Budget) -> str:
    return (
        f"{format_pounds(budget.allocated - budget.amount)} more is allocated than budgeted, "
        f"{_margin_today(budget)}"
    )


def _margin_today(budget: Budget) -> str:
    margin = budget.margin_on(timezone.localdate())
    return f"within a margin of {format_pounds(margin)}" if margin else "and no margin stands today"


def to_be_used_soon(user: User) -> models.QuerySet:
    rows = receipts.to_be_used_soon(timezone.localdate()).select_related("fund", "source")
    return rows.order_by("use_by", "pk")


def not_used(budget: Budget) -> str:
    left = format_pounds(budget.uncommitted)
    return f"{left} not committed, to be spent by {in_words(budget.use_by)}"


def owed_back(user: User) -> models.QuerySet:
    rows = receipts.to_be_returned(timezone.localdate()).select_related("fund", "source")
    return rows.order_by("use_by", "pk")


def owed(budget: Budget) -> str:
    return (
        f"{format_pounds(budget.owed)} to {budget.source}: it was to be spent by "
        f"{in_words(budget.use_by)}"
    )
