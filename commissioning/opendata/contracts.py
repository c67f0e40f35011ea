"""The contracts register: published contracts with the fields that transparency rules ask for.

The Local Government Transparency Code 2015 and the Specified Information Order 2011 name the
fields. What is not recorded of a contract is empty.
"""

from django.conf import settings

from commissioning.models import Award, Organisation, OrganisationIdentifier
from commissioning.public import listings
from commissioning.public.columns.awards import AWARD
from commissioning.public.columns.base import Column, Kind, shared
from commissioning.public.filters import AwardFilters
from commissioning.public.listing import Listing
from commissioning.public.withholding import named

AWARD_COLUMNS = {column.name: column for column in AWARD}
VOLUNTARY = [Organisation.Kind.CHARITY, Organisation.Kind.COMMUNITY_GROUP]
NUMBERS = ("recipient__identifiers__scheme", "recipient__identifiers__number")


def number_of(*schemes: str):
    """The supplier's number in the first of these registers that it is in."""

    def value(award: Award) -> str:
        supplier = named(award.recipient)
        found = supplier.identifiers.all() if supplier else []
        return next((one.number for one in found if one.scheme in schemes), "")

    return value


def voluntary(award: Award) -> str:
    """Said only where the kind of a named supplier says so."""
    supplier = named(award.recipient)
    return "VCSE" if supplier and supplier.kind in VOLUNTARY else ""


CONTRACT = shared(
    AWARD_COLUMNS["reference"],
    Column(
        "title",
        "Contract",
        "title",
        on_page=True,
        href=lambda award: award.get_absolute_url(),
        note=lambda award: award.reference,
    ),
    Column("description", "Description", "purpose"),
    Column(
        "department",
        "Department",
        "kind",
        lambda award: settings.OFFICE["name"],
    ),
    Column(
        "supplier",
        "Supplier",
        AWARD_COLUMNS["recipient"].draws_on,
        AWARD_COLUMNS["recipient"].value,
        on_page=True,
        href=AWARD_COLUMNS["recipient"].href,
    ),
    Column(
        "company_number",
        "Company number",
        NUMBERS,
        number_of(OrganisationIdentifier.Scheme.COMPANY),
    ),
    Column(
        "charity_number",
        "Charity number",
        NUMBERS,
        number_of(
            OrganisationIdentifier.Scheme.CHARITY,
            OrganisationIdentifier.Scheme.SCOTTISH_CHARITY,
            OrganisationIdentifier.Scheme.NORTHERN_IRISH_CHARITY,
        ),
    ),
    Column("sme_or_vcse", "SME or VCSE", "recipient__kind", voluntary),
    Column(
        "amount",
        "Value",
        "amount",
        kind=Kind.MONEY,
        on_page=True,
        missing="not published",
    ),
    Column("qualifier", "How exact", "qualifier", kind=Kind.CHOICE),
    Column("irrecoverable_vat", "Irrecoverable VAT", "irrecoverable_vat", kind=Kind.MONEY),
    AWARD_COLUMNS["awarded_on"],
    Column(
        "starts_on", "Start date", "starts_on", kind=Kind.DAY, on_page=True, missing="not stated"
    ),
    Column("ends_on", "End date", "ends_on", kind=Kind.DAY, on_page=True, missing="not stated"),
    AWARD_COLUMNS["date_precision"],
    AWARD_COLUMNS["period_note"],
    Column("review_on", "Review date", "review_on", kind=Kind.DAY),
    Column("process", "Procurement process", "procurement", kind=Kind.CHOICE),
    Column("notice", "Procurement notice", "procurement_notice"),
    Column("arrangement", "Arrangement", "arrangement"),
    AWARD_COLUMNS["status"],
    AWARD_COLUMNS["fund"],
    AWARD_COLUMNS["decision"],
    AWARD_COLUMNS["url"],
)


class ContractFilters(AwardFilters):
    kind = None


CONTRACTS = Listing(
    name="contracts",
    one="contract",
    many="contracts",
    lead="Contracts register: who supplies what, for how much and until when. What is not "
    "recorded of a contract is empty.",
    rows=lambda: Award.objects.published().filter(kind=Award.Kind.CONTRACT),
    complete=lambda rows: listings.AWARDS.complete(rows).prefetch_related("recipient__identifiers"),
    columns=CONTRACT,
    filters=ContractFilters,
    sorts=listings.AWARDS.sorts,
    total=listings.AWARDS.total,
    total_words="in contracts",
    without_amount=listings.AWARDS.without_amount,
    key="reference",
    has_pages=False,
    namespace="opendata",
)
