"""The year-end checklist: each point done or open, and closing the year from it."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from commissioning import roles
from commissioning.actions import funds
from commissioning.admin.attention import lists_for
from commissioning.models import Budget, ClosedYear, Entry, HistoryEvent
from commissioning.rules import RuleBroken
from commissioning.years import FinancialYear
from finance import integrity
from finance.actions import year_end
from finance.figures import year_end as figures
from finance.models import CarryForward
from tests import builders as a
from tests.breaking import change, unguard
from tests.commissioning import staff
from tests.racing import WRITERS, database_in_a_file, race

YEAR = FinancialYear(2025)
IN_YEAR = date(2026, 2, 1)


def still_open() -> dict[str, int]:
    return {point.key: point.count for point in figures.points(YEAR) if point.is_open}


def a_line_of_the_ledger():
    a.a_ledger_line(10, day=IN_YEAR)


def a_request_of_the_year():
    """A payment that may be asked for in the year: its award's money is of the year too."""
    allocation = a.an_allocation(budget=a.a_budget(**a.LONG_PERIOD))
    return a.a_payable_request(award=a.an_award(allocation=allocation))


def figures_shown(client) -> dict[str, list]:
    """The rows of the table of figures on the year's page."""
    page = client.get(reverse("admin:year_end", args=[YEAR.slug])).context
    return dict(page["table"])


@pytest.mark.django_db
@pytest.mark.dialect
class TestStatements:
    def test_each_closing_keeps_its_own_figures_beside_later_ones(self, client):
        chief, budget = a.a_chief_finance_officer(), a.a_budget(1_000, **a.LAST_YEAR)
        client.force_login(chief)
        first = year_end.close(YEAR, reason="In time.", by=chief)
        funds.reopen_year(first, reason="A late transfer.", by=chief)
        later = {"effective_on": IN_YEAR, "note": "Late.", "by": a.a_finance_officer()}
        funds.revise_budget(budget, a.pounds("100.01"), **later)
        open_again = figures_shown(client)["Revised budget"]
        year_end.close(YEAR, reason="Again.", by=chief)

        assert open_again == [a.pounds("1100.01"), a.pounds(1_000)]
        shown = figures_shown(client)["Revised budget"]
        assert shown == [a.pounds("1100.01"), a.pounds(1_000), a.pounds("1100.01")]
        page = client.get(reverse("admin:year_end", args=[YEAR.slug])).content.decode()
        for closing in ClosedYear.objects.all():
            assert closing.statement.sha256[:12] in page
        assert list(integrity.closings_stay_as_stated()) == []

    @pytest.mark.parametrize("harm", [{"figures": {"budget": "1.00"}}, {"sha256": "0" * 64}])
    def test_a_statement_is_never_changed_and_check_records_finds_one_that_was(self, harm):
        a.a_budget(1_000, **a.LAST_YEAR)
        statement = year_end.close(YEAR, reason="In time.", by=a.a_user(superuser=True)).statement
        with pytest.raises(IntegrityError, match="statement_is_never"), transaction.atomic():
            change(statement, **harm)()

        with transaction.atomic():
            unguard()
            change(statement, **harm)()
            (found,) = integrity.closings_stay_as_stated()
            transaction.set_rollback(True)
        assert "does not match its fingerprint" in found

    def test_a_year_of_which_no_ledger_came_in_says_so(self, client):
        client.force_login(a.a_chief_finance_officer())
        address = reverse("admin:year_end", args=[YEAR.slug])
        posted = "No ledger of this year was taken in"

        assert posted in client.get(address).content.decode()
        a.a_ledger_line(10, day=IN_YEAR)
        assert posted not in client.get(address).content.decode()


OPENED_BY = {
    "lines": a_line_of_the_ledger,
    "months": a_line_of_the_ledger,
    "batches": lambda: a.a_batch(a_request_of_the_year(), pay_on=IN_YEAR),
    "payments": lambda: a.a_request(due_on=IN_YEAR),
    "conditions": lambda: a.a_condition(due_on=IN_YEAR),
    "accruals": a.an_accrued_award,
    "carry-forwards": a.a_carry_forward,
    "budgets": lambda: a.a_budget(10, **a.LAST_YEAR),
    "returns": a.a_victims_service,
}


@pytest.mark.django_db
class TestChecklist:
    def test_nothing_is_open_where_nothing_is_left_to_do(self):
        assert still_open() == {}

    @pytest.mark.parametrize("key", OPENED_BY)
    def test_each_point_opens_for_what_is_left_to_do(self, key):
        OPENED_BY[key]()
        assert key in still_open()

    def test_every_point_has_a_test_and_a_page(self, client):
        assert {*OPENED_BY, "history"} == {check.key for check in figures.checks()}

        client.force_login(a.a_chief_finance_officer())
        a.a_budget(**a.LAST_YEAR)
        page = client.get(reverse("admin:year_end", args=[YEAR.slug]))
        assert page.status_code == 200
        for each in page.context["points"]:
            assert client.get(each.href).status_code == 200, each.href

    @pytest.mark.parametrize("key", [*OPENED_BY])
    def test_each_point_leads_to_exactly_what_it_counts(self, client, key):
        OPENED_BY[key]()
        # The same in other years, or settled.
        a.a_ledger_line(10, day=date(2026, 5, 1))
        a.a_batch(pay_on=date(2026, 5, 1))
        a.a_request(due_on=date(2026, 5, 1))
        a.a_met_condition(due_on=IN_YEAR)
        a.a_budget(10)
        a.a_budget(10, starts_on=date(2018, 4, 1), ends_on=date(2019, 3, 31))
        client.force_login(a.a_chief_finance_officer())

        page = client.get(reverse("admin:year_end", args=[YEAR.slug]))
        point = next(each for each in page.context["points"] if each.point.key == key)

        assert point.point.count
        assert self.listed(client, point) == point.point.count

    def listed(self, client, point) -> int:
        """How many records a point leads to."""
        if point.each:
            assert all(client.get(href).status_code == 200 for _, href in point.each)
            return len(point.each)
        context = client.get(point.href).context
        return context["cl"].result_count if "cl" in context else len(context["rows"])

    def test_a_year_that_runs_is_shown_as_at_today_and_is_not_closed(self, client):
        today = timezone.localdate()
        this_year = FinancialYear.containing(today)
        client.force_login(a.a_chief_finance_officer())
        a.a_ledger_line(10, day=today)
        a.an_accrued_award(starts_on=this_year.first_day, ends_on=this_year.last_day)

        page = client.get(reverse("admin:year_end", args=[this_year.slug]))

        said = page.content.decode()
        points = {each.point.key: each for each in page.context["points"]}
        begins = f"1 April {this_year.start_year + 1}"
        assert f"Not before {begins}" in said
        assert (points["accruals"].point.count, points["accruals"].href) == (0, "")
        assert not points["months"].point.is_open, "this month is not over"
        assert f"As at today, {today:%-d %B %Y}" in said
        assert page.context["stands"].as_at == today
        assert f"<strong>Close {this_year}</strong>" in said
        assert f"The financial year {this_year} has not ended yet." in said
        for each in points.values():
            assert not each.href or client.get(each.href).status_code == 200, each.href

        page = client.get(reverse("admin:year_close", args=[this_year.slug]))
        assert "has not ended yet" in page.content.decode()
        assert "is closed with these figures" not in page.content.decode()
        page = client.post(page.request["PATH_INFO"], {"seen": page.context["seen"]})
        assert "has not ended yet" in page.content.decode()

    def test_the_page_shows_the_year_to_the_penny(self, client):
        client.force_login(a.a_user(roles.AUDITOR))
        allocation = a.an_allocation("40000.01", a.a_budget("50000.02", **a.LAST_YEAR))
        award = a.an_accrued_award("36500", allocation=allocation, ends_on=a.YEAR_END)
        a.a_payment("1000.03", award, paid_on=IN_YEAR)

        page = client.get(reverse("admin:year_end", args=[YEAR.slug])).content.decode()

        for figure in ("£50,000.02", "£40,000.01", "£36,500.00", "£1,000.03", "£35,499.97"):
            assert figure in page
        assert "Close 2025/26" not in page

    def test_a_closed_year_shows_both_what_was_known_and_what_is(self, client):
        client.force_login(a.a_chief_finance_officer())
        budget = a.a_budget(1_000, **a.LAST_YEAR)
        closed = year_end.close(YEAR, reason="Late.", by=a.a_chief_finance_officer())
        assert not figures.standing(YEAR).has_moved
        funds.reopen_year(closed, reason="An invoice came late.", by=a.a_finance_officer())
        funds.revise_budget(
            budget, a.pounds(5), effective_on=IN_YEAR, note="Late.", by=a.a_finance_officer()
        )
        ClosedYear.objects.filter(pk=closed.pk).update(reopened_at=None)

        stands = figures.standing(YEAR)
        assert (stands.then.position.budget, stands.now.position.budget) == (
            a.pounds(1_000),
            a.pounds(1_005),
        )
        page = client.get(reverse("admin:year_end", args=[YEAR.slug])).content.decode()
        assert "The position is not what it was when the year was closed" in page

    @pytest.mark.parametrize("slug", ["2025", "2025-27", "x", "2025-2026"])
    def test_another_address_is_not_found(self, client, slug):
        client.force_login(a.a_finance_officer())
        assert client.get(reverse("admin:year_end", args=[slug])).status_code == 404

    def test_those_outside_finance_do_not_come_in(self, client):
        client.force_login(a.an_officer())
        for name, args in (("year_ends", []), ("year_end", [YEAR.slug]), ("accruals", [])):
            assert client.get(reverse(f"admin:{name}", args=args)).status_code == 403
        client.force_login(a.a_finance_officer())
        assert client.get(reverse("admin:year_close", args=[YEAR.slug])).status_code == 403


@pytest.mark.django_db
class TestClosing:
    def test_open_points_need_a_reason_which_history_keeps(self):
        a.a_budget(10, **a.LAST_YEAR)
        chief = a.a_chief_finance_officer()
        with pytest.raises(RuleBroken, match=r"budgets with money left \(1\)"):
            year_end.close(YEAR, by=chief)
        assert not ClosedYear.objects.exists()

        year_end.close(YEAR, reason="£10 is owed back.", by=chief)

        posted = HistoryEvent.objects.get(verb="closed with points open")
        assert (posted.after, posted.reason) == ({"budgets": 1}, "£10 is owed back.")

    def test_every_closing_and_reopening_is_on_the_page_with_its_reason(self, client):
        a.a_budget(10, **a.LAST_YEAR)
        chief, finance = a.a_chief_finance_officer(), a.a_finance_officer()
        closed = year_end.close(YEAR, reason="£10 is owed back.", by=chief)
        funds.reopen_year(closed, reason="An invoice came late.", by=finance)
        year_end.close(YEAR, reason="It is paid.", by=chief)
        client.force_login(a.a_user(roles.AUDITOR))

        page = client.get(reverse("admin:year_end", args=[YEAR.slug]))

        steps = [(step.what, step.by, step.why) for step in page.context["steps"]]
        assert steps == [
            ("Closed", chief, "It is paid."),
            ("Reopened", finance, "An invoice came late."),
            ("Closed", chief, "£10 is owed back."),
        ]
        assert all(step.why in page.content.decode() for step in page.context["steps"])

    def test_a_settled_year_closes_without_one(self):
        year_end.close(YEAR, by=a.a_chief_finance_officer())
        assert ClosedYear.objects.get().start_year == 2025

    def test_a_year_that_has_not_ended_stays_open(self):
        this_year = FinancialYear.containing(timezone.localdate())
        with pytest.raises(RuleBroken, match="has not ended yet"):
            year_end.close(this_year, by=a.a_chief_finance_officer())

    def test_what_waits_to_be_carried_forward_lapses(self):
        proposal = a.a_carry_forward()
        year_end.close(YEAR, reason="Nobody decided.", by=a.a_chief_finance_officer())

        proposal.refresh_from_db()
        assert proposal.status == CarryForward.Status.LAPSED
        assert "2025/26 was closed" in proposal.decided_reason
        assert not Entry.objects.filter(reason="carry_forward").exists()

    def test_it_is_closed_on_its_page_only_as_it_was_looked_at(self, client):
        chief = a.a_chief_finance_officer()
        client.force_login(chief)
        budget = a.a_budget(10, **a.LAST_YEAR)
        address = reverse("admin:year_close", args=[YEAR.slug])
        page = client.get(address)
        posted = {"seen": page.context["seen"], "reason": "It is owed back."}

        a.an_allocation(4, budget)
        a.a_request(due_on=IN_YEAR)
        page = client.post(address, posted)
        assert "Somebody else changed something while you looked" in page.content.decode()
        assert not ClosedYear.objects.exists()

        page = client.post(address, {**posted, "seen": page.context["seen"]}, follow=True)
        assert "2025/26 was closed by" in page.content.decode()
        assert ClosedYear.objects.get().closed_by == chief

    def test_open_points_are_asked_about_on_the_page(self, client):
        client.force_login(a.a_chief_finance_officer())
        a.a_budget(10, **a.LAST_YEAR)
        address = reverse("admin:year_close", args=[YEAR.slug])
        seen = client.get(address).context["seen"]

        page = client.post(address, {"seen": seen, "reason": " "})

        assert page.context["form"].errors["reason"]
        assert not ClosedYear.objects.exists()


@pytest.mark.django_db
class TestCarryForwardOnPages:
    def test_finance_proposes_on_the_budget_and_the_chief_approves(self, client):
        giver, taker = a.two_years(10_000, 5_000)
        client.force_login(a.a_finance_officer())
        posted = {"taker": taker.pk, "amount": "2000", "reason": "It started late."}
        page = staff.ask(client, giver, "propose-carry-forward", **posted)
        effect = staff.effect(page)
        assert f"{giver} would go from £10,000.00 to £8,000.00 on 31 March 2026" in effect
        assert f"{taker} would go from £5,000.00 to £7,000.00 on 1 April 2026" in effect
        staff.confirm(client, giver, "propose-carry-forward", page, **posted)
        assert Budget.objects.get(pk=giver.pk).amount == a.pounds(10_000)

        chief, proposal = a.a_chief_finance_officer(), CarryForward.objects.get()
        waiting = {each.key: list(each.rows(chief)) for each in lists_for(chief)}
        assert waiting["carry-forwards"] == [proposal]
        client.force_login(chief)
        page = staff.ask(client, proposal, "approve")
        effect = staff.effect(page)
        assert f"The budget {giver} will go from £10,000.00 to £8,000.00." in effect
        assert f"The budget {taker} will go from £5,000.00 to £7,000.00." in effect
        staff.confirm(client, proposal, "approve", page)

        assert Budget.objects.get(pk=taker.pk).amount == a.pounds(7_000)
        assert list(waiting_for(chief)) == []

    def test_the_page_says_what_is_in_the_way(self, client):
        proposal = a.a_carry_forward(2_000)
        a.an_allocation(9_000, proposal.giver)
        client.force_login(a.a_chief_finance_officer())

        page = client.get(staff.address(proposal, "approve"))
        (obstacle,) = page.context["obstacles"]
        assert "£1,000.00 is left" in obstacle

    def test_money_that_must_be_spent_early_in_the_next_year_is_warned_of(self, client):
        giver, taker = a.two_years()
        Budget.objects.filter(pk=giver.pk).update(use_by=date(2026, 6, 30))
        client.force_login(a.a_finance_officer())
        posted = {"taker": taker.pk, "amount": "2000", "reason": "It started late."}

        page = staff.ask(client, giver, "propose-carry-forward", **posted)

        assert "be spent until 30 June 2026" in staff.effect(page)

    def test_money_that_must_be_spent_before_is_not_even_proposed(self, client):
        giver, taker = a.two_years()
        Budget.objects.filter(pk=giver.pk).update(use_by=date(2026, 3, 31))
        client.force_login(a.a_finance_officer())
        posted = {"taker": taker.pk, "amount": "2000", "reason": "It started late."}

        page = staff.ask(client, giver, "propose-carry-forward", **posted)

        assert "is to be spent by 31 March 2026" in page.content.decode()
        assert not CarryForward.objects.exists()


def waiting_for(user):
    return CarryForward.objects.waiting().exclude(proposed_by=user)


@pytest.mark.django_db(transaction=True)
def test_closed_by_many_at_once_is_closed_once(transactional_db, tmp_path):
    with database_in_a_file(tmp_path):
        a.a_carry_forward()
        chiefs = [a.a_chief_finance_officer() for _ in range(WRITERS)]

        def close(by):
            return lambda: year_end.close(YEAR, reason="Late.", by=by)

        results = race([close(chief) for chief in chiefs])

        problems = [result for result in results if isinstance(result, Exception)]
        assert len(problems) == WRITERS - 1
        assert all(isinstance(problem, RuleBroken) for problem in problems), problems
        assert ClosedYear.objects.count() == 1
        assert CarryForward.objects.get().status == CarryForward.Status.LAPSED
