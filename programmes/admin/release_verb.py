"""The verb that shows the figures of measures to the public."""

from collections.abc import Iterator

from django import forms

from commissioning.admin.effects import Effect
from commissioning.admin.forms import VerbForm, line, prose
from commissioning.admin.verbs import Verb
from programmes import rules
from programmes.actions import relations, releases
from programmes.likely import Likely, unanswered
from programmes.models import MeasureRelation, Release

Basis = Release.Basis
Answer = MeasureRelation.Answer
# The same answer with the second measure as the whole.
REVERSED = "_reversed"
# With more pairs than this, one answer can be given for all that are not related.
FEW = 5
OTHERS = "relation_others"


class ReleaseForm(VerbForm):
    title = line(
        "Title", help_text="What these figures are, such as “Quarter 1 of 2026/27”. Published."
    )
    basis = forms.ChoiceField(
        label="Small numbers",
        choices=[
            (Basis.CHECKED, "Hide small numbers of people, and what they could be worked out from"),
            (Basis.PUBLIC, "Show every figure: all of them are public already"),
        ],
        initial=Basis.CHECKED,
        widget=forms.RadioSelect,
    )
    document = line(
        "Where they are public already",
        required=False,
        help_text="The document that anybody can read. Needed to show every figure. Published.",
    )
    change_note = prose(
        "What is new", required=False, help_text="Since the release before. Published."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.asked = unanswered(self.rows)
        if len(self.asked) > FEW:
            self.fields[OTHERS] = prose(
                "Why all others are not related",
                required=False,
                help_text=f"{len(self.asked)} pairs of measures are asked about below. This "
                "answers all that you leave without an answer: only where nobody could work out "
                "a number of one from the other. For staff.",
            )
        for at, likely in enumerate(self.asked):
            self.fields[f"relation_{at}"] = forms.ChoiceField(
                label=f"How are “{likely.whole}” and “{likely.part}” related?",
                help_text=f"Asked because {likely.why}. What is hidden in one must not follow "
                "from the other.",
                choices=_answers(likely),
                required=False,
            )
            self.fields[f"relation_reason_{at}"] = line(
                "If they are not related, why not?", required=False, help_text="For staff."
            )

    def clean(self):
        cleaned = super().clean()
        cleaned["answers"] = list(self._answers(cleaned))
        if cleaned.get("basis") == Basis.PUBLIC and not cleaned.get("document"):
            self.add_error("document", "Name the document in which the figures are public.")
        return cleaned

    def _answers(self, cleaned) -> Iterator[dict]:
        """What was said of each two measures; figures that are public already need no answer."""
        others = cleaned.get(OTHERS, "")
        for at, likely in enumerate(self.asked):
            how = cleaned.get(f"relation_{at}", "")
            reason = cleaned.get(f"relation_reason_{at}", "")
            if not how and others:
                how, reason = Answer.UNRELATED, others
            if how == Answer.UNRELATED and not reason:
                self.add_error(f"relation_reason_{at}", "Say why the two are not related.")
            elif how:
                first, second = likely.whole, likely.part
                if how.endswith(REVERSED):
                    how, first, second = how.removesuffix(REVERSED), second, first
                yield {"whole": first, "part": second, "how": how, "reason": reason}
            elif cleaned.get("basis") == Basis.CHECKED:
                self.add_error(f"relation_{at}", "Say how these two measures are related.")


def _answers(likely: Likely) -> list[tuple[str, str]]:
    first, second = f"“{likely.whole}”", f"“{likely.part}”"
    within = "Everybody counted in {1} is counted in {0} as well"
    added = "{1} is one of several measures that together make up {0}"
    return [
        ("", "Choose an answer"),
        (Answer.SAME, "Both are the same count, shown in two ways"),
        (Answer.PART, within.format(first, second)),
        (Answer.PART + REVERSED, within.format(second, first)),
        (Answer.ADDED, added.format(first, second)),
        (Answer.ADDED + REVERSED, added.format(second, first)),
        (Answer.UNRELATED, "They are not related: nobody can be counted in both"),
    ]


class ReleaseVerb(Verb):
    """Releases measures together; what it tells is read from the release that it made."""

    def use(self, rows, given, by) -> Effect:
        for each in given["answers"]:
            relations.answer(**each, by=by)
        of_release = ("title", "basis", "document", "change_note")
        given = {name: given[name] for name in of_release}
        plan = releases.release(rows, by=by, explain=True, **given).plan
        return Effect(
            tuple(_said(len(rows), plan)),
            tuple(_warned(plan, given["basis"])),
        )


def _said(measures: int, plan: releases.Plan) -> list[str]:
    of = "this measure" if measures == 1 else f"these {measures} measures"
    return [
        f"{figures(plan.shown)} of {of} will be shown to everybody, in place of what was released "
        "before.",
        f"{figures(plan.hidden)} will be hidden.",
        *because(plan),
        "A release is never changed. A figure that is corrected later is released anew.",
    ]


def because(plan: releases.Plan) -> list[str]:
    """Why so many figures are hidden, and what they were compared with."""
    said = []
    if plan.small:
        said.append(f"{figures(plan.small)} hidden for being of few people.")
    if others := plan.hidden - plan.small:
        said.append(
            f"{figures(others)} hidden because a small number would follow from "
            f"{'it' if others == 1 else 'them'}, by subtraction or from another measure."
        )
    if plan.related:
        said.append(
            f"{figures(plan.related)} of these {'is' if plan.related == 1 else 'are'} hidden only "
            "because of related measures: beside their figures a small number would follow."
        )
    if plan.implied:
        numbers = "1 small number" if plan.implied == 1 else f"{plan.implied:,} small numbers"
        said.append(
            f"{numbers} that nobody recorded would follow by subtraction, such as of people of no "
            "known area, and cannot be worked out either."
        )
    if plan.beside:
        measures = "1 other measure" if plan.beside == 1 else f"{plan.beside:,} other measures"
        said.append(f"The published figures of {measures} were taken into account.")
    if plan.unreleased:
        one = plan.unreleased == 1
        measures = "1 related measure" if one else f"{plan.unreleased:,} related measures"
        said.append(
            f"So were those recorded of {measures} and not released yet, so that the small ones "
            "among them can still be hidden later."
        )
    return said


def figures(count: int) -> str:
    return "1 figure" if count == 1 else f"{count:,} figures"


def _warned(plan: releases.Plan, basis: str) -> list[str]:
    if basis == Basis.PUBLIC:
        return ["Nothing is hidden. Be sure that every one of these figures is public already."]
    warned = []
    if plan.exposed:
        warned.append(
            f"{figures(plan.exposed)} of few people can be worked out from what was published "
            "before, whatever is hidden now."
        )
    if plan.narrowed:
        warned.append(
            f"Of {figures(plan.narrowed)} anybody can tell from what was published before that "
            "few people are meant, though not how many."
        )
    return warned


RELEASE = ReleaseVerb(
    name="release",
    label="Release figures",
    permissions=["release_measure"],
    relies_on=["observations", "targets", "breakdown__categories"],
    explains="Show the current figures to the public, small numbers of people hidden.",
    form=ReleaseForm,
    is_possible=lambda measure: measure.is_published,
    rules=[lambda measure, by: rules.measures_are_published([measure])],
    # Done by `use`, for all measures together.
    do=lambda measure, given, by: None,
    done="Released",
    many=True,
)
