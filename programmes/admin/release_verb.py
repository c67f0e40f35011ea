"""The verb that shows the figures of measures to the public."""

from django import forms

from commissioning.admin.effects import Effect
from commissioning.admin.forms import VerbForm, line, prose
from commissioning.admin.verbs import Verb
from programmes import rules
from programmes.actions import releases
from programmes.models import Release

Basis = Release.Basis


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

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("basis") == Basis.PUBLIC and not cleaned.get("document"):
            self.add_error("document", "Name the document in which the figures are public.")
        return cleaned


class ReleaseVerb(Verb):
    """Releases measures together; what it tells is read from the release that it made."""

    def use(self, rows, given, by) -> Effect:
        plan = releases.release(rows, by=by, **given).plan
        return Effect(
            tuple(_said(len(rows), plan.shown, plan.hidden)),
            tuple(_warned(plan, given["basis"])),
        )


def _said(measures: int, shown: int, hidden: int) -> list[str]:
    of = "this measure" if measures == 1 else f"these {measures} measures"
    return [
        f"{_figures(shown)} of {of} will be shown to everybody, in place of what was released "
        "before.",
        f"{_figures(hidden)} will be hidden.",
        "A release is never changed. A figure that is corrected later is released anew.",
    ]


def _figures(count: int) -> str:
    return "1 figure" if count == 1 else f"{count:,} figures"


def _warned(plan: releases.Plan, basis: str) -> list[str]:
    if basis == Basis.PUBLIC:
        return ["Nothing is hidden. Be sure that every one of these figures is public already."]
    if plan.exposed:
        return [
            f"{_figures(plan.exposed)} of few people can be worked out from what was published "
            "before, whatever is hidden now."
        ]
    return []


RELEASE = ReleaseVerb(
    name="release",
    label="Release figures",
    permissions=["release_measure"],
    relies_on=["observations", "targets", "breakdown__categories"],
    explains="Show the current figures to the public, small numbers of people hidden.",
    form=ReleaseForm,
    is_possible=lambda measure: measure.is_published,
    rules=[lambda measure, by: rules.measures_are_published([measure])],
    do=lambda measure, given, by: releases.release([measure], by=by, **given),
    done="Released",
    many=True,
)
