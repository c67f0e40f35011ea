"""An award as linked data: schema.org's MonetaryGrant in JSON-LD, for search engines and others.

It says what the page says and nothing else. A browser runs no script of this type, so that the
Content-Security-Policy has nothing to allow.
"""

import json
from collections.abc import Callable

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from commissioning.models import Award
from commissioning.public.grants import CURRENCY, grant_id, number
from commissioning.public.withholding import address_of, award_areas, named, shown

Absolute = Callable[[str], str]

# So that no text can end the element that it stands in, or begin another.
ESCAPED = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}


def is_grant(award: Award) -> bool:
    """As opendata.grants.IS_GRANT: a contract is not one."""
    by_law = award.legal_power == Award.LegalPower.SECTION_9
    return award.kind == Award.Kind.GRANT or (award.kind == Award.Kind.OTHER and by_law)


def script(award: Award, absolute: Absolute) -> SafeString:
    """The text of the element, for a grant; nothing for other awards."""
    if not is_grant(award):
        return SafeString()
    text = json.dumps(monetary_grant(award, absolute), ensure_ascii=False)
    return mark_safe(text.translate(ESCAPED))


def monetary_grant(award: Award, absolute: Absolute) -> dict:
    """The grant as a MonetaryGrant; what is not known or is withheld is left out."""
    amount = award.amount if award.onward_of is None else award.onward_amount
    url = absolute(award.get_absolute_url())
    grant = {
        "@context": "https://schema.org",
        "@type": "MonetaryGrant",
        "@id": url,
        "url": url,
        "name": award.title,
        "description": award.purpose,
        "identifier": {
            "@type": "PropertyValue",
            "propertyID": "360Giving",
            "value": grant_id(award),
        },
        "amount": amount is not None
        and {"@type": "MonetaryAmount", "currency": CURRENCY, "value": number(amount)},
        **_givers(award, absolute),
        "fundedItem": [_recipient(award, absolute), _project(award)],
    }
    return {name: value for name, value in grant.items() if value}


def _givers(award: Award, absolute: Absolute) -> dict:
    """The office; of a grant that was given on whoever gave it on, and the office behind."""
    office = {
        "@type": "GovernmentOrganization",
        "name": settings.OFFICE["name"],
        "url": settings.OFFICE["website"] or absolute("/"),
    }
    if award.onward_of is None:
        return {"funder": office}
    giver = shown(award.onward_of)
    return {"funder": giver and _recipient(giver, absolute), "sponsor": office}


def _recipient(award: Award, absolute: Absolute) -> dict:
    recipient = {"@type": "Organization", "name": award.public_recipient}
    if named(award.recipient) is not None:
        recipient["url"] = absolute(address_of(award.recipient))
    return recipient


def _project(award: Award) -> dict:
    """What the money is for, and where: the area of benefit, not the recipient's address."""
    areas = [{"@type": "AdministrativeArea", "name": area.name} for area in award_areas(award)]
    project = {"@type": "Project", "name": award.title}
    return {**project, "areaServed": areas} if areas else project
