"""Delegated limits: how much who may decide on which day, and who records it."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from commissioning import roles
from commissioning.actions import awards, funds, limits, payments
from commissioning.models import Award, Budget, DelegatedLimit, HistoryEvent
from commissioning.rules import RuleBroken
from tests import builders as a
from tests.chain import JUNE, MAY, reinstate, terminate
from tests.commissioning import staff
from tests.spreadsheets import as_csv

pytestmark = pytest.mark.django_db

Act = DelegatedLimit.Act


def recommended(amount, allocation=None) -> Award:
    draft = a.a_draft(amount, allocation)
    awards.recommend(draft, by=a.an_officer())
    return draft


def approve(*drafts, by):
    awards.approve_many(drafts, decision=a.a_decision(), effective_on=MAY, by=by)


def today():
    return timezone.localdate()


def test_an_approver_approves_to_the_penny_of_their_limit_and_not_beyond():
    a.a_limit(10_000)
    a.a_limit("20000.50", role=roles.CHIEF_FINANCE)
    approver = a.an_approver()

    approve(recommended(10_000), by=approver)

    above = recommended("10000.01")
    with pytest.raises(RuleBroken) as refusal:
        approve(above, by=approver)
    assert refusal.value.message == (
        "Your delegated limit to approve or vary an award is £10,000.00 on "
        f"{today():%-d %B %Y}, and award {above.reference} would be worth £10,000.01. It takes "
        "Chief finance officer (up to £20,000.50)."
    )
    above.refresh_from_db()
    assert above.status == Award.Status.RECOMMENDED


def test_the_whole_award_counts_and_not_its_lines():
    a.a_limit(10_000)
    draft = a.a_draft(6_000)
    awards.propose(draft, [(a.an_allocation(), a.pounds(6_000))], by=a.an_officer())
    awards.recommend(draft, by=a.an_officer())

    with pytest.raises(RuleBroken, match=r"would be worth £12,000.00. Nobody has a limit so high"):
        approve(draft, by=a.an_approver())


def test_one_award_beyond_the_limit_keeps_the_whole_batch_back():
    a.a_limit(10_000)
    drafts = [recommended(amount) for amount in (1_000, 10_001, 2_000)]

    with pytest.raises(RuleBroken, match=r"£10,001.00"):
        approve(*drafts, by=a.an_approver())

    assert not Award.objects.filter(status="approved").exists()


def test_an_act_that_was_never_limited_yet_is_not_limited():
    a.a_limit(1, starts_on=today() + timedelta(days=1))
    a.a_limit(1, act=Act.RELEASE)

    approve(recommended(30_000), by=a.an_approver())

    assert Award.objects.get().status == "approved"


@pytest.mark.parametrize("superuser", [False, True])
def test_once_a_limit_stands_whoever_has_none_is_refused(superuser):
    a.a_limit(1_000_000, role=roles.CHIEF_FINANCE)
    approver = a.a_user(roles.APPROVER, superuser=superuser)

    with pytest.raises(RuleBroken, match="You have no delegated limit to approve"):
        approve(recommended(1), by=approver)


def test_the_greatest_limit_of_somebody_s_roles_on_the_day_counts():
    a.a_limit(10)
    a.a_limit(5_000, starts_on=MAY)
    a.a_limit(9_000, role=roles.MANAGER)
    a.a_limit(99_000, role=roles.MANAGER, starts_on=today() + timedelta(days=1))
    both = a.an_approver()
    both.groups.add(Group.objects.get(name=roles.MANAGER))

    approve(recommended(9_000), by=both)

    with pytest.raises(RuleBroken, match=r"is £9,000.00 on"):
        approve(recommended(9_001), by=both)


def test_a_limit_is_judged_by_today_and_not_by_the_day_that_the_approver_chooses():
    a.a_limit(10, starts_on=today())

    with pytest.raises(RuleBroken, match=r"is £10.00 on"):
        awards.approve(
            recommended(11), decision=a.a_decision(), effective_on=MAY, by=a.an_approver()
        )


def test_an_increase_is_held_against_what_the_whole_award_becomes():
    allocation = a.an_allocation(40_000)
    award = a.an_award(9_000, allocation)
    a.a_limit(10_000)

    def vary(amount):
        awards.vary(
            award,
            [(allocation, a.pounds(amount))],
            kind="increase",
            reason="More.",
            decision=a.a_decision(),
            effective_on=JUNE,
            by=a.an_approver(),
        )

    with pytest.raises(RuleBroken, match=r"would be worth £10,000.01"):
        vary("1000.01")
    vary(1_000)
    award.refresh_from_db()
    assert award.amount == 10_000


def test_less_money_or_more_time_takes_no_limit():
    award = a.an_award(9_000)
    (line,) = award.commitments.all()
    a.a_limit(10)
    details = {"reason": "Less.", "decision": a.a_decision(), "by": a.an_approver()}

    awards.vary(
        award,
        [(line.allocation, a.pounds(-1_000))],
        kind="decrease",
        effective_on=JUNE,
        **details,
    )
    awards.vary(
        award, [], kind="extension", ends_on=JUNE + timedelta(300), effective_on=JUNE, **details
    )

    award.refresh_from_db()
    assert (award.amount, award.variations.count()) == (8_000, 2)


def test_a_reinstatement_is_held_against_what_the_award_is_worth_again():
    award = a.an_award(9_000)
    terminate(award)
    limit = a.a_limit("8999.99")

    with pytest.raises(RuleBroken, match=r"would be worth £9,000.00"):
        reinstate(award)
    DelegatedLimit.objects.filter(pk=limit.pk).update(most=9_000)
    reinstate(award)


def test_each_payment_is_held_against_the_limit_of_whoever_releases_it():
    award = a.an_award(9_000)
    small, large = a.a_request(1_000, award), a.a_request("1000.01", award)
    back = a.a_request(1_500, a.a_payment(2_000).commitment.award, kind="recovery")
    a.a_limit(1_000, act=Act.RELEASE, role=roles.FINANCE)
    finance = a.a_finance_officer()

    with pytest.raises(RuleBroken, match=r"limit to release a payment is £1,000.00"):
        payments.release_many([small, large], paid_on=JUNE, by=finance)
    payments.release_many([small, back], paid_on=JUNE, by=finance)

    for payment, status in [(small, "released"), (large, "requested"), (back, "released")]:
        payment.refresh_from_db()
        assert payment.status == status


def test_money_is_vired_revised_and_over_programmed_within_limits():
    giver, taker, other, third, finance = *(a.a_budget() for _ in range(4)), a.a_finance_officer()
    allocation = a.an_allocation(1_000)
    a.a_limit(100, act=Act.VIRE, role=roles.FINANCE)
    a.a_limit(100, act=Act.OVER_PROGRAMME, role=roles.FINANCE)
    dated = {"effective_on": MAY, "note": "Moved.", "by": finance}

    def opened(amount):
        period = {"starts_on": date(2026, 4, 1), "ends_on": date(2027, 3, 31)}
        budget = Budget(fund=a.a_fund(), source=a.a_source(), **period)
        funds.open_budget(budget, amount, effective_on=MAY, by=finance)

    for step in (
        lambda amount: funds.vire(giver, taker, amount, **dated),
        lambda amount: funds.revise_budget(other, amount, **dated),
        lambda amount: funds.revise_budget(third, -amount, **dated),
        lambda amount: funds.allocate([(allocation, -amount)], **dated),
        opened,
        lambda amount: funds.authorise_margin(taker, amount, reason="Late.", by=finance),
    ):
        with pytest.raises(RuleBroken, match=r"and this is £100.01"):
            step(a.pounds("100.01"))
        step(a.pounds(100))


# --- Recording limits -----------------------------------------------------------------------------


@pytest.fixture
def chief(client):
    chief = a.a_chief_finance_officer()
    client.force_login(chief)
    return chief


def test_the_chief_finance_officer_records_and_ends_a_limit(client, chief):
    told = {
        "role": Group.objects.get(name=roles.APPROVER).pk,
        "act": "approve",
        "most": "£50,000",
        "starts_on": "2026-04-01",
    }
    client.post(reverse("admin:commissioning_delegatedlimit_add"), told)
    limit = DelegatedLimit.objects.get()
    assert limit.most == 50_000
    yesterday = today() - timedelta(days=1)

    page = staff.ask(client, limit, "end", last_day=yesterday)
    assert "No other limit to approve or vary an award would stand then" in staff.problems(page)
    a.a_limit(60_000, starts_on=MAY)
    staff.use(client, limit, "end", last_day=yesterday)

    limit.refresh_from_db()
    assert limit.ends_on == yesterday
    events = HistoryEvent.objects.filter(subject_type="delegatedlimit", subject_id=str(limit.pk))
    verbs = events.order_by("pk")
    assert [event.verb for event in verbs] == ["added", "ended"]


LIMIT_OF_THEIR_OWN = r"You have the role .* yourself, so somebody else sets its limits"


def test_nobody_sets_or_ends_a_limit_of_a_role_of_their_own(client, chief):
    own = a.a_limit(10, act=Act.VIRE, role=roles.CHIEF_FINANCE)
    told = {
        "role": Group.objects.get(name=roles.CHIEF_FINANCE).pk,
        "act": "vire",
        "most": "£1,000,000",
        "starts_on": "2026-05-01",
    }

    page = client.post(reverse("admin:commissioning_delegatedlimit_add"), told)
    assert "so somebody else sets its limits" in page.content.decode()
    for by in (chief, a.a_user(roles.CHIEF_FINANCE, superuser=True)):
        with pytest.raises(RuleBroken, match=LIMIT_OF_THEIR_OWN):
            limits.end(own, last_day=today(), by=by)

    client.force_login(a.a_user(roles.MANAGER))
    client.post(reverse("admin:commissioning_delegatedlimit_add"), told)
    assert DelegatedLimit.objects.filter(act=Act.VIRE).count() == 2


def test_no_spreadsheet_sets_a_limit_of_a_role_of_one_s_own(chief, tmp_path):
    file = tmp_path / "limits.csv"
    row = {"role": roles.CHIEF_FINANCE, "act": "vire", "most": "9", "starts_on": "2026-04-01"}
    file.write_bytes(as_csv([row]))

    with pytest.raises(CommandError, match=LIMIT_OF_THEIR_OWN):
        call_command("import_spreadsheet", "delegated-limit", file, by=chief.username)

    assert not DelegatedLimit.objects.exists()


def test_a_limit_does_not_count_for_whoever_recorded_it():
    chief = a.a_chief_finance_officer()
    a.a_limit(20_000, by=chief)
    chief.groups.set([Group.objects.get(name=roles.APPROVER)])

    with pytest.raises(RuleBroken, match="You have no delegated limit to approve"):
        approve(recommended(1), by=chief)
    approve(recommended(20_000), by=a.an_approver())


def test_a_limit_ends_only_where_another_goes_on_as_long():
    a.a_limit(ends_on=today() + timedelta(days=90))
    standing = a.a_limit(5, role=roles.MANAGER)
    chief = a.a_chief_finance_officer()

    with pytest.raises(RuleBroken, match="Record another limit first"):
        limits.end(standing, last_day=today(), by=chief)
    a.a_limit(7, role=roles.MANAGER, starts_on=today() + timedelta(days=1))
    limits.end(standing, last_day=today(), by=chief)

    standing.refresh_from_db()
    assert standing.ends_on == today()


def test_nobody_takes_on_more_than_they_might_approve():
    allocation, finance = a.an_allocation(50_000), a.a_finance_officer()
    a.a_limit(10_000)
    a.a_limit(5_000, role=roles.FINANCE)

    def take_on(amount):
        draft = a.a_draft(None)
        awards.take_on(
            draft,
            [(allocation, a.pounds(amount))],
            from_record="Ledger 2019",
            effective_on=MAY,
            by=finance,
        )

    with pytest.raises(RuleBroken, match=r"is £5,000.00 on .*award A-\d+ would be worth £5,000.01"):
        take_on("5000.01")
    take_on(5_000)

    assert Award.objects.filter(status=Award.Status.APPROVED).count() == 1


def test_a_limit_is_not_edited_nor_ended_before_yesterday(client, chief):
    limit = a.a_limit(50_000)
    told = {"role": limit.role_id, "act": "approve", "most": "9", "starts_on": "2026-04-01"}

    assert client.post(staff.address(limit), told).status_code == 403
    with pytest.raises(RuleBroken, match="Others may have decided under this limit since"):
        limits.end(limit, last_day=today() - timedelta(days=2), by=chief)

    limit.refresh_from_db()
    assert (limit.most, limit.ends_on) == (50_000, None)


def test_limits_come_in_by_spreadsheet_and_none_is_changed_by_one(chief, tmp_path):
    file = tmp_path / "limits.csv"
    row = {"role": roles.APPROVER, "act": "approve", "most": "50000", "starts_on": "2026-04-01"}

    def bring_in(**changed):
        file.write_bytes(as_csv([{**row, **changed}]))
        call_command("import_spreadsheet", "delegated-limit", file, by=chief.username)

    bring_in()
    bring_in()
    with pytest.raises(CommandError, match="A limit is never edited"):
        bring_in(most="90000")

    assert DelegatedLimit.objects.get().most == 50_000


def test_the_first_page_says_which_acts_have_no_limit_until_each_has_one(client, chief):
    index = reverse("admin:index")
    a.a_limit(1, act=Act.RELEASE, role=roles.FINANCE)

    page = client.get(index).content.decode()
    assert "No delegated limit was ever recorded to approve or vary an award, or to vire" in page
    assert "to release a payment, or" not in page

    for act in set(Act) - {Act.RELEASE}:
        a.a_limit(1, act=act)
    assert "No delegated limit was ever" not in client.get(index).content.decode()


def test_whoever_records_no_limits_is_not_told_of_them(client):
    client.force_login(a.an_approver())

    assert "No delegated limit" not in client.get(reverse("admin:index")).content.decode()


def test_the_award_s_page_says_what_stands_in_an_approver_s_way(client):
    a.a_limit(10_000)
    award = recommended(12_000)
    client.force_login(a.an_approver())

    page = client.get(staff.address(award)).content.decode()

    assert "Your delegated limit to approve or vary an award is £10,000.00" in page
