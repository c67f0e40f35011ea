"""The data dictionary: every column of every public list, from the declarations of the columns.

A column says what it holds by its kind; what its title leaves open is said here once for all lists
that have it, by name.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from commissioning.public.columns.base import Column, Kind
from commissioning.public.listing import Listing

TYPES = {
    Kind.TEXT: "text",
    Kind.CHOICE: "code",
    Kind.MONEY: "amount",
    Kind.DAY: "date",
    Kind.MOMENT: "date and time",
    Kind.NUMBER: "whole number",
    Kind.QUANTITY: "number",
    Kind.YES_NO: "yes or no",
    Kind.LIST: "list of texts",
    Kind.ADDRESS: "web address",
}
UNITS = {Kind.MONEY: "pounds sterling (GBP)"}
FORMS = {
    Kind.MONEY: "Two decimals. Empty where it is not published or not known: that is not £0.",
    Kind.DAY: "YYYY-MM-DD. Empty where it is not known.",
    Kind.MOMENT: "As in 2026-11-30T09:15:00+00:00, in universal time.",
    Kind.LIST: "In CSV and XLSX parted by “; ”.",
    Kind.YES_NO: "In JSON true or false.",
    Kind.ADDRESS: "On this site.",
    Kind.QUANTITY: "With as many decimals as it has; empty where it is hidden.",
}
# By column name, of whatever list.
MEANINGS = {
    "reference": "The office’s own reference. It never changes, and is part of the page’s address.",
    "code": "The office’s own code of the record, the same in every file.",
    "id": "A number of this register’s own. It stays with the record.",
    "title": "What it is, in a line.",
    "name": "The name it is known by.",
    "arrangement": "What sort of grant, contract or other arrangement it is, in words.",
    "status": "Where it stands today.",
    "recipient": "Who gets the money. “Name withheld” where publishing it could put people in "
    "danger.",
    "recipient_withheld": "Whether the recipient’s name or place is not published.",
    "withheld": "Whether something about it is not published.",
    "amount": "What it is worth today, after all changes.",
    "qualifier": "How exact the amount is, in the words of its source.",
    "paid": "Payments less what was recovered or the bank returned unpaid, recorded here. Empty "
    "where it is not known: the award was made before this register was used, and no payment of it "
    "is recorded here.",
    "fund": "The fund that the money comes from.",
    "source": "Where the money of the fund comes from; of a figure, where it is printed.",
    "sources": "Where the money comes from: the sources of the budgets that it stands on.",
    "service": "The commissioned service that it is for.",
    "areas": "The areas that benefit, not where the recipient has its office. No area smaller than "
    "a local authority where the place is withheld.",
    "area_codes": "GSS codes of the areas, or the office’s own code where there is none.",
    "area_code": "GSS code of the area, or the office’s own code where there is none.",
    "area": "The place it is for.",
    "scope": "How wide the area of benefit is.",
    "recipient_basis": (
        "Whether the source states who got the money, whether it was inferred from the source, or "
        "whether only the place is stated. Empty where nobody is named."
    ),
    "status_as_at": (
        "The day for which a document states the status; empty where it is kept up to date here."
    ),
    "state": "The status with the day for which it is known, or that the last day has passed.",
    "scope_basis": "Whether the area of benefit was stated by the source or worked out from it.",
    "themes": "Themes of the police and crime plan that it serves.",
    "theme": "The theme of the police and crime plan that it serves.",
    "purpose": "What the money is for.",
    "reason": "Of an award, why it cuts crime or gives value for money; of an entry, why the "
    "amount changed.",
    "legal_power": "The power in law under which it was made.",
    "awarded_on": "The day from which the decision to award counts.",
    "starts_on": "The first day of the period. See how much of the day is known.",
    "ends_on": "The last day of the period. See how much of the day is known.",
    "date_precision": "How much of the first and last day is known: a year of which only the year "
    "is known is written as its first or last day.",
    "period_note": "The period as its source words it, where the days do not say it all.",
    "period": "The period, in words.",
    "decision": "Reference of the decision notice, where it is published.",
    "taken_on_from": "For records made before this register: the document they were taken from.",
    "source_ref": "The document and paragraph that the record was taken from.",
    "url": "The record’s page.",
    "basis": "Whether the amount is stated, or only inferred from the awards that stand on it.",
    "budget": "What budgets hold today. Empty where a budget is not published.",
    "allocated": "What is allocated from budgets, for areas or purposes; nothing inferred.",
    "inferred": "What is taken to be set aside because awards stand on it: no document says so.",
    "committed": "What is awarded in published awards.",
    "awarded": "What published awards are worth today.",
    "awards": "How many published awards there are.",
    "kind": "What kind of record it is.",
    "other_names": "Former names, short names and other spellings.",
    "identifiers": "Numbers on public registers, as scheme and number (org-id.guide).",
    "note": "What a reader should know of the record.",
    "value": "The figure. A small number of people is hidden and shown as [c].",
    "missing": "Why there is no figure. A missing figure is not 0.",
    "is_hidden": "Whether the figure is hidden so that nobody can be recognised.",
    "is_total": "Whether the source states it as a total.",
    "numerator": "The number above the line of a rate or percentage.",
    "denominator": "The number below the line of a rate or percentage.",
    "result": "The newest released figure that sums the measure up.",
    "verdict": "How the result stands against the target of its period.",
    "unit": "What one of it is.",
    "form": "Whether it is shown as a number, a percentage or otherwise.",
    "direction": "Whether a higher or a lower figure is better.",
    "department": "The body that made the contract.",
    "supplier": "The other party. “Name withheld” where publishing it could put people in danger.",
    "company_number": "At Companies House.",
    "charity_number": "At the charity regulator.",
    "sme_or_vcse": "VCSE where the supplier is recorded as a charity or community group; else "
    "empty: size is not recorded.",
    "irrecoverable_vat": "VAT on top of the value that the office cannot recover.",
    "review_on": "The day on which the contract is reviewed.",
    "process": "How the supplier was found.",
    "notice": "Number or address of the notice of the contract, as on Find a Tender.",
    "onward_of": "For a grant that the recipient of another award gave on: that award.",
    "onward_amount": "What was given on. It is a part of the award that it came out of, so that no "
    "total counts it. Its own amount is empty.",
    "regrant": "Whether the recipient gives the money on as grants of its own, by the codes of the "
    "360Giving standard.",
    "open_call": "Whether anybody could apply for it.",
    "effective_on": "The day from which the change counts.",
    "recorded_at": "When it was recorded here.",
    "released_at": "When it was released to the public.",
    "paid_on": "The day on which the money left, or came back.",
    "per": "Whether the amount is for each year or in all.",
    "count": "The number that the document states.",
    "count_of": "What the document counts.",
    "lead": "Who runs it.",
    "provider": "Who gives the money.",
    "providers": "Who delivers it; “Name withheld” where that could put people in danger.",
    "ring_fence": "What the money may be spent on, if not on everything.",
    "description": "What it is or does, in words.",
    "role": "What it does for the office.",
}


@dataclass(frozen=True)
class Entry:
    """One column of one list, as the dictionary has it."""

    table: str
    name: str
    title: str
    description: str
    type: str
    unit: str


def entries(listings: Iterable[Listing]) -> Iterator[Entry]:
    for listing in listings:
        yield from entries_of(listing)


def entries_of(listing: Listing) -> list[Entry]:
    return [
        Entry(
            listing.name,
            column.name,
            column.header,
            describe(column, listing),
            TYPES[column.kind],
            UNITS.get(column.kind, ""),
        )
        for column in listing.columns
    ]


def describe(column: Column, listing: Listing) -> str:
    """What the column holds, what values it can have, and how they are written."""
    meaning = MEANINGS.get(column.name) or column.meaning or f"{column.header}."
    parts = [meaning, FORMS.get(column.kind, "")]
    if column.kind is Kind.CHOICE:
        choices = column.field(listing.model).flatchoices
        known = "; ".join(f"{code} = {words}" for code, words in choices)
        parts.append(f"In JSON a code, in CSV and XLSX its words: {known}.")
    return " ".join(filter(None, parts))
