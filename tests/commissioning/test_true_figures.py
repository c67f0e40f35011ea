"""No page or file of the reference office claims more of its money than its source.

Each test walks every fund, organisation, programme, award or list of one kind.
"""

import csv
import io
import json
from decimal import Decimal

from commissioning.models import Allocation, Award, Basis, Fund, Organisation
from commissioning.models.publication import QUALIFIED
from commissioning.money import format_pounds
from config import lists
from programmes.models import Measure, Programme, ReleasedCell
from tests.commissioning.reference import TheReferenceFigures
from tests.commissioning.test_public_pages import read
from tests.commissioning.workshop_words import WorkshopWords
from tests.opendata.reading import content_of

NONE = "no award recorded here"


class TrueFiguresTest(WorkshopWords, TheReferenceFigures):
    def records(self, name: str) -> list[dict]:
        return json.loads(content_of(self.client.get(f"/{name}.json")))["results"]

    def page(self, record) -> str:
        return read(self.client, record.get_absolute_url())

    # --- Not recorded is not zero -----------------------------------------------------------------

    def test_no_page_or_file_prints_nothing_recorded_as_no_pounds(self):
        zeros = []
        for name in ("funds", "sources", "allocations", "areas", "awards", "budgets"):
            zeros += [
                (name, key, row["url"])
                for row in self.records(name)
                for key, value in row.items()
                if value == "0.00" and key != "margin"
            ]
            zeros += [name] if "£0.00" in read(self.client, f"/{name}/") else []
        for record in (*Fund.objects.all(), *Allocation.objects.all()[:9]):
            text = self.page(record)
            zeros += [record for posted in ("Paid £0.00", "Committed £0.00") if posted in text]
            claims = "Committed none recorded" in text and "Allocated, not yet committed" in text
            zeros += [record] if claims else []

        assert zeros == []

    def test_who_has_no_award_is_not_said_to_have_an_amount_that_is_not_published(self):
        without = [row["name"] for row in self.records("organisations") if not row["awards"]]
        text = " ".join(read(self.client, f"/organisations/?page={n}") for n in (1, 2, 3))
        pages = [self.page(one) for one in Organisation.objects.filter(name__in=without)[:20]]

        assert len(without) > 100
        assert f"Age UK {NONE}" in text
        assert text.count("no published amount") == sum(
            1
            for row in self.records("organisations")
            if row["awards"] and row["best_known"] is None
        )
        assert not any("no published amount" in page for page in pages)

    # --- One word, one sum ------------------------------------------------------------------------

    def test_allocated_is_the_same_rows_on_home_areas_list_and_in_data(self):
        stated = sum(row.amount for row in Allocation.objects.filter(basis=Basis.DECIDED))
        inferred = sum(row.amount for row in Allocation.objects.filter(basis=Basis.IMPLIED))
        posted = f"{format_pounds(stated)} allocated, and {format_pounds(inferred)} inferred"

        answer = self.client.get("/api/v1/allocations/?limit=1").json()

        assert posted in read(self.client, "/allocations/")
        assert Decimal(answer["total"]) == stated
        assert Decimal(answer["inferred"]) == inferred
        for name in ("funds", "sources", "budgets"):
            amounts = [row["allocated"] for row in self.records(name) if row["allocated"]]
            assert sum(map(Decimal, amounts)) == stated, name
        boroughs = [row for row in self.records("areas") if row["kind"] == "local_authority"]
        home = read(self.client, "/")
        total = sum(Decimal(row["allocated"]) for row in boroughs)
        assert f"2016/17 to 2021/22 {format_pounds(total, pence=False)}" in home
        for row in boroughs:
            page = read(self.client, f"/allocations/?area={row['url'].split('/')[-2]}")
            assert f"{format_pounds(Decimal(row['allocated']))} allocated" in page

    def test_no_page_says_by_decision_where_none_is_recorded(self):
        assert not Award.objects.filter(decision__isnull=False).exists()
        for address in ("/", "/allocations/", *(one.get_absolute_url() for one in self.places())):
            assert "by decision" not in read(self.client, address), address

    def places(self):
        return [row.area for row in Allocation.objects.select_related("area")[:12]]

    # --- Qualifiers -------------------------------------------------------------------------------

    def test_a_qualifier_is_empty_where_its_value_is(self):
        for listing in lists.ALL:
            names = {column.name for column in listing.columns}
            if "qualifier" not in names:
                continue
            number = "value" if "value" in names else "amount"
            for row in self.records(listing.name):
                posted = bool(row["qualifier"])
                assert posted == (row[number] is not None), (listing.name, row)

    def test_every_inexact_award_is_told_as_such_in_its_sentence_and_its_sums(self):
        inexact = Award.objects.exclude(qualifier="exact").filter(amount__isnull=False)
        assert inexact.count() == 3
        for award in inexact:
            words = QUALIFIED[award.qualifier].format("").strip()
            assert words in self.page(award).lower().split("on this page")[0], award
        for row in self.records("organisations"):
            of_it = inexact.filter(recipient__code=row["code"])
            assert (row["awarded_qualifier"] not in ("", "exact")) == of_it.exists(), row
        for name in ("commitments", "allocations"):
            reader = csv.DictReader(
                io.StringIO(content_of(self.client.get(f"/{name}.csv")).decode())
            )
            column = "How exact" if name == "commitments" else "Committed, how exact"
            found = [row for row in reader if row[column] not in ("", "exact")]
            assert len(found) == inexact.count(), name

    # --- Best known money leads -------------------------------------------------------------------

    def test_a_larger_known_total_leads_before_what_is_itemised(self):
        known = [row for row in self.records("funds") if row["best_known_is"]]
        assert len(known) > 8
        for row in known:
            text = read(self.client, row["url"])
            lead = text.split("On this page")[0]
            assert row["best_known_is"] in lead, row["name"]
            assert "itemised here come to" not in lead, row["name"]
        for name in ("organisations", "programmes"):
            for row in self.records(name):
                if row["best_known_is"]:
                    assert Decimal(row["best_known"]) > Decimal(row["awarded"] or 0), row

    def test_the_active_citizens_fund_is_known_by_all_its_projects(self):
        posted = (
            "£2,700,000 was awarded for 589 projects (since April 2016), of which 2 awards, at "
            "least £13,000 (at least 0.5%), are itemised here."
        )
        fund = Fund.objects.get(code="F-ACF")
        programme = Programme.objects.get(funds=fund)

        assert posted in self.page(fund)
        assert "Awarded since April 2016 £2,700,000" in self.page(programme)
        assert "Active Citizens Fund £2,700,000.00 awarded for 589 projects" in read(
            self.client, "/funds/"
        )

    def test_an_award_that_states_only_a_yearly_amount_leads_with_it(self):
        page = self.page(Award.objects.get(reference="AW-001"))

        assert "£450,000 a year (Restorative justice service: annual allocation) is" in page

    # --- Results belong to their money ------------------------------------------------------------

    def test_results_of_a_fund_or_award_are_of_its_days(self):
        victims = self.page(Fund.objects.get(code="F-VICTIMS-2122"))
        assert "183,851" not in victims
        assert "No result of the days of this fund (2021/22) has been published." in victims
        assert "Results of the same services in all years" in victims

        share = "Share of budget on direct prevention"
        before, after = (
            self.page(Fund.objects.get(slug=slug))
            for slug in (
                "violence-reduction-unit-bid-201920",
                "violence-reduction-unit-budget-202021",
            )
        )
        assert share not in before
        assert share in after

    def test_measures_of_some_days_have_a_figure_of_these_days_only(self):
        for fund in Fund.objects.filter(starts_on__isnull=False, ends_on__isnull=False):
            during = f"{fund.starts_on}_{fund.ends_on}"
            answer = self.client.get(f"/api/v1/measures/?fund={fund.slug}&during={during}").json()
            for row in answer["results"]:
                cells = ReleasedCell.objects.published().filter(
                    measure=Measure.objects.get(code=row["code"]), ends_on__gte=fund.starts_on
                )
                overlapping = [
                    cell for cell in cells if (cell.starts_on or cell.ends_on) <= fund.ends_on
                ]
                assert overlapping, (fund, row["code"])
