"""Each row of the reference files against its record, and where the record says it is from."""

from collections import Counter
from decimal import Decimal

from commissioning.models import (
    Allocation,
    Area,
    Award,
    Budget,
    Condition,
    Fund,
    FundingSource,
    Organisation,
    Plan,
    Service,
    Theme,
)
from commissioning.reference import files
from programmes.models import Indicator, Programme, Target
from programmes.reference import coverage
from tests.commissioning.reference import TheReferenceFigures, codes_of, day, rows, several, total


class RecordsTest(TheReferenceFigures):
    def test_every_row_of_money_became_something(self):
        named = {row["row"]: row for row in rows("loaded_as")}
        files_of_money = ["awards", "allocations", "expenditure"]
        expected = [next(iter(row.values())) for name in files_of_money for row in rows(name)]

        assert sorted(named) == sorted(expected)
        assert len([code for code in named if code.startswith("AW-")]) == 71
        assert {one.row for one in coverage.treatments() if one.links} == set(named)

    def test_awards_keep_amount_qualifier_dates_and_places(self):
        became = {row["row"]: row["becomes"] for row in rows("loaded_as")}
        better = {row["award_code"]: row for row in rows("recipients")}
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
            recipient = better.get(row["award_code"], row)
            code = award.recipient.code if award.recipient else ""
            assert code == recipient["recipient_org_code"]
            assert award.recipient_note == recipient["recipient_text"].replace("Not stated", "")
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
        marac = " ".join(self.client.get("/awards/AW-015/").content.decode().split())
        assert (
            '(<a class="govuk-link" href="/reports/2020-21/">Annual Report 2020/21</a> of the'
            in marac
        )
        assert "Commissioner, para 49)" in marac
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
