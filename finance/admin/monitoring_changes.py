"""What moved one figure of the monitoring report from one day to another."""

from collections.abc import Sequence
from dataclasses import replace

from django import forms
from django.db import models
from django.urls import reverse
from django.views.decorators.http import require_safe

from commissioning.admin.money_forms import FigureForm
from commissioning.admin.money_lines import Item, Lines, Listed, Queried, Together
from commissioning.admin.money_under import (
    Step,
    Way,
    entries,
    margins,
    nothing_under,
    pipeline,
    steps,
    under_page,
)
from commissioning.figures import Cell
from commissioning.money import format_pounds
from finance.admin.monitoring import COLUMNS, MONITORING, address_of, may_look
from finance.admin.monitoring_compare import TITLE, CompareForm
from finance.admin.monitoring_under import commitments_of, instalments
from finance.figures.changes import (
    MovedOutturn,
    MovedPart,
    comparison,
    moved,
    moved_accruals,
    moved_outturns,
    moved_shares,
)
from finance.figures.profile import due_instalments

BY_NAME = {column.figure: column for column in COLUMNS}


class ChangesForm(FigureForm, CompareForm):
    """One difference, to be followed to what it is the sum of."""

    figure = forms.ChoiceField(choices=list(MONITORING.labels().items()))


def moves(figure: str, before: Cell, after: Cell) -> Lines | None:
    """The lines that add up to the difference of a figure; None for a variance."""
    if figure == "variance":
        return None
    if figure == "profiled":
        due = moved(due_instalments(before), due_instalments(after))
        shares = Listed("share", "shares", moved_shares(before, after), _shares)
        return Together("line", "lines", [_as_moved(instalments(due, "moved")), shares])
    if figure == "accrued":
        return Listed("accrual", "accruals", moved_accruals(before, after), _accruals)
    if figure == "forecast" and after.by == "area":
        parts = [moves(part, before, after) for part in ("committed", "pipeline")]
        return Together("entry", "entries", parts)
    if figure == "forecast":
        return Listed("budget", "budgets", moved_outturns(before, after), _outturns)
    if figure == "pipeline":
        return _as_moved(pipeline(moved(before.all_pipeline(), after.all_pipeline()), "moved"))
    if figure == "margin":
        return _as_moved(margins(moved(before.margins(), after.margins(), "margin"), "moved"))
    return _as_moved(entries(moved(before.entries(figure), after.entries(figure)), "moved"))


def _as_moved(lines: Queried) -> Queried:
    """Lines that say of what is taken away that it counts no longer."""

    def item(row: models.Model) -> Item:
        told = lines.item(row)
        return replace(told, what=f"{told.what}, counted no longer") if row.has_gone else told

    return replace(lines, item=item)


def _shares(found: Sequence[MovedPart]) -> list[Item]:
    return _parts("Even share", found)


def _accruals(found: Sequence[MovedPart]) -> list[Item]:
    return _parts("Delivered and not paid", found)


def _parts(what: str, found: Sequence[MovedPart]) -> list[Item]:
    commitments = commitments_of([part.commitment for part in found])
    lines = []
    for part in found:
        commitment = commitments[part.commitment]
        allocation = commitment.allocation
        note = f"{format_pounds(part.before)} before, {format_pounds(part.after)} after"
        lines.append(
            Item(part.amount, what, allocation.budget, allocation, commitment.award, note=note)
        )
    return lines


def _outturns(found: Sequence[MovedOutturn]) -> list[Item]:
    return [_outturn(each) for each in found]


def _outturn(each: MovedOutturn) -> Item:
    stated = each.after and each.after.forecast
    told = Item(each.amount, "Committed and pipeline", each.budget, note=each.told())
    if not stated or stated == (each.before and each.before.forecast):
        return told
    return replace(
        told,
        what="Forecast stated",
        record=stated,
        day=stated.effective_on,
        note=f"{stated.reason} {each.told()}",
        recorded_at=stated.recorded_at,
        recorded_by=stated.recorded_by,
    )


def variance(form: ChangesForm, before: Cell, after: Cell) -> list[Step]:
    """How the difference of the variance is worked out."""
    found = comparison(after.by, before.slice, after.slice).of(after.key)
    parts = [
        (column.figure, sign, column.of(found.after) - column.of(found.before))
        for column, sign in ((BY_NAME["forecast"], 1), (BY_NAME["budget"], -1))
    ]
    return steps(form, "admin:monitoring_changes", parts)


@require_safe
@may_look
def changes(request):
    """What moved one figure, and the difference at its foot."""
    form = ChangesForm(request.GET)
    if not form.is_valid():
        return nothing_under(request, form, Way(TITLE, reverse("admin:monitoring_compare")))
    way = Way(TITLE, address_of("admin:monitoring_compare", form))
    before, after = form.cell(form.before()), form.cell()
    found = moves(form.cleaned_data["figure"], before, after)
    return under_page(request, form, way, variance(form, before, after) if found is None else found)
