"""What is owed back to a source: one figure on every page, whatever is paid later."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from commissioning.actions import awards, payments, receipts
from commissioning.figures import Slice
from commissioning.figures.ineligible import ineligible_spend
from commissioning.figures.receipts import funding_by_source
from commissioning.models import Award, Budget, Override
from commissioning.rules import RuleBroken
from tests import builders as a
from tests.commissioning import staff
from tests.standing import for_the_module

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]

OWED = Decimal("278999.26")
LAST_DAY = a.YEAR_END
WHOLE_YEAR = a.LAST_YEAR
READINGS = [date(2026, 4, 1), date(2026, 4, 10), date(2026, 6, 30), date(2026, 11, 30)]
FURTHER = {"starts_on": date(2026, 12, 1), "ends_on": date(2027, 3, 31)}
PERIOD = Override.Rule.PERIOD


class Grant:
    """The ministry's grant of 2025/26: £1,225,000.00 received, to be spent by 31 March 2026."""

    def __init__(self):
        self.budget = a.a_budget(1_225_000, use_by=LAST_DAY, **WHOLE_YEAR)
        a.a_receipt(1_225_000, self.budget, received_on=date(2025, 4, 30))
        self.allocation = a.an_allocation(1_200_000, self.budget)
        paid = self.award("872900.66", WHOLE_YEAR["starts_on"])
        a.a_payment("872900.66", paid, paid_on=date(2026, 2, 1), due_on=date(2026, 2, 1))
        self.late = self.award("73100.08", date(2026, 1, 1))

    def award(self, amount: str, starts_on: date) -> Award:
        """An award for services up to the last day."""
        return a.an_award(
            amount,
            self.allocation,
            effective_on=LAST_DAY - timedelta(days=100),
            starts_on=starts_on,
            ends_on=LAST_DAY,
        )

    def accrue(self) -> None:
        a.an_accrual(self.late)

    def pay_what_was_accrued(self) -> None:
        for amount, day in (("13100.08", date(2026, 5, 5)), ("60000.00", date(2026, 6, 15))):
            a.a_payment(amount, self.late, paid_on=day)


def make_grant() -> Grant:
    return Grant()


grant = for_the_module(make_grant)


@pytest.fixture
def finance(client):
    client.force_login(a.a_finance_officer())
    return client


def on_sources(client, day: date) -> Decimal:
    page = client.get(reverse("admin:sources"), {"as_at": str(day)})
    return page.context["total"][-1]


def in_workbook(client, day: date) -> Decimal:
    page = client.get(reverse("admin:sources_download"), {"as_at": str(day)})
    rows = list(load_workbook(BytesIO(page.content)).worksheets[0].iter_rows(values_only=True))
    return Decimal(str(rows[-1][-1]))


def in_workbook_of_monitoring(client, day: date) -> Decimal:
    page = client.get(reverse("admin:monitoring_xlsx"), {"as_at": str(day), "by": "source"})
    book = load_workbook(BytesIO(page.content))
    if "Owed back" not in book.sheetnames:
        return Decimal(0)
    rows = list(book["Owed back"].iter_rows(values_only=True))
    return Decimal(str(rows[-1][-1]))


def on_monitoring(client, day: date) -> Decimal:
    page = client.get(reverse("admin:monitoring"), {"as_at": str(day), "by": "source"})
    owed = page.context["owed"]
    return owed.total[-1] if owed else Decimal(0)


def by_lines(client, budget: Budget, day: date) -> Decimal:
    """The total of the page of lines, which is the sum of what it lists."""
    page = client.get(reverse("admin:owed_back"), {"budget": budget.pk, "as_at": str(day)})
    lines = page.context["page_obj"].lines
    total = page.context["total"]
    assert sum(amount for _, _, amount, _ in lines) == total
    return total


def on_work_list(client) -> str:
    page = client.get(reverse("admin:index"))
    waiting = {each.key: each for each in page.context["waiting"]}
    return waiting["owed-back"].items[0].says if "owed-back" in waiting else ""


def everywhere(client, budget: Budget, day: date) -> set[Decimal]:
    return {
        on_sources(client, day),
        in_workbook(client, day),
        on_monitoring(client, day),
        in_workbook_of_monitoring(client, day),
        by_lines(client, budget, day),
    }


def test_the_ministry_is_owed_the_same_at_every_reading_whatever_is_paid_later(finance, grant):
    grant.accrue()
    assert everywhere(finance, grant.budget, LAST_DAY) == {Decimal(0)}
    for day in READINGS:
        assert everywhere(finance, grant.budget, day) == {OWED}, day

    grant.pay_what_was_accrued()

    for day in READINGS:
        assert everywhere(finance, grant.budget, day) == {OWED}, day
    assert on_work_list(finance).startswith("£278,999.26 to ")


def test_further_spend_out_of_the_ended_grant_is_refused_and_changes_nothing(client, grant):
    grant.accrue()
    grant.pay_what_was_accrued()
    draft = a.a_draft(12_000, grant.allocation, **FURTHER)
    client.force_login(a.an_officer())

    page = staff.ask(client, draft, "recommend")

    assert page.status_code == 200
    assert "1 December 2026 to 31 March 2027" in staff.problems(page)
    Award.objects.filter(pk=draft.pk).update(
        status="recommended", recommended_by=a.an_officer(), recommended_at=timezone.now()
    )
    client.force_login(a.an_approver())
    posted = {"decision": a.a_decision().pk, "effective_on": "2026-11-30"}
    page = staff.ask(client, draft, "approve", **posted)
    assert "after 31 March 2026, the last day of its period" in staff.problems(page)
    draft.refresh_from_db()
    assert (draft.status, draft.amount) == ("recommended", None)
    client.force_login(a.a_finance_officer())
    assert everywhere(client, grant.budget, timezone.localdate()) == {OWED}


def test_without_a_decision_what_was_worked_out_counts_and_a_prepayment_is_taken_off(grant):
    ahead = a.an_award(
        9_000,
        grant.allocation,
        effective_on=LAST_DAY,
        starts_on=date(2026, 3, 1),
        ends_on=LAST_DAY,
    )
    a.a_payment(9_000, ahead, paid_on=LAST_DAY, due_on=LAST_DAY)
    Award.objects.filter(pk=ahead.pk).update(ends_on=date(2026, 4, 30))

    (source,) = funding_by_source(Slice(), timezone.localdate())

    # 31 of 61 days were delivered by the last day; the rest was paid ahead.
    delivered = Decimal("4573.77")
    assert source.total.owed_back == OWED - delivered
    (line,) = ineligible_spend(Slice(), timezone.localdate())
    assert (line.commitment.award, line.paid) == (ahead, 9_000 - delivered)


def test_more_spent_than_came_is_shown_below_nothing(finance):
    budget = a.a_budget(1_000, use_by=LAST_DAY, **WHOLE_YEAR)
    a.a_receipt(100, budget, received_on=LAST_DAY)
    award = a.an_award(300, a.an_allocation(500, budget), effective_on=LAST_DAY)
    a.a_payment(250, award, paid_on=LAST_DAY, due_on=LAST_DAY)

    assert everywhere(finance, budget, timezone.localdate()) == {Decimal(-200)}
    assert on_work_list(finance) == ""


def test_each_figure_of_owed_back_leads_to_its_lines(finance, grant):
    grant.accrue()
    receipt = a.a_receipt(-10, grant.budget)
    receipts.correct(receipt, a.pounds(20), note="Misread.", by=a.a_finance_officer())

    address = reverse("admin:owed_back")
    sources = finance.get(reverse("admin:sources")).content.decode()
    monitoring = finance.get(reverse("admin:monitoring"), {"by": "source"}).content.decode()
    index = finance.get(reverse("admin:index")).content.decode()
    for page in (sources, monitoring, index):
        assert f"{address}?budget={grant.budget.pk}" in page

    page = finance.get(address, {"budget": grant.budget.pk}).content.decode()
    for line in ("Receipt: received", "Payment: payment", "Accrual: delivered, not paid"):
        assert line in page
    assert by_lines(finance, grant.budget, timezone.localdate()) == OWED - 20


@pytest.mark.parametrize("asked", [{}, {"budget": "0"}, {"budget": "x", "as_at": "31/31/2026"}])
def test_lines_of_nothing_are_answered_in_words(finance, asked):
    page = finance.get(reverse("admin:owed_back"), asked)

    assert page.status_code == 400
    assert "asks for something that is not there" in page.content.decode()


# --- Under an override ----------------------------------------------------------------------------


def let_past(award: Award, person, most: int = 12_000) -> Override:
    return a.an_override(person, award, most, PERIOD, reason="The refuge would close.")


def test_spend_after_the_last_day_is_listed_as_ineligible_under_its_override(finance, grant):
    grant.accrue()
    grant.pay_what_was_accrued()
    approver, payer = a.an_approver(), a.a_finance_officer()
    draft = a.a_draft(12_000, grant.allocation, **FURTHER)
    override = let_past(draft, approver)
    awards.recommend(draft, by=a.an_officer())

    posted = {"decision": a.a_decision(), "effective_on": date(2026, 11, 30)}
    with pytest.raises(RuleBroken, match="cannot be committed from 30 November 2026"):
        awards.approve(draft, by=a.an_approver(), **posted)
    awards.approve(draft, by=approver, **posted)
    request = a.a_request(12_000, draft)
    payments.release(request, paid_on=date(2026, 12, 1), by=payer)

    override.refresh_from_db()
    assert override.used_at is not None
    for day in (timezone.localdate(), date(2026, 12, 1)):
        assert everywhere(finance, grant.budget, day) == {OWED}
    page = finance.get(reverse("admin:sources"))
    (line,) = page.context["ineligible"]
    assert (line.committed, line.paid) == (12_000, 12_000)
    said = page.content.decode()
    assert draft.reference in said
    assert "The refuge would close." in said


def test_an_override_lets_its_pounds_past_and_no_more(grant):
    person = a.a_finance_officer()
    let_past(grant.late, person, 500)
    # £73,100.08 was delivered by the last day, and may be paid by anybody.
    a.a_payment("73100.08", grant.late, paid_on=date(2026, 6, 15))
    approver = a.an_approver()
    let_past(grant.late, approver, 600)
    awards.vary(
        grant.late,
        [(grant.allocation, a.pounds(600))],
        kind="increase",
        reason="More hours.",
        decision=a.a_decision(),
        effective_on=date(2026, 7, 1),
        by=approver,
    )

    a.a_payment(600, grant.late, paid_on=date(2026, 8, 1))

    (line,) = ineligible_spend(Slice(), timezone.localdate())
    assert (line.committed, line.paid) == (600, 600)


def test_nobody_lets_themselves_past_a_period(grant):
    person = a.a_chief_finance_officer()

    with pytest.raises(RuleBroken, match="Nobody can authorise an override for themselves"):
        a.an_override(person, grant.late, 500, PERIOD, by=person)


# --- Late payment of what was delivered -----------------------------------------------------------


def test_after_the_last_day_what_was_delivered_is_paid_and_not_a_penny_more(grant):
    # Half of a year's award lies after the last day, as older records may.
    line = grant.late.commitments.get()
    Award.objects.filter(pk=grant.late.pk).update(
        starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 29)
    )
    finance, day = a.a_finance_officer(), date(2026, 5, 5)
    with pytest.raises(RuleBroken, match=r"£36,550.04 was delivered and not paid by then"):
        a.a_request("36550.05", grant.late)
    asked = a.a_request("36550.04", grant.late)
    payments.release(asked, paid_on=day, by=finance)

    for due_on in (None, day):
        with pytest.raises(RuleBroken, match=r"£36,550.04 of that was paid since"):
            a.a_request("0.01", grant.late, due_on=due_on)
    # Asked for in time, and released too late.
    penny = a.a_request("0.01", grant.late, due_on=LAST_DAY)
    with pytest.raises(RuleBroken, match=r"£36,550.04 of that was paid since"):
        payments.release(penny, paid_on=day, by=finance)

    line.refresh_from_db()
    assert line.paid == Decimal("36550.04")
