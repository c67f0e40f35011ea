"""Money by source: what is expected, what came, where it stands and what is owed back."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import permission_required
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from commissioning import figures, workbooks
from commissioning.actions import history
from commissioning.admin.columns import list_address
from commissioning.admin.effects import place
from commissioning.admin.links import record_url
from commissioning.admin.money_forms import day_asked, titled
from commissioning.admin.money_lines import Text
from commissioning.admin.pages import staff_page
from commissioning.days import in_words
from commissioning.figures.ineligible import Ineligible, ineligible_spend
from commissioning.figures.receipts import Funding, FundingLine, SourceFunding, funding_by_source
from commissioning.models import Budget, FundingSource, Receipt
from commissioning.years import FinancialYear

may_see_money = permission_required("commissioning.view_receipt", raise_exception=True)


@dataclass(frozen=True)
class Column:
    """A figure of Funding, and what it means."""

    figure: str
    label: str
    meaning: str


COLUMNS = (
    Column("expected", "Expected", "What the source is to pay, while nobody has confirmed it."),
    Column("confirmed", "Confirmed", "What the source is to pay, as it confirmed or paid already."),
    Column(
        "received",
        "Received",
        "What came from the source. Where nobody recorded when, the whole of a budget whose money "
        "is said to be received.",
    ),
    Column("to_come", "To come", "Expected and confirmed, less what was received."),
    Column("moved", "Moved", "Virements and carry-forward from other budgets, less those to them."),
    Column("allocated", "Allocated", "Set aside for areas and purposes."),
    Column("committed", "Committed", "Promised in approved awards."),
    Column("paid", "Paid", "Payments released, less recoveries and what the bank returned unpaid."),
    Column("returned", "Returned", "What went back to the source."),
    Column(
        "owed_back",
        "Owed back",
        "Of a budget past its last day: received and moved, less what was returned and what was "
        "incurred by that day: paid by then, plus accruals and less prepayments at that day. Below "
        "£0.00, more was spent than came.",
    ),
)


INELIGIBLE = ("Committed after that day", "Paid beyond what was incurred")


class SourcesForm(forms.Form):
    """Which sources and year, and as at which day."""

    source = forms.ModelChoiceField(
        FundingSource.objects.all(),
        label="Source of funding",
        required=False,
        empty_label="All sources",
        error_messages={"invalid_choice": "This is not one of the choices."},
    )
    year = forms.TypedChoiceField(
        label="Financial year",
        choices=lambda: [
            ("", "All years and periods"),
            *((year.slug, year.label) for year in figures.years_reached()),
        ],
        coerce=FinancialYear.parse,
        required=False,
        empty_value=None,
        error_messages={"invalid_choice": "This is not one of the choices."},
    )
    as_at = day_asked(
        "As at",
        "Counts what came, moved or was paid on or before this day. Leave empty to count "
        "everything, money dated ahead included.",
    )

    def slice(self) -> figures.Slice:
        return figures.Slice(**self.cleaned_data)

    def scope(self) -> list[str]:
        """In words what the figures are of, and as at when."""
        asked = self.cleaned_data
        chosen = [str(asked[name]) for name in ("source", "year") if asked[name]]
        day = asked["as_at"]
        whole = "Only budgets whose whole period lies in the year are counted."
        return [
            f"Only {', '.join(chosen)}." if chosen else "All sources and years.",
            *([whole] if asked["year"] else []),
            f"As at {in_words(day)}." if day else "As at any day: money dated ahead included.",
            f"Owed back is as at {in_words(day or timezone.localdate())}.",
        ]

    def address(self) -> str:
        return urlencode({name: self.data[name] for name in self.fields if self.data.get(name)})


# --- The page -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A budget of a source: its days, and its figures in the order of COLUMNS."""

    label: str
    href: str
    use_by: str
    is_over: bool
    # (pounds, address of what is under them, if they are followed).
    cells: list[tuple[Decimal, str]]

    @classmethod
    def of(cls, line: FundingLine, form: SourcesForm) -> "Line":
        budget = line.budget
        return cls(
            label=f"{budget.period}, {budget.fund}",
            href=record_url(budget),
            use_by=in_words(budget.use_by) if budget.use_by else "",
            is_over=_is_over(budget, form),
            cells=[
                (amount, _under(column.figure, budget, form))
                for column, amount in zip(COLUMNS, amounts(line.funding), strict=True)
            ],
        )


@dataclass(frozen=True)
class Group:
    """A source, its budgets and what they come to."""

    source: FundingSource
    href: str
    lines: list[Line]
    total: list[Decimal]

    @classmethod
    def of(cls, of_source: SourceFunding, form: SourcesForm) -> "Group":
        return cls(
            of_source.source,
            record_url(of_source.source),
            [Line.of(line, form) for line in of_source.lines],
            amounts(of_source.total),
        )


def _under(figure: str, budget: Budget, form: SourcesForm) -> str:
    """Where a figure of a budget is followed to what it is the sum of."""
    if figure in ("received", "returned"):
        return list_address(Receipt, budget__id__exact=budget.pk)
    if figure == "owed_back":
        asked = {"budget": budget.pk, "as_at": form.cleaned_data["as_at"] or ""}
        return f"{reverse('admin:owed_back')}?{urlencode(asked)}" if _is_over(budget, form) else ""
    if figure not in ("allocated", "committed", "paid"):
        return ""
    asked = {"by": "budget", "row": budget.pk, "figure": figure}
    if form.cleaned_data["as_at"]:
        asked["as_at"] = form.cleaned_data["as_at"]
    return f"{reverse('admin:position_entries')}?{urlencode(asked)}"


def _is_over(budget: Budget, form: SourcesForm) -> bool:
    """Whether the day is past on which its money was to be spent."""
    day = form.cleaned_data["as_at"] or timezone.localdate()
    return budget.use_by is not None and budget.use_by < day


def amounts(funding: Funding) -> list[Decimal]:
    """The figures in the order of COLUMNS."""
    return [getattr(funding, column.figure) for column in COLUMNS]


def found(form: SourcesForm) -> tuple[list[SourceFunding], Funding]:
    """Every source with its budgets, and what they come to in all."""
    sources = funding_by_source(form.slice(), timezone.localdate())
    return sources, sum((each.total for each in sources), Funding())


@dataclass(frozen=True)
class IneligibleLine:
    """One award's ineligible spend: where it stands, how much, and by whose leave."""

    source: FundingSource
    award: Text
    allocation: str
    use_by: str
    committed: Decimal
    paid: Decimal
    overrides: list[Text]

    @classmethod
    def of(cls, found: Ineligible) -> "IneligibleLine":
        line, budget = found.commitment, found.commitment.allocation.budget
        return cls(
            source=budget.source,
            award=Text(line.award, record_url(line.award)),
            allocation=place(line.allocation),
            use_by=in_words(budget.use_by),
            committed=found.committed,
            paid=found.paid,
            overrides=[
                Text(
                    f"{each.authorised_by}, for {each.person}: {each.reason}",
                    record_url(each),
                )
                for each in found.overrides
            ],
        )


def ineligible(form: SourcesForm) -> list[IneligibleLine]:
    """What was committed or paid and does not count for its source, award by award."""
    found = ineligible_spend(form.slice(), timezone.localdate())
    return [IneligibleLine.of(each) for each in found]


@require_safe
@may_see_money
def sources(request):
    """The sources as a page."""
    form = SourcesForm(request.GET)
    context = {
        "title": "Sources of funding",
        "form": form,
        "columns": COLUMNS,
        "clear": reverse("admin:sources"),
    }
    if not form.is_valid():
        return staff_page(request, "admin/sources.html", context, status=400)
    by_source, total = found(form)
    download = f"{reverse('admin:sources_download')}?{form.address()}"
    context |= {
        "title": titled("Sources of funding", form.cleaned_data["as_at"]),
        "scope": form.scope(),
        "groups": [Group.of(each, form) for each in by_source],
        "total": amounts(total),
        "ineligible": ineligible(form),
        "ineligible_columns": INELIGIBLE,
        "links": [("Download as XLSX", download)],
        "is_shown": True,
    }
    return staff_page(request, "admin/sources.html", context)


@require_safe
@may_see_money
def download(request):
    """The sources as a workbook: the same figures as the page."""
    form = SourcesForm(request.GET)
    if not form.is_valid():
        return sources(request)
    by_source, total = found(form)
    labels = [column.label for column in COLUMNS]
    sheet = workbooks.Sheet(
        name="Sources of funding",
        title="Sources of funding",
        notes=["Pounds and pence.", *form.scope()],
        columns=[
            "Source",
            "Period",
            "Fund",
            "Money is",
            "To be spent by",
            *workbooks.in_pounds(*labels),
        ],
        rows=_rows(by_source),
        total=["Total", "", "", "", None, *amounts(total)],
        widths=[36, 14, 36, 12, 16, *[17] * len(COLUMNS)],
    )
    beside = workbooks.Sheet(
        name="Ineligible spend",
        title="Committed or paid after the last day of its source",
        notes=["Pounds and pence.", *form.scope()],
        columns=[
            "Source",
            "To be spent by",
            "Award",
            "From",
            *workbooks.in_pounds(*INELIGIBLE),
            "Allowed by",
        ],
        rows=[
            [
                str(line.source),
                line.use_by,
                str(line.award.text),
                line.allocation,
                line.committed,
                line.paid,
                "; ".join(str(each.text) for each in line.overrides),
            ]
            for line in ineligible(form)
        ],
        widths=[36, 18, 36, 40, 20, 20, 60],
    )
    history.record_export("Sources of funding", Budget, request.user, scope=" ".join(form.scope()))
    return workbooks.download([sheet, beside], f"sources-{timezone.localdate()}.xlsx")


def _rows(by_source: Iterable[SourceFunding]) -> Iterable[list]:
    for of_source in by_source:
        for line in of_source.lines:
            budget = line.budget
            yield [
                str(of_source.source),
                budget.period,
                str(budget.fund),
                budget.get_source_status_display(),
                budget.use_by,
                *amounts(line.funding),
            ]
