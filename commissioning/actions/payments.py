"""Money out to recipients, and money back: requested by one person, released by another."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from commissioning import hooks, rules
from commissioning.actions import (
    history,
    journal,
    limits,
    overrides,
    periods,
    records,
    refusals,
    schedules,
    variations,
)
from commissioning.figures.instalments import with_plans, with_sums
from commissioning.models import (
    Award,
    Commitment,
    Condition,
    DelegatedLimit,
    Instalment,
    Organisation,
    Override,
    Payment,
    User,
    Variation,
)
from commissioning.money import NOTHING, format_pounds
from commissioning.rules import RuleBroken

# --- Requests -------------------------------------------------------------------------------------


@transaction.atomic
def request(payment: Payment, *, by: User) -> Payment:
    """Ask for a payment under a commitment, or for a recovery of money paid under it.

    A payment may be of an instalment, wholly or in part.
    """
    rules.return_is_marked_on_its_payment(payment)
    if payment.pk is not None:
        rules.payment_is_requested(
            Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
        )
    payment.status, payment.requested_by = Payment.Status.REQUESTED, by
    if payment.instalment_id is not None:
        payment.due_on = payment.instalment.due_on
    records.check(payment)
    # Locked, so that two people do not ask for the same invoice or instalment.
    _lock_recipient(payment)
    records.lock(payment.commitment.award)
    rules.award_is_free_of_interest(payment.commitment.award, by)
    _fits(payment)
    rules.invoice_is_requested_once(payment)
    rules.early_request_has_a_reason([payment])
    records.save(payment, by=by, reason=payment.early_reason)
    return payment


@transaction.atomic
def describe(payment: Payment, *, by: User) -> None:
    """Change what is noted beside a payment, such as its reference."""
    _lock_recipient(payment)
    before = Payment.objects.get(pk=payment.pk).reference
    if rules.plain_reference(before) != rules.plain_reference(payment.reference):
        rules.invoice_is_requested_once(payment)
    records.save(payment, by=by)


def _lock_recipient(payment: Payment) -> None:
    """Before the award, as a batch does."""
    recipient = payment.commitment.award.recipient_id
    if recipient and payment.reference:
        Organisation.objects.select_for_update(no_key=True).get(pk=recipient)


@transaction.atomic
def request_instalments(
    instalments: Sequence[Instalment], *, by: User, early_reason: str = ""
) -> list[Payment]:
    """Ask for all that is outstanding of each instalment, of all or none of them.

    `early_reason` is kept on those that are not due for a while. The number of queries does not
    grow with the instalments.
    """
    keys = [instalment.pk for instalment in instalments]
    _lock_awards(Instalment.objects.filter(pk__in=keys).values("commitment__award"))
    rows = list(
        with_sums(Instalment.objects.filter(pk__in=keys))
        .select_related(
            "commitment__award__recipient",
            "commitment__allocation__budget__fund",
            "commitment__allocation__budget__source",
            "condition",
        )
        .order_by("due_on", "pk")
    )
    asked = [
        Payment(
            commitment=row.commitment,
            instalment=row,
            amount=row.outstanding,
            due_on=row.due_on,
            status=Payment.Status.REQUESTED,
            requested_by=by,
        )
        for row in rows
    ]
    _keep_reason(rules.early_payments(asked, _asked_by_itself()), early_reason)
    _all_fit(asked, by)
    periods.hold_instalments(asked)
    for payment in asked:
        payment.clean_fields(exclude=_KNOWN_TO_EXIST)
    with records.told_as_rules(Payment):
        Payment.objects.bulk_create(asked, batch_size=500)
    history.record_all(
        history.event(
            "added", payment, by, after=history.state(payment), reason=payment.early_reason
        )
        for payment in asked
    )
    return asked


# The rows were read from the database, so asking it for them once more per payment proves nothing.
_KNOWN_TO_EXIST = {field.name for field in Payment._meta.fields if field.is_relation}


def _asked_by_itself() -> date:
    """The last day for which payments are asked for without saying why."""
    return timezone.localdate() + rules.REQUESTED_AHEAD


def _keep_reason(payments: Sequence[Payment], reason: str) -> None:
    """Say on payments that are early why they are; what was said before stays."""
    for payment in payments:
        payment.early_reason = payment.early_reason or reason.strip()


def _all_fit(asked: Sequence[Payment], by: User) -> None:
    """What `_fits` says of one payment, of many instalments at once."""
    awards = {payment.commitment.award for payment in asked}
    rules.awards_are_free_of_interest(awards, by)
    totals: dict[int, Decimal] = {}
    for payment in asked:
        rules.something_is_outstanding(payment.instalment, payment.amount)
        rules.award_is_open(payment.commitment.award)
        rules.instalment_stands(payment.instalment)
        rules.instalment_s_condition_is_met(payment.instalment)
        totals[payment.commitment_id] = totals.get(payment.commitment_id, NOTHING) + payment.amount
    rules.payments_are_not_held(awards)
    for line in {payment.commitment_id: payment.commitment for payment in asked}.values():
        if totals[line.pk] > line.unpaid:
            sentence = refusals.not_payable(line, totals[line.pk])
            raise RuleBroken(sentence, "commitment_pays_no_more_than_it_holds")
    rules.early_request_has_a_reason(asked)


def _fits(payment: Payment) -> None:
    """Say before anybody else is asked what the release would refuse."""
    commitment = with_plans(
        Commitment.objects.select_related("award", "allocation__area", "allocation__budget__fund")
    ).get(pk=payment.commitment_id)
    if payment.kind == Payment.Kind.RECOVERY:
        if payment.amount > commitment.paid:
            sentence = refusals.not_recoverable(commitment, payment.amount)
            raise RuleBroken(sentence, "commitment_is_not_below_nothing")
        return
    rules.award_is_open(commitment.award)
    rules.payments_are_not_held([commitment.award])
    if payment.amount > commitment.unpaid:
        sentence = refusals.not_payable(commitment, payment.amount)
        raise RuleBroken(sentence, "commitment_pays_no_more_than_it_holds")
    periods.hold_request(payment)
    # A request that is asked for anew counts once.
    others = commitment.requested - (NOTHING if payment.pk is None else payment.amount)
    rules.requests_are_within_what_is_left(payment, commitment.unpaid, others)
    if payment.instalment_id is not None:
        _fits_its_instalment(payment)
    elif payment.pk is None and commitment.outstanding:
        free = commitment.unpaid - commitment.requested - commitment.outstanding
        rules.schedule_is_not_passed_by(commitment, payment.amount, free)


def _fits_its_instalment(payment: Payment) -> None:
    instalment = with_sums(Instalment.objects.select_related("condition", "commitment__award")).get(
        pk=payment.instalment_id
    )
    if instalment.commitment_id != payment.commitment_id:
        raise RuleBroken("Choose an instalment of the same commitment.", "of_another_commitment")
    rules.instalment_stands(instalment)
    rules.instalment_s_condition_is_met(instalment)
    # A request that is asked for anew counts once.
    own = NOTHING if payment.pk is None else payment.amount
    rules.instalment_is_not_exceeded(instalment, payment.amount, instalment.outstanding + own)


# --- Releases -------------------------------------------------------------------------------------


def release(payment: Payment, *, paid_on: date, by: User, early_reason: str = "") -> None:
    """Let a requested payment or recovery go, as someone other than its requester."""
    release_many([payment], paid_on=paid_on, by=by, early_reason=early_reason)


@transaction.atomic
def release_many(
    payments: Sequence[Payment], *, paid_on: date, by: User, early_reason: str = ""
) -> None:
    """Let several requested payments go, all or none of them.

    Money that comes back for good is no longer committed either, by the same posting.
    `early_reason` is kept on payments that are not due yet.
    """
    rules.year_is_open(paid_on)
    locked = lock(payments)
    rules.days_are_true(locked, paid_on)
    early = rules.early_payments(locked, paid_on)
    _keep_reason(early, early_reason)
    rules.early_payment_has_a_reason(locked, paid_on)
    # Money that comes back is not limited.
    limits.lock(DelegatedLimit.Act.RELEASE)
    rules.payments_are_within_limit(by, locked)
    rules.awards_are_free_of_interest((row.commitment.award for row in locked), by)
    _nothing_holds(locked, paid_on, by)
    periods.hold_payments(locked, paid_on, by=by)
    for payment in locked:
        rules.payment_is_requested(payment)
        rules.releaser_is_not_requester(payment, by)
        rules.return_stays_on_its_day(payment, paid_on)
        for ask in hooks.before_release:
            ask(payment, paid_on, by)
        payment.status, payment.paid_on = Payment.Status.RELEASED, paid_on
        payment.released_by, payment.released_at = by, timezone.now()
        records.save_checked(payment)
    for_good = {row: _decrease(row, by) for row in locked if row.cause in Payment.FOR_GOOD}
    journal.pay(locked, for_good=for_good, by=by)
    # Of several recoveries of one award at once, the last is the one that plans.
    planned_by = {row.commitment.award: variation for row, variation in for_good.items()}
    schedules.draw_up(_to_plan_anew(locked), by=by, variations=planned_by)
    history.record_all(
        history.event(
            f"released {format_pounds(payment.amount)}",
            payment,
            by,
            before={"status": Payment.Status.REQUESTED},
            after=history.state(payment),
            reason=early_reason if payment in early else "",
        )
        for payment in locked
    )


def _lock_awards(keys: QuerySet) -> None:
    """Lock awards in order of id, before anything under them: the order of every other action."""
    list(Award.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))


def lock(payments: Sequence[Payment]) -> list[Payment]:
    """The payments as they are now, locked with their awards."""
    keys = [payment.pk for payment in payments]
    _lock_awards(Payment.objects.filter(pk__in=keys).values("commitment__award"))
    return list(
        Payment.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=keys)
        .select_related(
            "commitment__allocation__budget__fund",
            "commitment__allocation__budget__source",
            "commitment__award__recipient",
            "instalment__condition",
            "instalment__commitment__award",
        )
        .order_by("pk")
    )


def _nothing_holds(payments: Sequence[Payment], paid_on: date, by: User) -> None:
    """Payments go under open awards that nobody holds.

    No condition of the award, or of the fund that pays, is overdue.

    An emergency override passes an overdue condition, and is used up.
    """
    going = [payment for payment in payments if payment.kind == Payment.Kind.PAYMENT]
    asked = dict.fromkeys([payment.commitment.award for payment in going], NOTHING)
    for payment in going:
        rules.award_is_open(payment.commitment.award)
        if payment.instalment is not None:
            rules.instalment_s_condition_is_met(payment.instalment)
        asked[payment.commitment.award] += payment.amount
    rules.payments_are_not_held(asked)
    rules.lifter_is_not_releaser(going, by)
    overdue = rules.overdue([payment.commitment for payment in going], paid_on)
    for award in asked:
        if award.pk in overdue:
            _pass(overdue[award.pk], award, asked[award], by)


def _pass(condition: Condition, award: Award, amount: Decimal, by: User) -> None:
    """Use the override that lets pounds of the award go although a condition is overdue."""
    rule, today = Override.Rule.CONDITION, timezone.localdate()
    override = overrides.find(rule, award, by, amount, today)
    if override is None:
        raise RuleBroken(rules.waits_for(condition), "condition_is_overdue")
    overrides.use(override, by=by)


def _decrease(payment: Payment, by: User) -> Variation:
    """The numbered variation by which money that came back for good leaves its award."""
    award = payment.commitment.award
    rules.approver_is_not_recommender(award, by)
    variations.lapse(award, by=by)
    variation = variations.make(
        award,
        Variation.Kind.DECREASE,
        [],  # Its pounds are posted together with the payment.
        reason=f"{format_pounds(payment.amount)} that was paid came back: {WHY[payment.cause]}.",
        decision=None,
        effective_on=payment.paid_on,
        by=by,
    )
    history.record(
        f"varied ({variation.number})",
        award,
        by,
        reason=variation.reason,
        after={"change": str(-payment.amount)},
    )
    return variation


def _to_plan_anew(payments: Sequence[Payment]) -> list[Award]:
    """Awards that are less now, or whose returned payment was of an instalment since replaced."""
    return list(
        dict.fromkeys(
            payment.commitment.award
            for payment in payments
            if payment.cause in Payment.FOR_GOOD
            or (
                payment.kind == Payment.Kind.RETURN
                and payment.instalment is not None
                and payment.instalment.dropped_at is not None
            )
        )
    )


# As the public reads it.
WHY = {
    Payment.Cause.UNDERSPEND: "it was not spent",
    Payment.Cause.CLAWBACK: "a condition of the award was broken",
}

# --- Requests that come to nothing ----------------------------------------------------------------


@transaction.atomic
def refuse(payment: Payment, *, reason: str, by: User) -> None:
    """Turn a request down."""
    _end(payment, Payment.Status.REFUSED, reason, by)


@transaction.atomic
def cancel(payment: Payment, *, reason: str, by: User) -> None:
    """Take a request back."""
    _end(payment, Payment.Status.CANCELLED, reason, by)


def _end(payment: Payment, status: str, reason: str, by: User) -> None:
    rules.reason_is_given(reason)
    for step in hooks.before_request_ends:
        step(payment, by=by)
    records.lock(payment)
    rules.payment_is_requested(payment)
    records.move(payment, status, by=by, reason=reason)
