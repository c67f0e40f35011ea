"""Forecasts, accruals, receipts and what is carried forward, as steps of a random sequence."""

from datetime import timedelta

from django.utils import timezone

from commissioning.actions import receipts
from commissioning.models import Award, Budget, Commitment, Receipt
from finance.actions import accruals, forecasts, year_end
from finance.models import CarryForward
from tests import clock
from tests.sequences.office import Office, Step


def receive(office: Office, step: Step) -> None:
    """Money that came from a source, went back to it, or was written down wrongly."""
    if step.m % 4 == 0:
        receipt = office.a(Receipt, step.n, corrects=None)
        receipts.correct(receipt, step.amount, note="Miscounted.", by=office.finance[0])
        return
    goes_back = step.m % 4 == 1
    receipt = Receipt(
        budget=office.a(Budget, step.n),
        kind=Receipt.Kind.RETURNED if goes_back else Receipt.Kind.RECEIVED,
        amount=-step.amount if goes_back else step.amount,
        received_on=step.day,
        note="By BACS.",
    )
    receipts.record(receipt, by=office.finance[0])


def forecast(office: Office, step: Step) -> None:
    outturn = None if step.m % 5 == 0 else step.amount
    told = {"reason": "Two posts are vacant.", "effective_on": step.day, "by": office.finance[0]}
    with clock.on(step.day):
        forecasts.state(office.a(Budget, step.n), outturn, **told)


def accrue(office: Office, step: Step) -> None:
    """What was delivered by the end of the last month and is not paid, or the other way round."""
    as_at = timezone.localdate().replace(day=1) - timedelta(days=1)
    line = office.a(Commitment, step.n, award__status__in=Award.OPEN)
    if step.m % 3 == 0:
        accruals.accept([line.pk], as_at, by=office.finance[0])
    elif step.m % 3 == 1:
        accruals.adjust(line, as_at, step.amount, reason="They said so.", by=office.finance[0])
    else:
        accruals.leave_out(line, as_at, reason="Too small.", by=office.finance[0])


def propose_carry_forward(office: Office, step: Step) -> None:
    giver, taker = office.a(Budget, step.n), office.a(Budget, step.n + 1)
    told = {"reason": "Unspent.", "by": office.finance[0]}
    year_end.propose_carry_forward(giver, taker, step.amount, **told)


def decide_on_carry_forward(office: Office, step: Step) -> None:
    proposal = office.a(CarryForward, step.n, status="proposed")
    if step.m % 6 == 0:
        year_end.reject_carry_forward(proposal, reason="Spend it.", by=office.chiefs[0])
    elif step.m % 6 == 1:
        year_end.withdraw_carry_forward(proposal, reason="Spent.", by=office.finance[0])
    else:
        by = office.finance[0] if step.m > 95 else office.chiefs[0]
        year_end.approve_carry_forward(proposal, decision=office.decision, by=by)


VERBS = [receive, forecast, accrue, propose_carry_forward, decide_on_carry_forward]
