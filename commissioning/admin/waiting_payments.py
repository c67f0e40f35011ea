"""Schedules and holds that wait for somebody: which, and what is said of each."""

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from commissioning import rules
from commissioning.days import in_words
from commissioning.figures.instalments import with_plans, with_sums
from commissioning.models import Award, Commitment, Condition, Hold, Instalment, Payment, User
from commissioning.money import NOTHING, MoneyField, format_pounds


def to_request(user: User) -> models.QuerySet:
    """Instalments that are due soon or overdue, and that nothing but a request is lacking for."""
    held = Hold.objects.standing().filter(award=OuterRef("commitment__award"))
    return (
        with_sums(Instalment.objects.standing())
        .filter(
            ~Exists(held),
            due_on__lte=timezone.localdate() + rules.REQUESTED_AHEAD,
            commitment__award__status__in=Award.OPEN,
            # Cheap to ask, before what each instalment must sum for itself.
            commitment__paid__lt=F("commitment__amount"),
            outstanding__gt=NOTHING,
        )
        .exclude(condition__state=Condition.State.OPEN)
        .select_related("commitment__award__recipient")
        .order_by("due_on", "pk")
    )


def outstanding(instalment: Instalment) -> str:
    award = instalment.commitment.award
    late = ", overdue" if instalment.due_on < timezone.localdate() else ""
    to = award.recipient or award.recipient_note
    return f"{format_pounds(instalment.outstanding)} to {to}{late}"


def to_plan(user: User) -> models.QuerySet:
    """Awards paid by milestones of which some money is neither planned, requested nor paid."""
    left = ExpressionWrapper(
        F("amount") - F("paid") - F("requested") - F("outstanding"), MoneyField()
    )
    lines = with_plans(Commitment.objects.filter(award=OuterRef("pk"))).annotate(left=left)
    open_lines = lines.filter(left__gt=NOTHING).order_by().values("award")
    return (
        Award.objects.filter(status__in=Award.OPEN, payment_pattern=Award.PaymentPattern.MILESTONES)
        .annotate(left=Subquery(open_lines.annotate(total=Sum("left")).values("total")))
        .filter(left__isnull=False)
        .order_by("pk")
    )


def not_planned(award: Award) -> str:
    return f"{format_pounds(award.left)} of {format_pounds(award.amount)} is in no instalment"


def held(user: User) -> models.QuerySet:
    """Holds that stand, each with the pounds that are requested under its award."""
    asked = (
        Payment.objects.filter(
            commitment__award=OuterRef("award"),
            status=Payment.Status.REQUESTED,
            kind=Payment.Kind.PAYMENT,
        )
        .order_by()
        .values("commitment__award")
        .annotate(total=Sum("amount"))
        .values("total")
    )
    return (
        Hold.objects.standing()
        .annotate(asked=Coalesce(Subquery(asked), Value(NOTHING, MoneyField())))
        .select_related("award", "placed_by")
        .order_by("placed_at", "pk")
    )


def why_held(hold: Hold) -> str:
    waits = f"{format_pounds(hold.asked)} waits; " if hold.asked else ""
    return (
        f"{waits}held by {hold.placed_by} since {in_words(timezone.localtime(hold.placed_at))}: "
        f"{hold.reason}"
    )
