"""The staff site's first page: what waits for whom, and where the money stands."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from commissioning import roles
from commissioning.actions import awards, funds, payments
from commissioning.admin import waiting_money
from commissioning.models import Condition
from commissioning.years import FinancialYear
from tests import builders as a

pytestmark = pytest.mark.django_db

YOUR_WORK = "/staff/"


@pytest.fixture
def first_page(client):
    """first_page(user) is the lists of that user's first page: key → the list."""

    def first_page(user, **query):
        client.force_login(user)
        page = client.get(YOUR_WORK, query)
        assert page.status_code == 200
        return {each.key: each for each in page.context["waiting"]}

    return first_page


def test_an_approver_sees_the_awards_that_others_recommended(first_page):
    approver = a.an_approver()
    administrator = a.a_user(superuser=True)
    award, own = a.a_draft(6_000), a.a_draft(7_000)
    awards.recommend(award, by=a.an_officer())
    awards.recommend(own, by=administrator)

    assert first_page(approver)["approve"].count == 2
    [item] = first_page(administrator)["approve"].items
    assert item.href == reverse("admin:commissioning_award_change", args=[award.pk])
    assert "£6,000.00" in item.says


def test_finance_sees_the_payments_that_others_requested(first_page):
    administrator = a.a_user(superuser=True)
    a.a_request(1_000, by=administrator)
    a.a_request(2_000)

    assert first_page(a.a_finance_officer())["release"].count == 2
    [item] = first_page(administrator)["release"].items
    assert "£2,000.00" in item.says


def test_an_officer_sees_what_a_draft_lacks(first_page):
    a.a_draft()
    a.a_draft(None, purpose="")

    waiting = first_page(a.an_officer())["incomplete"]

    assert waiting.count == 1
    assert waiting.items[0].says == "lacks its purpose and an amount on an allocation"


def test_an_officer_sees_why_a_recommendation_came_back(first_page):
    officer, returned, again = a.an_officer(), a.a_draft(), a.a_draft()
    for award in (returned, again):
        awards.recommend(award, by=officer)
        awards.send_back(award, reason="Which wards?", by=a.an_approver())
    awards.recommend(again, by=officer)

    waiting = first_page(officer)["sent-back"]

    assert (waiting.count, waiting.items[0].says) == (1, "Which wards?")


def test_a_rejected_award_that_is_taken_up_again_was_not_sent_back(first_page):
    officer, award = a.an_officer(), a.a_draft()
    awards.recommend(award, by=officer)
    awards.reject(award, reason="Too dear.", by=a.an_approver())
    awards.reopen_draft(award, by=officer)

    assert "sent-back" not in first_page(officer)


def test_an_officer_sees_overdue_conditions_of_promised_awards(first_page):
    yesterday = timezone.localdate() - timedelta(days=1)
    promised = a.an_award()
    for award, due_on in ((promised, yesterday), (promised, timezone.localdate())):
        Condition.objects.create(award=award, text="Send the policy.", due_on=due_on)
    Condition.objects.create(award=a.a_draft(), text="Not yet.", due_on=yesterday)
    Condition.objects.create(award=promised, text="Done.", due_on=yesterday, state="met")

    assert first_page(a.an_officer())["conditions"].count == 1


def test_an_officer_sees_what_is_not_published_and_what_is_published_with_gaps(first_page):
    hidden = a.an_award(3_000)
    shown = a.an_award(4_000, published=True)
    type(shown).objects.filter(pk=shown.pk).update(reason="")

    waiting = first_page(a.an_officer())

    assert [item.label for item in waiting["unpublished"].items] == [str(hidden)]
    assert [item.says for item in waiting["gaps"].items] == [
        "the public page lacks the reason for it"
    ]


def test_an_approver_sees_awards_that_ended_and_were_not_closed(first_page):
    a.an_award(3_000, ends_on=timezone.localdate() - timedelta(days=1))
    a.an_award(3_000, ends_on=timezone.localdate())

    waiting = first_page(a.an_approver())["ended"]

    assert waiting.count == 1
    assert "£3,000.00 is committed and not paid" in waiting.items[0].says


def test_finance_sees_allocations_with_a_tenth_or_less_left(first_page):
    year = FinancialYear.containing(timezone.localdate())
    budget = a.a_budget(100_000, starts_on=year.first_day, ends_on=year.last_day)
    past = a.a_budget(100_000, starts_on=date(2020, 4, 1), ends_on=date(2021, 3, 31))
    nearly = a.an_allocation("1000.00", budget)
    a.an_award("900.00", nearly)
    a.an_award("899.99", a.an_allocation("1000.00", budget))
    a.an_award("1000.00", a.an_allocation("1000.00", budget))
    a.an_award("900.00", a.an_allocation("1000.00", past))

    [item] = first_page(a.a_finance_officer())["nearly-used-up"].items

    assert item.label == str(nearly)
    assert item.says == "£100.00 of £1,000.00 left"


def test_finance_sees_budgets_that_are_expected_or_allocated_beyond_their_amount(first_page):
    chief = a.a_chief_finance_officer()
    expected = a.a_budget(5_000, source_status="expected")
    over = a.a_budget(10_000)
    likely = {"reason": "Slippage is likely.", "starts_on": over.starts_on}
    funds.authorise_margin(over, a.pounds(500), by=chief, **likely)
    over.refresh_from_db()
    a.an_allocation("10200.00", over)

    waiting = first_page(chief)

    assert [item.label for item in waiting["expected"].items] == [str(expected)]
    assert waiting["over-allocated"].items[0].says.startswith("£200.00 more is allocated")


def test_an_officer_sees_drafts_that_are_ready_and_those_with_the_approvers(first_page):
    ready, recommended, sent_back = a.a_draft(100), a.a_draft(200), a.a_draft(300)
    a.a_draft(None)
    for draft in (recommended, sent_back):
        awards.recommend(draft, by=a.an_officer())
    awards.send_back(sent_back, reason="Too much.", by=a.an_approver())

    waiting = first_page(a.an_officer())

    assert [item.label for item in waiting["ready"].items] == [str(ready)]
    assert [item.label for item in waiting["with-approvers"].items] == [str(recommended)]


def test_the_lists_lead_to_where_several_are_dealt_with_at_once(client, first_page):
    drafts = [a.a_draft(100), a.a_draft(200)]
    a.an_award(300)

    waiting = first_page(a.an_officer())["ready"]
    whole = client.get(waiting.href)
    listed = client.get(waiting.in_one_go.href).context["cl"]

    assert escape(waiting.in_one_go.href) in whole.content.decode()
    assert {*listed.result_list} == {*drafts}


def test_an_officer_sees_for_a_while_why_a_payment_was_refused(first_page, monkeypatch):
    request = a.a_request(400)
    payments.refuse(request, reason="No invoice.", by=a.a_finance_officer())
    officer = a.an_officer()

    [item] = first_page(officer)["refused"].items
    assert item.says == "£400.00: No invoice."

    monkeypatch.setattr(waiting_money, "REFUSED_FOR", timedelta(0))
    assert "refused" not in first_page(officer)


def test_finance_sees_what_it_paid_without_a_reference_of_its_own(first_page):
    award = a.an_award(1_000)
    a.a_payment(100, award, reference="INV 1")
    paid = a.a_payment(200, award)

    [item] = first_page(a.a_finance_officer())["without-reference"].items

    assert item.label == str(paid)


def test_finance_sees_money_to_allocate_and_to_carry_forward_until_the_year_is_closed(first_page):
    finance = a.a_finance_officer()
    year = FinancialYear.containing(timezone.localdate())
    past = FinancialYear(year.start_year - 2)
    for each, amount in ((year, 500), (past, 700)):
        a.a_budget(amount, starts_on=each.first_day, ends_on=each.last_day)

    waiting = first_page(finance)
    assert waiting["to-allocate"].items[0].says == "£500.00 of £500.00 is not allocated"
    assert waiting["to-carry-forward"].items[0].says.startswith("£700.00 was not allocated")

    funds.close_year(past, by=finance)
    assert "to-carry-forward" not in first_page(finance)


def test_decisions_and_funds_that_the_public_does_not_see_are_listed(first_page):
    decision = a.a_decision(published=False)
    fund = a.a_fund(published=False)
    a.a_budget(100, fund)
    a.a_fund(published=False)

    for user in (a.an_officer(), a.an_approver()):
        assert [item.label for item in first_page(user)["decisions"].items] == [str(decision)]
    assert [i.label for i in first_page(a.a_finance_officer())["funds"].items] == [str(fund)]


def test_a_long_list_is_cut_short_and_shown_whole_on_its_own_page(client, first_page):
    allocation = a.an_allocation(40_000)
    for _ in range(7):
        a.an_award(100, allocation)

    waiting = first_page(a.an_officer())["unpublished"]
    whole = client.get(waiting.href)

    assert (waiting.count, len(waiting.items), waiting.has_more) == (7, 5, True)
    assert len(whole.context["items"]) == 7


def test_an_auditor_looks_on_and_has_nothing_to_do(client, first_page):
    a.an_award(3_000)
    awards.recommend(a.a_draft(), by=a.an_officer())
    auditor = a.a_user(roles.AUDITOR)

    waiting = first_page(auditor)

    assert set(waiting) == {"unpublished"}
    actions = [label for label, _ in client.get(YOUR_WORK).context["actions"]]
    assert actions == [
        "Budget position",
        "Who did what",
        "What the law asks to be published",
        "Budget monitoring",
        "Reconciliation",
        "Year end",
        "Accruals and prepayments",
        "Possible splits and duplicates",
    ]


@pytest.mark.parametrize(
    ("role", "label"),
    [
        (roles.OFFICER, "New award"),
        (roles.OFFICER, "Request a payment"),
        (roles.APPROVER, "Record a decision"),
        (roles.FINANCE, "Open a budget"),
        (roles.FINANCE, "Allocate money"),
    ],
)
def test_quick_actions_lead_where_the_role_may_go(client, role, label):
    client.force_login(a.a_user(role))

    href = dict(client.get(YOUR_WORK).context["actions"])[label]

    assert client.get(href).status_code == 200


def test_a_list_of_another_role_is_not_found(client):
    client.force_login(a.an_officer())

    assert client.get(reverse("admin:attention", args=["release"])).status_code == 404
    assert client.get(reverse("admin:attention", args=["nonsense"])).status_code == 404


def test_staff_without_a_role_are_told_so(client):
    client.force_login(a.a_user())

    page = client.get(YOUR_WORK)

    assert page.status_code == 200
    assert "You have no role yet" in page.content.decode()
    assert "funds" not in page.context


def test_funds_stand_for_the_period_that_is_chosen(client):
    client.force_login(a.a_finance_officer())
    fund = a.a_fund("Safety Fund")
    source = a.a_source()
    budget = a.a_budget(100_000, fund, source)
    a.an_award(4_000, a.an_allocation(40_000, budget))
    a.a_budget(70_000, fund, source, starts_on=date(2027, 4, 1), ends_on=date(2028, 3, 31))

    page = client.get(YOUR_WORK, {"period": "2026-27"})
    [line] = page.context["funds"]
    everything = client.get(YOUR_WORK, {"period": "all"})

    assert line.cells["available"].shown == Decimal("96000.00")
    under = client.get(line.cells["committed"].href)
    assert under.context["total"] == line.cells["committed"].shown == Decimal("4000.00")
    assert everything.context["total"].cells["budget"].shown == Decimal("170000.00")
    widths = re.findall(r'<rect x="([\d.]+)%" y="1" width="([\d.]+)%"', page.content.decode())
    assert widths == [("0.00", "4.00"), ("4.00", "36.00"), ("40.00", "60.00")]


def test_a_period_that_is_not_there_gets_a_sentence(client):
    client.force_login(a.a_finance_officer())

    page = client.get(YOUR_WORK, {"period": "1066-67"})

    assert 'class="errorlist"' in page.content.decode()
    assert "funds" not in page.context


def test_records_stand_in_the_order_of_the_work_and_none_is_lost(client):
    client.force_login(a.a_user(superuser=True))

    groups = client.get(YOUR_WORK).context["available_apps"]

    assert [group["name"] for group in groups] == [
        "Money in",
        "Money set aside",
        "Awards",
        "Payments to the bank",
        "The ledger",
        "Year end",
        "Who and where",
        "Programmes and figures",
        "Victims’ services",
        "Annual reports",
        "Published totals",
        "Transparency",
        "Books",
        "Who may decide",
        "Staff",
    ]


def test_more_records_take_no_more_queries(client, django_assert_max_num_queries):
    client.force_login(a.a_user(superuser=True))
    allocation = a.an_allocation(40_000)

    def more():
        award = a.an_award(1_000, allocation, ends_on=date(2026, 5, 2))
        a.a_request(100, award)
        a.a_draft(None)
        awards.recommend(a.a_draft(1_000, allocation), by=a.an_officer())
        returned = a.a_draft(1_000, allocation)
        awards.recommend(returned, by=a.an_officer())
        awards.send_back(returned, reason="Why?", by=a.an_approver())
        Condition.objects.create(award=award, text="Report.", due_on=date(2026, 5, 2))
        a.an_award(1_000)

    def queries():
        with django_assert_max_num_queries(60) as found:
            client.get(YOUR_WORK)
        return len(found)

    more()
    one = queries()
    for _ in range(3):
        more()

    assert queries() == one
