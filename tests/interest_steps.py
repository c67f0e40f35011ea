"""Actions that no builder takes, for the test of the interest gate."""

from datetime import date, timedelta

from django.utils import timezone

from commissioning.actions import (
    awards,
    conditions,
    holds,
    organisations,
    overrides,
    payments,
    proposals,
    schedules,
)
from commissioning.models import Award
from finance.actions import accruals, bank, batches, reconciliation
from programmes.actions import observations
from tests import builders as a
from tests.chain import JUNE, MAY, reinstate, terminate
from victims.actions import returns

WHY = {"reason": "It was agreed."}


def further_steps() -> None:
    """One call of each."""
    of_awards()
    of_changes()
    of_conditions_and_holds()
    of_payments()
    of_finance()
    of_figures()
    of_returns()


def of_awards() -> None:
    officer, approver = a.an_officer(), a.an_approver()
    draft = a.a_draft(1_000)
    awards.propose(draft, [(draft.commitments.first().allocation, a.pounds(900))], by=officer)
    awards.recommend(draft, by=officer)
    awards.send_back(draft, by=approver, **WHY)
    awards.recommend(draft, by=officer)
    awards.reject(draft, by=approver, **WHY)
    awards.reopen_draft(draft, by=officer)
    started = a.an_award(10)
    awards.activate(started, by=officer)
    taken_on = a.an_award_taken_on(10, MAY)
    awards.name_decision(taken_on, a.a_decision(), by=officer)
    settled = a.an_award(10)
    a.a_payment(10, settled)
    settled.refresh_from_db()
    awards.close(settled, by=officer)
    a.a_grant_given_on(a.an_award(5_000))
    organisation = a.an_organisation()
    organisation.note = "Changed."
    organisations.save(organisation, by=officer)


def of_changes() -> None:
    approver = a.an_approver()
    ended = a.an_award(100)
    terminate(ended)
    reinstate(ended)
    decided = {"decision": a.a_decision(), "effective_on": JUNE}
    proposals.approve(a.a_proposed_variation(10), by=approver, **decided)
    proposals.refuse(a.a_proposed_variation(10), by=approver, **WHY)
    proposals.withdraw(a.a_proposed_variation(10), by=a.an_officer(), **WHY)
    override = a.an_override()
    overrides.use(override, by=override.person)
    overrides.withdraw(a.an_override(award=override.award), reason="Calm.", by=a.a_user())


def of_conditions_and_holds() -> None:
    manager = a.an_officer()
    conditions.waive(a.a_condition(), by=manager, **WHY)
    conditions.reopen(a.a_met_condition(), by=manager, **WHY)
    later = {"due_on": date(2026, 9, 1), **WHY}
    conditions.give_more_time(a.a_condition(due_on=JUNE), by=manager, **later)
    holds.lift(a.a_hold(), by=manager, **WHY)


def of_payments() -> None:
    officer = a.an_officer()
    payments.cancel(a.a_request(), by=officer, **WHY)
    a.a_returned_payment()
    payments.refuse(a.a_request(), by=a.a_finance_officer(), **WHY)
    noted = a.a_request()
    noted.reference = "INV 7"
    payments.describe(noted, by=officer)
    scheduled = a.a_scheduled_award()
    payments.request_instalments(a.instalments_of(scheduled)[:1], by=officer)
    milestones = a.an_award_by_milestones(100)
    a.a_written_schedule(milestones, a.a_milestone(milestones, 100, JUNE))
    late = {**a.YEAR, "payment_pattern": "monthly", "payment_timing": "arrears"}
    unplanned = a.an_award(100)
    Award.objects.filter(pk=unplanned.pk).update(**late)
    unplanned.refresh_from_db()
    schedules.plan(unplanned, by=officer)


def of_finance() -> None:
    finance = a.a_finance_officer()
    award = a.an_accrued_award()
    line = award.commitments.get()
    accruals.adjust(line, a.YEAR_END, a.pounds(1), by=finance, **WHY)
    accruals.leave_out(line, a.YEAR_END, by=finance, **WHY)
    bank.refuse(a.a_proposed_account(), by=finance, **WHY)
    batch = a.a_batch()
    batches.add(batch, [a.a_payable_request()], by=finance)
    batches.take_out(batch, [batch.lines.first()], by=finance)
    batches.reschedule(batch, a.PAY_DAY + timedelta(days=1), by=finance)
    batches.cancel(batch, by=finance, **WHY)
    ended = a.a_payable_request()
    a.a_batch(ended)
    batches.leave_drafted_batch(ended, by=finance)
    batches.download(a.a_released_batch(), by=finance)
    match = a.a_match(a.a_ledger_line(10), a.a_payment(10))
    reconciliation.undo(match, by=finance, **WHY)
    explained = {"cause": "other", "reason": "A journal.", "by": finance}
    (said,) = reconciliation.explain(payments=[a.a_payment(10)], **explained)
    reconciliation.take_back(said, by=finance, **WHY)


def of_figures() -> None:
    measure = a.a_measure(service=a_provided_service())
    figure = a.an_observation(measure=measure)
    observations.correct(figure, value=7, by=a.an_officer(), **WHY)
    a.a_release(measure)


def a_provided_service():
    service = a.a_service()
    service.providers.add(a.an_organisation())
    return service


def of_returns() -> None:
    service = a.a_victims_service(providers=[a.an_organisation()])
    returns.extend(
        a.a_return(service),
        timezone.localdate() + timedelta(days=90),
        by=a.an_officer(),
        **WHY,
    )
    returns.reopen(a.an_accepted_return(service), by=a.an_officer(), **WHY)
    returns.send_back(a.a_submitted_return(service), by=a.an_officer(), **WHY)
