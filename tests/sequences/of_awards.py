"""The life of awards, as steps of a random sequence."""

from datetime import date, timedelta

from commissioning.actions import awards, proposals, schedules
from commissioning.models import Award, Commitment, Instalment, ProposedVariation
from commissioning.money import share
from tests.sequences.office import YEARS, NothingThere, Office, Step

PATTERNS = ["", "once", "monthly", "quarterly", "milestones"]


def draft(office: Office, step: Step) -> None:
    lines = [
        (office.allocation(step.n), step.amount),
        (office.allocation(step.m), step.amount),
    ]
    awards.draft(_new(office, step), lines[: step.n % 2 + 1], by=office.officers[0])


def _new(office: Office, step: Step) -> Award:
    year = YEARS[step.n % 2]
    pattern = PATTERNS[step.m % len(PATTERNS)]
    return Award(
        title=f"Award {step.n}",
        kind="grant",
        purpose="To keep young people safe.",
        reason="It cuts crime and disorder.",
        legal_power="s9",
        fund=office.allocation(step.n).budget.fund,
        recipient=office.recipient(step.n),
        payment_pattern=pattern,
        payment_timing="" if pattern in ("", "milestones") else ["advance", "arrears"][step.n % 2],
        starts_on=year.first_day + timedelta(days=step.m),
        ends_on=year.last_day,
    )


def propose_anew(office: Office, step: Step) -> None:
    award = office.award(step.n, "draft", "recommended")
    awards.propose(award, [(office.allocation(step.m), step.amount)], by=office.officers[0])


def recommend(office: Office, step: Step) -> None:
    awards.recommend(office.award(step.n, "draft"), by=office.officers[0])


def send_back(office: Office, step: Step) -> None:
    award = office.award(step.n, "recommended")
    awards.send_back(award, reason="Costs.", by=office.approvers[0])


def approve(office: Office, step: Step) -> None:
    chosen = list(Award.objects.filter(status="recommended").order_by("pk"))[: step.n % 3 + 1]
    if not chosen:
        raise NothingThere
    by = office.officers[0] if step.m > 95 else office.approvers[0]
    awards.approve_many(chosen, decision=office.decision, effective_on=step.day, by=by)


def turn_down(office: Office, step: Step) -> None:
    award = office.award(step.n, "recommended")
    if step.m % 2:
        awards.reject(award, reason="Too dear.", by=office.approvers[0])
    else:
        awards.withdraw(award, reason="They closed.", by=office.officers[0])


def reopen_draft(office: Office, step: Step) -> None:
    awards.reopen_draft(office.award(step.n, "rejected", "withdrawn"), by=office.officers[0])


def activate(office: Office, step: Step) -> None:
    awards.activate(office.award(step.n, "approved", "closed"), by=office.officers[0])


def vary(office: Office, step: Step) -> None:
    award = office.award(step.n, *Award.OPEN)
    awards.vary(
        award,
        _changes(office, award, step),
        kind="reprofile",
        reason="Changed.",
        decision=office.decision,
        effective_on=step.day,
        ends_on=date(2027, 9, 30) if step.m % 10 == 0 else None,
        by=office.approvers[0],
    )


def _changes(office: Office, award: Award, step: Step) -> list:
    """More on one allocation, or more there and as much less on another, or less."""
    line = award.commitments.first()
    more = (office.allocation(step.m), step.amount)
    if line is None:
        return [more]
    less = (line.allocation, -step.amount)
    return [[more], [less], [more, less]][step.m % 3]


def put_forward(office: Office, step: Step) -> None:
    award = office.award(step.n, *Award.OPEN)
    proposal = ProposedVariation(award=award, kind="reprofile", reason="It reaches more people.")
    proposals.propose(proposal, _changes(office, award, step), by=office.officers[0])


def decide_on_proposal(office: Office, step: Step) -> None:
    proposal = office.a(ProposedVariation, step.n, status="proposed")
    if step.m % 5 == 0:
        proposals.refuse(proposal, reason="Not now.", by=office.approvers[0])
    elif step.m % 5 == 1:
        proposals.withdraw(proposal, reason="No longer wanted.", by=office.officers[0])
    else:
        by = office.officers[0] if step.m > 95 else office.approvers[0]
        details = {"decision": office.decision, "effective_on": step.day, "by": by}
        proposals.approve(proposal, **details)


def terminate(office: Office, step: Step) -> None:
    details = {"reason": "Over.", "decision": office.decision, "effective_on": step.day}
    awards.terminate(office.award(step.n, *Award.OPEN), by=office.approvers[0], **details)


def reinstate(office: Office, step: Step) -> None:
    details = {"reason": "Again.", "decision": office.decision, "effective_on": step.day}
    awards.reinstate(office.award(step.n, "terminated"), by=office.approvers[1], **details)


def close(office: Office, step: Step) -> None:
    awards.close(office.award(step.n, *Award.OPEN), by=office.approvers[0])


def take_on(office: Office, step: Step) -> None:
    lines = [(office.allocation(step.n), step.amount)]
    told = {"from_record": "the register of 2025", "effective_on": step.day}
    awards.take_on(_new(office, step), lines, by=office.finance[0], **told)


def write_milestones(office: Office, step: Step) -> None:
    """All that is left to plan, in two parts; at times something beside it."""
    award = office.a(Award, step.n, payment_pattern="milestones", status__in=Award.OPEN)
    told = {"due_on": step.day, "milestone": "A group met."}
    rows = []
    for line, room in schedules.to_plan(award):
        first, second = share(room, [step.n + 1, step.m])
        rows += [
            Instalment(commitment=line, amount=part, **told) for part in (first, second) if part
        ]
        if step.m % 5 == 0:
            rows.append(Instalment(commitment=line, amount=step.amount, **told))
    schedules.write(award, rows, by=office.officers[0])


def plan(office: Office, step: Step) -> None:
    line = office.a(Commitment, step.n, award__status__in=Award.OPEN)
    schedules.plan(line.award, by=office.officers[0])


VERBS = [
    draft,
    propose_anew,
    recommend,
    send_back,
    approve,
    turn_down,
    reopen_draft,
    activate,
    vary,
    put_forward,
    decide_on_proposal,
    terminate,
    reinstate,
    close,
    take_on,
    write_milestones,
    plan,
]
