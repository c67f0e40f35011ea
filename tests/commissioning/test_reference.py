"""The reference figures: loaded by the command, looked at by figures, SQL and the public pages."""

import csv
from collections import Counter
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import TestCase

from commissioning import figures
from commissioning.actions import funds, publication, records
from commissioning.figures import Slice
from commissioning.models import (
    Allocation,
    Area,
    Award,
    Basis,
    Budget,
    Condition,
    Entry,
    Fund,
    FundingSource,
    HistoryEvent,
    Organisation,
    Plan,
    ReportedTotal,
    Service,
    Theme,
    User,
)
from commissioning.reference import files
from programmes.models import Indicator, Programme, Target
from programmes.reference import coverage
from tests import builders as a
from tests.commissioning.test_public_pages import read

FOLDER = Path(settings.BASE_DIR) / "data" / "annual_report_2020_21"

SEVEN_AREAS = {
    "Birmingham": "8493511.00",
    "Coventry": "1907040.00",
    "Dudley": "1525316.00",
    "Sandwell": "1746569.00",
    "Solihull": "964372.00",
    "Walsall": "1722072.00",
    "Wolverhampton": "1748576.00",
}


def rows(name: str) -> list[dict]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load(*options: str) -> str:
    said = StringIO()
    call_command("load_reference", *options, stdout=said)
    return said.getvalue()


def several(cell: str) -> set[str]:
    return {code for code in cell.split(";") if code}


def codes_of(related) -> set[str]:
    return {record.code for record in related.all()}


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def total(code: str) -> ReportedTotal:
    return ReportedTotal.objects.get(code=code)


class ReferenceTest(TestCase):
    """One class, because the figures are loaded once for all of its tests."""

    @classmethod
    def setUpTestData(cls):
        cls.said = load()

    # --- Money ------------------------------------------------------------------------------------

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

        assert "The 2 awards itemised here come to £13,000, to 2 recipients." in text
        assert "61.5%" not in text
        assert "Who was awarded the most" not in text

    def test_awards_without_an_amount_are_not_summed_up_as_nothing(self):
        address = "/funds/police-and-crime-commissioners-own-budget-fund-not-stated/"

        assert "The 4 of its 23 awards that state an amount come to £270,000" in read(
            self.client, address
        )

    def test_the_chain_of_an_award_is_said_in_short_sentences(self):
        assert (
            "£100,000.00 was awarded to Walsall Magistrates Court. It is paid from Police and "
            "Crime Commissioner’s own budget (fund not stated). The budget of that fund is not "
            "published here. The money comes from PCC / OPCC own budget (source not stated)."
        ) in read(self.client, "/awards/AW-008/")

    def test_money_of_an_award_without_a_day_counts_from_the_day_of_the_report_and_says_so(self):
        assert (
            "31 March 2021 No day of the award is stated: this is the day of the document it was "
            "taken on from."
        ) in read(self.client, "/entries/?award=AW-008")

    def test_home_and_an_area_say_the_same_of_it(self):
        home, area = read(self.client, "/"), read(self.client, "/areas/walsall/")

        assert "Walsall £1,722,072.00 £100,000.00 more is implied by awards" in home
        assert "All of these £18,107,456.00" in home
        assert (
            "£1,722,072 is allocated to Walsall by decision; £100,000 more is implied by awards."
        ) in area
        assert "Walsall £1,722,072.00 £100,000.00 more is implied by awards" in area
        areas = read(self.client, "/areas/")
        assert "£1,722,072.00 £100,000 more is implied by awards" in areas
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

    # --- Each row of the files against its record -------------------------------------------------

    def test_every_row_of_money_became_something(self):
        named = {row["row"]: row for row in rows("loaded_as")}
        files_of_money = ["awards", "allocations", "expenditure"]
        expected = [next(iter(row.values())) for name in files_of_money for row in rows(name)]

        assert sorted(named) == sorted(expected)
        assert len([code for code in named if code.startswith("AW-")]) == 71
        assert {one.row for one in coverage.treatments() if one.links} == set(named)

    def test_awards_keep_amount_qualifier_dates_and_places(self):
        became = {row["row"]: row["becomes"] for row in rows("loaded_as")}
        printed = [row for row in rows("awards") if became[row["award_code"]] == "award"]

        assert Award.objects.count() == len(printed) == 55
        for row in printed:
            award = Award.objects.get(reference=row["award_code"])
            has_amount = row["amount"] and row["amount_basis"] != "per_year"
            assert award.amount == (Decimal(row["amount"]) if has_amount else None)
            assert award.commitments.exists() == bool(has_amount)
            assert award.qualifier == (row["qualifier"] or "exact")
            assert award.starts_on == day(row["start_date"])
            assert award.ends_on == day(row["end_date"])
            assert award.date_precision == row["date_precision"]
            assert award.scope == row["area_scope"]
            assert award.scope_basis == row["area_scope_basis"]
            assert several(row["area_codes"]) <= codes_of(award.areas)
            assert codes_of(award.themes) == {row["theme_code"]}
            assert (award.recipient.code if award.recipient else "") == row["recipient_org_code"]
            assert row["source_ref"] in award.taken_on_from
            assert award.status == Award.Status.APPROVED

    def test_reported_totals_keep_amount_and_qualifier(self):
        for row in rows("reported_totals"):
            record, printed = total(row["code"]), files.find(row["row"])
            assert record.amount == Decimal(printed.get("amount") or printed["total_amount"])
            assert record.qualifier == (printed["qualifier"] or "exact")
            assert record.source_ref == printed["source_ref"]

    def test_every_record_names_the_document_and_the_place_in_it(self):
        printed = {
            Fund: ("funds", "funds_added"),
            FundingSource: ("funding_sources", "funding_sources_added"),
            Organisation: ("organisations",),
            Service: ("services",),
            Theme: ("themes",),
            Condition: ("contract_rules",),
            Indicator: ("indicators",),
        }
        for model, names in printed.items():
            places = [row["source_ref"] for name in names for row in rows(name)]
            held = model.objects.values_list("source_ref", flat=True)
            assert sorted(held) == sorted(f"Annual Report 2020/21, {place}" for place in places)
        awards = Award.objects.values_list("reference", "source_ref")
        assert (
            dict(awards)["AW-008"] == f"Annual Report 2020/21, {files.find('AW-008')['source_ref']}"
        )
        for model in (Award, Budget, Allocation, Programme, Target):
            assert not model.objects.exclude(
                source_ref__startswith="Annual Report 2020/21, "
            ).exists()

    def test_the_source_of_a_record_leads_to_the_report_where_it_is_held(self):
        fund = Fund.objects.get(code="F-CSB")
        report = '<a class="govuk-link" href="/reports/2020-21/">Annual Report 2020/21</a>, '

        for address in [
            f"/allocations/{fund.budgets.get().allocations.first().pk}/",
            fund.get_absolute_url(),
            Organisation.objects.get(code="spcb").get_absolute_url(),
            Service.objects.get(code="S-HATE").get_absolute_url(),
            FundingSource.objects.get(code="FS-POCA").get_absolute_url(),
            "/awards/AW-008/",
            Programme.objects.first().get_absolute_url(),
            Indicator.objects.first().get_absolute_url(),
            Target.objects.first().measure.get_absolute_url(),
            "/conditions/",
            "/transparency/",
        ]:
            assert report in self.client.get(address).content.decode(), address
        file = b"".join(self.client.get("/allocations.csv").streaming_content).decode()
        assert "Annual Report 2020/21, Table in para 153" in file

    def test_places_are_a_tree_from_the_force_area_to_neighbourhood_units(self):
        root = Area.objects.get(parent=None)

        assert (root.code, root.name, root.kind) == ("E23000014", "West Midlands", "force")
        districts = root.children.all()
        assert {area.code for area in districts} == {row["area_code"] for row in rows("areas")}
        assert all(area.kind == Area.Kind.LOCAL_AUTHORITY for area in districts)
        units = Area.objects.filter(kind=Area.Kind.NEIGHBOURHOOD_UNIT)
        assert {(unit.code, unit.parent.code) for unit in units} == {
            (row["npu_code"], row["area_code"]) for row in rows("neighbourhood_units")
        }

    def test_themes_belong_to_the_three_lists_of_the_report(self):
        assert Counter(Theme.objects.values_list("plan__name", flat=True)) == {
            "Police and Crime Plan 2016": 7,
            "Emergency chapter, 2 April 2020: list in the introduction": 4,
            "Emergency chapter, 2 April 2020: list in the COVID section": 5,
        }
        assert Plan.objects.count() == 3

    def test_organisations_keep_kind_names_parent_and_areas(self):
        printed = rows("organisations")

        assert Organisation.objects.count() == len(printed) == 147
        for row in printed:
            organisation = Organisation.objects.get(code=row["org_code"])
            assert (organisation.name, organisation.kind) == (row["name"], row["kind"])
            assert organisation.names.count() == len(several(row["aliases"]))
            parent = organisation.parent.code if organisation.parent else ""
            assert parent == row["parent_org_code"]
            assert codes_of(organisation.areas) == several(row["area_codes"])

    def test_sources_and_funds_are_the_reports_and_one_of_ours_each(self):
        printed = {row["source_code"] for row in rows("funding_sources")}
        assert len(printed) == 29
        assert set(FundingSource.objects.values_list("code", flat=True)) == {*printed, "FS-HO-PCC"}

        printed = rows("funds")
        assert len(printed) == 43
        assert Fund.objects.count() == 44
        for row in printed:
            fund = Fund.objects.get(code=row["fund_code"])
            assert (fund.name, fund.status) == (row["name"], row["status"])
            assert fund.names.count() == len(several(row["aliases"]))
            assert codes_of(fund.sources) == several(row["funding_source_codes"])
            assert (fund.starts_on, fund.ends_on) == (day(row["start_date"]), day(row["end_date"]))
            assert fund.date_precision == row["date_precision"]

    def test_every_printed_amount_of_a_fund_is_recorded(self):
        for row in rows("funds"):
            if row["total_amount"]:
                amount = Decimal(row["total_amount"])
                fund = Fund.objects.get(code=row["fund_code"])
                held = {(b.amount, b.qualifier) for b in fund.budgets.all()}
                held |= {(t.amount, t.qualifier) for t in fund.reported_totals.all()}
                assert (amount, row["qualifier"]) in held, row["fund_code"]

    def test_services_keep_all_that_the_report_says_of_them(self):
        printed = rows("services")

        assert Service.objects.count() == len(printed) == 177
        for row in printed:
            service = Service.objects.get(code=row["service_code"])
            assert (service.name, service.kind) == (row["name"], row["kind"])
            assert service.status == row["status"]
            assert codes_of(service.providers) == several(row["provider_org_codes"])
            assert (service.parent.code if service.parent else "") == row["parent_service_code"]
            assert service.theme.code == row["theme_code"]
            assert several(row["area_codes"]) <= codes_of(service.areas)
            assert (service.scope, service.scope_basis) == (
                row["area_scope"],
                row["area_scope_basis"],
            )
            assert codes_of(service.funds) == several(row["fund_codes"])
            assert codes_of(service.sources) == several(row["funding_source_codes"])
            assert service.date_precision == row["date_precision"]
            assert service.starts_on == day(row["start_date"])
            assert service.ends_on == day(row["end_date"])

    def test_every_contract_rule_is_a_condition_of_funding(self):
        conditions = {condition.code: condition for condition in Condition.objects.all()}

        assert set(conditions) == {row["rule_code"] for row in rows("contract_rules")}
        assert conditions["R-EVAL"].applies_to == "All commissioned services"
        assert conditions["R-OPENPROC"].fund.code == "F-MOJ-COVID"
        assert conditions["R-SOCIALVALUE"].text == (
            "Social value scored in bids: 10% of the evaluation."
        )
        assert conditions["R-NLW"].text.endswith("since May 2017.")

    # --- Loading ----------------------------------------------------------------------------------

    def test_it_tells_how_many_of_each_noun(self):
        assert "   147 organisations added\n" in self.said
        assert "    10 budgets implied by awards\n" in self.said
        assert self.said.endswith("records added and published.\n")

    def test_everything_is_published_by_a_user_who_cannot_sign_in(self):
        loader = User.objects.get(username="records-loader")

        assert not loader.is_active
        assert not loader.has_usable_password()
        for model in (Organisation, FundingSource, Fund, Service, Award, ReportedTotal):
            assert set(model.objects.values_list("is_published", "published_by")) == {
                (True, loader.pk)
            }

    def test_a_second_run_changes_nothing_and_says_so(self):
        before = Entry.objects.count(), HistoryEvent.objects.count()

        said = load()

        assert said.endswith("Nothing changed: all of the reference figures were there.\n")
        assert (Entry.objects.count(), HistoryEvent.objects.count()) == before

    def test_a_second_run_leaves_alone_what_staff_have_done(self):
        fund = Fund.objects.get(code="F-VICTIMS-2122")
        fund.purpose = "Rewritten by staff."
        records.save(fund, by=a.a_finance_officer())
        publication.withdraw([fund], reason="It is looked at again.", by=a.a_finance_officer())
        funds.revise_budget(
            fund.budgets.get(),
            a.pounds(100),
            effective_on=date(2021, 5, 1),
            note="More came.",
            by=a.a_finance_officer(),
        )
        allocation = fund.budgets.get().allocations.get()
        allocation.purpose = "Named anew by staff."
        records.save(allocation, by=a.a_finance_officer())
        condition = Condition.objects.get(code="R-EVAL")
        condition.text = "Every service is evaluated."
        records.save(condition, by=a.an_officer())

        said = load()

        assert said.endswith("Nothing changed: all of the reference figures were there.\n")
        condition.refresh_from_db()
        assert condition.text == "Every service is evaluated."
        assert fund.budgets.get().allocated == Decimal("200000.00")
        fund.refresh_from_db()
        assert (fund.purpose, fund.is_published) == ("Rewritten by staff.", False)
        assert fund.budgets.get().amount == Decimal("3400100.00")

    def test_what_is_missing_is_added(self):
        Condition.objects.get(code="R-NLW").delete()

        assert "     1 conditions of funding added, 10 there already" in load()
        assert Condition.objects.filter(code="R-NLW").count() == 1

    def test_with_if_empty_it_leaves_a_used_database_alone(self):
        Condition.objects.all().delete()

        said = load("--if-empty")

        assert said == "There are records already, so no reference figures are loaded.\n"
        assert not Condition.objects.exists()

    # --- The table of coverage --------------------------------------------------------------------

    def test_the_page_is_up_to_date(self):
        page = Path(settings.BASE_DIR) / "docs" / "coverage.md"

        assert page.read_text(encoding="utf-8") == coverage.document(), (
            "Run manage.py coverage_table on a database with the reference figures."
        )

    def test_it_has_every_row_of_the_checklist(self):
        printed = [(row["name"], row["paragraph"]) for row in rows("systems_checklist")]

        assert [(item.name, item.paragraph) for item in coverage.items()] == printed
        assert all(item.recorded for item in coverage.items())

    def test_everything_that_is_money_has_its_record(self):
        money = [item for item in coverage.items() if item.is_money]

        assert len(money) > 150
        assert [item.name for item in money if not item.links] == []

    @pytest.mark.once
    def test_every_address_answers(self):
        links = [link for one in (*coverage.items(), *coverage.treatments()) for link in one.links]
        paths = sorted({link.path for link in links})

        self.client.raise_request_exception = False
        answers = {path: self.client.get(path).status_code for path in paths}

        assert len(paths) > 300
        assert {path: status for path, status in answers.items() if status != 200} == {}


class RefusalTest(TestCase):
    def test_a_clash_with_other_records_is_told_and_nothing_is_loaded(self):
        a.an_area("Birmingham", code="BHM")

        with self.assertRaisesMessage(CommandError, "Nothing was loaded."):
            load()

        assert Area.objects.count() == 1
        assert not Organisation.objects.exists()

    def test_a_missing_file_is_named(self):
        with files_in_an_empty_folder(), self.assertRaisesMessage(CommandError, "areas.csv"):
            load()

        assert not Area.objects.exists()


@contextmanager
def files_in_an_empty_folder():
    def forget():
        files.read.cache_clear()
        files.by_code.cache_clear()

    forget()
    try:
        with TemporaryDirectory() as folder, mock.patch.object(files, "FOLDER", Path(folder)):
            yield
    finally:
        forget()
