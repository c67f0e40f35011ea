"""Decision notices that money relies on: corrected by numbered corrections beside them."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Max

from commissioning import rules
from commissioning.actions import history, records
from commissioning.days import in_words
from commissioning.models import DecisionCorrection, DecisionNotice, User
from commissioning.rules import RuleBroken

Part = DecisionCorrection.Part


@transaction.atomic
def correct(
    decision: DecisionNotice, *, part: str, instead: str | date, reason: str, by: User
) -> DecisionCorrection:
    """Say what is to be read instead of a part of a notice; the notice itself stays."""
    rules.reason_is_given(reason)
    records.lock(decision)
    rules.decision_is_corrected_in_numbers(decision)
    last = decision.corrections.aggregate(last=Max("number"))["last"] or 0
    correction = DecisionCorrection(
        decision=decision,
        number=last + 1,
        part=part,
        instead=_checked(decision, part, instead),
        reason=reason,
        made_by=by,
    )
    records.check(correction)
    records.save_checked(correction)
    correction.refresh_from_db()
    before = {part: str(getattr(decision, part))}
    after = {"number": correction.number, part: correction.instead}
    history.record("corrected", decision, by, before=before, after=after, reason=reason)
    history.record(
        "added", correction, by, after=history.state(correction), reason=reason, is_first=True
    )
    return correction


def _checked(decision: DecisionNotice, part: str, instead: str | date) -> str:
    """What is to be read instead, as text; refused where the part could not say it."""
    if part == Part.DECIDED_ON:
        if not isinstance(instead, date):
            raise RuleBroken("Give the day on which it was decided.", "no_day")
        rules.corrected_day_is_in_time(decision, instead)
        return in_words(instead)
    instead = str(instead).strip()
    if not instead:
        raise RuleBroken("Say what is to be read instead.", "nothing_changes")
    if part == Part.DOCUMENT:
        try:
            URLValidator()(instead)
        except ValidationError as refusal:
            raise RuleBroken("Give the whole address, from https:// on.", "no_address") from refusal
    if instead == str(getattr(decision, part)):
        raise RuleBroken("That is what the notice says already.", "nothing_changes")
    return instead
