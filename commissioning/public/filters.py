"""Filters of the public lists, the same on pages, in downloads and in the API."""

from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django_filters import ChoiceFilter

from commissioning.figures.withheld import is_small, standing_openly
from commissioning.models import (
    Allocation,
    Area,
    Award,
    Basis,
    Budget,
    DecisionNotice,
    Entry,
    Fund,
    FundingSource,
    Organisation,
    ReportedTotal,
    Service,
    Theme,
)
from commissioning.models.payments import Payment
from commissioning.models.publication import Scope
from commissioning.public import facets
from commissioning.public.filtering import (
    PeriodFilter,
    PoundsFilter,
    PublicFilterSet,
    RecordFilter,
    WordsFilter,
    YearFilter,
    word_in,
)
from commissioning.public.forms import FilterForm
from commissioning.public.withholding import (
    awards_for,
    named_organisations,
    services_for,
    totals_for,
)
from commissioning.years import FinancialYear

# --- What can be chosen ---------------------------------------------------------------------------

FUNDS = {"noun": "fund", "queryset": lambda: Fund.objects.published()}
SOURCES = {"noun": "source of funding", "queryset": lambda: FundingSource.objects.published()}
AREAS = {"noun": "area", "queryset": lambda: Area.objects.published()}
THEMES = {"noun": "theme", "queryset": lambda: Theme.objects.select_related("plan")}
SERVICES = {"noun": "service", "queryset": lambda: Service.objects.published()}
RECIPIENTS = {"noun": "recipient", "queryset": named_organisations}
DECISIONS = {
    "noun": "decision",
    "queryset": lambda: DecisionNotice.objects.published(),
    "to_field_name": "reference",
}
AWARDS = {
    "noun": "award",
    "queryset": lambda: Award.objects.published(),
    "to_field_name": "reference",
}
BUDGETS = {
    "noun": "budget",
    "queryset": lambda: Budget.objects.published().select_related("fund", "source"),
    "to_field_name": "pk",
}
ALLOCATIONS = {
    "noun": "allocation",
    "queryset": lambda: Allocation.objects.published().select_related("area", "budget__fund"),
    "to_field_name": "pk",
}


def _within(path: str):
    """Rows whose area, reached by `path`, is the chosen one or lies in it."""

    def narrow(rows: QuerySet, area: Area) -> QuerySet:
        return rows.filter(**{f"{path}__in": Area.objects.within(area)})

    return narrow


def _within_openly(award_path: str):
    """As `_within`, without lines of awards that would give a withheld place away."""

    def narrow(rows: QuerySet, area: Area) -> QuerySet:
        rows = _within("allocation__area")(rows, area)
        return rows.filter(standing_openly(award_path)) if is_small(area) else rows

    return narrow


def _on_openly(award_path: str):
    """Lines on the chosen allocation that do not give a withheld place away."""

    def narrow(rows: QuerySet, allocation: Allocation) -> QuerySet:
        return rows.filter(standing_openly(award_path), allocation=allocation)

    return narrow


def _of_open_funds(narrow):
    """Lines on money of published funds: of others neither area nor period is told."""

    def narrow_open(lines: QuerySet, chosen) -> QuerySet:
        return narrow(lines, chosen).filter(allocation__budget__fund__is_published=True)

    return narrow_open


def _in_year_by(path: str):
    def narrow(rows: QuerySet, year: FinancialYear) -> QuerySet:
        return rows.filter(**{f"{path}__range": (year.first_day, year.last_day)})

    return narrow


def _in_period_by(path: str):
    """Rows whose whole period lies in the year."""

    def narrow(rows: QuerySet, year: FinancialYear) -> QuerySet:
        return rows.filter(
            **{f"{path}starts_on__gte": year.first_day, f"{path}ends_on__lte": year.last_day}
        )

    return narrow


def _budget_span():
    days = Budget.objects.published().aggregate(first=Min("starts_on"), last=Max("ends_on"))
    return days["first"], days["last"]


def _award_span():
    day = Coalesce("awarded_on", "starts_on")
    days = Award.objects.published().aggregate(first=Min(day), last=Max(day))
    return days["first"], days["last"]


def _payment_span():
    days = Payment.objects.published().aggregate(first=Min("paid_on"), last=Max("paid_on"))
    return days["first"], days["last"]


# --- One set per list -----------------------------------------------------------------------------


def _in_band(awards: QuerySet[Award], name: str, band: str) -> QuerySet[Award]:
    return awards.annotate(band_of_amount=facets.BAND).filter(band_of_amount=band)


def _of_recipient_kind(awards: QuerySet[Award], name: str, kind: str) -> QuerySet[Award]:
    """Awards to recipients of a kind; of one whose name is withheld not even that is told."""
    return awards.annotate(kind_of_recipient=facets.RECIPIENT_KIND).filter(kind_of_recipient=kind)


class AwardFilterForm(FilterForm):
    def clean(self):
        least, most = self.cleaned_data.get("min"), self.cleaned_data.get("max")
        if least is not None and most is not None and least > most:
            self.add_error("min", "The smallest amount is more than the largest.")


class AwardFilters(PublicFilterSet):
    class Meta:
        form = AwardFilterForm

    when_used = ("recipient", "source", "service", "decision", "onward_of")
    counted_by = {
        "fund": facets.awards_by_fund,
        "area": facets.awards_by_area,
        "year": facets.YEAR,
        "scope": F("scope"),
        "theme": facets.awards_by_theme,
        "kind": F("kind"),
        "status": F("status"),
        "recipient_kind": facets.RECIPIENT_KIND,
        "band": facets.BAND,
        "power": F("legal_power"),
    }

    q = WordsFilter(help_text="Words in the title, purpose, recipient, place or reference.")
    fund = RecordFilter(**FUNDS, narrow=lambda awards, fund: awards.for_fund(fund))
    area = RecordFilter(
        **AREAS, narrow=awards_for, label="Area that benefits", help_text="Places in it included."
    )
    scope = ChoiceFilter(choices=Scope, label="How far it reaches", empty_label="All")
    year = YearFilter(narrow=lambda awards, year: awards.in_year(year), spans=_award_span)
    theme = RecordFilter(**THEMES, narrow=lambda awards, theme: awards.for_theme(theme))
    kind = ChoiceFilter(choices=Award.Kind, label="Kind", empty_label="All")
    status = ChoiceFilter(
        choices=[(status.value, status.label) for status in Award.PROMISED],
        label="Status",
        empty_label="All",
    )
    recipient_kind = ChoiceFilter(
        choices=Organisation.Kind.choices,
        label="Kind of recipient",
        empty_label="All",
        method=_of_recipient_kind,
    )
    power = ChoiceFilter(
        field_name="legal_power",
        choices=Award.LegalPower,
        label="Legal power",
        empty_label="All",
    )
    band = ChoiceFilter(
        choices=[(name, label) for name, (label, _) in facets.BANDS.items()],
        label="Amount",
        empty_label="All",
        method=_in_band,
    )
    min = PoundsFilter(field_name="amount", lookup_expr="gte", label="Amount from, £")
    max = PoundsFilter(field_name="amount", lookup_expr="lte", label="Amount to, £")
    recipient = RecordFilter(**RECIPIENTS)
    source = RecordFilter(**SOURCES, narrow=lambda awards, source: awards.for_source(source))
    service = RecordFilter(**SERVICES)
    decision = RecordFilter(**DECISIONS)
    onward_of = RecordFilter(**AWARDS, label="Given on from")


class FundFilters(PublicFilterSet):
    when_used = ("source",)

    q = WordsFilter(help_text="Words in the name, a former name or the purpose.")
    status = ChoiceFilter(choices=Fund.Status, label="Status", empty_label="All")
    theme = RecordFilter(**THEMES)
    source = RecordFilter(
        **SOURCES,
        narrow=lambda funds, source: funds.filter(
            Q(pk__in=source.funds.values("pk")) | Q(pk__in=source.budgets.values("fund"))
        ),
    )


class SourceFilters(PublicFilterSet):
    kind = ChoiceFilter(choices=FundingSource.Kind, label="Kind", empty_label="All")


class BudgetFilters(PublicFilterSet):
    fund = RecordFilter(**FUNDS)
    source = RecordFilter(**SOURCES)
    year = YearFilter(narrow=_in_period_by(""), spans=_budget_span)


class AllocationFilters(PublicFilterSet):
    when_used = ("source", "budget", "period")

    fund = RecordFilter(**FUNDS, field_name="budget__fund")
    area = RecordFilter(**AREAS, narrow=_within("area"), help_text="Places in it included.")
    year = YearFilter(narrow=_in_period_by("budget__"), spans=_budget_span)
    period = PeriodFilter(path="budget__")
    source = RecordFilter(**SOURCES, field_name="budget__source")
    budget = RecordFilter(**BUDGETS)
    kind = ChoiceFilter(
        field_name="area__kind", choices=Area.Kind, label="Kind of area", empty_label="All"
    )
    basis = ChoiceFilter(choices=Basis, label="Amount is", empty_label="All")


class CommitmentFilters(PublicFilterSet):
    when_used = ("award", "allocation", "source", "recipient", "period")

    fund = RecordFilter(**FUNDS, field_name="allocation__budget__fund")
    area = RecordFilter(
        **AREAS, narrow=_of_open_funds(_within_openly("award__")), label="Area of the money"
    )
    year = YearFilter(
        narrow=_of_open_funds(_in_period_by("allocation__budget__")), spans=_budget_span
    )
    period = PeriodFilter(path="allocation__budget__")
    theme = RecordFilter(
        **THEMES,
        narrow=_of_open_funds(
            lambda lines, theme: lines.filter(award__in=Award.objects.for_theme(theme))
        ),
    )
    recipient = RecordFilter(
        **RECIPIENTS,
        narrow=_of_open_funds(lambda lines, recipient: lines.filter(award__recipient=recipient)),
    )
    award = RecordFilter(**AWARDS)
    source = RecordFilter(**SOURCES, field_name="allocation__budget__source")
    allocation = RecordFilter(**ALLOCATIONS, narrow=_on_openly("award__"))


class PaymentFilters(PublicFilterSet):
    when_used = ("award", "recipient")

    fund = RecordFilter(**FUNDS, field_name="commitment__allocation__budget__fund")
    year = YearFilter(narrow=_in_year_by("paid_on"), spans=_payment_span)
    kind = ChoiceFilter(choices=Payment.Kind, label="Kind", empty_label="All")
    award = RecordFilter(**AWARDS, field_name="commitment__award")
    recipient = RecordFilter(**RECIPIENTS, field_name="commitment__award__recipient")


class EntryFilters(PublicFilterSet):
    when_used = ("budget", "allocation", "award", "source")

    kind = ChoiceFilter(choices=Entry.Kind, label="What changed", empty_label="All")
    reason = ChoiceFilter(choices=Entry.Reason, label="Reason", empty_label="All")
    fund = RecordFilter(**FUNDS, field_name="budget__fund")
    area = RecordFilter(**AREAS, narrow=_within_openly("commitment__award__"))
    year = YearFilter(narrow=_in_period_by("budget__"), spans=_budget_span)
    budget = RecordFilter(**BUDGETS)
    source = RecordFilter(**SOURCES, field_name="budget__source")
    allocation = RecordFilter(**ALLOCATIONS, narrow=_on_openly("commitment__award__"))
    award = RecordFilter(**AWARDS, field_name="commitment__award")


class AreaFilters(PublicFilterSet):
    kind = ChoiceFilter(choices=Area.Kind, label="Kind", empty_label="All")


class OrganisationFilters(PublicFilterSet):
    q = WordsFilter(help_text="Words in the name, another name or what it does.")
    kind = ChoiceFilter(choices=Organisation.Kind, label="Kind", empty_label="All")


class ServiceFilters(PublicFilterSet):
    when_used = ("provider", "fund")

    q = WordsFilter(help_text="Words in the name, the description, a provider or a place.")
    area = RecordFilter(**AREAS, narrow=services_for)
    theme = RecordFilter(**THEMES)
    kind = ChoiceFilter(choices=Service.Kind, label="Kind", empty_label="All")
    status = ChoiceFilter(choices=Service.Status, label="Status", empty_label="All")
    provider = RecordFilter(**{**RECIPIENTS, "noun": "provider"}, field_name="providers")
    fund = RecordFilter(**FUNDS, field_name="funds")


def _with_award(narrow):
    """Decisions under which a published award was made that `narrow(awards, record)` leaves."""

    def narrow_decisions(decisions: QuerySet, record) -> QuerySet:
        awards = narrow(Award.objects.published().filter(decision=OuterRef("pk")), record)
        return decisions.filter(Exists(awards))

    return narrow_decisions


class DecisionFilters(PublicFilterSet):
    when_used = ("fund", "recipient")

    q = WordsFilter(help_text="Words in the title or the summary.")
    year = YearFilter(
        narrow=_in_year_by("decided_on"),
        spans=lambda: tuple(
            DecisionNotice.objects.published()
            .aggregate(first=Min("decided_on"), last=Max("decided_on"))
            .values()
        ),
    )
    status = ChoiceFilter(choices=DecisionNotice.Status, label="Published", empty_label="All")
    area = RecordFilter(
        **AREAS, narrow=_with_award(awards_for), label="Area that its awards benefit"
    )
    theme = RecordFilter(
        **THEMES,
        narrow=_with_award(lambda awards, theme: awards.for_theme(theme)),
        label="Theme of its awards",
    )
    fund = RecordFilter(
        **FUNDS,
        narrow=_with_award(lambda awards, fund: awards.for_fund(fund)),
        label="Fund of its awards",
    )
    recipient = RecordFilter(
        **RECIPIENTS,
        narrow=_with_award(lambda awards, recipient: awards.filter(recipient=recipient)),
        label="Recipient of its awards",
    )


class ThemeFilters(PublicFilterSet):
    pass


class ConditionFilters(PublicFilterSet):
    when_used = ("award",)

    q = WordsFilter(finds=word_in("text", "applies_to"), help_text="Words in the condition.")
    fund = RecordFilter(**FUNDS)
    award = RecordFilter(**AWARDS)


class ReportedTotalFilters(PublicFilterSet):
    when_used = ("area", "service", "organisation", "award")

    q = WordsFilter(finds=word_in("label", "note"), help_text="Words in the label or the note.")
    fund = RecordFilter(**FUNDS)
    kind = ChoiceFilter(choices=ReportedTotal.Kind, label="Kind", empty_label="All")
    area = RecordFilter(**AREAS, narrow=totals_for)
    service = RecordFilter(**SERVICES)
    organisation = RecordFilter(**{**RECIPIENTS, "noun": "organisation"})
    award = RecordFilter(**AWARDS)
