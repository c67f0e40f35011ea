"""Emergencies: a named colleague passes one rule, once, for one award, and everybody can see it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from commissioning import roles
from commissioning.actions import awards, overrides
from commissioning.models import HistoryEvent, Override
from commissioning.rules import RuleBroken
from tests import builders as a
from tests.chain import MAY
from tests.commissioning import staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def approver():
    a.a_limit(10_000)
    return a.an_approver()


def recommended(amount):
    draft = a.a_draft(amount)
    awards.recommend(draft, by=a.an_officer())
    return draft


def approve(award, by):
    awards.approve(award, decision=a.a_decision(), effective_on=MAY, by=by)


def test_an_override_lets_one_person_approve_one_award_once(approver):
    award = recommended(12_000)
    override = a.an_override(approver, award, 12_000)

    approve(award, approver)

    award.refresh_from_db()
    override.refresh_from_db()
    assert award.status == "approved"
    assert override.used_at is not None
    event = HistoryEvent.objects.get(verb__startswith="used an emergency override")
    assert (event.subject_id, event.by_id) == (str(award.pk), approver.pk)
    assert event.reason == "A refuge would close."
    with pytest.raises(RuleBroken, match="used already"):
        overrides.use(override, by=approver)


def test_an_override_for_another_award_person_amount_or_day_is_none(approver):
    award = recommended(12_000)
    a.an_override(approver, recommended(12_000))
    a.an_override(award=award)
    a.an_override(approver, award, "11999.99")
    a.an_override(approver, award, rule=Override.Rule.CONDITION)
    over = a.an_override(approver, award)
    yesterday = timezone.localdate() - timedelta(days=1)
    Override.objects.filter(pk=over.pk).update(valid_until=yesterday)

    with pytest.raises(RuleBroken, match=r"would be worth £12,000.00"):
        approve(award, approver)

    assert not Override.objects.filter(used_at__isnull=False).exists()


def test_what_the_limit_allows_uses_no_override_up(approver):
    award = recommended(9_000)
    override = a.an_override(approver, award)

    approve(award, approver)

    override.refresh_from_db()
    assert override.used_at is None


def test_an_override_passes_no_other_rule(approver):
    draft = a.a_draft(12_000)
    awards.recommend(draft, by=approver)
    a.an_override(approver, draft)

    with pytest.raises(RuleBroken, match="You recommended award"):
        approve(draft, approver)


def test_an_override_is_not_used_up_by_an_approval_that_fails(approver):
    award = recommended(12_000)
    override = a.an_override(approver, award)
    late = a.a_draft(39_000, award.commitments.get().allocation)
    awards.recommend(late, by=a.an_officer())
    other = a.an_override(approver, late)

    with pytest.raises(RuleBroken, match="cannot be committed"):
        awards.approve_many([award, late], decision=a.a_decision(), effective_on=MAY, by=approver)

    for each in (override, other):
        each.refresh_from_db()
        assert each.used_at is None


def test_nobody_authorises_an_override_for_themselves_or_where_they_have_an_interest():
    chief, award = a.a_chief_finance_officer(), a.an_award()
    with pytest.raises(RuleBroken, match="for themselves"):
        a.an_override(chief, award, by=chief)
    with pytest.raises(RuleBroken, match="over already"):
        a.an_override(valid_until=timezone.localdate() - timedelta(days=1))
    a.an_interest(chief, award.recipient)
    with pytest.raises(RuleBroken, match="You declared an interest"):
        a.an_override(award=award, by=chief)

    assert not Override.objects.exists()


def test_the_confirm_page_says_that_an_override_will_be_used_up(client, approver):
    award = recommended(12_000)
    a.an_override(approver, award)
    client.force_login(approver)
    told = {"decision": a.a_decision().pk, "effective_on": "2026-05-01"}

    page = staff.ask(client, award, "approve", **told)

    assert "This uses up the emergency override that" in staff.effect(page)
    assert not Override.objects.filter(used_at__isnull=False).exists()
    staff.confirm(client, award, "approve", page, **told)
    assert Override.objects.filter(used_at__isnull=False).exists()


def test_the_chief_finance_officer_authorises_an_override_in_the_staff_site(client, approver):
    award, chief = recommended(12_000), a.a_chief_finance_officer()
    client.force_login(chief)
    told = {
        "award": award.pk,
        "rule": "limit",
        "person": approver.pk,
        "most": "12000",
        "valid_until": f"{timezone.localdate():%Y-%m-%d}",
        "reason": "The refuge closes on Friday.",
    }

    client.post(reverse("admin:commissioning_override_add"), told)

    override = Override.objects.get()
    assert (override.authorised_by, override.person, override.most) == (chief, approver, 12_000)
    refused = client.post(reverse("admin:commissioning_override_add"), {**told, "person": chief.pk})
    assert refused.status_code == 200
    assert Override.objects.count() == 1


@pytest.mark.parametrize("role", [roles.AUDITOR, roles.CHIEF_FINANCE])
def test_those_who_watch_see_every_emergency_of_the_last_90_days(client, role):
    shown, old = a.an_override(), a.an_override()
    long_ago = timezone.now() - timedelta(days=91)
    Override.objects.filter(pk=old.pk).update(authorised_at=long_ago)
    client.force_login(a.a_user(role))

    page = client.get(reverse("admin:attention", args=["emergencies"])).content.decode()

    assert "Emergency overrides in the last 90 days" in page
    assert shown.award.reference in page
    assert "A refuge would close." in page
    assert old.award.reference not in page


def test_the_chief_finance_officer_takes_an_override_back_for_a_reason(client, approver):
    award, chief = recommended(12_000), a.a_chief_finance_officer()
    override = a.an_override(approver, award, 12_000)
    client.force_login(chief)

    staff.use(client, override, "take-back", reason="The colleague is suspended.")

    override.refresh_from_db()
    assert override.withdrawn_by == chief
    event = HistoryEvent.objects.filter(subject_type="override").latest("pk")
    assert (event.verb, event.reason) == ("took back", "The colleague is suspended.")
    assert "The colleague is suspended." in client.get(reverse("admin:index")).content.decode()
    with pytest.raises(RuleBroken, match=r"would be worth £12,000.00"):
        approve(award, approver)
    for what in (overrides.use, lambda each, by: overrides.withdraw(each, reason="Again.", by=by)):
        with pytest.raises(RuleBroken, match="taken back"):
            what(override, by=chief)


def test_an_override_that_was_used_is_not_taken_back(approver):
    award = recommended(12_000)
    override = a.an_override(approver, award, 12_000)
    approve(award, approver)

    with pytest.raises(RuleBroken, match="has been used, so it cannot be taken back"):
        overrides.withdraw(override, reason="Too late.", by=a.a_chief_finance_officer())
