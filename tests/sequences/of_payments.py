"""Money out and back, what stops it, and batches of it, as steps of a random sequence."""

from datetime import date

from django.utils import timezone

from commissioning.actions import conditions, holds, payments, returns
from commissioning.models import Award, Commitment, Condition, Hold, Instalment, Payment
from finance.actions import batches
from finance.models import PaymentBatch
from tests import clock
from tests.sequences.office import NothingThere, Office, Step


def request(office: Office, step: Step) -> None:
    line = office.a(Commitment, step.n, award__status__in=Award.OPEN)
    payment = Payment(commitment=line, amount=step.amount)
    if step.m % 3 == 0:
        payment.instalment = line.instalments.filter(dropped_at=None).first()
    payments.request(payment, by=office.officers[step.m % 2])


def request_instalments(office: Office, step: Step) -> None:
    chosen = list(Instalment.objects.standing().order_by("due_on", "pk"))
    if not chosen:
        raise NothingThere
    first = step.n % len(chosen)
    reason = "The group cannot wait." if step.m % 2 else ""
    payments.request_instalments(
        chosen[first : first + step.m % 3 + 1], by=office.officers[0], early_reason=reason
    )


def release(office: Office, step: Step) -> None:
    # Now and then by whoever may have asked for one of them.
    by = office.officers[1] if step.m > 90 else office.finance[0]
    with clock.on(step.day):
        reason = "The group cannot wait." if step.m % 2 else ""
        payments.release_many(office.requests(step.n), paid_on=step.day, by=by, early_reason=reason)


def turn_request_down(office: Office, step: Step) -> None:
    payment = office.a(Payment, step.n, status="requested")
    end = payments.refuse if step.m % 2 else payments.cancel
    end(payment, reason="No invoice.", by=office.finance[0])


def ask_back(office: Office, step: Step) -> None:
    """A repayment, an underspend returned, a clawback, or a recovery of no stated cause."""
    line = office.a(Commitment, step.n, paid__gt=0)
    amount = line.paid if step.m % 9 == 8 else step.amount
    causes = ["", *Payment.Cause.values]
    payment = Payment(
        commitment=line,
        kind=Payment.Kind.RECOVERY,
        cause=causes[step.m % len(causes)],
        amount=amount,
    )
    payments.request(payment, by=office.officers[0])
    if step.m % 3:
        with clock.on(step.day):
            payments.release(payment, paid_on=step.day, by=office.finance[0])


def bank_returns(office: Office, step: Step) -> None:
    """The bank returns a payment, perhaps one that it returned before; mostly it is confirmed."""
    payment = office.a(Payment, step.n, kind=Payment.Kind.PAYMENT, status="released")
    reasons = Payment.BankReason.values
    with clock.on(step.day):
        returned = returns.mark(
            [payment],
            on=max(step.day, payment.paid_on or step.day) if step.m % 4 else step.day,
            bank_reason=reasons[step.m % len(reasons)],
            by=office.finance[1],
        )
        if step.m % 3:
            returns.confirm(returned, by=office.finance[0 if step.m < 95 else 1])


def hold(office: Office, step: Step) -> None:
    holds.place(office.award(step.n, *Award.OPEN), reason="Late accounts.", by=office.finance[1])


def lift_hold(office: Office, step: Step) -> None:
    found = office.a(Hold, step.n, lifted_at=None)
    holds.lift(found, reason="They came.", by=office.finance[1])


def set_condition(office: Office, step: Step) -> None:
    award = office.award(step.n, *Award.OPEN)
    condition = Condition(award=award, text="Send the accounts.", due_on=date(2026, 7, 1))
    conditions.save(condition, by=office.officers[0])


def settle_condition(office: Office, step: Step) -> None:
    condition = office.a(Condition, step.n, state="open")
    if step.m % 2:
        posted = {"on": timezone.localdate(), "evidence": "The accounts of 2026."}
        conditions.meet(condition, by=office.officers[1], **posted)
    else:
        conditions.waive(condition, reason="Not needed.", by=office.approvers[0])


def draft_batch(office: Office, step: Step) -> None:
    with clock.on(step.day):
        batches.draft(PaymentBatch(pay_on=step.day), office.requests(step.n), by=office.finance[0])


def change_batch(office: Office, step: Step) -> None:
    batch = office.a(PaymentBatch, step.n, status="drafted")
    if step.m % 4 == 0:
        batches.cancel(batch, reason="Not today.", by=office.finance[0])
    elif step.m % 4 == 1:
        batches.take_out(batch, batch.lines.standing()[:1], by=office.finance[0])
    elif step.m % 4 == 2:
        with clock.on(step.day):
            batches.reschedule(batch, step.day, by=office.finance[0])
    else:
        batches.add(batch, office.requests(step.m), by=office.finance[0])


def release_batch(office: Office, step: Step) -> None:
    batch = office.a(PaymentBatch, step.n, status="drafted")
    with clock.on(batch.pay_on):
        batches.release(batch, by=office.finance[0 if step.m > 95 else 1])


VERBS = [
    request,
    request_instalments,
    release,
    turn_request_down,
    ask_back,
    bank_returns,
    hold,
    lift_hold,
    set_condition,
    settle_condition,
    draft_batch,
    change_batch,
    release_batch,
]
