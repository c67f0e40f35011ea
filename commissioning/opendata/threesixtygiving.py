"""An award as a grant of the 360Giving Data Standard, version 1.4.

The mapping, field by field, is in docs/decisions/0013-360giving.md. What is not recorded is left
out, never guessed; what is withheld is not shown here either.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Max, Min, Sum
from django.urls import reverse

from commissioning.models import (
    Area,
    Award,
    DecisionNotice,
    Entry,
    HistoryEvent,
    Organisation,
    OrganisationIdentifier,
    Theme,
    Variation,
)
from commissioning.models.publication import DatePrecision, Qualifier, Scope
from commissioning.public.grants import CURRENCY, grant_id, number
from commissioning.public.withholding import award_areas, hides_place, named, shown
from commissioning.templatetags.figures import qualified

VERSION = "1.4"

Absolute = Callable[[str], str]
Identifiers = OrganisationIdentifier.Scheme

# The registers an organisation is known by, best known first.
SCHEMES = [
    Identifiers.CHARITY,
    Identifiers.COMPANY,
    Identifiers.SCOTTISH_CHARITY,
    Identifiers.NORTHERN_IRISH_CHARITY,
    Identifiers.HEALTH,
    Identifiers.ENGLISH_COUNCIL,
    Identifiers.EDUCATION,
    Identifiers.GOVERNMENT,
]
CHARITIES = [Identifiers.CHARITY, Identifiers.SCOTTISH_CHARITY, Identifiers.NORTHERN_IRISH_CHARITY]

# The standard's code of the kind of a place, by the beginning of its GSS code.
GEO_CODE_TYPES = {
    "E05": "WD",
    "E06": "UA",
    "E07": "NMD",
    "E08": "MD",
    "E09": "LONB",
    "E10": "CTY",
    "E12": "RGN/GOR",
    "E22": "CSP",
    "E23": "PFA",
    "S12": "CA",
    "S13": "WD",
    "W05": "WD",
    "W06": "UA",
}
LOCATION_SCOPES = {
    Scope.LOCAL: "GLS050",
    Scope.SUB_LOCAL: "GLS060",
    Scope.FORCE_WIDE: "GLS040",
    Scope.REGIONAL: "GLS040",
    Scope.NATIONAL: "GLS030",
}
OPEN_CALL = {"yes": "Yes", "no": "No"}
DAYS = {DatePrecision.MONTH: "%Y-%m", DatePrecision.YEAR: "%Y"}


def grants(awards: Sequence[Award], absolute: Absolute) -> Iterator[dict]:
    """The awards, complete as for their list, as grants; amounts are JSON numbers of pounds."""
    steps, changed = _steps(awards), _changed(awards)
    for award in awards:
        yield _grant(award, steps[award.pk], changed.get(award.pk), absolute)


def _grant(award: Award, steps: list[dict], changed_at: datetime, absolute: Absolute) -> dict:
    fund, decision = shown(award.fund), shown(award.decision)
    known = {
        "id": grant_id(award),
        "title": award.title,
        "description": _description(award),
        "currency": CURRENCY,
        "amountAwarded": number(award.amount),
        # No payment on record does not mean that none was made.
        "amountDisbursed": number(award.paid) if award.paid else None,
        "awardDate": award.awarded_on.isoformat(),
        "url": absolute(award.get_absolute_url()),
        "plannedDates": _planned_dates(award),
        "recipientOrganization": [_recipient(award, absolute)],
        "fundingOrganization": [
            {"id": settings.OFFICE["funder_id"], "name": settings.OFFICE["name"]}
        ],
        "grantProgramme": [
            _known(
                code=fund.code,
                title=fund.name,
                description=fund.purpose,
                url=absolute(fund.get_absolute_url()),
            )
        ]
        if fund
        else [],
        "beneficiaryLocation": [_location(area) for area in award_areas(award)],
        "locationScope": _location_scope(award),
        "fromOpenCall": OPEN_CALL.get(award.open_call),
        "regrantType": award.regrant,
        "classifications": [_theme(theme, absolute) for theme in award.themes.all()]
        + _legal_power(award),
        "fundingType": _funding_type(award),
        "relatedDocument": [_document(decision, absolute)] if decision else [],
        "commitmentTransaction": [
            {"id": f"{grant_id(award)}-{n}", "currency": CURRENCY, **step}
            for n, step in enumerate(steps, start=1)
        ],
        "dateModified": changed_at.isoformat(timespec="seconds") if changed_at else None,
        "dataSource": absolute(reverse("opendata:threesixtygiving-file", args=["json"])),
    }
    return _known(**known)


def _known(**fields) -> dict:
    """The fields that say something: the standard has no mark for what is not known."""
    return {name: value for name, value in fields.items() if value not in (None, "", [])}


def _description(award: Award) -> str:
    text = award.purpose or award.reason or award.title
    if award.qualifier == Qualifier.EXACT:
        return text
    return f"{text} (Amount: {qualified(award.amount, award.qualifier)}.)"


def _planned_dates(award: Award) -> list[dict]:
    form = DAYS.get(award.date_precision, "%Y-%m-%d")
    dates = {"startDate": award.starts_on, "endDate": award.ends_on}
    told = {name: day.strftime(form) for name, day in dates.items() if day}
    return [_known(**told, description=award.period_note)] if told else []


def _recipient(award: Award, absolute: Absolute) -> dict:
    """Its name for the public, and what its own page says of it, if it has one."""
    recipient = award.recipient
    name = recipient.public_name
    organisation = named(recipient)
    if organisation is None:
        # Of a withheld name not even which awards went to one body is told.
        return {
            "id": f"{settings.OFFICE['funder_id']}-recipient-of-{award.reference}",
            "name": name,
        }
    numbers = {identifier.scheme: identifier.number for identifier in recipient.identifiers.all()}
    charity = next((numbers[scheme] for scheme in CHARITIES if scheme in numbers), "")
    return _known(
        id=organisation_id(organisation, numbers),
        name=name,
        charityNumber=charity.split("-")[0],
        companyNumber=numbers.get(Identifiers.COMPANY),
        organisationType=organisation.get_kind_display(),
        description=organisation.role,
        url="" if hides_place(organisation) else organisation.website,
    )


def organisation_id(organisation: Organisation, numbers: dict[str, str]) -> str:
    """By the best known register that it is on, else of the office's own making."""
    for scheme in SCHEMES:
        if scheme in numbers:
            return f"{scheme}-{numbers[scheme]}"
    return f"{settings.OFFICE['funder_id']}-ORG-{organisation.slug}"


def _location(area: Area) -> dict:
    location = {"name": area.name, "countryCode": "GB"}
    if not area.has_gss_code:
        return location
    code = {"geoCode": area.code, "geoCodeType": GEO_CODE_TYPES.get(area.code[:3])}
    return _known(**location, **code)


def _location_scope(award: Award) -> str | None:
    scope = award.scope
    if scope == Scope.SUB_LOCAL and hides_place(award.recipient):
        scope = Scope.LOCAL
    return LOCATION_SCOPES.get(scope)


def _theme(theme: Theme, absolute: Absolute) -> dict:
    return {
        "vocabulary": theme.plan.name,
        "code": theme.code,
        "title": theme.name,
        "url": absolute(theme.get_absolute_url()),
    }


def _legal_power(award: Award) -> list[dict]:
    if not award.legal_power:
        return []
    title = award.get_legal_power_display()
    return [{"vocabulary": "Legal power", "code": award.legal_power, "title": title}]


def _funding_type(award: Award) -> list[dict]:
    """What sort of grant it is, in the words of its record."""
    if not award.arrangement:
        return []
    return [{"vocabulary": "Arrangement", "title": award.arrangement}]


def _document(decision: DecisionNotice, absolute: Absolute) -> dict:
    return {
        "id": decision.reference,
        "title": decision.title,
        "url": absolute(decision.get_absolute_url()),
        "documentType": "Decision notice",
    }


# --- What an award was worth, step by step --------------------------------------------------------


def _steps(awards: Sequence[Award]) -> dict[int, list[dict]]:
    """For each award that changed in amount: what was first awarded, and each change of it."""
    lines = (
        Entry.objects.filter(commitment__award__in=awards, kind=Entry.Kind.COMMITMENT)
        .order_by()
        .values("commitment__award", "reason", "variation__number", "variation__kind")
        .annotate(day=Min("effective_on"), value=Sum("amount"), first=Min("pk"))
    )
    steps = defaultdict(list)
    for line in sorted(lines, key=lambda line: line["first"]):
        if line["value"]:
            steps[line["commitment__award"]].append(_step(line))
    return defaultdict(list, {award: found for award, found in steps.items() if len(found) > 1})


def _step(line: dict) -> dict:
    reason = Entry.Reason(line["reason"])
    said = "original award" if reason == Entry.Reason.ORIGINAL else str(reason.label)
    if line["variation__number"] is not None:
        kind = Variation.Kind(line["variation__kind"])
        said = f"variation {line['variation__number']}: {kind.label}"
    return {
        "transactionDate": line["day"].isoformat(),
        "value": number(line["value"]),
        "description": said.capitalize(),
    }


def _changed(awards: Sequence[Award]) -> dict[int, datetime]:
    """When something about each award last changed: what staff did, and entries of its money."""
    keys = [award.pk for award in awards]
    events = HistoryEvent.objects.filter(
        subject_type=Award._meta.model_name, subject_id__in=[str(key) for key in keys]
    )
    entries = Entry.objects.filter(commitment__award__in=keys)
    return _latest(
        ((award.pk, award.published_at) for award in awards),
        _last_by(events, "subject_id", "at"),
        _last_by(entries, "commitment__award", "recorded_at"),
    )


def _last_by(rows, key: str, moment: str) -> Iterable[tuple[int, datetime]]:
    found = rows.order_by().values_list(key).annotate(Max(moment))
    return ((int(key), at) for key, at in found)


def _latest(*moments: Iterable[tuple[int, datetime]]) -> dict[int, datetime]:
    latest = {}
    for some in moments:
        for key, at in some:
            if at is not None:
                latest[key] = max(at, latest.get(key, at))
    return latest
