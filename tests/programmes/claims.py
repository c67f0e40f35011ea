"""What the public pages, files and API claim of the reference figures, held against the days."""

import csv
import json
import re
from collections import Counter
from datetime import timedelta
from html import unescape
from io import StringIO

from programmes import figures
from programmes.models import Measure, Programme, ReleasedCell, Target

ACHIEVED = {"output", "outcome", "benefit", "indicator"}
NOT_YET = {"forecast", "target"}
JUDGED = re.compile(r": (met|missed|just met|exactly the target|\S.* times the target|twice the)")


def days_of(cells) -> Counter:
    """How many of the figures count each day."""
    return Counter(
        cell.starts_on + timedelta(days=n)
        for cell in cells
        for n in range((cell.ends_on - cell.starts_on).days + 1)
    )


def is_every_day_once(cells) -> bool:
    """Day by day: each from the first to the last is in one figure, which is of a whole period."""
    if any(cell.starts_on is None or cell.ends_on is None for cell in cells):
        return False
    if any(cell.qualifier == "part_year" or cell.series_break for cell in cells):
        return False
    days = days_of(cells)
    length = (max(days) - min(days)).days + 1
    return len(days) == length and set(days.values()) == {1}


def wholes(measure: Measure) -> list[ReleasedCell]:
    return list(
        ReleasedCell.objects.published().filter(
            measure=measure, area=None, category=None, service=None, is_total=False
        )
    )


def is_trend(measure: Measure) -> bool:
    directed = measure.direction in ("higher", "lower")
    return directed or measure.form == "percent" or measure.kind == "indicator"


class Claims:
    """Mixed into the tests for which the reference figures are loaded."""

    def rows(self, address: str) -> dict[str, dict[str, dict]]:
        """The records of a list by their code: as CSV, JSON and from the API, in one shape."""
        name, _, query = address.partition("?")
        text = b"".join(self.client.get(f"/{name}.csv?{query}").streaming_content).decode()
        found = {"csv": {row["Code"]: row for row in csv.DictReader(StringIO(text))}}
        answer = self.client.get(f"/{name}.json?{query}")
        listed = json.loads(b"".join(answer.streaming_content))["results"]
        found["json"] = {row["code"]: row for row in listed}
        page = self.client.get(f"/api/v1/{name}/?{query}&limit=1000").json()
        found["api"] = {row["code"]: row for row in page["results"]}
        return found

    def claimed(self, column: str, header: str) -> dict[str, set[str]]:
        """What every file and the API say in a column of each measure."""
        found = self.rows("measures?")
        return {
            code: {
                found["csv"][code][header],
                found["json"][code][column],
                found["api"][code][column],
            }
            for code in found["csv"]
        }

    def test_no_sum_is_claimed_of_a_span_that_is_not_counted_day_by_day_once(self):
        results = self.claimed("result", "Result")
        for measure in Measure.objects.published():
            cells = [cell for cell in wholes(measure) if cell.value is not None]
            if len(cells) < 2 or is_every_day_once(cells):
                continue
            total = figures.Total(value=sum(cell.value for cell in cells), parts=tuple(cells))
            words = figures.with_unit(measure, total)
            is_stated = measure.cells.filter(is_total=True).exists()
            assert is_stated or results[measure.code] != {words}, measure
            page = self.client.get(measure.get_absolute_url()).content.decode()
            assert f"Sum of the {len(cells)} rows" not in page, measure
            assert "rows together" not in page, measure

    def test_every_file_and_the_api_say_the_same_result_and_verdict(self):
        for column, header in (("result", "Result"), ("verdict", "Against its target")):
            said = self.claimed(column, header)
            assert len(said) == 301
            assert not {code: words for code, words in said.items() if len(words) > 1}

    def test_a_rate_a_crime_count_and_what_has_a_direction_shows_one_figure_as_recorded(self):
        results = self.claimed("result", "Result")
        for measure in Measure.objects.published():
            cells = wholes(measure)
            if not is_trend(measure) or not cells:
                continue
            recorded = {figures.with_unit(measure, cell) for cell in cells}
            several = {"Several figures, which are not added up."}
            assert results[measure.code] <= recorded | several, measure

    def test_no_target_is_called_met_or_missed_that_is_not_due_or_not_counted_for_its_days(self):
        verdicts = self.claimed("verdict", "Against its target")
        targets = Target.objects.select_related("measure", "area", "category")
        assert len(targets) == 23
        for target in targets:
            measure = target.measure
            cells = [
                cell
                for cell in ReleasedCell.objects.published().filter(measure=measure)
                if (cell.starts_on, cell.ends_on) == (target.starts_on, target.ends_on)
            ]
            if target.ends_on and cells and all(cell.qualifier == "exact" for cell in cells):
                continue
            page = unescape(self.client.get(measure.get_absolute_url()).content.decode())
            for words in [*verdicts[measure.code], page]:
                assert not JUDGED.search(words.partition("About this measure")[0]), target
            assert "Missed</strong>" not in page
            assert "Met</strong>" not in page

    def test_every_programme_shows_the_headline_that_was_chosen_and_no_other(self):
        found = self.rows("programmes?")
        programmes = list(Programme.objects.published().select_related("headline_measure"))
        assert sum(one.headline_measure is not None for one in programmes) == 15
        for programme in programmes:
            chosen = programme.headline_measure
            said = {found[door][programme.code]["result"] for door in ("json", "api")}
            said.add(found["csv"][programme.code]["Headline result"])
            page = self.client.get(programme.get_absolute_url()).content.decode()
            cards = page.partition('class="cr-figure-grid')[2].partition("</ul>")[0]
            if chosen is None:
                assert said == {""}
                assert "/measures/" not in cards, programme
            else:
                [words] = said
                assert words.startswith(f"{chosen.name}: "), programme
                assert f'href="{chosen.get_absolute_url()}"' in cards

    def test_nothing_planned_put_in_or_forecast_stands_under_what_was_achieved(self):
        by_address = {one.get_absolute_url(): one for one in Measure.objects.published()}
        ahead = {
            one.pk
            for one in by_address.values()
            if {cell.qualifier for cell in one.cells.all()} & NOT_YET
            and not {cell.qualifier for cell in one.cells.all()} - NOT_YET
        }
        services = {
            one.service
            for one in Measure.objects.published().select_related("service")
            if one.service and (one.kind not in ACHIEVED or one.pk in ahead)
        }
        assert len(services) > 20
        for record in [*Programme.objects.published(), *services]:
            page = self.client.get(record.get_absolute_url()).content.decode()
            achieved = re.search(r"<h2[^>]*>What it achieved</h2>(.*?)</section>", page, re.DOTALL)
            listed = re.findall(r'href="(/measures/[^"?/]+/)"', achieved[1]) if achieved else []
            for address in listed:
                measure = by_address[address]
                assert measure.kind in ACHIEVED, (record, measure)
                assert measure.pk not in ahead, (record, measure)

    def test_a_line_is_drawn_between_years_that_adjoin_and_are_counted_alike(self):
        measure = Measure.objects.get(code="VIC-SUPPORTED")

        for address in (measure.get_absolute_url(), "/victims/"):
            page = self.client.get(address).content.decode()
            chart = re.search(r"<svg[^>]*chart-\d+-1-title.*?</svg>", page, re.DOTALL)[0]

            # Referrals in 2016/17, people after it; 2020/21 is half a year.
            assert chart.count('stroke-linecap="round"') == 2
            assert len(re.findall(r'r="4.5"\s+fill="#ffffff"', chart)) == 1
            assert "Hollow: 2020/21 (counted for a part of the period only)." in page
            assert "2017/18: counted differently from the period before." in page
