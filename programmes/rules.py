"""Rules that no constraint can hold, and how a refusal is told.

One function per rule; its docstring is the rule. Each raises RuleBroken with a sentence for staff.
"""

from collections.abc import Container, Sequence

from commissioning.rules import RuleBroken
from commissioning.years import FinancialYear
from programmes.models import Measure, Observation, PeriodKind, Report


def figure_is_new(observation: Observation, standing: Container[tuple[int, str]]) -> None:
    """A figure that stands is corrected, with a reason; it is not recorded a second time.

    `standing` are the (measure, place) of figures already recorded.
    """
    if (observation.measure_id, observation.place) in standing:
        raise RuleBroken(
            f"There is a figure of {observation} already. Correct it instead.",
            "observation_has_one_current_version",
        )


def correction_stays_in_place(standing: Observation, corrected: Observation) -> None:
    """A correction is of the same measure, period, area, service and category."""
    if (standing.measure_id, standing.place) != (corrected.measure_id, corrected.place_key):
        raise RuleBroken(
            f"A correction of {standing} cannot be for another period, area, service or category. "
            "Record that as a figure of its own.",
            "correction_of_another_place",
        )


def category_belongs(observation: Observation) -> None:
    """A figure is broken down by its measure’s own breakdown."""
    category, measure = observation.category, observation.measure
    if category is not None and category.breakdown_id != measure.breakdown_id:
        raise RuleBroken(
            f"“{category}” is not a category of {measure}, which is broken down by "
            f"{measure.breakdown or 'nothing'}.",
            "category_of_another_breakdown",
            "category",
        )


def figure_is_of_its_unit(observation: Observation) -> None:
    """People are counted whole; and they and the numbers behind a ratio are not below 0."""
    measure = observation.measure
    counted = ["value"] if measure.form == Measure.Form.NUMBER else []
    for name in [*counted, "numerator", "denominator"]:
        number = getattr(observation, name)
        if measure.counts_people and number is not None and (number < 0 or number % 1):
            raise RuleBroken(
                "People are counted in whole numbers, from 0 up.", "people_are_whole", name
            )


def period_is_told(observation: Observation) -> None:
    """A figure says what time it is of, or that its source does not say."""
    kind, ends_on = observation.period_kind, observation.ends_on
    dated = ends_on and (observation.starts_on or kind == PeriodKind.SNAPSHOT)
    if not dated and not observation.period_note and kind != PeriodKind.UNSPECIFIED:
        raise RuleBroken(
            "Say which period the figure is for: its first and last day, or the period in words. "
            "If the source does not say, choose “period not stated”.",
            "no_period",
            "ends_on",
        )


def measures_are_published(measures: list[Measure]) -> None:
    """Figures are released of published measures only."""
    private = [measure.name for measure in measures if not measure.is_published]
    if private:
        raise RuleBroken(
            f"Publish {', '.join(private)} first: nobody would see the figures.", "not_published"
        )


def relations_are_answered(unanswered: Sequence[object]) -> None:
    """Before a release staff say of every two measures that look related whether they are."""
    if unanswered:
        listed = "; ".join(str(each) for each in unanswered)
        raise RuleBroken(
            "A small number that is hidden in one measure could be worked out from another. Say "
            f"how these are related, or why they are not, and release again: {listed}.",
            "relations_are_answered",
        )


def release_is_not_proven(measures: Sequence[Measure]) -> RuleBroken:
    """Figures are released once it is proven that no small number follows from them."""
    of = "this measure" if len(measures) == 1 else f"these {len(measures)} measures"
    return RuleBroken(
        "It could not be proven in the time there is that no small number of people follows from "
        f"the figures of {of}, so nothing was released. Release fewer measures together, or record "
        "figures by fewer categories, areas or periods.",
        "release_is_proven",
    )


def report_has_sections(report: Report) -> None:
    """A report is published once there is something to read in it."""
    if not report.sections.exists():
        raise RuleBroken("Add a section first: there is nothing to read yet.", "report_is_empty")


def next_report_is_new(report: Report) -> None:
    """A year has one report: what is prepared already is edited."""
    year = FinancialYear.containing(report.ends_on).next()
    if Report.objects.filter(slug=year.slug).exists():
        raise RuleBroken(
            f"The report for {year} is there already. Edit it instead.", "report_is_there"
        )
