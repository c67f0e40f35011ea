"""What the public says is wrong, and answering it."""

from django.contrib import admin

from commissioning.admin.base import ReadOnlyAdmin
from commissioning.admin.columns import moment, person
from commissioning.admin.forms import ReasonForm, VerbForm, prose
from commissioning.admin.verbs import Verb
from transparency.actions import problems
from transparency.models import Problem


class AnswerForm(VerbForm):
    change_note = prose(
        "Public note",
        required=False,
        max_length=1000,
        help_text=(
            "What was put right, such as “The amount was £5,000, not £50,000.” It stands on the "
            "public page from now on. Leave empty if nothing was wrong."
        ),
    )
    answer = prose("For staff", required=False, help_text="What was looked at. Not published.")


def is_open(problem: Problem) -> bool:
    return problem.status == Problem.Status.OPEN


def forgets(problem: Problem) -> list[str]:
    """Whoever wants an answer is to be written to before how to reach them is gone."""
    if not problem.reach:
        return []
    return [f"An answer is wanted: {problem.reach}. Write to them first: this is erased now."]


def will_happen(problem: Problem, given: dict) -> list[str]:
    note = [f"The note will stand on {problem.about}."] if given["change_note"] else []
    return [*note, *forgets(problem)]


@admin.register(Problem)
class ProblemAdmin(ReadOnlyAdmin):
    """Messages about pages of the public site."""

    verbs = [
        Verb(
            name="answer",
            label="Answer",
            permissions=["answer_problem"],
            relies_on=[],
            explains="Say what was put right. Put it right first, with the record's own buttons.",
            form=AnswerForm,
            is_possible=is_open,
            says=will_happen,
            do=lambda problem, given, by: problems.answer(
                problem, change_note=given["change_note"], answer=given["answer"], by=by
            ),
            done="Answered",
        ),
        Verb(
            name="set-aside",
            label="Set aside",
            permissions=["answer_problem"],
            relies_on=[],
            explains="Leave it without an answer, for example because it is advertising.",
            form=ReasonForm,
            is_possible=is_open,
            says=lambda problem, given: forgets(problem),
            do=lambda problem, given, by: problems.set_aside(
                problem, reason=given["reason"], by=by
            ),
            done="Set aside",
            many=True,
        ),
    ]
    list_display = ["about", "said", "sent_at", "status"]
    list_filter = ["status"]
    search_fields = ["about", "text", "change_note"]
    written = [moment("sent_at", "told at"), "status", "change_note", "answer"]
    fields = [
        "about",
        "text",
        *written,
        person("answered_by"),
        moment("answered_at", "answered at"),
    ]
    readonly_fields = [*fields, "reach"]

    def get_fields(self, request, obj=None):
        """How to reach somebody is for those who may answer them."""
        if not request.user.has_perm("transparency.answer_problem"):
            return self.fields
        return ["about", "text", "reach", *self.fields[2:]]

    @admin.display(description="what is wrong", ordering="text")
    def said(self, problem: Problem) -> str:
        return problem.text[:100]

    def get_view_on_site_url(self, obj=None):
        return obj.about if obj else None
