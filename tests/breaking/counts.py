"""How to break each constraint of programmes and their figures."""

from datetime import date
from decimal import Decimal

from programmes.models import (
    Edition,
    ReleasedCell,
    ReleasedMeasure,
    Report,
    ReportLine,
    ReportSection,
    ReportTable,
)
from tests import builders as a
from tests.breaking.tools import EARLIER, LATER, Harm, anew, backwards, change, twice


def a_later_version(**fields) -> Harm:
    """Insert another version of a figure with these columns changed."""
    return anew(a.an_observation(), version=2, **fields)


def a_cell(**fields) -> ReleasedCell:
    a.an_observation(measure=(measure := a.a_measure()), **fields)
    return ReleasedCell.objects.get(release=a.a_release(measure))


def a_report_table() -> ReportTable:
    return ReportTable.objects.create(code="table-1", title="Table 1")


def a_report_line() -> ReportLine:
    return ReportLine.objects.create(table=a_report_table(), axis="row", position=1)


def a_report() -> Report:
    days = {"starts_on": date(2020, 4, 1), "ends_on": date(2021, 3, 31)}
    return Report.objects.create(title="Annual Report 2020/21", slug="2020-21", **days)


def a_report_section() -> ReportSection:
    return ReportSection.objects.create(report=a_report(), position=1, heading="Outcomes")


def an_edition() -> Edition:
    return Edition.objects.create(report=a_report(), number=1, content={}, made_by=a.an_officer())


def a_ratio() -> Harm:
    return change(a.a_measure(), numerator=a.a_measure())


def the_other_way_round(relation) -> Harm:
    return anew(relation, whole_id=relation.part_id, part_id=relation.whole_id)


def to_itself(relation) -> Harm:
    return change(relation, part=relation.whole)


HOW = {
    "programme_ends_after_it_starts": lambda: backwards(a.a_programme()),
    "local_unit_is_listed_once": lambda: twice(a.a_local_unit()),
    "category_is_listed_once": lambda: anew(a.a_category(), code="another"),
    "measure_is_a_ratio_of_two": a_ratio,
    "measure_hides_fewer_than_a_hundred": lambda: change(a.a_measure(), small_up_to=100),
    "measure_is_per_one_or_more": lambda: change(a.a_measure(), per=0),
    "measure_of_percentages_is_per_hundred": lambda: change(a.a_measure(form="percent"), per=1000),
    "target_ends_after_it_starts": lambda: backwards(a.a_target()),
    "target_goes_from_low_to_high": lambda: change(a.a_target(100), value_high=Decimal("99.9999")),
    "measures_are_related_in_one_way": lambda: the_other_way_round(a.a_relation()),
    "measure_is_not_related_to_itself": lambda: to_itself(a.a_relation()),
    "unrelated_measures_have_a_reason": lambda: change(a.a_relation(), answer="unrelated"),
    "observation_has_one_current_version": lambda: twice(a.an_observation()),
    "observation_has_a_value_or_a_reason": lambda: a_later_version(value=None),
    "observation_goes_from_low_to_high": lambda: a_later_version(value_high=Decimal("9.9999")),
    "observation_ends_after_it_starts": lambda: a_later_version(starts_on=LATER, ends_on=EARLIER),
    "observation_is_a_share_of_something": lambda: a_later_version(denominator=Decimal(0)),
    "release_of_public_figures_names_the_document": lambda: anew(a.a_release(), basis="public"),
    "measure_is_in_a_release_once": lambda: twice(
        ReleasedMeasure.objects.get(release=a.a_release())
    ),
    "released_cell_stands_once": lambda: twice(a_cell()),
    "hidden_cell_holds_no_number": lambda: anew(a_cell(), place="another", is_hidden=True),
    "report_table_ends_after_it_starts": lambda: backwards(a_report_table()),
    "report_line_has_its_place": lambda: twice(a_report_line()),
    "report_line_ends_after_it_starts": lambda: backwards(a_report_line()),
    "report_ends_after_it_starts": lambda: backwards(a_report()),
    "report_section_has_its_place": lambda: twice(a_report_section()),
    "report_section_charts_a_table": lambda: change(a_report_section(), chart="bars"),
    "edition_has_its_number": lambda: twice(an_edition()),
    "later_edition_says_what_is_new": lambda: anew(an_edition(), number=2),
}
