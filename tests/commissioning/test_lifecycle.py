"""An award's life: what may follow what, by whom, and what each step leaves."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from commissioning import integrity
from commissioning.actions import awards, publication, records
from commissioning.models import Award, Commitment, Entry, HistoryEvent
from commissioning.rules import RuleBroken
from tests import builders as a
from tests.chain import JUNE, MAY, a_chain, reinstate, terminate
from tests.standing import for_the_module

pytestmark = pytest.mark.django_db

chain = for_the_module(a_chain)

Status = Award.Status


def recommended(amount=10_000, **fields) -> Award:
    draft = a.a_draft(amount, **fields)
    awards.recommend(draft, by=a.an_officer())
    return draft


def approve(award, by=None, **fields) -> None:
    fields = {"decision": a.a_decision(), "effective_on": MAY, **fields}
    awards.approve(award, by=by or a.an_approver(), **fields)


def vary(award, changes=(), by=None, **fields):
    fields = {
        "kind": "increase",
        "reason": "It reaches more people.",
        "decision": a.a_decision(),
        "effective_on": JUNE,
        **fields,
    }
    return awards.vary(award, changes, by=by or a.an_approver(), **fields)


# One step each, by somebody who may; the state that it leads to.
STEPS = {
    Status.DRAFT: lambda award: (
        awards.send_back(award, reason="Not yet.", by=a.an_approver())
        if award.status == Status.RECOMMENDED
        else awards.reopen_draft(award, by=a.an_officer())
    ),
    Status.RECOMMENDED: lambda award: awards.recommend(award, by=a.an_officer()),
    Status.APPROVED: approve,
    Status.ACTIVE: lambda award: (
        reinstate(award)
        if award.status == Status.TERMINATED
        else awards.activate(award, by=a.an_officer())
    ),
    Status.CLOSED: lambda award: awards.close(award, by=a.an_approver()),
    Status.REJECTED: lambda award: awards.reject(award, reason="No.", by=a.an_approver()),
    Status.WITHDRAWN: lambda award: awards.withdraw(award, reason="No need.", by=a.an_officer()),
    Status.TERMINATED: terminate,
}
# The steps from a draft to each state.
WAYS = {
    Status.DRAFT: [],
    Status.RECOMMENDED: [Status.RECOMMENDED],
    Status.APPROVED: [Status.RECOMMENDED, Status.APPROVED],
    Status.ACTIVE: [Status.RECOMMENDED, Status.APPROVED, Status.ACTIVE],
    Status.CLOSED: [Status.RECOMMENDED, Status.APPROVED, Status.CLOSED],
    Status.REJECTED: [Status.RECOMMENDED, Status.REJECTED],
    Status.WITHDRAWN: [Status.WITHDRAWN],
    Status.TERMINATED: [Status.RECOMMENDED, Status.APPROVED, Status.TERMINATED],
}


def an_award_that_is(status: str) -> Award:
    award = a.a_draft(100)
    for step in WAYS[status]:
        if step == Status.CLOSED:
            a.a_payment(100, award)
        STEPS[step](award)
    award.refresh_from_db()
    assert award.status == status
    return award


@pytest.mark.parametrize("now", Status.values)
def test_an_award_moves_along_its_lifecycle_and_no_other_way(now):
    award = an_award_that_is(now)
    for then in Status.values:
        allowed = then in Award.TRANSITIONS[now]
        # Only what is settled is closed; what is settled here is closed already.
        if (now, then) in {(Status.APPROVED, Status.CLOSED), (Status.ACTIVE, Status.CLOSED)}:
            continue
        with transaction.atomic():
            own = Award.objects.get(pk=award.pk)
            if allowed:
                STEPS[then](own)
                assert Award.objects.get(pk=award.pk).status == then
                assert list(integrity.promises_are_committed()) == []
            else:
                with pytest.raises(RuleBroken, match=f"{award.reference} is "):
                    STEPS[then](own)
                assert Award.objects.get(pk=award.pk).status == now
            transaction.set_rollback(True)


def test_approval_commits_what_was_proposed_under_the_decision():
    left, right = a.an_allocation(), a.an_allocation()
    award = a.a_draft(1_000, left)
    awards.propose(award, [(right, a.pounds("200.02"))], by=a.an_officer())
    awards.recommend(award, by=a.an_officer())
    decision, approver = a.a_decision(), a.an_approver()

    approve(award, by=approver, decision=decision)

    award.refresh_from_db()
    assert (award.amount, award.approved_by, award.awarded_on) == (
        a.pounds("1200.02"),
        approver,
        MAY,
    )
    entries = Entry.objects.filter(commitment__award=award)
    assert {(e.allocation, e.amount, e.decision, e.recorded_by) for e in entries} == {
        (left, a.pounds(1_000), decision, approver),
        (right, a.pounds("200.02"), decision, approver),
    }
    event = HistoryEvent.objects.filter(subject_id=str(award.pk), verb="approved").get()
    assert (event.before["status"], event.after["status"]) == ("recommended", "approved")


@pytest.mark.parametrize(
    ("fields", "lacks"),
    [
        ({"recipient": None}, "a recipient"),
        ({"purpose": ""}, "its purpose"),
        ({"reason": ""}, "the reason for it"),
        ({"legal_power": ""}, "a legal power"),
        ({"amount": None}, "an amount on an allocation"),
    ],
)
def test_an_incomplete_draft_is_not_recommended(fields, lacks):
    draft = a.a_draft(**fields)

    with pytest.raises(RuleBroken, match=f"It lacks {lacks}"):
        awards.recommend(draft, by=a.an_officer())


@pytest.mark.parametrize("superuser", [False, True])
def test_nobody_approves_rejects_varies_or_ends_what_they_recommended(superuser):
    same = a.a_user(superuser=superuser)
    award = a.a_draft(100)
    awards.recommend(award, by=same)
    for step in (
        lambda: approve(award, by=same),
        lambda: awards.reject(award, reason="No.", by=same),
    ):
        with pytest.raises(RuleBroken, match="You recommended award"):
            step()
    approve(award)
    for step in (
        lambda: vary(award, ends_on=date(2030, 1, 1), by=same),
        lambda: terminate(award, same),
    ):
        with pytest.raises(RuleBroken, match="You recommended award"):
            step()


@pytest.mark.parametrize("step", [approve, vary, terminate])
def test_money_is_promised_under_a_decision_made_by_then(step):
    award = recommended() if step is approve else a.an_award()
    later = a.a_decision(decided_on=date(2026, 12, 24))

    with pytest.raises(RuleBroken, match="Choose the decision notice"):
        step(award, decision=None)
    with pytest.raises(RuleBroken, match="was made on 24 December 2026, after"):
        step(award, decision=later)


def test_a_batch_is_approved_whole_or_not_at_all():
    allocation = a.an_allocation(1_000)
    good, late = recommended(400, allocation=allocation), recommended(601, allocation=allocation)
    decision, approver = a.a_decision(), a.an_approver()

    with pytest.raises(RuleBroken, match=r"asked £1,001.00"):
        awards.approve_many([good, late], decision=decision, effective_on=MAY, by=approver)

    assert set(Award.objects.values_list("status", flat=True)) == {Status.RECOMMENDED}
    assert not HistoryEvent.objects.filter(verb="approved").exists()


def test_a_recommendation_lapses_when_the_amount_under_it_changes():
    award = recommended(100)
    line = award.commitments.get()

    awards.propose(award, [(line.allocation, a.pounds(200))], by=a.an_officer())

    award.refresh_from_db()
    assert (award.status, award.recommended_by) == (Status.DRAFT, None)
    with pytest.raises(RuleBroken):
        approve(award)


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_a_proposal_is_more_than_nothing(amount):
    draft = a.a_draft(100)

    with pytest.raises(RuleBroken, match=r"must be more than £0.00"):
        awards.propose(draft, [(a.an_allocation(), a.pounds(amount))], by=a.an_officer())


def test_an_approved_award_does_not_become_a_draft_by_an_old_copy_of_it():
    draft = recommended(100)
    old_copies = [Award.objects.get(pk=draft.pk) for _ in range(4)]
    approve(draft)
    lines, officer = [(a.an_allocation(), a.pounds(5))], a.an_officer()

    for step in (
        lambda award: awards.draft(award, lines, by=officer),
        lambda award: awards.propose(award, lines, by=officer),
        lambda award: records.save(award, by=officer),
        lambda award: awards.take_on(
            award, lines, from_record="A list", effective_on=MAY, by=a.a_finance_officer()
        ),
    ):
        with pytest.raises(ValidationError), transaction.atomic():
            step(old_copies.pop())

    draft.refresh_from_db()
    assert (draft.status, draft.amount) == (Status.APPROVED, a.pounds(100))


# --- Variations -----------------------------------------------------------------------------------


def test_variations_are_numbered_and_stand_beside_the_original():
    award = a.an_award(1_000, ends_on=date(2027, 3, 31))
    two_years = a.a_budget(ends_on=date(2028, 3, 31))
    first, second = award.commitments.get().allocation, a.an_allocation(budget=two_years)

    vary(award, [(first, a.pounds(-400)), (second, a.pounds(500))], kind="reprofile")
    vary(award, ends_on=date(2028, 3, 31), kind="extension")

    award.refresh_from_db()
    assert (award.amount, award.ends_on) == (a.pounds(1_100), date(2028, 3, 31))
    assert [variation.number for variation in award.variations.all()] == [1, 2]
    assert award.variations.get(number=1).entries.count() == 2
    assert award.variations.get(number=2).entries.count() == 0
    assert award.commitments.get(allocation=first).proposed == a.pounds(1_000)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "Say what changes"),
        ({"reason": " ", "ends_on": date(2030, 1, 1)}, "Say why"),
        ({"ends_on": date(2020, 1, 1)}, "so it cannot end on 1 January 2020"),
    ],
)
def test_a_variation_that_makes_no_sense_changes_nothing(change, sentence):
    award = a.an_award(starts_on=date(2026, 4, 1))

    with pytest.raises(ValidationError, match=sentence):
        vary(award, **change)

    assert award.variations.count() == 0


def test_an_allocation_that_the_award_does_not_stand_on_gives_nothing_back():
    award = a.an_award()

    with pytest.raises(RuleBroken, match=r"must be more than £0.00"):
        vary(award, [(a.an_allocation(), a.pounds(-1))])

    assert (award.variations.count(), Commitment.objects.count()) == (0, 1)


# --- The end --------------------------------------------------------------------------------------


def test_an_award_is_closed_when_its_money_is_settled():
    award = a.an_award(100)
    a.a_payment("60.60", award)

    with pytest.raises(RuleBroken, match=r"£39.40 of award .* is committed and not paid"):
        awards.close(award, by=a.an_approver())

    vary(award, [(award.commitments.get().allocation, a.pounds("-39.40"))], kind="decrease")
    awards.close(award, by=a.an_approver())
    with pytest.raises(RuleBroken, match="Money moves only under an approved or active award"):
        a.a_request(1, award)


def test_termination_gives_back_what_is_not_paid():
    allocation = a.an_allocation(1_000)
    award = a.an_award(300, allocation)
    a.a_payment("60.60", award)

    terminate(award)

    award.refresh_from_db()
    allocation.refresh_from_db()
    assert award.amount == award.paid == allocation.committed == a.pounds("60.60")
    assert award.variations.get().kind == "termination"
    with pytest.raises(RuleBroken, match="is terminated"):
        vary(award, ends_on=date(2030, 1, 1))


def test_an_award_that_was_paid_in_full_or_never_is_terminated_too():
    paid, unpaid = a.an_award(100), a.an_award(100)
    a.a_payment(100, paid)

    terminate(paid)
    terminate(unpaid)

    assert sorted(Award.objects.values_list("amount", flat=True)) == [a.pounds(0), a.pounds(100)]


def test_a_reinstated_award_stands_as_it_did_before_it_was_terminated():
    left, right = a.an_allocation(1_000), a.an_allocation(1_000)
    award = a.an_award(300, left)
    vary(award, [(right, a.pounds(200))])
    a.a_payment("60.60", award)
    terminate(award)

    reinstate(award)

    award.refresh_from_db()
    assert (award.status, award.amount, award.paid) == (
        Status.ACTIVE,
        a.pounds(500),
        a.pounds("60.60"),
    )
    assert award.commitments.get(allocation=left).amount == a.pounds(300)
    assert [variation.kind for variation in award.variations.all()][1:] == [
        "termination",
        "reinstate",
    ]
    assert list(integrity.breaches()) == []


def test_an_award_is_reinstated_by_somebody_else_and_only_after_it_was_terminated():
    officer, approver = a.an_officer(), a.an_approver()
    award = a.a_draft(300)
    awards.recommend(award, by=officer)
    approve(award)
    with pytest.raises(RuleBroken, match="Only a terminated award is reinstated"):
        reinstate(award)
    terminate(award, approver)
    with pytest.raises(RuleBroken, match="You terminated award"):
        reinstate(award, approver)
    with pytest.raises(RuleBroken, match="You recommended award"):
        reinstate(award, officer)
    with pytest.raises(RuleBroken, match="Choose the decision notice"):
        reinstate(award, decision=None)
    with pytest.raises(RuleBroken, match="cannot be reinstated from an earlier day"):
        reinstate(award, effective_on=MAY)
    with pytest.raises(RuleBroken, match="Reinstate it instead"):
        awards.activate(award, by=officer)

    award.refresh_from_db()
    assert (award.status, award.amount) == (Status.TERMINATED, a.pounds(0))


def test_an_award_is_not_reinstated_on_money_that_others_have_been_promised():
    allocation = a.an_allocation(1_000)
    award = a.an_award(600, allocation)
    terminate(award)
    a.an_award(500, allocation, effective_on=JUNE)

    with pytest.raises(RuleBroken, match=r"available £500.00, asked £600.00"):
        reinstate(award)

    award.refresh_from_db()
    assert (award.status, award.variations.count()) == (Status.TERMINATED, 1)


# --- Taken on -------------------------------------------------------------------------------------


def test_an_award_from_before_names_the_record_that_it_was_taken_from():
    allocation = a.an_allocation(1_000)
    award = Award(title="Old award", kind="grant")

    awards.take_on(
        award,
        [(allocation, a.pounds(400))],
        from_record="Annual Report",
        effective_on=MAY,
        by=a.a_finance_officer(),
    )

    assert (award.status, award.amount) == (Status.APPROVED, a.pounds(400))
    assert award.taken_on_from == "Annual Report"
    assert list(integrity.breaches()) == []


def test_an_award_from_before_fits_its_allocation_too_and_needs_its_record():
    allocation = a.an_allocation(1_000)
    finance = a.a_finance_officer()
    details = {"effective_on": MAY, "by": finance}
    lines = [(allocation, a.pounds("1000.01"))]

    with pytest.raises(RuleBroken, match=r"available £1,000.00"):
        awards.take_on(Award(title="Old", kind="grant"), lines, from_record="List", **details)
    with pytest.raises(RuleBroken, match="Say why"):
        awards.take_on(Award(title="Old", kind="grant"), lines, from_record="", **details)

    assert Award.objects.count() == 0


def test_a_reference_is_given_in_order_and_skips_one_that_is_taken():
    first = a.a_draft(None).pk
    taken = f"A-{first + 2:05d}"
    a.a_draft(None, reference=taken)

    assert a.a_draft(None).reference == f"A-{first + 3:05d}"
    with pytest.raises(ValidationError, match=r"already exists"):
        a.a_draft(None, reference=taken)


# --- Publication ----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", Status.values)
def test_only_promised_awards_are_published(status):
    award = an_award_that_is(status)
    if status in Award.PROMISED:
        assert publication.publish([award], by=a.an_officer()) == 1
    else:
        with pytest.raises(RuleBroken, match="Only approved awards are published"):
            publication.publish([award], by=a.an_officer())
    assert Award.objects.published().count() == (status in Award.PROMISED)
