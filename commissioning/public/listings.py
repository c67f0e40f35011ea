"""The public lists, one declaration per noun."""

from collections.abc import Sequence

from django.db.models import (
    Case,
    CharField,
    Count,
    ExpressionWrapper,
    F,
    Prefetch,
    Q,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, NullIf

from commissioning import figures
from commissioning.figures import Slice
from commissioning.figures.withheld import standing_openly
from commissioning.models import (
    Allocation,
    Area,
    Award,
    Basis,
    Budget,
    Commitment,
    Condition,
    DecisionNotice,
    Fund,
    FundingSource,
    Organisation,
    ReportedTotal,
    Service,
    Theme,
)
from commissioning.models.payments import Payment
from commissioning.money import NOTHING, MoneyField
from commissioning.public import best_known, columns, exactness, filters
from commissioning.public.listing import Listing, Sort
from commissioning.public.withholding import named_organisations

NO_POUNDS = Value(NOTHING, MoneyField())
PUBLISHED_AWARDS = Q(awards__is_published=True)
# Of an allocation.
SHOWN_LINES = Q(commitments__award__is_published=True) & standing_openly(
    "commitments__award__", allocation=""
)
TAKEN_ON = Q(commitments__award__taken_on_from__gt="")
AREAS = Prefetch("areas", Area.objects.select_related("parent__parent"))
# What an award's money comes from.
LINES = Prefetch(
    "commitments",
    Commitment.objects.select_related("allocation__budget__fund", "allocation__budget__source"),
)
LINE = ["allocation__area__parent__parent", "allocation__budget__fund"]
A_TO_Z = {"name": Sort("Name, A to Z", ("name", "pk"))}


# By what is shown, so that its place in the order does not give a withheld name away.
SHOWN_RECIPIENT = Case(
    When(recipient__withhold=Organisation.Withhold.NAME, then=Value("Name withheld")),
    When(recipient__isnull=False, then=F("recipient__name")),
    default=NullIf(F("recipient_note"), Value("")),
    output_field=CharField(),
).asc(nulls_last=True)


def _sum(path: str, where: Q | None = None) -> Coalesce:
    return Coalesce(Sum(path, filter=where), NO_POUNDS)


def attach_positions(by: str):
    """Gives each fund or source its published position, None where no money is recorded.

    `open_budget` is False where a part of its budget is only implied by what is known beneath it.
    """

    def attach(rows: Sequence[Fund | FundingSource]) -> None:
        positions = {
            row.key.pk: row.position for row in figures.positions(by, Slice(published=True))
        }
        implied = set(
            Budget.objects.published()
            .filter(basis=Basis.IMPLIED)
            .order_by()
            .values_list(by, flat=True)
        )
        exactness.attach(f"allocation__budget__{by}")(rows)
        for row in rows:
            row.position = positions.get(row.pk)
            row.open_budget = row.position is not None and row.pk not in implied

    return attach


def attach_area_positions(rows: Sequence[Area]) -> None:
    positions = figures.totals_within(published=True)
    exactness.attach("allocation__area")(rows)
    for row in rows:
        row.position = positions.get(row.pk)


SOURCES = Listing(
    name="sources",
    one="source of funding",
    many="sources of funding",
    lead="Where the money comes from, and what it may be spent on.",
    rows=FundingSource.objects.published,
    complete=lambda rows: rows.select_related("provider"),
    attach=attach_positions("source"),
    columns=columns.SOURCE,
    filters=filters.SourceFilters,
    sorts=A_TO_Z,
)

FUNDS = Listing(
    name="funds",
    one="fund",
    many="funds",
    lead="Money that the public knows by one name: how much there is and what has become of it.",
    rows=Fund.objects.published,
    complete=lambda rows: rows.select_related("lead", "theme", "successor").prefetch_related(
        "sources", "names"
    ),
    attach=best_known.together(attach_positions("fund"), best_known.attach_to_funds),
    columns=columns.FUND,
    filters=filters.FundFilters,
    sorts=A_TO_Z,
)

BUDGETS = Listing(
    name="budgets",
    one="budget",
    many="budgets",
    lead="A fund’s money for a period, from one source.",
    rows=Budget.objects.published,
    complete=lambda rows: (
        rows.select_related("fund", "source")
        .prefetch_related("authorities")
        .annotate(inferred=_sum("allocations__amount", Q(allocations__basis=Basis.IMPLIED)))
    ),
    columns=columns.BUDGET,
    filters=filters.BudgetFilters,
    sorts={"fund": Sort("Fund, then period", ("fund__name", "starts_on", "source__name", "pk"))},
    total=_sum("amount", Q(basis=Basis.DECIDED)),
    total_words="in published budgets",
    without_amount=Q(basis=Basis.IMPLIED),
    key="pk",
)

ALLOCATIONS = Listing(
    name="allocations",
    one="allocation",
    many="allocations",
    lead="Parts of budgets set aside for an area, or for a purpose over the whole force area.",
    rows=Allocation.objects.published,
    complete=lambda rows: rows.select_related(
        "area", "budget__fund", "budget__source", "weighting"
    ).annotate(
        promised=_sum("commitments__amount", SHOWN_LINES),
        taken_on=_sum("commitments__amount", SHOWN_LINES & TAKEN_ON),
        paid_out=_sum("commitments__paid", SHOWN_LINES),
    ),
    attach=exactness.attach("allocation"),
    columns=columns.ALLOCATION,
    filters=filters.AllocationFilters,
    sorts={
        "fund": Sort("Fund, then area", ("budget__fund__name", "area__name", "purpose", "pk")),
        "amount": Sort("Largest first", ("-amount", "pk")),
    },
    total=_sum("amount", Q(basis=Basis.DECIDED)),
    total_words="allocated",
    apart=_sum("amount", Q(basis=Basis.IMPLIED)),
    apart_words="inferred from awards",
    key="pk",
)

AREAS_LISTING = Listing(
    name="areas",
    one="area",
    many="areas",
    lead="What has been allocated to each place. An area’s figures include the places in it.",
    rows=Area.objects.published,
    complete=lambda rows: rows.select_related("parent"),
    attach=attach_area_positions,
    columns=columns.AREA,
    filters=filters.AreaFilters,
    sorts=A_TO_Z,
)

AWARDS = Listing(
    name="awards",
    one="award",
    many="awards",
    lead="Grants and contracts: who got how much, for what, where and why.",
    rows=Award.objects.published,
    complete=lambda rows: rows.select_related(
        "recipient", "fund", "source", "service", "decision", "onward_of"
    ).prefetch_related(AREAS, "themes", LINES, "reported_totals"),
    columns=columns.AWARD,
    filters=filters.AwardFilters,
    sorts={
        "latest": Sort("Latest first", (F("awarded_on").desc(nulls_last=True), "-pk")),
        "largest": Sort("Largest first", (F("amount").desc(nulls_last=True), "-pk")),
        "title": Sort("Title, A to Z", ("title", "pk")),
        "recipient": Sort("Recipient, A to Z", (SHOWN_RECIPIENT, "pk")),
    },
    total=_sum("amount"),
    total_words="awarded",
    # What was given on has its amount in the award that it came out of.
    without_amount=Q(amount__isnull=True, onward_of__isnull=True),
    key="reference",
    standard="opendata:threesixtygiving-file",
)

COMMITMENTS = Listing(
    name="commitments",
    one="commitment",
    many="commitments",
    lead="The parts of published awards, each standing on one allocation.",
    rows=Commitment.objects.published,
    complete=lambda rows: rows.select_related("award__recipient", *LINE),
    columns=columns.COMMITMENT,
    filters=filters.CommitmentFilters,
    sorts={
        "latest": Sort("Latest first", ("-pk",)),
        "largest": Sort("Largest first", ("-amount", "-pk")),
    },
    total=_sum("amount"),
    total_words="committed",
    key="pk",
    has_pages=False,
)

PAYMENTS = Listing(
    name="payments",
    one="payment",
    many="payments",
    lead="Money sent under published awards; below zero, what was recovered or the bank returned.",
    rows=Payment.objects.published,
    complete=lambda rows: rows.select_related(
        "commitment__award__recipient", *[f"commitment__{path}" for path in LINE]
    ),
    columns=columns.PAYMENT,
    filters=filters.PaymentFilters,
    sorts={
        "latest": Sort("Latest first", ("-paid_on", "-pk")),
        "largest": Sort("Largest first", ("-amount", "-pk")),
    },
    total=ExpressionWrapper(
        _sum("amount", Q(kind=Payment.Kind.PAYMENT))
        - _sum("amount", ~Q(kind=Payment.Kind.PAYMENT)),
        output_field=MoneyField(),
    ),
    total_words="paid, less what came back",
    key="pk",
    has_pages=False,
)

ENTRIES = Listing(
    name="entries",
    one="entry",
    many="entries",
    lead=(
        "Every change of an amount, as it was recorded. Entries are never changed or removed; the "
        "figures on this site are their sums."
    ),
    rows=lambda: Slice(published=True).entries(),
    complete=lambda rows: rows.select_related(
        "budget__fund",
        "budget__source",
        "commitment__award__recipient",
        "decision",
        "allocation__area__parent__parent",
        "allocation__budget__fund",
    ),
    columns=columns.ENTRY,
    filters=filters.EntryFilters,
    sorts={
        "latest": Sort("Latest first", ("-effective_on", "-pk")),
        "oldest": Sort("Oldest first", ("effective_on", "pk")),
    },
    # An award's pounds are in its budget, its allocation and its commitment: only entries of one
    # kind add up.
    adds_up=lambda chosen: bool(chosen.get("kind")),
    total=_sum("amount"),
    total_words="in all",
    key="pk",
    has_pages=False,
)

ORGANISATIONS = Listing(
    name="organisations",
    one="organisation",
    many="organisations",
    lead="Recipients, providers, funders and partners. An organisation whose name is withheld is "
    "not listed; its awards are.",
    rows=named_organisations,
    complete=lambda rows: (
        rows.select_related("parent")
        .prefetch_related(AREAS, "names", "identifiers")
        .annotate(
            award_count=Count("awards", filter=PUBLISHED_AWARDS),
            awarded=Sum("awards__amount", filter=PUBLISHED_AWARDS),
        )
    ),
    attach=best_known.together(
        exactness.attach("award__recipient"), best_known.attach_to_organisations
    ),
    columns=columns.ORGANISATION,
    filters=filters.OrganisationFilters,
    sorts={
        **A_TO_Z,
        "awarded": Sort("Most awarded first", (F("awarded").desc(nulls_last=True), "name", "pk")),
    },
)

SERVICES = Listing(
    name="services",
    one="commissioned service",
    many="commissioned services",
    lead="What is bought, granted or run for the public, who delivers it and where.",
    rows=Service.objects.published,
    complete=lambda rows: rows.select_related("theme", "parent").prefetch_related(
        AREAS, "providers", "funds", "sources", "names"
    ),
    columns=columns.SERVICE,
    filters=filters.ServiceFilters,
    sorts=A_TO_Z,
)

DECISIONS = Listing(
    name="decisions",
    one="decision notice",
    many="decision notices",
    lead="Decisions of the office, and the awards made under them.",
    rows=DecisionNotice.objects.published,
    complete=lambda rows: rows.prefetch_related("corrections__decision").annotate(
        award_count=Count("awards", filter=PUBLISHED_AWARDS),
        awarded=Sum("awards__amount", filter=PUBLISHED_AWARDS),
    ),
    attach=exactness.attach("award__decision"),
    columns=columns.DECISION,
    filters=filters.DecisionFilters,
    sorts={"latest": Sort("Latest first", ("-decided_on", "-reference"))},
    key="reference",
)

THEMES = Listing(
    name="themes",
    one="theme",
    many="themes",
    lead="The objectives of the police and crime plan, which awards and services serve.",
    rows=Theme.objects.all,
    complete=lambda rows: rows.select_related("plan").annotate(
        award_count=Count("awards", filter=PUBLISHED_AWARDS)
    ),
    columns=columns.THEME,
    filters=filters.ThemeFilters,
    sorts={"plan": Sort("As in the plan", ("plan__name", "sequence", "code", "pk"))},
)

CONDITIONS = Listing(
    name="conditions",
    one="condition of funding",
    many="conditions of funding",
    lead="What the office asks of those whom it funds: of one award, of a fund, or of them all.",
    rows=Condition.objects.published,
    complete=lambda rows: rows.select_related("award", "fund"),
    columns=columns.CONDITION,
    filters=filters.ConditionFilters,
    sorts={"code": Sort("By code", ("code", "pk"))},
    key="pk",
    has_pages=False,
)

REPORTED_TOTALS = Listing(
    name="reported-totals",
    one="reported total",
    many="reported totals",
    lead=(
        "Totals as a document states them. Some cover what is itemised here, some cover money of "
        "others, and periods overlap: they are never added to one another."
    ),
    rows=ReportedTotal.objects.published,
    complete=lambda rows: rows.select_related(
        "fund", "source", "award__recipient", "service", "area__parent__parent", "organisation"
    ),
    columns=columns.REPORTED_TOTAL,
    filters=filters.ReportedTotalFilters,
    sorts={
        "fund": Sort(
            "Fund, then period", (F("fund__name").asc(nulls_last=True), "starts_on", "code")
        )
    },
    key="code",
)

ALL = (
    AWARDS,
    FUNDS,
    SOURCES,
    BUDGETS,
    ALLOCATIONS,
    COMMITMENTS,
    PAYMENTS,
    ENTRIES,
    AREAS_LISTING,
    THEMES,
    ORGANISATIONS,
    SERVICES,
    DECISIONS,
    CONDITIONS,
    REPORTED_TOTALS,
)
BY_NAME = {listing.name: listing for listing in ALL}
