"""What a stranger reads of one measure."""

from datetime import date
from decimal import Decimal

import pytest

from tests import builders as a
from tests.commissioning.test_public_pages import read

pytestmark = pytest.mark.django_db

REPORT = {"basis": "public", "document": "Annual Report 2020/21"}


def year(start: int) -> dict:
    return {"starts_on": date(start, 4, 1), "ends_on": date(start + 1, 3, 31)}


class TestMeasure:
    def test_a_single_figure_is_downloaded_as_one(self, client):
        measure = a.an_observation(700).measure
        a.a_release(measure)

        assert "Download this figure:" in read(client, measure.get_absolute_url())

    def test_it_says_its_result_against_its_target_in_words(self, client):
        measure = a.a_measure("Young people engaged", unit="young people", direction="higher")
        a.a_target(3400, measure, source_ref="para 30", **year(2020))
        a.an_observation(
            11445, measure, document="Annual Report", source_ref="para 31", **year(2020)
        )
        a.a_release(measure)

        text = read(client, measure.get_absolute_url())

        verdict = "11,445 young people, target 3,400: more than three times the target"
        assert text.count(verdict) == 1
        assert "Target 3,400: more than three times the target" in text
        assert "para 30" in text
        assert "Annual Report, para 31" in text
        assert verdict in read(client, "/measures/")

    def test_years_stand_above_their_sum_and_the_stated_total(self, client):
        measure = a.a_measure("Victims supported")
        a.an_observation(50444, measure, **year(2016), note="Referrals only.")
        a.an_observation(30000, measure, **year(2017))
        whole = {"starts_on": date(2016, 4, 1), "ends_on": date(2018, 3, 31)}
        a.an_observation(80450, measure, is_total=True, **whole)
        a.a_release(measure, **REPORT)

        text = read(client, measure.get_absolute_url())

        assert "2016/17 50,444 2017/18 30,000" in text
        assert "Sum of the 2 rows 80,444" in text
        assert "Total as stated, 2016/17 to 2017/18 (6 more than the sum) 80,450" in text
        assert "2016/17: Referrals only." in text
        assert "the figures were already public in Annual Report 2020/21" in text

    def test_a_part_of_a_year_is_in_no_sum_and_the_page_says_so(self, client):
        measure = a.a_measure("Victims supported")
        a.an_observation(50444, measure, **year(2016))
        a.an_observation(30000, measure, **year(2017), qualifier="part_year")
        a.a_release(measure, **REPORT)

        text = read(client, measure.get_absolute_url())

        assert "2017/18 30,000 (part year)" in text
        assert "Sum of" not in text
        assert "because 2017/18 is counted for a part of the period only." in text
        assert "Part year Covers part of the year or period only." in text

    def test_a_hidden_figure_is_marked_and_explained(self, client):
        measure = a.a_measure(breakdown=a.a_breakdown("Need", ["Housing", "Health", "Work"]))
        for category, value in zip(measure.breakdown.categories.all(), (3, 41, 77), strict=True):
            a.an_observation(value, measure, category=category)
        a.an_observation(121, measure, is_total=True)
        a.a_release(measure)

        text = read(client, measure.get_absolute_url())

        assert "Housing [c]" in text
        assert "[c] stands for a number that is not shown" in text
        assert "Numbers from 1 to 4 are hidden" in text

    def test_a_missing_figure_has_its_reason_and_is_not_0(self, client):
        measure = a.a_measure()
        a.an_observation(12, measure, **year(2019))
        a.an_observation(None, measure, missing="not_received", **year(2020))
        a.a_release(measure)

        text = read(client, measure.get_absolute_url())

        assert "2020/21 not received" in text
        assert "It does not mean 0." in text
        assert "Sum of the 2 rows" not in text

    def test_what_does_not_add_up_is_not_added_up(self, client):
        measure = a.a_measure(over_periods="unique")
        for start in (2019, 2020):
            a.an_observation(12, measure, **year(start))
        a.a_release(measure)

        text = read(client, measure.get_absolute_url())

        assert "Over periods: different people: a sum would count some twice." in text
        assert "Sum of" not in text

    def test_periods_that_overlap_are_not_added_up_below_the_table(self, client):
        measure = a.a_measure()
        a.an_observation(12, measure, **year(2019))
        a.an_observation(7, measure, starts_on=date(2019, 4, 1), ends_on=date(2019, 6, 30))
        a.a_release(measure)

        assert "Sum of" not in read(client, measure.get_absolute_url())

    def test_a_percentage_of_all_years_is_worked_out_anew(self, client):
        measure = a.a_measure(
            unit="%", form="percent", over_periods="ratio", decimals=1, counts_people=False
        )
        for start, above, below in ((2018, 1412, 3081), (2019, 1793, 3806)):
            share = Decimal(above * 100) / below
            sides = {"numerator": Decimal(above), "denominator": Decimal(below)}
            value = share.quantize(Decimal("0.1"))
            a.an_observation(value, measure, **sides, **year(start))
        a.a_release(measure)

        assert "Sum" not in read(client, measure.get_absolute_url())
        assert "All 2 rows together 46.5%" in read(client, measure.get_absolute_url())

    def test_it_names_the_release_that_its_figures_are_from(self, client):
        measure = a.a_measure()
        a.an_observation(12, measure)
        a.a_release(measure, title="First")
        a.a_release(measure, title="Second", change_note="One more year.")

        text = read(client, measure.get_absolute_url())

        assert "Second One more year." in text
        assert "First" not in text

    def test_a_measure_without_figures_does_not_say_0(self, client):
        measure = a.a_measure()
        a.an_observation(5, measure)

        text = read(client, measure.get_absolute_url())

        assert "No figure of this measure is published yet" in text

    def test_a_target_of_an_area_and_a_year_is_held_against_just_these(self, client):
        measure, walsall = a.a_measure(direction="higher"), a.an_area("Walsall")
        a.a_target(20, measure, area=walsall, **year(2020))
        for area in (walsall, a.an_area("Dudley")):
            a.an_observation(19, measure, area=area, **year(2020))
            a.an_observation(50, measure, area=area, **year(2021))
        a.a_release(measure)

        text = read(client, measure.get_absolute_url())

        assert "Walsall, 2020/21 20 people 19 people Missed 19 people, target 20" in text

    def test_a_chart_has_its_figures_in_words_and_a_gap_where_there_is_none(self, client):
        measure = a.a_measure("Visits")
        for start, value in ((2018, 10), (2019, None), (2020, 30)):
            why = {} if value else {"missing": "not_collected"}
            a.an_observation(value, measure, **why, **year(start))
        a.a_release(measure)

        page = client.get(measure.get_absolute_url()).content.decode()

        assert "2018/19: 10. 2019/20: not collected. 2020/21: 30. 1 figure is hidden" in page
        assert page.count("<circle") == 2
        assert page.count('stroke="#0f5b66"') == 0  # no line over the gap
        assert 'role="img"' in page

    def test_figures_that_do_not_add_up_are_several_and_can_be_followed(self, client):
        measure = a.a_measure("Satisfied", over_categories="none", breakdown=a.a_breakdown())
        for name in ("Burglary", "Robbery"):
            a.an_observation(50, measure, category=a.a_category(name, measure.breakdown))
        a.a_release(measure)

        page = client.get("/measures/").content.decode()

        said = "Several figures, which are not added up."
        assert f'href="/measures/satisfied/#figures">{said}</a>' in page
        assert said in client.get("/measures.csv").getvalue().decode()
        assert 'id="figures"' in client.get("/measures/satisfied/").content.decode()

    def test_the_highest_month_of_a_year_does_not_stand_for_it(self, client):
        measure = a.a_measure("Lowest and highest month", form="percent", over_periods="none")
        for value, month in ((37, 5), (55, 6)):
            days = {"starts_on": date(2020, month, 1), "ends_on": date(2020, month, 30)}
            a.an_observation(value, measure, **days)
        a.a_release(measure, **REPORT)

        listed = read(client, "/measures/")

        assert "55%" not in listed
        assert "Several figures, which are not added up. 1 May 2020 to 30 June 2020" in listed
        assert "Result" not in read(client, measure.get_absolute_url()).split("Figures")[0]

    def test_the_latest_of_several_years_stands_for_them(self, client):
        measure = a.a_measure("Yearly", form="percent", over_periods="none")
        for value, start in ((37, 2019), (55, 2020)):
            a.an_observation(value, measure, **year(start))
        a.a_release(measure, **REPORT)

        assert "55% 2020/21" in read(client, "/measures/")

    def test_a_chart_leaves_years_out_by_their_length_and_says_which(self, client):
        measure = a.a_measure("Visits", counts_people=False)
        for start in (2017, 2018, 2022):
            a.an_observation(10, measure, **year(start))
        a.a_release(measure)

        page = client.get(measure.get_absolute_url()).content.decode()

        assert page.count('stroke-linecap="round"') == 1
        assert "There is no figure for 2019/20 to 2021/22." in page
        assert "No line leads to 2022/23." in page

    def test_a_new_way_of_counting_is_recorded_drawn_and_in_every_file(self, client):
        measure = a.a_measure("Visits", counts_people=False)
        a.an_observation(10, measure, **year(2017))
        a.an_observation(90, measure, series_break="definition", note="Now online.", **year(2018))
        a.an_observation(95, measure, series_break="provisional", **year(2019))
        a.a_release(measure)

        page = client.get(measure.get_absolute_url()).content.decode()
        text = read(client, measure.get_absolute_url())
        api = client.get("/api/v1/figures/").json()["results"]
        files = b"".join(client.get("/figures.csv").streaming_content).decode()

        assert page.count('stroke-linecap="round"') == 0
        assert "2018/19: counted differently from the period before." in text
        assert "Hollow: 2019/20 (provisional)." in text
        assert "95 (provisional)" in text
        assert "because the way of counting changed with 2018/19." in text
        assert "Now online." in text
        assert [row["series_break"] for row in api].count("definition") == 1
        assert "provisional: it may still change" in files
