"""What recommended awards ask for, and what may be allocated beyond a budget, on any day."""

from datetime import timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from commissioning import figures, integrity
from commissioning.actions import awards, funds, records
from commissioning.figures import Slice
from commissioning.models import Allocation, Budget, Commitment, MarginAuthority, PipelineEntry
from commissioning.rules import RuleBroken
from tests import builders as a
from tests.breaking import change, unguard

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def recommended(amount=100, allocation=None):
    award = a.a_draft(amount, allocation)
    awards.recommend(award, by=a.an_officer())
    return award


def pipeline(**slice_options) -> Decimal:
    return figures.position(Slice(**slice_options)).pipeline


def test_a_recommendation_is_pipeline_from_its_day():
    recommended(100)

    assert pipeline() == pipeline(as_at=TODAY) == 100
    assert pipeline(as_at=TODAY - timedelta(days=1)) == 0


@pytest.mark.parametrize("ending", ["approve", "send back", "reject", "withdraw", "lapse"])
def test_it_ends_when_the_recommendation_does(ending):
    award = recommended(100)
    by = a.an_approver()
    {
        "approve": lambda: awards.approve(
            award, decision=a.a_decision(), effective_on=TODAY, by=by
        ),
        "send back": lambda: awards.send_back(award, reason="Say more.", by=by),
        "reject": lambda: awards.reject(award, reason="Not now.", by=by),
        "withdraw": lambda: awards.withdraw(award, reason="Not now.", by=by),
        "lapse": lambda: awards.propose(
            award, [(award.commitments.get().allocation, a.pounds(200))], by=by
        ),
    }[ending]()

    assert pipeline() == 0
    assert list(integrity.pipeline_is_what_is_asked_for()) == []


def test_a_recommendation_is_sent_back_and_not_reopened_so_that_its_pipeline_ends():
    award = recommended(100)

    with pytest.raises(RuleBroken, match="Send it back instead"):
        awards.reopen_draft(award, by=a.an_officer())

    award.refresh_from_db()
    assert (award.status, pipeline()) == ("recommended", 100)


def test_what_was_pipeline_at_a_moment_stays_so_in_a_report_as_known_then():
    award = recommended(100)
    then = PipelineEntry.objects.latest("recorded_at").recorded_at
    awards.withdraw(award, reason="Not now.", by=a.an_officer())
    left = PipelineEntry.objects.latest("pk")

    assert pipeline() == 0
    if left.recorded_at > then:
        assert pipeline(known_at=then) == 100
        assert pipeline(known_at=left.recorded_at) == 0


def test_an_approval_dated_back_leaves_no_day_below_nothing():
    award = recommended(100)
    long_ago = TODAY - timedelta(days=60)
    decision = a.a_decision(decided_on=long_ago)
    awards.approve(award, decision=decision, effective_on=long_ago, by=a.an_approver())

    for days in (0, 1, 59, 60, 61):
        assert pipeline(as_at=TODAY - timedelta(days=days)) == 0


def test_the_table_of_positions_adds_up_and_leads_to_the_lines():
    allocation = a.an_allocation(1_000)
    award = recommended(100, allocation)
    recommended(50)
    table = figures.positions("fund", Slice())

    assert table.total.pipeline == 150
    cell = figures.Cell(Slice(), "fund", allocation.budget.fund)
    (entry,) = cell.pipeline()
    assert (entry.award, entry.amount) == (award, 100)


def test_what_came_and_went_is_not_under_the_figure():
    allocation = a.an_allocation(1_000)
    award = recommended(100, allocation)
    awards.send_back(award, reason="Say more.", by=a.an_approver())
    awards.recommend(award, by=a.an_officer())
    other = recommended(50, allocation)
    awards.withdraw(other, reason="Not now.", by=a.an_officer())

    rows = figures.Cell(Slice(), "fund", allocation.budget.fund).pipeline()
    assert sum(entry.amount for entry in rows) == pipeline() == 100
    assert {entry.award for entry in rows} == {award}


def test_a_draft_that_was_recommended_loses_a_line_and_stays_itself(client):
    award = recommended(100)
    awards.send_back(award, reason="Less, please.", by=a.an_approver())
    records.remove(award.commitments.get(), by=a.an_officer())

    with pytest.raises(RuleBroken, match="It was recommended before"):
        records.remove(award, by=a.an_officer())


def test_a_pipeline_that_is_not_asked_for_is_found():
    line = recommended(100).commitments.get()
    change(Commitment.objects.get(pk=line.pk), proposed=a.pounds(120))()

    (said,) = integrity.pipeline_is_what_is_asked_for()
    assert "asks for £120.00, but its pipeline is £100.00" in said


class TestMargin:
    def authorise(self, budget: Budget, margin: int, **details):
        details = {
            "reason": "A late grant.",
            "starts_on": budget.starts_on,
            "by": a.a_chief_finance_officer(),
            **details,
        }
        funds.authorise_margin(budget, a.pounds(margin), **details)

    def test_each_day_has_the_margin_that_was_in_force(self):
        budget = a.a_budget(1_000)
        self.authorise(
            budget, 100, starts_on=TODAY - timedelta(days=9), ends_on=TODAY + timedelta(days=5)
        )
        self.authorise(budget, 200, starts_on=TODAY - timedelta(days=4))

        def margin(days: int) -> Decimal:
            day = TODAY + timedelta(days=days)
            return figures.position(Slice(budget=budget, as_at=day)).margin

        assert [margin(days) for days in (-10, -9, -5, -4, 0, 6)] == [0, 100, 100, 200, 200, 200]

    def test_an_authority_ends_on_its_last_day(self):
        budget = a.a_budget(1_000)
        self.authorise(budget, 100, starts_on=TODAY, ends_on=TODAY)

        assert figures.position(Slice(budget=budget, as_at=TODAY)).margin == 100
        tomorrow = TODAY + timedelta(days=1)
        assert figures.position(Slice(budget=budget, as_at=tomorrow)).margin == 0

    @pytest.mark.parametrize("days", [(-9, -1), (1, 9)])
    def test_a_margin_is_not_used_outside_its_days(self, days):
        budget = a.a_budget(1_000)
        first, last = (TODAY + timedelta(days=day) for day in days)
        self.authorise(budget, 100, starts_on=first, ends_on=last)

        with pytest.raises(RuleBroken, match=r"margin (of )?£0\.00"):
            a.an_allocation("1000.01", budget)
        assert not Allocation.objects.filter(budget=budget).exists()

    def test_what_stands_on_a_margin_stays_when_it_ends(self):
        budget = a.a_budget(1_000)
        self.authorise(budget, 100)
        allocation = a.an_allocation(1_100, budget)

        budget.refresh_from_db()
        assert (budget.allocated, allocation.amount) == (1_100, 1_100)

    def test_a_margin_without_authority_is_found(self):
        budget = a.a_budget(1_000)
        change(budget, margin=a.pounds(5), margin_reason="X", margin_authorised_by=a.an_officer())()

        (said,) = integrity.margins_are_authorised()
        assert "a margin of £5.00, but £0.00 is authorised" in said


def test_what_stood_before_it_was_kept_by_day_gets_its_first_entries():
    budget = a.a_budget(1_000)
    chief = a.a_chief_finance_officer()
    funds.authorise_margin(budget, a.pounds(50), reason="A late grant.", by=chief)
    award = recommended(100)
    unguard()
    MarginAuthority.objects.all().delete()
    PipelineEntry.objects.all().delete()
    assert len(list(integrity.margins_are_authorised())) == 1
    assert len(list(integrity.pipeline_is_what_is_asked_for())) == 1
    opening = import_module("commissioning.migrations.0003_opening_entries")

    opening.open_margins(apps, None)
    opening.open_pipeline(apps, None)

    assert list(integrity.margins_are_authorised()) == []
    assert list(integrity.pipeline_is_what_is_asked_for()) == []
    authority = budget.authorities.get()
    assert (authority.authorised_by, authority.reason) == (chief, "A late grant.")
    award.refresh_from_db()
    assert award.pipeline.get().recorded_at == award.recommended_at
