"""Tables of reports: what rows and columns say together, where figures come from, what adds up."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning.years import period_label
from programmes.report_tables import Draft, Published, Table, work_out
from programmes.report_tables.drawn import drawn
from tests import builders as a
from tests.world import a_reported_total

pytestmark = pytest.mark.django_db

YEAR = {"starts_on": date(2026, 4, 1), "ends_on": date(2027, 3, 31)}
NEXT = {"starts_on": date(2027, 4, 1), "ends_on": date(2028, 3, 31)}
QUARTERS = [
    (date(2026, 4, 1), date(2026, 6, 30)),
    (date(2026, 7, 1), date(2026, 9, 30)),
    (date(2026, 10, 1), date(2026, 12, 31)),
    (date(2027, 1, 1), date(2027, 3, 31)),
]


def said(table) -> list[list[str]]:
    return [[cell.said for cell in row.cells] for row in table.rows]


def shown(table) -> list[list[str]]:
    return said(work_out(table, Published()))


class TestWhatALineSays:
    def test_the_row_wins_over_the_column_and_the_column_over_the_table(self):
        of_table, of_column, of_row = (a.a_measure() for _ in range(3))
        for value, measure in ((11, of_table), (22, of_column), (33, of_row)):
            a.an_observation(value, measure)
        a.a_release(of_table, of_column, of_row)
        table = a.a_report_table(
            rows=[{"heading": "Plain"}, {"heading": "Own", "measure": of_row}],
            columns=[{"heading": "A"}, {"heading": "B", "measure": of_column}],
            measure=of_table,
            **YEAR,
        )

        assert shown(table) == [["11", "22"], ["33", "33"]]

    def test_the_two_days_of_a_period_come_from_one_line(self):
        measure = a.a_measure()
        a.an_observation(5, measure, **NEXT)
        a.a_release(measure)
        table = a.a_report_table(rows=[{**NEXT}], measure=measure, **YEAR)

        assert shown(table) == [["5"]]

    def test_a_figure_that_nobody_recorded_is_no_0(self):
        table = a.a_report_table(rows=[{}], measure=a.a_measure(), **YEAR)

        cell = work_out(table, Published()).rows[0].cells[0]
        assert (cell.said, cell.value, cell.note) == ("–", "", "No figure is published.")


class TestAddingUp:
    def test_parts_of_a_year_are_the_year_where_the_measure_adds_up(self):
        measure = a.a_measure()
        for value, (starts_on, ends_on) in zip((10, 20, 30, 40), QUARTERS, strict=True):
            a.an_observation(value, measure, starts_on=starts_on, ends_on=ends_on)
        a.a_release(measure)

        assert shown(a.a_report_table(rows=[{**YEAR}], measure=measure)) == [["100"]]

    @pytest.mark.parametrize("recorded", [(0, 1), (0, 2), (1, 3), (0, 1, 3), (0, 1, 2)])
    def test_quarters_that_are_not_the_whole_year_stand_by_themselves(self, recorded):
        measure = a.a_measure()
        for n in recorded:
            starts_on, ends_on = QUARTERS[n]
            a.an_observation(10 + n, measure, starts_on=starts_on, ends_on=ends_on)
        a.a_release(measure)
        rows = [{**YEAR}, {"shows": "sum"}]

        table = work_out(a.a_report_table(rows=rows, measure=measure), Published())

        cell = table.rows[0].cells[0]
        labels = [period_label(*QUARTERS[n]) for n in recorded]
        each = [f"{label}: {10 + n}" for label, n in zip(labels, recorded, strict=True)]
        assert cell.said == f"{'; '.join(each)} ({len(recorded)} of 4 quarters)"
        assert cell.value == ""
        assert "Not added up" in cell.note
        assert table.rows[1].cells[0].value == ""

    def test_one_figure_of_part_of_the_period_says_of_which(self):
        measure = a.a_measure()
        starts_on, ends_on = QUARTERS[0]
        a.an_observation(10, measure, starts_on=starts_on, ends_on=ends_on)
        a.a_release(measure)

        table = work_out(a.a_report_table(rows=[{**YEAR}], measure=measure), Published())

        assert table.rows[0].cells[0].said == "10"
        assert "Not the whole period" in table.rows[0].cells[0].note

    def test_different_people_are_not_added_up(self):
        measure = a.a_measure(over_periods="unique")
        for starts_on, ends_on in QUARTERS:
            a.an_observation(10, measure, starts_on=starts_on, ends_on=ends_on)
        a.a_release(measure)

        cell = work_out(a.a_report_table(rows=[{**YEAR}], measure=measure), Published()).rows[0]
        assert cell.cells[0].said == "–"
        assert "not added up" in cell.cells[0].note

    def test_a_sum_is_of_the_rows_above_it(self):
        areas = [a.an_area(), a.an_area()]
        measure = a.a_measure()
        for value, area in zip((12, 30), areas, strict=True):
            a.an_observation(value, measure, area=area)
        a.a_release(measure)
        rows = [*({"area": area} for area in areas), {"shows": "sum"}]

        assert shown(a.a_report_table(rows=rows, measure=measure)) == [["12"], ["30"], ["42"]]

    def test_a_sum_of_rows_needs_every_day_between_them(self):
        measure = a.a_measure()
        for value, (starts_on, ends_on) in ((10, QUARTERS[0]), (20, QUARTERS[2])):
            a.an_observation(value, measure, starts_on=starts_on, ends_on=ends_on)
        a.a_release(measure)
        days = ({"starts_on": first, "ends_on": last} for first, last in (QUARTERS[0], QUARTERS[2]))
        table = a.a_report_table(rows=[*days, {"shows": "sum"}], measure=measure)

        *_, total = work_out(table, Published()).rows
        assert total.cells[0].said == "–"
        assert total.cells[0].note == (
            "Not added up, because there is no figure for 1 July 2026 to 30 September 2026."
        )

    def test_a_chart_of_a_table_stands_at_its_dates_and_joins_only_what_adjoins(self):
        measure = a.a_measure()
        spans = (QUARTERS[0], QUARTERS[1], QUARTERS[3])
        for starts_on, ends_on in spans:
            a.an_observation(10, measure, starts_on=starts_on, ends_on=ends_on)
        a.a_release(measure)
        days = [{"starts_on": first, "ends_on": last} for first, last in spans]
        made = work_out(a.a_report_table(rows=days, measure=measure), Published())

        # As an edition keeps it.
        chart = drawn(Table.from_json(made.as_json()), "lines", "a")
        [points] = [series.points for series in chart.series]
        assert [point.is_joined for point in points] == [False, True, False]
        assert points[0].day == date(2026, 5, 16)

    def test_a_sum_over_a_hidden_figure_is_hidden_too(self):
        areas = [a.an_area(), a.an_area(), a.an_area()]
        measure = a.a_measure()
        for value, area in zip((3, 50, 60), areas, strict=True):
            a.an_observation(value, measure, area=area)
        a.a_release(measure)
        rows = [*({"area": area} for area in areas), {"shows": "sum"}]

        found = shown(a.a_report_table(rows=rows, measure=measure))
        assert found[0] == found[-1] == ["[c]"]

    def test_a_stated_total_that_differs_is_shown_as_stated_with_both_figures(self):
        areas = [a.an_area(), a.an_area()]
        measure = a.a_measure(counts_people=False)
        for area in areas:
            a.an_observation(10, measure, area=area)
        a.an_observation(25, measure, is_total=True)
        a.a_release(measure)
        rows = [*({"area": area} for area in areas), {"shows": "total", **YEAR}]

        table = work_out(a.a_report_table(rows=rows, measure=measure), Published())
        assert said(table)[-1] == ["25"]
        assert table.notes == (
            "The total is shown as its source states it: 25. That is 5 more than the 2 rows above "
            "add up to, 20.",
        )

    def test_a_share_is_worked_out_from_its_two_numbers(self):
        above, below = a.a_measure(counts_people=False), a.a_measure(counts_people=False)
        ratio = a.a_measure(form="percent", numerator=above, denominator=below, decimals=1)
        a.an_observation(1, above)
        a.an_observation(3, below)
        a.a_release(above, below, ratio)
        table = a.a_report_table(rows=[{}], columns=[{"measure": ratio, "shows": "share"}], **YEAR)

        assert shown(table) == [["33.3%"]]


class TestSources:
    def test_the_public_sees_released_figures_and_staff_what_is_recorded(self):
        measure = a.a_measure()
        a.an_observation(10, measure)
        a.a_release(measure)
        a.an_observation(20, measure, **NEXT)
        table = a.a_report_table(rows=[{**YEAR}, {**NEXT}], measure=measure)

        assert shown(table) == [["10"], ["–"]]
        assert said(work_out(table, Draft(date(2099, 1, 1)))) == [["10"], ["20"]]
        assert said(work_out(table, Draft(date(2020, 1, 1)))) == [["–"], ["–"]]

    def test_nothing_is_shown_of_a_measure_that_is_withdrawn(self):
        measure = a.a_measure()
        a.an_observation(10, measure)
        a.a_release(measure)
        type(measure).objects.update(is_published=False)

        assert shown(a.a_report_table(rows=[{**YEAR}], measure=measure)) == [["–"]]

    def test_no_small_area_is_shown_of_a_service_whose_place_is_withheld(self):
        unit = a.an_area(kind="neighbourhood_unit")
        service = a.a_service()
        service.providers.add(a.an_organisation(withhold="place", withhold_ground="A refuge."))
        measure = a.a_measure(service=service, counts_people=False)
        a.an_observation(10, measure, area=unit)
        a.a_release(measure)
        local = a.a_local_unit(service=service, area=unit)
        units = a.a_report_table(counts="local_units", service=local.service)

        assert shown(a.a_report_table(rows=[{"area": unit}], measure=measure)) == [["–"]]
        assert work_out(units, Published()).rows == ()

    def test_allocations_are_those_of_the_area_and_of_what_lies_in_it(self):
        district = a.an_area()
        unit = a.an_area(kind="neighbourhood_unit", parent=district)
        budget = a.a_budget(100)
        a.an_allocation(30, budget, district)
        a.an_allocation(12, budget, unit)
        table = a.a_report_table(
            rows=[{"area": district}, {"area": unit}, {"shows": "sum"}],
            counts="allocated",
            fund=budget.fund,
            **YEAR,
        )

        assert shown(table) == [["£42"], ["£12"], ["£54"]]
        assert "area=" in work_out(table, Published()).rows[0].cells[0].href

    def test_allocations_of_an_unpublished_fund_are_for_staff(self):
        budget = a.a_budget(100, a.a_fund(published=False))
        a.an_allocation(30, budget)
        table = a.a_report_table(rows=[{}], counts="allocated", fund=budget.fund)

        assert shown(table) == [["–"]]
        assert said(work_out(table, Draft(date(2099, 1, 1)))) == [["£30"]]
        assert said(work_out(table, Draft(date(2020, 1, 1)))) == [["–"]]

    def test_spending_is_as_documents_state_it(self):
        fund = a.a_fund()
        a_reported_total("100.50", fund=fund, qualifier="about", **YEAR)
        a_reported_total("7", fund=fund, published=False, **NEXT)
        table = a.a_report_table(rows=[{**YEAR}, {**NEXT}], counts="spending", fund=fund)

        assert shown(table) == [["about £100.50"], ["–"]]

    def test_local_units_are_listed_one_a_row_by_the_name_of_their_area(self):
        area = a.an_area("East neighbourhood policing unit", kind="neighbourhood_unit")
        unit = a.a_local_unit("Lyng Hall", area=area)
        table = a.a_report_table(counts="local_units", service=unit.service)

        found = work_out(table, Published())
        assert [(row.heading, row.cells[0].text) for row in found.rows] == [("Lyng Hall", "East")]

    def test_categories_are_listed_the_largest_first(self):
        breakdown = a.a_breakdown("Force", ["North", "South"])
        measure = a.a_measure(breakdown=breakdown, counts_people=False)
        for value, category in zip((1, 11), breakdown.categories.all(), strict=True):
            a.an_observation(value, measure, category=category)
        a.a_release(measure)
        rows = [{"shows": kind} for kind in ("categories", "names", "figures")]

        assert shown(a.a_report_table(rows=rows, measure=measure, **YEAR)) == [
            ["11 South, 1 North"],
            ["North; South"],
            ["1; 11"],
        ]

    @pytest.mark.parametrize("count", [1, 6])
    def test_the_number_of_queries_does_not_grow_with_the_table(self, count):
        measures = [a.a_measure() for _ in range(count)]
        for measure in measures:
            a.an_observation(10, measure)
        a.a_release(*measures)
        table = a.a_report_table(
            rows=[{"measure": measure} for measure in measures],
            columns=[{"heading": str(n)} for n in range(count)],
            **YEAR,
        )
        table.refresh_from_db()

        with CaptureQueriesContext(connection) as queries:
            work_out(table, Published())
        assert len(queries) == 2
