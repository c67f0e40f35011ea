"""How to break each constraint of limits, interests, emergencies and proposed variations."""

from django.utils import timezone

from tests import builders as a
from tests.breaking.tools import anew, backwards, change, twice


def ended_by_themselves():
    interest = a.an_interest()
    return change(interest, ended_at=timezone.now(), ended_by=interest.person)


def for_themselves():
    override = a.an_override()
    return change(override, person=override.authorised_by)


def used_and_taken_back():
    override, now = a.an_override(), timezone.now()
    taken_back = {"withdrawn_at": now, "withdrawn_reason": "A mistake."}
    return change(override, used_at=now, withdrawn_by=override.authorised_by, **taken_back)


def approved_by_its_proposer():
    award = a.an_award(1_000)
    proposal = a.a_proposed_variation(10, award)
    return change(proposal, status="approved", decided_by=proposal.proposed_by)


def a_second_change():
    return anew(a.a_proposed_variation().changes.get())


HOW = {
    "limit_is_not_below_nothing": lambda: change(a.a_limit(), most=-1),
    "limit_ends_after_it_starts": lambda: backwards(a.a_limit()),
    "limit_is_one_per_role_act_and_day": lambda: twice(a.a_limit()),
    "interest_is_declared_once": lambda: twice(a.an_interest()),
    "interest_is_ended_by_somebody_else": ended_by_themselves,
    "override_is_used_by_somebody_else": for_themselves,
    "override_has_a_reason": lambda: change(a.an_override(), reason=""),
    "override_withdrawn_says_who_and_why": lambda: change(
        a.an_override(), withdrawn_reason="A mistake."
    ),
    "override_is_used_or_withdrawn": used_and_taken_back,
    "override_is_of_more_than_nothing": lambda: change(a.an_override(), most=0),
    "proposal_is_one_at_a_time_per_award": lambda: twice(a.a_proposed_variation()),
    "proposal_is_approved_by_somebody_else": approved_by_its_proposer,
    "proposal_has_a_reason": lambda: change(a.a_proposed_variation(), reason=""),
    "proposed_change_is_one_per_allocation": a_second_change,
    "proposed_change_changes_something": lambda: change(
        a.a_proposed_variation().changes.get(), amount=0
    ),
}
