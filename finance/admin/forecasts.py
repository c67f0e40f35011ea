"""Forecasts in the staff site: stated by a verb of the budget, kept as a list."""

from django.contrib import admin

from commissioning.admin.base import ReadOnlyAdmin
from commissioning.admin.budget_verbs import WHY
from commissioning.admin.columns import moment, person, pounds
from commissioning.admin.forms import VerbForm, day, prose
from commissioning.admin.forms import pounds as pounds_asked
from commissioning.admin.relied_on import BUDGET
from commissioning.admin.verbs import Verb
from commissioning.days import in_words
from commissioning.models import Budget
from commissioning.money import format_pounds
from finance.actions import forecasts
from finance.models import Forecast


class ForecastForm(VerbForm):
    outturn = pounds_asked(
        "Forecast outturn in pounds",
        required=False,
        min_value=0,
        help_text=(
            "What will have been spent by the end of the budget. Leave empty to take earlier "
            "forecasts back: committed and pipeline then stand for it."
        ),
    )
    effective_on = day("Stated as at")
    reason = prose("Why", max_length=1000, help_text=WHY)


def told(budget: Budget) -> list[str]:
    """What was stated last."""
    last = budget.forecasts.order_by("-effective_on", "-pk").select_related("recorded_by").first()
    if last is None:
        return [f"The budget is {format_pounds(budget.amount)}. No forecast was stated yet."]
    amount = "nothing" if last.outturn is None else format_pounds(last.outturn)
    return [
        f"The budget is {format_pounds(budget.amount)}.",
        f"Last stated as at {in_words(last.effective_on)} by {last.recorded_by}: {amount}. "
        f"{last.reason}",
    ]


def says(budget: Budget, given: dict) -> list[str]:
    """What the report will show."""
    if given["outturn"] is None:
        return ["The report will show committed and pipeline as the forecast outturn."]
    over = given["outturn"] - budget.amount
    side = "over" if over > 0 else "under"
    return [
        f"From {in_words(given['effective_on'])} the report will show a forecast outturn of "
        f"{format_pounds(given['outturn'])}: {format_pounds(abs(over))} {side} the budget of "
        f"{format_pounds(budget.amount)} as it is now."
    ]


STATE_FORECAST = Verb(
    name="forecast",
    label="State the forecast outturn",
    permissions=["fund_budget"],
    relies_on=[*BUDGET, "forecasts"],
    explains="Say what will have been spent of this budget by its end. No money moves.",
    tells=told,
    form=ForecastForm,
    says=says,
    do=lambda budget, given, by: forecasts.state(
        budget,
        given["outturn"],
        reason=given["reason"],
        effective_on=given["effective_on"],
        by=by,
    ),
    done="Forecast stated for",
)


@admin.register(Forecast)
class ForecastAdmin(ReadOnlyAdmin):
    """Every forecast that was stated, the latest first."""

    written_on = ("the budget that it is of", "admin:commissioning_budget_changelist")
    list_display = ["budget", "effective_on", pounds("outturn"), "reason", "recorded_by"]
    list_filter = [("budget__fund", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["budget__fund", "budget__source", "recorded_by"]
    search_fields = ["budget__fund__name", "reason"]
    ordering = ["-effective_on", "-pk"]
    shown = [pounds("outturn"), person("recorded_by"), moment("recorded_at", "recorded at")]
    fields = ["budget", "effective_on", shown[0], "reason", *shown[1:]]
    readonly_fields = shown
