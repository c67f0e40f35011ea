"""What is under one figure of the monitoring report, with the same total at its foot."""

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django import forms
from django.db.models import F
from django.urls import reverse
from django.views.decorators.http import require_safe

from commissioning.admin.links import record_url
from commissioning.admin.position import in_words, staff_page
from commissioning.admin.position_entries import EntriesForm, Listing, Text, listing
from commissioning.figures import Cell
from commissioning.models import Award, Instalment
from commissioning.money import NOTHING
from finance.admin.monitoring import LABELS, MonitoringForm, may_look
from finance.figures.monitoring import due_instalments, expected_of, monitoring, shares

# Figures that are worked out from others, and the signs of these.
WORKED_OUT = {"variance": (("forecast", 1), ("budget", -1))}
OF_AN_AREA = (("committed", 1), ("pipeline", 1))


class UnderForm(MonitoringForm, EntriesForm):
    """One figure of the report, to be followed down."""

    figure = forms.ChoiceField(choices=list(LABELS.items()))


@dataclass(frozen=True)
class Rows:
    """Lines that are worked out one by one, in the shape of a listing."""

    title: str
    columns: list[str]
    lines: list[tuple[list[Text], Decimal]]

    @property
    def total(self) -> Decimal:
        return sum((amount for _, amount in self.lines), NOTHING)


def instalments(cell: Cell) -> Listing:
    """The instalments due by the day."""
    rows = due_instalments(cell).select_related(
        "commitment__award", "commitment__allocation__area", "commitment__allocation__budget__fund"
    )
    order = [F("due_on").asc(), F("pk").asc()]
    columns = ["Due", "Award", "From", "For"]
    return Listing("instalment", "instalments", columns, rows, "amount", order, _instalment)


def _instalment(row: Instalment) -> list[Text]:
    award, allocation = row.commitment.award, row.commitment.allocation
    covers = f"{in_words(row.covers_from)} to {in_words(row.covers_to)}" if row.covers_from else ""
    return [
        Text(in_words(row.due_on)),
        Text(award, record_url(award)),
        Text(allocation, record_url(allocation)),
        Text(row.milestone or covers),
    ]


def spread(cell: Cell) -> Rows:
    """Commitments without a schedule, each with the share of its days that has passed."""
    return Rows(
        "Without a schedule, spread evenly over days",
        ["Award", "Committed", "From", "To"],
        [
            (
                [
                    Text(share.label, record_url(Award(pk=share.award))),
                    Text(f"£{share.of:,.2f}"),
                    Text(in_words(share.first_day) if share.first_day else "not stated"),
                    Text(in_words(share.last_day) if share.last_day else "not stated"),
                ],
                share.amount,
            )
            for share in shares(cell)
        ],
    )


def outturns(cell: Cell) -> Rows:
    """Each budget's expected outturn: as stated, or committed and pipeline."""
    lines = []
    for each in expected_of(cell):
        how = Text("Committed and pipeline")
        if each.forecast:
            day = in_words(each.forecast.effective_on)
            how = Text(f"Stated as at {day}: {each.forecast.reason}", record_url(each.forecast))
        lines.append(([Text(each.budget, record_url(each.budget)), how], each.amount))
    return Rows("Forecast of each budget", ["Budget", "How"], lines)


def parts(form: UnderForm, cell: Cell, figure: str) -> Rows | None:
    """The other figures that this one is worked out from; None if it is not."""
    of_area = cell.by == "area"
    signs = OF_AN_AREA if figure == "forecast" and of_area else WORKED_OUT.get(figure)
    if signs is None:
        return None
    line = monitoring(cell.by, cell.slice).of(cell.key)
    figures = {"forecast": line.forecast, "budget": line.position.budget}
    figures |= {"committed": line.position.committed, "pipeline": line.position.pipeline}
    here = reverse("admin:monitoring_entries")
    query = {name: value for name, value in form.data.items() if name != "page"}
    lines = [
        (
            [
                Text(
                    LABELS[part] if sign > 0 else f"Less {LABELS[part].lower()}",
                    f"{here}?{urlencode({**query, 'figure': part})}",
                )
            ],
            sign * (figures[part] or NOTHING),
        )
        for part, sign in signs
    ]
    return Rows("Worked out from", ["Figure"], lines)


def under(form: UnderForm, cell: Cell, figure: str) -> list[Listing | Rows]:
    """What adds up to the figure: one listing, or two of the profile."""
    worked_out = parts(form, cell, figure)
    if worked_out:
        return [worked_out]
    if figure == "accrued":
        return []
    if figure == "profiled":
        return [instalments(cell), spread(cell)]
    if figure == "forecast":
        return [outturns(cell)]
    return [listing(figure, cell)]


@require_safe
@may_look
def entries(request):
    """The lines under one figure, and their total."""
    form = UnderForm(request.GET)
    back = reverse("admin:monitoring")
    if not form.is_valid():
        context = {"title": "Budget monitoring: what is under a figure", "form": form, "back": back}
        return staff_page(request, "admin/finance/monitoring_entries.html", context, status=400)
    figure, cell = form.cleaned_data["figure"], form.cell()
    found = under(form, cell, figure)
    listed = next((each for each in found if isinstance(each, Listing)), None)
    worked = next((each for each in found if isinstance(each, Rows)), None)
    total = (listed.total() if listed else NOTHING) + (worked.total if worked else NOTHING)
    context = {
        "title": f"{LABELS[figure]}: {form.row_label()}",
        "scope": form.scope(),
        "back": f"{back}?{urlencode(form.address())}",
        "total": total,
        "listing": listed,
        "worked": worked,
        "page_obj": listed.page(request.GET.get("page")) if listed else None,
    }
    return staff_page(request, "admin/finance/monitoring_entries.html", context)
