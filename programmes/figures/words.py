"""Figures as people say them."""

from decimal import ROUND_DOWN, Decimal

from commissioning.models.publication import QUALIFIED
from commissioning.money import format_pounds
from programmes.figures.adding import Total
from programmes.models import HIDDEN_MARK, Direction, Figure, Measure, Target
from programmes.quantities import format_quantity

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
    if getattr(figure, "is_hidden", False):
        return HIDDEN_MARK
    if figure.value is None:
        return ""
    text = shown(measure, figure.value)
    if figure.value_high is not None:
        text = f"{text} to {shown(measure, figure.value_high)}"
    return QUALIFIED[figure.qualifier].format(text)


def with_unit(measure: Measure, figure: Figure | Total | Target) -> str:
    """ "11,445 people"; pounds and percentages are said by themselves."""
    text = said(measure, figure)
    if not text or measure.form != Measure.Form.NUMBER:
        return text
    return f"{text} {measure.unit}"


def verdict(measure: Measure, result: Figure | Total, target: Target) -> str:
    """A result against its target: "11,445 people, target 3,400: more than three times the target".

    Nothing where there is no result to judge; no judgement where neither way is better.
    """
    if result.value is None or getattr(result, "is_hidden", False):
        return ""
    against = f"{with_unit(measure, result)}, target {shown(measure, target.value)}"
    judged = _judged(measure, result.value, target.value)
    return f"{against}: {judged}" if judged else against


def is_met(measure: Measure, result: Figure | Total, target: Target) -> bool | None:
    """Whether the target is reached; None where that cannot be said."""
    if result.value is None or measure.direction == Direction.NEITHER:
        return None
    if measure.direction == Direction.HIGHER:
        return result.value >= target.value
    return result.value <= (target.value if target.value_high is None else target.value_high)


def _judged(measure: Measure, value: Decimal, target: Decimal) -> str:
    if measure.direction == Direction.NEITHER:
        return ""
    if value == target:
        return "exactly the target"
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
