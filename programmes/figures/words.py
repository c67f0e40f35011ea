"""Figures as people say them."""

from decimal import ROUND_DOWN, Decimal

from commissioning.models.publication import QUALIFIED, Qualifier
from commissioning.money import format_pounds
from programmes.figures.adding import Total
from programmes.models import HIDDEN_MARK, Direction, Figure, Measure, Target
from programmes.quantities import format_quantity

# What several periods come to of which one is not whole.
WITH_PART_YEAR = "{} (includes a part year)"

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
    words = QUALIFIED[figure.qualifier]
    if figure.qualifier == Qualifier.PART_YEAR and len(getattr(figure, "parts", ())) > 1:
        words = WITH_PART_YEAR
    return words.format(f"{text} {unit}".strip())


def verdict(measure: Measure, result: Figure | Total, target: Target) -> str:
    """A result against its target: "11,445 people, target 3,400: more than three times the target".

    Nothing where there is no result to judge; no judgement where neither way is better.
    """
    judged = judgement(measure, result, target)
    return f"{with_unit(measure, result)}, {judged}" if judged else ""


def judgement(measure: Measure, result: Figure | Total, target: Target) -> str:
    """The verdict for where the result itself stands already: "target 3,400: twice the target"."""
    if result.value is None or getattr(result, "is_hidden", False):
        return ""
    asked = f"target {shown(measure, target.value)}"
    judged = _judged(measure, result, target.value)
    return f"{asked}: {judged}" if judged else asked


def is_met(measure: Measure, result: Figure | Total, target: Target) -> bool | None:
    """Whether the target is reached; None where that cannot be said."""
    if result.value is None or measure.direction == Direction.NEITHER:
        return None
    if measure.direction == Direction.HIGHER:
        return result.value >= target.value
    return result.value <= (target.value if target.value_high is None else target.value_high)


# A figure that is at the target, and is known to be this or better.
OR_BETTER = {Direction.HIGHER: Qualifier.AT_LEAST, Direction.LOWER: Qualifier.UNDER}


def _judged(measure: Measure, result: Figure | Total, target: Decimal) -> str:
    value = result.value
    if measure.direction == Direction.NEITHER:
        return ""
    if value == target:
        return "met" if result.qualifier == OR_BETTER[measure.direction] else "exactly the target"
    if measure.direction == Direction.LOWER:
        gap = shown(measure, abs(value - target))
        return f"met, {gap} below the target" if value < target else f"missed by {gap}"
    if target <= 0:
        return "met" if value > target else "missed"
    return _times(value / target)


def _times(ratio: Decimal) -> str:
    """How a result compares with a target above 0, where more is better."""
    whole = int(ratio)
    if ratio >= 2:
        many = TIMES[whole] if whole < len(TIMES) else f"{whole:,} times"
        return f"{many} the target" if ratio == whole else f"more than {many} the target"
    percent = (ratio * 100).quantize(Decimal(1), ROUND_DOWN)
    if ratio > 1:
        return f"met, {percent - 100}% above the target" if percent > 100 else "just met"
    return f"missed, {percent}% of the target"
