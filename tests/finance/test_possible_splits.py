"""Finance and auditors see what may have been split under a limit, and what may be paid twice."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from commissioning import roles
from commissioning.actions import awards, funds
from commissioning.models import Award, DelegatedLimit, HistoryEvent
from tests import builders as a
from tests.chain import JUNE, MAY

pytestmark = pytest.mark.django_db

Act = DelegatedLimit.Act
FINANCE_AND_AUDITORS = [roles.FINANCE, roles.CHIEF_FINANCE, roles.AUDITOR]


def lists(client) -> dict:
    """The groups of both lists: what, sum and number of parts."""
    page = client.get(reverse("admin:splits"), {"since": "2026-04-01"})
    return {
        report.key: [(group.what, group.total, len(group.parts)) for group in report.groups]
        for report, _ in page.context["found"]
    }


def what_was_split():
    """Before there was a limit: three awards, three payments and two virements of one kind each."""
    recipient, allocation = a.an_organisation(), a.an_allocation(90_000)
    drafts = [a.a_draft(part, allocation, recipient=recipient) for part in (15_000, 15_000, 13_000)]
    for draft in drafts:
        awards.recommend(draft, by=a.an_officer())
    awards.approve_many(drafts, decision=a.a_decision(), effective_on=MAY, by=a.an_approver())
    for _ in range(2):
        a.a_payment(7_000, Award.objects.get(pk=drafts[0].pk), paid_on=JUNE)
    giver, taker = a.a_budget(), a.a_budget()
    for _ in range(2):
        dated = {"effective_on": MAY, "note": "Moved.", "by": a.a_finance_officer()}
        funds.vire(giver, taker, a.pounds(700), **dated)
    a.a_limit(20_000)
    a.a_limit(10_000, act=Act.RELEASE, role=roles.FINANCE)
    return giver, taker


@pytest.mark.parametrize("role", FINANCE_AND_AUDITORS)
def test_what_may_have_been_split_or_paid_twice_is_listed_from_the_first_page(client, role):
    what_was_split()
    client.force_login(a.a_user(role))

    assert reverse("admin:splits") in client.get(reverse("admin:index")).content.decode()
    found = lists(client)

    assert found["splits"] == [
        ("awards to one recipient under one notice", a.pounds(43_000), 3),
        ("payments under one award", a.pounds(14_000), 2),
    ]
    assert found["duplicates"] == [("same payee and amount", a.pounds(14_000), 2)]


def test_the_file_holds_a_row_for_each_part_and_history_knows_who_took_it(client):
    what_was_split()
    auditor = a.a_user(roles.AUDITOR)
    client.force_login(auditor)

    file = client.get(reverse("admin:splits_xlsx"), {"since": "2026-04-01"})

    book = openpyxl.load_workbook(BytesIO(file.content))
    assert book.sheetnames == ["Possible splits", "Same payee and amount twice"]
    amounts = [row[7] for row in book["Possible splits"].iter_rows(values_only=True)]
    assert amounts.count(15_000) == 2
    assert HistoryEvent.objects.filter(verb="exported", by_id=auditor.pk).exists()


def test_moves_of_one_budget_are_listed_and_what_a_limit_covers_is_not(client):
    what_was_split()
    client.force_login(a.a_finance_officer())
    a.a_limit(1_000, act=Act.VIRE, role=roles.FINANCE)

    moved = [each for each in lists(client)["splits"] if each[0] == "moves of one budget"]

    # Each budget's own, of which the sum is £1,400.
    assert moved == [("moves of one budget", a.pounds(1_400), 2)] * 2


def test_payments_of_one_amount_that_are_planned_a_month_apart_are_no_duplicates(client):
    award = a.an_award_by_milestones(2_000)
    first = timezone.localdate() - timedelta(days=40)
    rows = [a.a_milestone(award, 1_000, first + timedelta(days=days)) for days in (0, 28)]
    a.a_written_schedule(award, *rows)
    for instalment in a.instalments_of(award):
        a.a_requested_instalment(instalment)
    client.force_login(a.a_finance_officer())

    assert lists(client)["duplicates"] == []


def test_a_day_that_is_none_is_refused_and_nobody_else_may_look(client):
    client.force_login(a.a_finance_officer())
    page = client.get(reverse("admin:splits"), {"since": "soon"})
    assert "the day is not understood" in page.content.decode()
    for address in (reverse("admin:splits"), reverse("admin:splits_xlsx")):
        client.force_login(a.an_officer())
        assert client.get(address).status_code == 403
