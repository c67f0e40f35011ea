"""How measures are related, as staff answer it; kept in history."""

from commissioning.actions import records
from commissioning.models import User
from programmes.models import Measure, MeasureRelation


def answer(
    whole: Measure,
    part: Measure,
    how: str,
    *,
    reason: str = "",
    by: User,
) -> MeasureRelation:
    """Record how two measures are related, in place of what was answered before.

    `how` is a MeasureRelation.Answer; that they are not related needs a reason. The answer counts
    for every release from now on, also where it is about what earlier releases showed.
    """
    relation = between(whole, part) or MeasureRelation()
    relation.whole, relation.part = whole, part
    relation.answer, relation.reason = how, reason
    records.save(relation, by=by)
    return relation


def between(one: Measure, other: Measure) -> MeasureRelation | None:
    """What was answered about two measures, whichever was named first."""
    found = MeasureRelation.objects.filter(whole__in=[one, other], part__in=[one, other])
    return found.first()
