"""Grants as the rows of a table, under the official titles of the 360Giving Data Standard.

The first of several places is under “Beneficiary Location:Name”, the second under “Beneficiary
Location:1:Name”: flatten-tool makes the same grants of the table again.
"""

from collections.abc import Iterator, Mapping, Sequence

ORGANISATION = {"id": "Identifier", "name": "Name"}
TITLES = {
    "id": "Identifier",
    "title": "Title",
    "description": "Description",
    "currency": "Currency",
    "amountAwarded": "Amount Awarded",
    "amountDisbursed": "Amount Disbursed",
    "awardDate": "Award Date",
    "url": "URL",
    "plannedDates": "Planned Dates",
    "recipientOrganization": "Recipient Org",
    "fundingOrganization": "Funding Org",
    "grantProgramme": "Grant Programme",
    "beneficiaryLocation": "Beneficiary Location",
    "locationScope": "Location Scope",
    "fromOpenCall": "From An Open Call?",
    "regrantType": "For Regrant Type",
    "classifications": "Classifications",
    "fundingType": "Funding Type",
    "relatedDocument": "Related Document",
    "commitmentTransaction": None,
    "dateModified": "Last Modified",
    "dataSource": "Data Source",
}
PARTS = {
    "plannedDates": {
        "startDate": "Start Date",
        "endDate": "End Date",
        "description": "Description",
    },
    "recipientOrganization": {
        **ORGANISATION,
        "charityNumber": "Charity Number",
        "companyNumber": "Company Number",
        "organisationType": "Organisation Type",
        "description": "Description",
        "url": "Web Address",
    },
    "fundingOrganization": ORGANISATION,
    "grantProgramme": {
        "code": "Code",
        "title": "Title",
        "description": "Description",
        "url": "URL",
    },
    "beneficiaryLocation": {
        "name": "Name",
        "countryCode": "Country Code",
        "geoCode": "Geographic Code",
        "geoCodeType": "Geographic Code Type",
    },
    "classifications": {
        "vocabulary": "Vocabulary",
        "code": "Code",
        "title": "Title",
        "url": "URL",
    },
    "fundingType": {"vocabulary": "Vocabulary", "title": "Title"},
    "relatedDocument": {
        "id": "Identifier",
        "title": "Title",
        "url": "Web Address",
        "documentType": "Document Type",
    },
    "commitmentTransaction": {
        "id": "Identifier",
        "transactionDate": "Transaction Date",
        "currency": "Currency",
        "value": "Value",
        "description": "Description",
    },
}


def headings(repeats: Mapping[str, int]) -> list[str]:
    """The table's headings, for grants that have at most so many places, classifications, …"""
    return [
        heading
        for field in TITLES
        for n in range(repeats.get(field, 1))
        for heading in _headings_of(field, n)
    ]


def _headings_of(field: str, n: int) -> list[str]:
    if field not in PARTS:
        return [TITLES[field]]
    return [_heading(field, n, part) for part in PARTS[field]]


def _heading(field: str, n: int, part: str) -> str:
    title = TITLES[field]
    if title is None:  # the standard has no title for it, and takes its path instead
        return f"{field}/{n}/{part}"
    number = f"{n}:" if n else ""
    return f"{title}:{number}{PARTS[field][part]}"


def row(grant: dict, columns: Sequence[str]) -> list:
    """The grant under these headings; None where it has nothing."""
    cells = dict(_cells(grant))
    return [cells.get(column) for column in columns]


def _cells(grant: dict) -> Iterator[tuple[str, object]]:
    for field, value in grant.items():
        if field not in PARTS:
            yield TITLES[field], value
            continue
        for n, item in enumerate(value):
            for part, known in item.items():
                yield _heading(field, n, part), known
