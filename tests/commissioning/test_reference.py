"""The reference figures of money, looked at by figures, SQL and the public pages."""

from datetime import date
from decimal import Decimal

from django.db import connection

from commissioning import figures
from commissioning.figures import Slice
from commissioning.models import (
    Allocation,
    Award,
    Basis,
    Budget,
    Entry,
    Fund,
    FundingSource,
    ReportedTotal,
    Service,
)
from tests.commissioning.reference import TheReferenceFigures, codes_of, total
from tests.commissioning.test_public_pages import read

SEVEN_AREAS = {
    "Birmingham": "8493511.00",
    "Coventry": "1907040.00",
    "Dudley": "1525316.00",
    "Sandwell": "1746569.00",
    "Solihull": "964372.00",
    "Walsall": "1722072.00",
    "Wolverhampton": "1748576.00",
}


class MoneyTest(TheReferenceFigures):
    def test_the_community_safety_budget_is_allocated_over_the_seven_areas(self):
        fund = Fund.objects.get(code="F-CSB")

        by_area = figures.area_totals(fund=fund)

        assert {row.label: str(row.position.allocated) for row in by_area} == SEVEN_AREAS
        assert by_area.total.allocated == Decimal("18107456.00")
        assert figures.fund_position(fund).budget == Decimal("18107456.00")
        (budget,) = fund.budgets.all()
        assert (budget.starts_on, budget.ends_on) == (date(2016, 4, 1), date(2022, 3, 31))

    def test_sql_over_the_journal_gives_the_same_area_totals(self):
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT a.name, SUM(e.amount) FROM commissioning_entry e
                  JOIN commissioning_allocation l ON l.id = e.allocation_id
                  JOIN commissioning_area a ON a.id = l.area_id
                  JOIN commissioning_budget b ON b.id = l.budget_id
                  JOIN commissioning_fund f ON f.id = b.fund_id
                 WHERE f.code = 'F-CSB' AND e.kind = 'allocation' GROUP BY a.name
                """
            )
            in_pence = dict(cursor.fetchall())

        assert {name: f"{int(pence) / 100:.2f}" for name, pence in in_pence.items()} == SEVEN_AREAS

    def test_victims_services_expenditure_stands_by_year_beside_its_printed_total(self):
        years = ReportedTotal.objects.filter(code__regex=r"^EX-VIC-\d+$").order_by("starts_on")

        assert [year.period for year in years] == [
            "2016/17",
            "2017/18",
            "2018/19",
            "2019/20",
            "2020/21",
        ]
        assert sum(year.amount for year in years) == Decimal("17803129.00")
        printed = total("EX-VIC-TOTAL")
        assert printed.amount == Decimal("17803129.64")
        assert "£0.64" in printed.note
        assert {year.kind for year in years} == {printed.kind} == {ReportedTotal.Kind.SPENDING}

    def test_the_citizens_fund_is_reported_beside_its_itemised_awards(self):
        fund = Fund.objects.get(code="F-ACF")
        reported = total("EX-ACF-TODATE")

        assert (reported.count, reported.count_of) == (589, "projects")
        assert (reported.amount, reported.fund) == (Decimal("2700000.00"), fund)
        assert reported.starts_on == date(2016, 4, 1)
        itemised = Award.objects.for_fund(fund).order_by("reference")
        assert [(award.title, award.amount, award.qualifier) for award in itemised] == [
            ("Eidgah Stars football mentoring", Decimal("8000.00"), "at_least"),
            ("Talking Rubbish street cleaning", Decimal("5000.00"), "exact"),
        ]

    def test_the_initiatives_fund_took_the_citizens_funds_place(self):
        successor = Fund.objects.get(code="F-ACF").successor
        reported = total("EX-CIF-TODATE")

        assert successor.name == "Community Initiatives Fund"
        assert reported.fund == successor
        assert (reported.count, reported.count_of) == (146, "organisations")
        assert reported.amount == Decimal("466584.00")

    def test_a_fund_with_a_larger_reported_total_shares_out_no_few_awards(self):
        text = read(self.client, "/funds/active-citizens-fund/")

        assert "of which 2 awards, at least £13,000 (at least 0.5%), are itemised here." in text
        assert "61.5%" not in text
        assert "Who was awarded the most" not in text

    def test_awards_without_an_amount_are_not_summed_up_as_nothing(self):
        address = "/funds/police-and-crime-commissioners-own-budget-fund-not-stated/"

        assert "The 4 of its 23 awards that state an amount come to £270,000" in read(
            self.client, address
        )

    def test_the_chain_of_an_award_is_said_in_short_sentences(self):
        assert (
            "£100,000.00 was awarded to a recipient that is not stated, for work at Walsall "
            "Magistrates Court. It is paid from Police and Crime Commissioner’s own budget (fund "
            "not stated). The budget of that fund is not published here. The money comes from PCC "
            "/ OPCC own budget (source not stated)."
        ) in read(self.client, "/awards/AW-008/")

    def test_money_of_an_award_without_a_day_counts_from_the_day_of_the_report_and_says_so(self):
        assert (
            "31 March 2021 No day of the award is stated: this is the day of the document it was "
            "taken on from."
        ) in read(self.client, "/entries/?award=AW-008")

    def test_home_and_an_area_say_the_same_of_it(self):
        home, area = read(self.client, "/"), read(self.client, "/areas/walsall/")

        assert "Walsall £1,722,072.00 £100,000.00 more is inferred from awards" in home
        assert "All of these £18,107,456.00" in home
        assert (
            "£1,722,072 was allocated to Walsall (2016/17 to 2021/22), of which no award is "
            "itemised here. £100,000 more is inferred from awards."
        ) in area
        assert "Walsall £1,722,072.00 £100,000.00 more is inferred from awards" in area
        areas = read(self.client, "/areas/")
        assert "£1,722,072.00 £100,000 more is inferred from awards" in areas
        page = self.client.get("/").content.decode()
        assert page.count('href="/areas/walsall/"') == 2  # tile and row
        assert page.count("£1,722,072</text>") == 1

    def test_the_victims_fund_sets_money_aside_for_a_service_out_to_tender(self):
        position = figures.fund_position(Fund.objects.get(code="F-VICTIMS-2122"))

        assert position.budget == Decimal("3400000.00")
        assert (position.allocated, position.committed) == (Decimal("200000.00"), Decimal(0))
        allocation = Allocation.objects.get(budget__fund__code="F-VICTIMS-2122")
        assert allocation.purpose == Service.objects.get(code="S-HATE").name
        assert Service.objects.get(code="S-HATE").status == Service.Status.TENDERING
        assert not Award.objects.filter(reference="AW-003").exists()

    def test_a_yearly_rate_is_told_of_an_award_without_an_amount(self):
        for code, award, amount in [
            ("AL-RJ", "AW-001", "450000.00"),
            ("EX-SAFESPACE", "AW-013", "45000.00"),
        ]:
            rate = total(code)
            assert (rate.per, rate.amount) == (ReportedTotal.Per.YEAR, Decimal(amount))
            assert rate.award == Award.objects.get(reference=award)
            assert rate.award.amount is None
            assert rate.service == rate.award.service

    def test_the_marac_contributions_stand_by_year(self):
        for year, award, amount in [
            ("2019/20", "AW-015", "272594.00"),
            ("2020/21", "AW-016", "313765.00"),
        ]:
            award = Award.objects.get(reference=award)
            (line,) = award.commitments.all()
            assert award.amount == line.allocation.amount == Decimal(amount)
            assert line.allocation.budget.period == year
            assert award.reported_totals.get().period == year

    def test_what_is_not_the_offices_money_is_no_award(self):
        kinds = {
            "AW-022": ReportedTotal.Kind.NATIONAL,
            "AW-031": ReportedTotal.Kind.REQUESTED,
            "AW-036": ReportedTotal.Kind.REQUESTED,
            "AW-047": ReportedTotal.Kind.PARTNER,
            "AW-064": ReportedTotal.Kind.PARTNER,
        }

        assert {code: total(code).kind for code in kinds} == kinds
        assert not Award.objects.filter(reference__in=kinds).exists()

    def test_an_unverified_figure_is_no_budget(self):
        gangs = total("AW-071")

        assert (gangs.amount, gangs.qualifier) == (Decimal("2000000.00"), "about")
        assert "Unverified" in gangs.note
        assert not Budget.objects.filter(fund=gangs.fund).exists()

    def test_money_from_two_sources_in_unknown_shares_has_one_joint_source(self):
        (budget,) = Budget.objects.filter(fund__code="F-DRIVE")

        assert budget.amount == Decimal("1400000.00")
        assert budget.source.kind == FundingSource.Kind.JOINT
        assert codes_of(budget.fund.sources) == {"FS-HO", "FS-PCC"}

    def test_costs_of_the_police_force_say_that_they_are_its_own(self):
        costs = ReportedTotal.objects.filter(code__regex="^EX-(DOG|PROC|COVID)")

        assert costs.count() == 7
        assert {cost.kind for cost in costs} == {ReportedTotal.Kind.COST}
        assert {cost.organisation.code for cost in costs} == {"wmp"}
        assert all("not the office’s" in cost.note for cost in costs)

    def test_an_implied_budget_holds_on_every_day_what_is_known_beneath_it(self):
        implied = Budget.objects.filter(basis=Basis.IMPLIED)
        days = sorted(set(Entry.objects.values_list("effective_on", flat=True)))

        assert implied.count() == 10
        for budget in implied:
            for as_at in days:
                position = figures.position(Slice(budget=budget, as_at=as_at))
                assert position.budget == position.allocated == position.committed
                assert position.revisions == 0

    def test_every_total_of_the_chain_is_the_sum_of_its_entries(self):
        for kind, model, column in [
            ("funding", "budget", "amount"),
            ("allocation", "budget", "allocated"),
            ("allocation", "allocation", "amount"),
            ("commitment", "allocation", "committed"),
            ("commitment", "commitment", "amount"),
        ]:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"""
                    SELECT COUNT(*) FROM commissioning_{model} p WHERE p.{column} <> COALESCE(
                        (SELECT SUM(e.amount) FROM commissioning_entry e
                          WHERE e.{model}_id = p.id AND e.kind = %s), 0)
                    """,  # noqa: S608 - names from the list above
                    [kind],
                )
                assert cursor.fetchone() == (0,)
