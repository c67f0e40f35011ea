"""The states of a return, and who may bring it into which."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from commissioning.models import HistoryEvent
from tests import builders as a
from victims.actions import returns
from victims.grids import values_of
from victims.models import MonitoringReturn

pytestmark = pytest.mark.django_db

Status = MonitoringReturn.Status


def refused(action, *args, **kwargs) -> str:
    with pytest.raises(ValidationError) as refusal:
        action(*args, **kwargs)
    return " ".join(refusal.value.messages)


def test_a_return_goes_from_due_to_accepted_and_names_everybody():
    officer, finance, approver = a.an_officer(), a.a_finance_officer(), a.an_approver()
    made = a.a_return()

    returns.submit(made, a.counts_of(made), by=officer)
    returns.certify(made, by=finance)
    returns.accept(made, by=approver)

    made.refresh_from_db()
    assert made.status == Status.ACCEPTED
    assert (made.submitted_by, made.certified_by, made.accepted_by) == (officer, finance, approver)
    verbs = HistoryEvent.objects.filter(
        subject_type="monitoringreturn", subject_id=made.pk
    ).order_by("pk")
    assert [event.verb for event in verbs] == ["scheduled", "submitted", "certified", "accepted"]


def test_who_took_it_in_cannot_certify_it_nor_its_certifier_accept_it():
    everything = a.a_user(superuser=True)
    made = a.a_submitted_return(by=everything)
    assert "You took this return in" in refused(returns.certify, made, by=everything)

    other = a.a_submitted_return()
    returns.certify(other, by=everything)

    assert "You certified this return" in refused(returns.accept, other, by=everything)
    other.refresh_from_db()
    assert other.status == Status.CERTIFIED


@pytest.mark.parametrize("step", ["submit", "send_back", "accept"])
def test_steps_out_of_order_are_refused(step):
    made = a.an_accepted_return()
    doings = {
        "submit": lambda: returns.submit(made, a.counts_of(made), by=a.an_officer()),
        "send_back": lambda: returns.send_back(made, reason="Check.", by=a.an_officer()),
        "accept": lambda: returns.accept(made, by=a.an_officer()),
    }

    assert "is accepted, so it cannot become" in refused(doings[step])


def test_a_return_sent_back_says_why_and_is_certified_anew():
    made = a.a_certified_return()

    returns.send_back(made, reason="Walsall is missing.", by=a.an_officer())

    assert (made.status, made.to_put_right) == (Status.SENT_BACK, "Walsall is missing.")
    assert made.certified_by is None
    returns.submit(made, a.counts_of(made, 3), by=a.an_officer())
    assert made.to_put_right == ""
    assert values_of(made) == a.counts_of(made, 3)


def test_nothing_is_taken_in_before_the_period_is_over():
    tomorrow = timezone.localdate() + timedelta(days=1)
    service = a.a_victims_service(starts_on=tomorrow - timedelta(days=40), ends_on=tomorrow)
    made = service.returns.order_by("ends_on").last()

    assert "can be taken in from the day after" in refused(
        returns.submit, made, a.counts_of(made), by=a.an_officer()
    )
    assert not made.counts.exists()


def test_more_time_leaves_the_day_on_which_it_was_due():
    made = a.a_return()
    due_on = made.due_on

    returns.extend(made, due_on + timedelta(days=10), reason="Illness.", by=a.an_officer())

    made.refresh_from_db()
    assert (made.due_on, made.wanted_on) == (due_on, due_on + timedelta(days=10))
    assert "Give a later day" in refused(
        returns.extend, made, due_on, reason="Less.", by=a.an_officer()
    )


def test_one_return_is_reopened_with_a_reason_and_no_other():
    service = a.a_victims_service()
    first, second = a.an_accepted_return(service), a.an_accepted_return(service)
    assert refused(returns.reopen, first, reason=" ", by=a.an_approver()) == "Say why."

    new = returns.reopen(first, reason="Counted twice.", by=a.an_approver())

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (Status.ACCEPTED, Status.ACCEPTED)
    assert (new.version, new.status, new.to_put_right) == (2, Status.SENT_BACK, "Counted twice.")
    assert new.counts.count() == first.counts.count()
    assert "reopened already" in refused(returns.reopen, first, reason="Again.", by=a.an_approver())


def test_the_corrected_return_supersedes_the_accepted_one():
    first = a.an_accepted_return()
    new = returns.reopen(first, reason="Counted twice.", by=a.an_approver())
    returns.submit(new, a.counts_of(new, 5), by=a.an_officer())
    returns.certify(new, by=a.a_finance_officer())

    returns.accept(new, by=a.an_approver())

    first.refresh_from_db()
    assert (first.status, new.status) == (Status.SUPERSEDED, Status.ACCEPTED)
    assert values_of(first) == a.counts_of(first)


@pytest.mark.parametrize(
    ("code", "category", "number", "sentence"),
    [
        ("referrals", "Total", 7, "the total is 7, but the numbers above it come to 6"),
        ("accepted", "Burglary", 3, "3 is more than the 2 of “Referrals”"),
        ("improved", "Housing", 3, "3 is more than the 2 of “Assessed”"),
        ("supported", "Total", 7, "the numbers above it allow 2 at least and 6 at most"),
        ("supported", "Total", 1, "the numbers above it allow 2 at least and 6 at most"),
    ],
)
def test_numbers_that_cannot_be_are_refused_in_a_sentence(code, category, number, sentence):
    made = a.a_return()
    values = a.counts_of(made)
    for counted, spot in values:
        if (counted.code, str(spot.category or "Total")) == (code, category):
            values[counted, spot] = number

    assert sentence in refused(returns.submit, made, values, by=a.an_officer())
    made.refresh_from_db()
    assert made.status == Status.DUE
    assert not made.counts.exists()


def test_different_people_may_be_fewer_than_their_parts():
    made = a.a_return()
    values = a.counts_of(made)
    for counted, spot in values:
        if counted.code == "supported" and spot.category is None:
            values[counted, spot] = 4

    returns.submit(made, values, by=a.an_officer())

    assert made.status == Status.SUBMITTED


def test_all_areas_are_no_fewer_than_the_areas():
    areas = [a.an_area("Walsall"), a.an_area("Dudley")]
    made = a.a_return(a.a_victims_service(areas=areas))
    values = a.counts_of(made)
    whole = next(key for key in values if key[0].code == "waiting" and key[1].area is None)

    values[whole] = 3
    sentence = refused(returns.submit, made, values, by=a.an_officer())
    assert sentence == (
        "Waiting, All areas, all: 3 in all areas cannot be: the areas above it come to 4 at least."
    )

    # One who waits lives in no area that is known.
    values[whole] = 5
    returns.submit(made, values, by=a.an_officer())
    assert made.status == Status.SUBMITTED


def test_a_number_left_out_is_refused():
    made = a.a_return()
    values = a.counts_of(made)
    values.popitem()

    assert refused(returns.submit, made, values, by=a.an_officer()) == "1 number is missing."
