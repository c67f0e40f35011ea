"""Columns of what the money is for: areas, organisations, services, decisions, themes, totals."""

from django.urls import reverse

from commissioning.models import DecisionNotice, Organisation, ReportedTotal, Service
from commissioning.public.columns.base import (
    NONE_RECORDED,
    STATE,
    Column,
    Kind,
    best_known,
    exactness,
    figure,
    how_exact,
    implied_beside,
    no_amount,
    shared,
)
from commissioning.public.withholding import (
    address_of,
    hides_place,
    name_of,
    service_areas,
    service_hides_place,
    shown,
    shown_areas,
    total_area,
)

MONEY_HERE = ("allocations__entries__amount", "allocations__entries__kind")


AREA = shared(
    Column("name", "Area", "name", on_page=True, href=lambda area: area.get_absolute_url()),
    Column("kind", "Kind", "kind", kind=Kind.CHOICE, on_page=True),
    Column("code", "Code", "code", on_page=True),
    Column("part_of", "Part of", "parent__name", on_page=True, missing="–"),
    Column(
        "allocated",
        "Allocated to it and the places in it",
        (*MONEY_HERE, "allocations__basis"),
        figure("known_allocated"),
        kind=Kind.MONEY,
        on_page=True,
        missing=NONE_RECORDED,
        note=lambda area: implied_beside(figure("implied")(area)),
    ),
    Column(
        "committed",
        "Committed to published awards",
        MONEY_HERE,
        figure("known_committed"),
        kind=Kind.MONEY,
        on_page=True,
        missing=NONE_RECORDED,
        qualifier=lambda row: row.exactness,
    ),
    exactness("committed_qualifier", "Committed, how exact", MONEY_HERE[0], "position"),
    Column("paid", "Paid", MONEY_HERE, figure("known_paid"), kind=Kind.MONEY),
    Column(
        "inferred",
        "Inferred from awards",
        (*MONEY_HERE, "allocations__basis"),
        figure("known_inferred"),
        kind=Kind.MONEY,
    ),
    Column("url", "Page", "slug", lambda area: area.get_absolute_url(), kind=Kind.ADDRESS),
)


def organisation_areas(organisation: Organisation) -> list[str]:
    areas = shown_areas(organisation.areas.all(), hides_place(organisation))
    return [area.name for area in areas]


ORGANISATION = shared(
    Column("name", "Organisation", "name", on_page=True, href=address_of),
    Column("code", "Code", "code"),
    Column("kind", "Kind", "kind", kind=Kind.CHOICE, on_page=True),
    Column("role", "What it does", "role", on_page=True, missing="–"),
    Column(
        "other_names",
        "Other names",
        "names__name",
        lambda organisation: [other.name for other in organisation.names.all()],
        kind=Kind.LIST,
    ),
    Column(
        "identifiers",
        "Registered as",
        ("identifiers__scheme", "identifiers__number"),
        lambda organisation: [str(number) for number in organisation.identifiers.all()],
        kind=Kind.LIST,
    ),
    Column("areas", "Works in", "areas__name", organisation_areas, kind=Kind.LIST),
    Column("part_of", "Part of", "parent__name", lambda row: name_of(row.parent)),
    Column(
        "website",
        "Website",
        "website",
        lambda row: "" if hides_place(row) else row.website,
    ),
    Column("withheld", "Withheld", "withhold", kind=Kind.CHOICE),
    Column(
        "awards",
        "Published awards",
        "awards__id",
        lambda organisation: organisation.award_count,
        kind=Kind.NUMBER,
        on_page=True,
    ),
    *best_known(("reported_totals__amount", "awards__amount"), "awarded"),
    Column(
        "awarded",
        "Awarded, itemised here",
        "awards__amount",
        lambda organisation: organisation.awarded,
        kind=Kind.MONEY,
        missing=no_amount,
        qualifier=lambda row: row.exactness,
    ),
    exactness("awarded_qualifier", "Awarded, how exact", "awards__qualifier", "awarded"),
    Column("source_ref", "Where this record comes from", "source_ref"),
    Column("url", "Page", "slug", address_of, kind=Kind.ADDRESS),
)


def provider_names(service: Service) -> list[str]:
    """The published providers; a withheld one as “Name withheld”."""
    return [provider.public_name for provider in service.providers.all() if shown(provider)]


SERVICE = shared(
    Column("name", "Service", "name", on_page=True, href=address_of),
    Column("code", "Code", "code"),
    Column("kind", "Kind", "kind", kind=Kind.CHOICE, on_page=True),
    Column("status", "Status", "status", kind=Kind.CHOICE),
    Column("status_as_at", "Status is as at", "status_as_at", kind=Kind.DAY),
    STATE,
    Column("description", "What it does", "description"),
    Column(
        "providers",
        "Delivered by",
        "providers__name",
        provider_names,
        kind=Kind.LIST,
        on_page=True,
        missing="not stated",
    ),
    Column("theme", "Theme", "theme__name", on_page=True, missing="not stated"),
    Column(
        "areas",
        "Areas",
        "areas__name",
        lambda service: [area.name for area in service_areas(service)],
        kind=Kind.LIST,
        on_page=True,
        missing="not stated",
    ),
    Column("scope", "Area of benefit", "scope", kind=Kind.CHOICE),
    Column("scope_basis", "Area of benefit is", "scope_basis", kind=Kind.CHOICE),
    Column(
        "place_note",
        "Place in words",
        "place_note",
        lambda service: "" if service_hides_place(service) else service.place_note,
    ),
    Column("starts_on", "First day", "starts_on", kind=Kind.DAY),
    Column("ends_on", "Last day", "ends_on", kind=Kind.DAY),
    Column("date_precision", "Days known to the", "date_precision", kind=Kind.CHOICE),
    Column("part_of", "Part of", "parent__name", lambda service: name_of(service.parent)),
    Column(
        "funds",
        "Funds",
        "funds__name",
        lambda service: [fund.name for fund in service.funds.all() if shown(fund)],
        kind=Kind.LIST,
    ),
    Column(
        "sources",
        "Sources of funding",
        "sources__name",
        lambda service: [source.name for source in service.sources.all() if shown(source)],
        kind=Kind.LIST,
    ),
    Column(
        "other_names",
        "Other names",
        "names__name",
        lambda service: [other.name for other in service.names.all()],
        kind=Kind.LIST,
    ),
    Column("evaluation", "Evaluation", "evaluation"),
    Column("source_ref", "Where this record comes from", "source_ref"),
    Column("url", "Page", "slug", address_of, kind=Kind.ADDRESS),
)


def decision_document(decision: DecisionNotice) -> str:
    """The address of the signed notice; none unless the whole notice is public."""
    return decision.document_url if decision.status == DecisionNotice.Status.PUBLIC else ""


DECISION = shared(
    Column("reference", "Reference", "reference"),
    Column(
        "title",
        "Decision",
        "title",
        on_page=True,
        href=lambda decision: decision.get_absolute_url(),
        note=lambda decision: decision.reference,
    ),
    Column("decided_on", "Decided on", "decided_on", kind=Kind.DAY, on_page=True),
    Column(
        "status", "Published", "status", kind=Kind.CHOICE, on_page=True, tag=lambda row: row.status
    ),
    Column("confidential_ground", "Ground for confidentiality", "confidential_ground"),
    Column("signatory", "Signed by", "signatory", on_page=True, missing="not stated"),
    Column("summary", "Summary", "summary", lambda decision: decision.public_summary),
    Column("document_url", "Signed notice", "document_url", decision_document),
    Column(
        "corrections",
        "Corrections",
        ("corrections__number", "corrections__part", "corrections__instead", "corrections__reason"),
        lambda decision: [correction.in_words for correction in decision.public_corrections],
        kind=Kind.LIST,
    ),
    Column(
        "awards",
        "Published awards",
        "awards__id",
        lambda decision: decision.award_count,
        kind=Kind.NUMBER,
        on_page=True,
    ),
    Column(
        "awarded",
        "Awarded",
        "awards__amount",
        lambda decision: decision.awarded,
        kind=Kind.MONEY,
        on_page=True,
        missing=no_amount,
        qualifier=lambda row: row.exactness,
    ),
    exactness("awarded_qualifier", "Awarded, how exact", "awards__qualifier", "awarded"),
    Column("url", "Page", "reference", address_of, kind=Kind.ADDRESS),
)

THEME = shared(
    Column(
        "name",
        "Theme",
        "name",
        on_page=True,
        href=lambda theme: reverse("public:theme", args=[theme.slug]),
        note=lambda theme: theme.code,
    ),
    Column("code", "Code", "code"),
    Column("plan", "Plan", "plan__name", on_page=True),
    Column("description", "What it means", "description", on_page=True, missing="–"),
    Column(
        "awards",
        "Published awards",
        "awards__id",
        lambda theme: theme.award_count,
        kind=Kind.NUMBER,
        on_page=True,
    ),
    Column("source_ref", "Where this record comes from", "source_ref"),
    Column(
        "url",
        "Page",
        "slug",
        lambda theme: reverse("public:theme", args=[theme.slug]),
        kind=Kind.ADDRESS,
    ),
)


def reported_total_address(total: ReportedTotal) -> str:
    return reverse("public:reported-total", args=[total.code])


def counted_of(total: ReportedTotal) -> str:
    """What the number counts and how often the amount comes: "589 projects", "a year"."""
    parts = []
    if total.count is not None:
        parts.append(f"{total.count:,} {total.count_of}")
    if total.per == ReportedTotal.Per.YEAR:
        parts.append("a year")
    return ", ".join(parts)


REPORTED_TOTAL = shared(
    Column("code", "Code", "code"),
    Column(
        "label",
        "What it is of",
        "label",
        on_page=True,
        href=reported_total_address,
        note=counted_of,
    ),
    Column("kind", "Kind", "kind", kind=Kind.CHOICE, on_page=True),
    Column(
        "fund",
        "Fund",
        "fund__name",
        lambda total: name_of(total.fund),
        on_page=True,
        href=lambda total: address_of(total.fund),
        missing="–",
    ),
    Column(
        "period",
        "Period",
        ("period_note", "starts_on", "ends_on"),
        lambda total: total.period,
        on_page=True,
    ),
    Column(
        "amount",
        "Amount as stated",
        "amount",
        kind=Kind.MONEY,
        on_page=True,
        missing="no amount stated",
    ),
    Column("per", "Amount is", "per", kind=Kind.CHOICE),
    how_exact(),
    Column("count", "Number", "count", kind=Kind.NUMBER),
    Column("count_of", "Number of", "count_of"),
    Column("starts_on", "First day", "starts_on", kind=Kind.DAY),
    Column("ends_on", "Last day", "ends_on", kind=Kind.DAY),
    Column("source", "Source of funding", "source__name", lambda total: name_of(total.source)),
    Column(
        "award",
        "Award",
        "award__reference",
        lambda total: total.award.reference if shown(total.award) else "",
    ),
    Column("service", "Service", "service__name", lambda total: name_of(total.service)),
    Column("area", "Area", "area__name", lambda total: getattr(total_area(total), "name", "")),
    Column(
        "organisation",
        "Organisation",
        "organisation__name",
        lambda total: name_of(total.organisation),
    ),
    Column("document", "Document", "document", on_page=True, is_source=True),
    Column("source_ref", "Where in the document", "source_ref", on_page=True, missing="not stated"),
    Column("note", "Note", "note"),
    Column("url", "Page", "code", reported_total_address, kind=Kind.ADDRESS),
)
