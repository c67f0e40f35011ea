"""What the reference report counts: every row recorded once, published, and as it was printed."""

import csv
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.conf import settings

from commissioning.models import Allocation, HistoryEvent, ReportedTotal
from commissioning.reference.files import DOCUMENT
from programmes import figures
from programmes.figures import Over
from programmes.models import (
    Indicator,
    LocalUnit,
    Measure,
    Observation,
    Programme,
    Release,
    ReleasedCell,
    Target,
)
from programmes.reference.figures import repeated
from tests.commissioning.reference import TheReferenceFigures, load
from tests.commissioning.test_public_pages import read
from tests.programmes.claims import Claims

FOLDER = Path(settings.BASE_DIR) / "data" / "annual_report_2020_21"


def rows(name: str) -> list[dict]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def recorded(name: str) -> list[dict]:
    """The rows of what is not left out, with its reason, by not_recorded.csv."""
    left_out = {row["measure_code"] for row in rows("not_recorded")}
    return [row for row in rows(name) if row["measure_code"] not in left_out]


def of(code: str, **fields) -> list[ReleasedCell]:
    """The public figures of a measure, the earliest first."""
    cells = ReleasedCell.objects.published().filter(measure__code=code, **fields)
    return list(cells.select_related("measure", "area", "category").order_by("starts_on", "pk"))


def numbers(code: str, **fields) -> list[str]:
    return [figures.shown(cell.measure, cell.value) for cell in of(code, **fields)]


def verdict(code: str) -> str:
    measure = Measure.objects.get(code=code)
    return figures.headline(measure, of(code), list(measure.targets.all())).verdict


class ReferenceTest(Claims, TheReferenceFigures):
    # --- Every row --------------------------------------------------------------------------------

    def test_every_measure_of_the_report_is_recorded_with_its_service(self):
        measures = recorded("outcome_measures")

        known = {measure.code: measure for measure in Measure.objects.select_related("service")}

        assert len(measures) == 261
        for row in measures:
            measure = known[row["measure_code"]]
            assert (measure.name, measure.service.code) == (row["name"], row["service_code"])
            assert measure.source_ref == f"Annual Report 2020/21, {row['source_ref']}"

    def test_every_result_is_a_figure_or_a_target_with_its_value(self):
        results = recorded("outcome_results")
        held = {one.code: one for one in (*Observation.objects.all(), *Target.objects.all())}

        assert len(results) == 341
        for row in results:
            one = held[row["result_code"]]
            assert isinstance(one, Target) == (row["qualifier"] == "target")
            assert one.value == Decimal(row["value"])
            assert one.value_high == (Decimal(row["value_high"]) if row["value_high"] else None)
            assert one.measure.code == row["measure_code"]
            assert (one.area.code if one.area else "") == row["area_code"]
            if isinstance(one, Observation):
                assert (one.qualifier, one.document) == (row["qualifier"], DOCUMENT)
                assert (one.source_ref, one.note) == (row["source_ref"], row["note"])

    def test_every_breakdown_is_a_category_a_total_or_said_by_the_period(self):
        held = {one.code: one for one in Observation.objects.select_related("category")}
        left = Counter()
        for row in (*rows("outcome_results"), *rows("indicator_values")):
            one = held.get(row.get("result_code") or row["value_code"])
            if not row["breakdown"] or one is None:
                continue
            if one.is_total or one.category is not None:
                continue
            left[one.measure.code] += 1

        assert set(left) == {
            "CADET-LEADERS", "I02-DA-REPORTS", "I02-DA-SHARE", "I02-DV", "I02-HATE", "I03-ADULTS",
            "I03-COST", "I03-GAP", "I03-THEFT", "I03-YOUTH", "I09-FALL", "I12-VIOLENCE",
            "PPU-OFFICERS", "SV-APPR", "SV-JOBS", "VIOLENCE-ALL", "VIOLENCE-INJURY",
            "VIOLENCE-NO-INJURY", "VIOLENCE-STALKING", "VIOLENCE-STALKING-SHARE",
        }  # fmt: skip

    def test_every_value_of_an_indicator_is_held_once(self):
        values = rows("indicator_values")
        recorded = set(Observation.objects.values_list("code", flat=True))
        repeats = {row["value_code"] for row, _ in repeated()}
        others = [row for row in values if row["value_code"] not in recorded | repeats]

        assert len(values) == 284
        assert not recorded & repeats
        assert Counter((row["indicator_code"], row["series"]) for row in others) == {
            ("X-DOGS", "Cost to the force"): 4,
            ("X-VICTIMSPEND", "Expenditure"): 6,
            ("X-CSB", "Total allocation"): 8,
            ("X-CADETUNITS", "Units listed"): 8,
        }

    def test_a_value_that_is_printed_again_equals_the_figure_that_holds_it(self):
        for row, measure in repeated():
            standing = Observation.objects.filter(
                measure__code=measure, value=Decimal(row["value"]), qualifier=row["qualifier"]
            )
            area = {"area__code": row["area_code"]} if row["area_code"] else {"area": None}
            standing = standing.filter(**area)
            if row["breakdown"] and Measure.objects.get(code=measure).breakdown:
                standing = standing.filter(category__name=row["breakdown"])
            if row["period_start"]:
                standing = standing.filter(starts_on=row["period_start"], ends_on=row["period_end"])
            assert standing.count() == 1, row["value_code"]
            indicator = Indicator.objects.get(code=row["indicator_code"])
            assert indicator.measures.filter(code=measure).exists()

    def test_series_of_pounds_stand_as_money(self):
        for row in rows("indicator_values"):
            pounds = Decimal(row["value"])
            if row["indicator_code"] == "X-CSB" and row["area_code"]:
                held = Allocation.objects.filter(
                    budget__fund__code="F-CSB", area__code=row["area_code"], amount=pounds
                )
            elif (row["indicator_code"], row["series"]) in {
                ("X-DOGS", "Cost to the force"),
                ("X-VICTIMSPEND", "Expenditure"),
            }:
                held = ReportedTotal.objects.published().filter(amount=pounds)
            else:
                continue
            assert held.exists(), row["value_code"]

    def test_cadet_units_stand_in_their_neighbourhood_units(self):
        units = LocalUnit.objects.filter(service__code="S-CADETS").select_related("area")
        by_area = Counter(unit.area.name.partition(" neighbourhood")[0] for unit in units)

        assert len(units) == 15
        assert by_area == {
            row["breakdown"]: int(row["value"])
            for row in rows("indicator_values")
            if row["indicator_code"] == "X-CADETUNITS"
        }
        assert numbers("CADET-UNITS") == ["15"]

    def test_indicators_without_figures_say_why(self):
        assert Indicator.objects.count() == 25
        assert Indicator.objects.filter(kind="plan").count() == 12
        without = Indicator.objects.exclude(no_figures_because="")
        assert {indicator.code for indicator in without} == {"I05", "I06", "I07", "I10"}
        money_only = {"X-CSB", "X-VICTIMSPEND"}
        for indicator in Indicator.objects.exclude(pk__in=without).exclude(code__in=money_only):
            cells = ReleasedCell.objects.published().filter(measure__in=indicator.measures.all())
            assert cells.exists(), indicator

    def test_programmes_hold_their_services_and_the_funds_for_them_alone(self):
        gangs = Programme.objects.get(code="P-GVC")

        assert Programme.objects.count() == 36
        assert gangs.name == "Commission on Gangs and Violence programme"
        assert {service.code for service in gangs.services.all()} == {
            "S-GVC", "S-GVC-RESEARCH", "S-GVC-REVIEW", "S-GVC-DIV", "S-CDW", "S-MENTOR-MED",
            "S-E4E",
        }  # fmt: skip
        assert [fund.code for fund in gangs.funds.all()] == ["F-GVC"]
        # Part of it is for youth offending teams.
        assert not Programme.objects.filter(funds__code="F-CSB").exists()
        assert Measure.objects.get(code="EYIF-ACES").programme.code == "P-EYIF"

    # --- As printed -------------------------------------------------------------------------------

    def test_victims_supported_add_up_to_the_total_that_is_printed(self):
        yearly = of("VIC-SUPPORTED")

        assert numbers("VIC-SUPPORTED") == ["50,444", "28,522", "38,244", "36,641", "30,000"]
        assert yearly[-1].qualifier == "part_year"
        assert yearly[1].series_break == "definition"
        assert sum(cell.value for cell in yearly) == 183_851
        # The first year counts referrals and the last is not over: the register adds up neither.
        assert figures.add_up(yearly[0].measure, yearly, Over.PERIODS).value is None
        assert numbers("VIC-SUPPORTED-TOTAL") == ["183,851"]

    def test_home_says_what_the_number_of_victims_mixes_as_their_page_does(self):
        said = "183,851 people Printed total; mixes referrals, full years and a midterm figure"

        assert said in read(self.client, "/")
        assert said in read(self.client, "/victims/")

    def test_referrals_to_my_time_add_up_over_the_seven_areas(self):
        by_area = of("MT-REFERRALS", area__isnull=False)

        assert {cell.area.name: int(cell.value) for cell in by_area} == {
            "Birmingham": 341, "Coventry": 48, "Dudley": 169, "Sandwell": 296, "Solihull": 70,
            "Walsall": 81, "Wolverhampton": 156,
        }  # fmt: skip
        assert figures.add_up(by_area[0].measure, by_area, Over.AREAS).value == 1_161
        assert numbers("MT-REFERRALS", area=None) == ["1,161"]

    def test_early_youth_intervention_stands_against_its_targets(self):
        undated = "cannot be judged, because no day is set by which it is to be reached"
        assert verdict("EYIF-DIVERT") == f"11,445 people, target 3,400: {undated}"
        assert verdict("EYIF-MENTOR") == f"932 people, target 600: {undated}"
        assert verdict("EYIF-ACES") == f"526 people, target 400: {undated}"

    def test_drive_reached_perpetrators_victims_and_children(self):
        codes = ("DRIVE-PERPS", "DRIVE-VICTIMS", "DRIVE-CHILDREN")

        assert [numbers(code) for code in codes] == [["395"], ["459"], ["908"]]
        assert of("DRIVE-PERPS")[0].period == "October 2018 to December 2020"
        assert Target.objects.get(measure__code="DRIVE-PERPS").value == 175

    def test_custody_visiting_keeps_printed_shares_and_the_numbers_behind_them(self):
        shares = of("ICV-PCT", is_total=False)

        assert [int(cell.value) for cell in shares] == [66, 69, 58, 47, 51]
        assert [round(cell.numerator * 100 / cell.denominator, 1) for cell in shares] == [
            Decimal(text) for text in ("66.4", "69.2", "58.4", "47.9", "51.9")
        ]
        behind = [(cell.numerator, cell.denominator) for cell in shares]
        assert tuple(map(sum, zip(*behind, strict=True))) == (9_574, 16_144)
        whole = figures.add_up(shares[0].measure, shares[:-1], Over.PERIODS)
        assert round(whole.value, 1) == Decimal("60.0")
        assert numbers("ICV-PCT", is_total=True) == ["59%"]

    def test_satisfaction_is_a_share_of_answers(self):
        shares = of("I08-SHARE")

        assert numbers("I08-SHARE") == ["45.8%", "47.1%", "42.7%"]
        assert [(int(cell.numerator), int(cell.denominator)) for cell in shares] == [
            (1412, 3081), (1793, 3806), (819, 1916),
        ]  # fmt: skip

    def test_hidden_crimes_stand_by_kind_and_year(self):
        year = {"starts_on": date(2020, 4, 1), "ends_on": date(2021, 3, 31)}
        crimes = {cell.category.name: cell.value for cell in of("I02-CRIMES", **year)}

        assert len([cell for cell in of("I02-CRIMES") if cell.value is not None]) == 49
        assert crimes["Domestic abuse"] == 51_650
        assert crimes["Female genital mutilation"] == 5  # small, and printed
        assert crimes["Human trafficking"] == 5

    def test_two_figures_of_the_same_thing_are_both_kept(self):
        shares = of("I02-DA-SHARE")

        assert sorted((int(cell.value), cell.qualifier) for cell in shares) == [
            (20, "under"), (21, "exact"),
        ]  # fmt: skip

    def test_periods_are_said_as_the_report_says_them(self):
        assert [cell.period for cell in of("VIC-SUPPORTED")][-1] == "2020/21"
        assert of("VEH-ARRESTS")[0].period == "since September 2018"
        assert of("SW-GROUPS")[0].period == "January 2021"
        assert of("BINS-COUNT")[0].period == "as at the report (2020/21)"
        assert of("ICV-PRESENT", is_total=True)[0].period == "total April 2016 to January 2021"

    def test_units_are_words(self):
        units = set(Measure.objects.values_list("unit", flat=True))

        assert not [unit for unit in units if "_" in unit]
        assert Measure.objects.get(code="I01-RATE").unit == "crimes per 1,000 population"
        assert set(Measure.objects.filter(unit="pounds").values_list("form", flat=True)) == {
            "pounds"
        }

    # --- Published --------------------------------------------------------------------------------

    def test_everything_is_published_and_released_as_already_public(self):
        for model in (Programme, Measure, Indicator):
            assert not model.objects.filter(is_published=False).exists()
        release = Release.objects.get()
        assert (release.basis, release.document) == ("public", DOCUMENT)
        assert release.cells.count() == Observation.objects.count()
        assert not release.cells.filter(is_hidden=True).exists()

    def test_a_second_run_changes_nothing_and_says_so(self):
        before = HistoryEvent.objects.count(), Observation.objects.count()

        said = load()

        assert said.endswith("Nothing changed: all of the reference figures were there.\n")
        assert (HistoryEvent.objects.count(), Observation.objects.count()) == before
        assert Release.objects.count() == 1
