"""Sheets of payments."""

from datetime import date

import pytest

from commissioning.actions import awards
from commissioning.models import (
    Payment,
)
from commissioning.resources.payments import PaymentResource
from tests import builders as a
from tests.commissioning.rows.loading import load, refusals

pytestmark = pytest.mark.django_db


def test_payments_are_asked_for_once_and_left_for_somebody_else_to_release():
    award = a.an_award(10_000)
    by = a.an_officer()
    rows = [
        {"award_reference": award.reference, "amount": 4_000, "due_on": "1/6/2026"},
        {"award_reference": award.reference, "amount": 4_000, "due_on": "1/9/2026"},
    ]

    assert load(PaymentResource, *rows, by=by) == "2 added, 0 changed, 0 unchanged"
    assert load(PaymentResource, *rows, by=by) == "0 added, 0 changed, 2 unchanged"
    assert set(Payment.objects.values_list("status", "requested_by")) == {("requested", by.pk)}
    (sentence,) = refusals(PaymentResource, {**rows[0], "amount": 10_001})
    assert sentence.startswith("Row 2: £10,001.00 cannot be paid under award")


def test_a_payment_of_an_award_over_two_allocations_names_one():
    draft = a.a_draft(100, a.an_allocation())
    second = a.an_allocation()
    awards.propose(draft, [(second, a.pounds(50))], by=a.an_officer())
    awards.recommend(draft, by=a.an_officer())
    day = date(2026, 5, 1)
    awards.approve(draft, decision=a.a_decision(), effective_on=day, by=a.an_approver())
    row = {"award_reference": draft.reference, "amount": 50}

    assert refusals(PaymentResource, row) == [
        f"Row 2: award {draft.reference} stands on several allocations. Give fund_code and "
        "area_code of the one to pay from."
    ]
    row.update(fund_code=second.budget.fund.code, area_code=second.area.code)
    load(PaymentResource, row)
    assert Payment.objects.get().commitment.allocation == second
