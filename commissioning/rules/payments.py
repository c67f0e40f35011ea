"""Rules about money going out."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Min, QuerySet
from django.utils import timezone

from commissioning.days import in_words
from commissioning.models import Award, Entry, Hold, Payment, User
from commissioning.money import format_pounds
from commissioning.rules.broken import RuleBroken

# A payment run is set for a day to come, never for a year that somebody mistyped.
DAYS_AHEAD = 60
# How long before its day a payment can be asked for without saying why.
REQUESTED_AHEAD = timedelta(days=30)
# Payments that a refusal names one by one.
NAMED = 6


def payment_is_requested(payment: Payment) -> None:
    """Only a requested payment can be released, refused or cancelled."""
    if payment.status != Payment.Status.REQUESTED:
        raise RuleBroken(
            f"This {payment.kind} is already {payment.get_status_display()}.", "wrong_state"
        )


def releaser_is_not_requester(payment: Payment, by: User) -> None:
    """Whoever requested a payment cannot release it, superusers included."""
    if payment.requested_by_id == by.pk:
        did = "requested this payment, so you cannot release it"
        if payment.kind == Payment.Kind.RETURN:
            did = "marked this payment as returned, so you cannot confirm it"
        raise RuleBroken(f"You {did}. Ask a colleague in finance.", "same_person")


def return_is_marked_on_its_payment(payment: Payment) -> None:
    """A return is not asked for: it is marked on the payment that the bank returned."""
    if payment.kind == Payment.Kind.RETURN:
        raise RuleBroken(
            "A return is not requested. Open the payment that the bank returned, and mark it as "
            "returned unpaid.",
            "not_requested",
            "kind",
        )


def payment_can_be_returned(payment: Payment, on: date) -> None:
    """The bank returns a released payment once, on the day it was paid or later, not to come."""
    if payment.kind != Payment.Kind.PAYMENT or payment.status != Payment.Status.RELEASED:
        raise RuleBroken(
            f"This {payment.kind} is {payment.get_status_display()}. The bank can only return a "
            "payment that was released.",
            "wrong_state",
        )
    standing = [Payment.Status.REQUESTED, Payment.Status.RELEASED]
    if payment.returns.filter(status__in=standing).exists():
        raise RuleBroken(
            f"{format_pounds(payment.amount)} under award {payment.commitment.award.reference} is "
            "already marked as returned unpaid.",
            "payment_is_returned_once",
        )
    if on < payment.paid_on:
        raise RuleBroken(
            f"{in_words(on)} is before the payment was made, on {in_words(payment.paid_on)}. "
            "Choose the day on which the bank returned it.",
            "returned_before_paid",
        )
    if on > timezone.localdate():
        raise RuleBroken(
            f"{in_words(on)} is still to come. Mark a payment as returned once the bank has "
            "returned it.",
            "recovery_is_to_come",
        )


def return_stays_on_its_day(payment: Payment, paid_on: date) -> None:
    """A return is confirmed for the day that was marked."""
    if payment.kind == Payment.Kind.RETURN and payment.paid_on != paid_on:
        raise RuleBroken(
            f"This return is marked for {in_words(payment.paid_on)}. Refuse it and mark the "
            "payment again if the day is wrong.",
            "another_day",
        )


def payment_day_is_near(paid_on: date) -> None:
    """Money is sent at most 60 days ahead."""
    latest = timezone.localdate() + timedelta(days=DAYS_AHEAD)
    if paid_on > latest:
        raise RuleBroken(
            f"{in_words(paid_on)} is too far ahead: a payment is set for {in_words(latest)} at the "
            "latest.",
            "day_is_too_far_ahead",
        )


def days_are_true(payments: Iterable[Payment], paid_on: date) -> None:
    """No money goes before it was committed, or more than 60 days ahead, or has yet to come back.

    What was paid of an award that was taken on may have been paid long before it was.
    """
    payment_day_is_near(paid_on)
    moving = list(payments)
    if paid_on > timezone.localdate():
        for payment in moving:
            if payment.kind != Payment.Kind.PAYMENT:
                raise RuleBroken(
                    f"{in_words(paid_on)} is still to come. Record a {payment.kind} once the money "
                    "is back.",
                    "recovery_is_to_come",
                )
    lines = {payment.commitment_id: payment.commitment for payment in moving}
    first = Entry.objects.filter(commitment__in=lines, kind=Entry.Kind.COMMITMENT)
    days = first.order_by().values_list("commitment").annotate(Min("effective_on"))
    for key, committed_on in days.order_by("commitment"):
        award = lines[key].award
        if paid_on < committed_on and not award.taken_on_from:
            raise RuleBroken(
                f"{in_words(paid_on)} is before the money was committed: award {award.reference} "
                f"counts from {in_words(committed_on)}.",
                "before_its_award",
            )


def due_day(payment: Payment) -> date | None:
    """The day on which a payment falls due: that of its instalment, if it is of one."""
    return payment.instalment.due_on if payment.instalment_id is not None else payment.due_on


def early_payments(payments: Iterable[Payment], day: date) -> list[Payment]:
    """Payments that fall due after the day; money that comes back never does."""
    return [
        payment
        for payment in payments
        if payment.kind == Payment.Kind.PAYMENT and (due_day(payment) or day) > day
    ]


def early_request_has_a_reason(payments: Iterable[Payment]) -> None:
    """A payment is asked for at most 30 days before it is due, or for a reason that is kept."""
    latest = timezone.localdate() + REQUESTED_AHEAD
    without = [each for each in early_payments(payments, latest) if not each.early_reason.strip()]
    if without:
        raise RuleBroken(
            f"Not due yet: {_due(without)}. A payment is asked for at most "
            f"{REQUESTED_AHEAD.days} days before it is due. Leave it out, or say why it is asked "
            "for early.",
            "not_due",
        )


def early_payment_has_a_reason(payments: Iterable[Payment], paid_on: date) -> None:
    """No money goes before the day on which it is due, unless for a reason that is kept."""
    without = [each for each in early_payments(payments, paid_on) if not each.early_reason.strip()]
    if without:
        raise RuleBroken(
            f"Not due by {in_words(paid_on)}: {_due(without)}. Leave it out, choose a later day, "
            "or say why it is paid early.",
            "not_due",
        )


def _due(payments: Sequence[Payment]) -> str:
    named = [
        f"{format_pounds(each.amount)} under award {each.commitment.award.reference}, due on "
        f"{in_words(due_day(each))}"
        for each in payments[:NAMED]
    ]
    if len(payments) > NAMED:
        named.append(f"{len(payments) - NAMED:,} others")
    return "; ".join(named)


def held(award: Award) -> Hold | None:
    """The hold on an award's payments, if there is one."""
    return Hold.objects.standing().filter(award=award).select_related("placed_by").first()


def is_held(hold: Hold) -> str:
    """The sentence for payments that a hold stops."""
    return (
        f"Payments under award {hold.award.reference} are held by {hold.placed_by}: {hold.reason}"
    )


def holds_on(awards: Iterable[Award]) -> QuerySet[Hold]:
    """The holds on payments under any of the awards."""
    holds = Hold.objects.standing().filter(award__in=list(awards))
    return holds.select_related("award", "placed_by").order_by("award")


def payments_are_not_held(awards: Iterable[Award]) -> None:
    """While payments under an award are held, none is requested or released."""
    for hold in holds_on(awards)[:1]:
        raise RuleBroken(is_held(hold), "held")


def payment_is_not_held(payment: Payment, by: User) -> None:
    """A payment is not released while a hold stops it; money may come back meanwhile."""
    if payment.kind == Payment.Kind.PAYMENT:
        payments_are_not_held([payment.commitment.award])


def lifter_is_not_releaser(payments: Iterable[Payment], by: User) -> None:
    """Whoever lifted a hold does not release what it held back, superusers included."""
    going = [payment for payment in payments if payment.kind == Payment.Kind.PAYMENT]
    asked: dict[int, datetime] = {}
    for payment in going:
        award, at = payment.commitment.award_id, payment.requested_at
        asked[award] = min(at, asked.get(award, at))
    lifted = Hold.objects.filter(award__in=asked, lifted_by=by)
    for hold in lifted.select_related("award"):
        if hold.lifted_at >= asked[hold.award_id]:
            raise RuleBroken(
                f"You lifted the hold on award {hold.award.reference} under which this payment "
                "waited, so you cannot release it. Ask a colleague in finance.",
                "same_person",
            )
