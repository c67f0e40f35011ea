"""Figures as people say them."""

from decimal import Decimal

from commissioning.days import in_words
from commissioning.models.publication import QUALIFIED, Qualifier
from commissioning.money import format_pounds
from commissioning.qualifiers import Bounds
from programmes.models import HIDDEN_MARK, Direction, Figure, Measure, Target
from programmes.quantities import format_quantity
from programmes.reporting_rules import series
from programmes.reporting_rules.sums import Total
from programmes.reporting_rules.verdicts import State, Verdict, percent_of

# What is to be known of a figure beside how exact it is; a new definition stands in its note.
BREAKS = {
    series.PART_PERIOD: "{} (part of the period)",
    series.PROVISIONAL: "{} (provisional)",
}

TIMES = ["", "", "twice", "three times", "four times", "five times", "six times", "seven times"]
TIMES += ["eight times", "nine times", "ten times"]


def shown(measure: Measure, number: Decimal) -> str:
    """A number in the form of its measure, without its unit: "11,445", "£385,500", "42.7%"."""
    if measure.form == Measure.Form.POUNDS:
        return format_pounds(number.quantize(Decimal("0.01")), pence=False)
    if measure.form == Measure.Form.PERCENT:
        return f"{_percentage(number, measure.decimals)}%"
    return format_quantity(number, measure.decimals)


def _percentage(number: Decimal, decimals: int | None) -> str:
    """With one decimal where nothing is said and it was worked out with many."""
    if decimals is None and number != round(number, 1):
        decimals = 1
    return format_quantity(number, decimals)


def said(measure: Measure, figure: Figure | Total | Target) -> str:
    """A figure with how exact it is: "about 400", "30 to 37", "[c]"; "" where there is none."""
    return _in_words(measure, figure, "")


def with_unit(measure: Measure, figure: Figure | Total | Target) -> str:
    """ "11,445 people"; pounds and percentages are said by themselves."""
    return _in_words(measure, figure, measure.unit if measure.form == Measure.Form.NUMBER else "")


def _in_words(measure: Measure, figure: Figure | Total | Target, unit: str) -> str:
    if getattr(figure, "is_hidden", False):
        return f"{HIDDEN_MARK} {unit}".strip()
    if figure.value is None:
        return ""
    text = shown(measure, figure.value)
    if figure.value_high is not None:
        text = f"{text} to {shown(measure, figure.value_high)}"
    text = f"{text} {unit}".strip()
    return qualified(text, figure.qualifier, getattr(figure, "series_break", ""))


def qualified(text: str, qualifier: str, series_break: str = "") -> str:
    """A number as text, with how exact it is and whether it is of a part or provisional."""
    told = QUALIFIED[qualifier].format(text)
    if qualifier == Qualifier.PART_YEAR:
        return told
    return BREAKS.get(series_break, "{}").format(told)


def said_of(measure: Measure, verdict: Verdict, target: Target) -> str:
    """A result against its target: "11,445 people, target 3,400: more than three times the target".

    Nothing where there is no result at all.
    """
    if verdict.total.value is None or verdict.total.is_hidden:
        return ""
    return f"{with_unit(measure, verdict.total)}, {judgement(measure, verdict, target)}"


def judgement(measure: Measure, verdict: Verdict, target: Target) -> str:
    """The verdict for where the result itself stands already: "target 3,400: twice the target"."""
    asked = f"target {said(measure, target)}"
    if verdict.state == State.UNKNOWN:
        return f"{asked}: cannot be judged, because {verdict.why_not}"
    if verdict.state == State.NOT_DUE:
        so_far = f", {percent_of(verdict.ratio)}% of it so far" if verdict.ratio else ""
        return f"{asked}: not due until {in_words(target.ends_on)}{so_far}"
    return f"{asked}: {_judged(measure, verdict, target)}"


def _judged(measure: Measure, verdict: Verdict, target: Target) -> str:
    """Met or missed, and by how much where both are exact."""
    plain = "met" if verdict.is_met else "missed"
    if verdict.ratio is not None:
        return _times(verdict.ratio)
    total = verdict.total
    if {total.qualifier, target.qualifier} != {"exact"} or total.value_high is not None:
        return plain
    if measure.direction == Direction.LOWER and target.value_high is None:
        gap = abs(total.value - target.value)
        if not gap:
            return "exactly the target"
        told = shown(measure, gap)
        return f"met, {told} below the target" if verdict.is_met else f"missed by {told}"
    return plain


def _times(ratio: Decimal) -> str:
    """How a result compares with a target above 0, where more is better."""
    if ratio == 1:
        return "exactly the target"
    whole = int(ratio)
    if ratio >= 2:
        many = TIMES[whole] if whole < len(TIMES) else f"{whole:,} times"
        return f"{many} the target" if ratio == whole else f"more than {many} the target"
    percent = percent_of(ratio)
    if ratio > 1:
        return f"met, {percent - 100}% above the target" if percent > 100 else "just met"
    return f"missed, {percent}% of the target"


def change_in_words(measure: Measure, now: Total, before: Figure) -> str:
    """ "up from 47.1% (2018)"; without saying which way where the figures leave that open."""
    was = f"{said(measure, before)} ({before.period})"
    way = _way(now, before)
    return {"": f"after {was}", "same": f"the same as before ({before.period})"}.get(
        way, f"{way} from {was}"
    )


def _way(now: Total, before: Figure) -> str:
    """Whether a figure is surely up or down on another; "" where it may be either."""
    later = Bounds.of(now.value, now.value_high, now.qualifier)
    earlier = Bounds.of(before.value, before.value_high, before.qualifier)
    if not later or not earlier:
        return ""
    if None not in (later.low, earlier.high) and later.low > earlier.high:
        return "up"
    if None not in (later.high, earlier.low) and later.high < earlier.low:
        return "down"
    is_exact = {now.qualifier, before.qualifier} == {"exact"}
    is_single = now.value_high is None and before.value_high is None
    return "same" if is_exact and is_single else ""
