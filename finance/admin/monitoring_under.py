"""What is under one figure of the monitoring report, with the same total at its foot."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django import forms
from django.db import models
from django.urls import reverse
from django.views.decorators.http import require_safe

from commissioning.admin.money_forms import FigureForm
from commissioning.admin.money_lines import Item, Lines, Listed, Queried, Together
from commissioning.admin.money_under import Step, Way, lines_of, nothing_under, steps, under_page
from commissioning.days import in_words
from commissioning.figures import Cell
from commissioning.models import Commitment, Instalment
from commissioning.money import format_pounds
from finance.admin.monitoring import MONITORING, MonitoringForm, address_of, may_look
from finance.figures.accruals import Item as Accrued
from finance.figures.monitoring import accruals, monitoring
from finance.figures.outturn import Expected, expected_of
from finance.figures.profile import Share, due_instalments, shares


class UnderForm(FigureForm, MonitoringForm):
    """One figure of the report, to be followed down."""

    figure = forms.ChoiceField(choices=list(MONITORING.labels().items()))


def instalments(rows: models.QuerySet[Instalment], amount: str = "amount") -> Queried:
    """Instalments of schedules."""
    rows = rows.select_related(
        "commitment__award",
        "commitment__allocation__area",
        "commitment__allocation__budget__fund",
        "commitment__allocation__budget__source",
        "recorded_by",
    ).order_by("due_on", "pk")

    def item(row: Instalment) -> Item:
        award, allocation = row.commitment.award, row.commitment.allocation
        covers = row.covers_from and f"{in_words(row.covers_from)} to {in_words(row.covers_to)}"
        return Item(
            getattr(row, amount),
            "Instalment due",
            allocation.budget,
            allocation,
            award,
            record=row,
            day=row.due_on,
            note=row.milestone or covers or "",
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
        )

    return Queried("instalment", "instalments", rows, item, amount)


def commitments_of(ids: Sequence[int]) -> dict[int, Commitment]:
    """Commitments by their ids, each with its whole chain."""
    return Commitment.objects.select_related(
        "award", "allocation__area", "allocation__budget__fund", "allocation__budget__source"
    ).in_bulk(ids)


def spread(found: Sequence[Share]) -> Listed:
    """Commitments without a schedule, each with the share of its days that has passed."""
    return Listed("share", "shares", found, _shares)


def _shares(found: Sequence[Share]) -> list[Item]:
    commitments = commitments_of([share.commitment for share in found])
    return [_share(share, commitments[share.commitment]) for share in found]


def _share(share: Share, commitment: Commitment) -> Item:
    whole = f"{format_pounds(share.of)} without a schedule"
    if share.first_day and share.last_day:
        whole += f", spread from {in_words(share.first_day)} to {in_words(share.last_day)}"
    allocation = commitment.allocation
    return Item(
        share.amount, "Even share", allocation.budget, allocation, commitment.award, note=whole
    )


def outturns(found: Sequence[Expected]) -> Listed:
    """Each budget's expected outturn: as stated, or committed and pipeline."""
    return Listed("budget", "budgets", found, lambda some: [_outturn(each) for each in some])


def _outturn(each: Expected) -> Item:
    stated = each.forecast
    if stated is None:
        return Item(each.amount, "Committed and pipeline", each.budget)
    return Item(
        each.amount,
        "Forecast stated",
        each.budget,
        record=stated,
        day=stated.effective_on,
        note=stated.reason,
        recorded_at=stated.recorded_at,
        recorded_by=stated.recorded_by,
    )


def accrued(found: Sequence[Accrued], day: date) -> Listed:
    """What was delivered and not paid, commitment by commitment."""
    return Listed("accrual", "accruals", found, lambda some: _accruals(some, day))


def _accruals(found: Sequence[Accrued], day: date) -> list[Item]:
    commitments = commitments_of([each.commitment for each in found])
    return [_accrual(each, commitments[each.commitment], day) for each in found]


def _accrual(each: Accrued, commitment: Commitment, day: date) -> Item:
    told = Item(
        each.amount,
        "Delivered and not paid",
        commitment.allocation.budget,
        commitment.allocation,
        commitment.award,
        day=day,
        note=each.worked.why if each.worked else "",
    )
    decided = each.decided
    if decided is None:
        return told
    return replace(
        told,
        what=f"{told.what}: {decided.get_choice_display()}",
        record=decided,
        note=decided.reason or decided.worked_out,
        recorded_at=decided.decided_at,
        recorded_by=decided.decided_by,
    )


def under(figure: str, cell: Cell) -> Lines | None:
    """The lines that add up to a figure; None for a variance, which is worked out from others."""
    if figure == "variance":
        return None
    if figure == "accrued":
        return accrued(accruals(cell), cell.slice.as_at)
    if figure == "profiled":
        parts = [instalments(due_instalments(cell)), spread(shares(cell))]
        return Together("line", "lines", parts)
    if figure == "forecast" and cell.by != "area":
        return outturns(expected_of(cell))
    if figure == "forecast":
        parts = [lines_of(part, cell) for part in ("committed", "pipeline")]
        return Together("entry", "entries", parts)
    return lines_of(figure, cell)


def variance(form: UnderForm, cell: Cell) -> list[Step]:
    """How the variance is worked out."""
    line = monitoring(cell.by, cell.slice).of(cell.key)
    parts = [("forecast", 1, line.forecast), ("budget", -1, line.position.budget)]
    return steps(form, "admin:monitoring_entries", parts)


@require_safe
@may_look
def entries(request):
    """The lines under one figure, and their total."""
    form = UnderForm(request.GET)
    if not form.is_valid():
        return nothing_under(request, form, Way(MONITORING.title, reverse("admin:monitoring")))
    way = Way(MONITORING.title, address_of("admin:monitoring", form))
    figure, cell = form.cleaned_data["figure"], form.cell()
    found = under(figure, cell)
    return under_page(request, form, way, variance(form, cell) if found is None else found)
