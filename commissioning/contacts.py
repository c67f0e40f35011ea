"""E-mail addresses and telephone numbers of people in texts that are published.

What a person could be written to or rung at is shown to staff and to nobody else. The public reads
a note in its place, in every output alike: the fields of texts (fields.py) put it there whenever
they are read for the public. Addresses and lines of an office stay, because they are there to be
used: see `is_of_an_office` (docs/decisions/0033).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from phonenumbers import Leniency, PhoneNumberMatch, PhoneNumberMatcher, PhoneNumberType

EMAIL_REMOVED = "[e-mail address removed]"
PHONE_REMOVED = "[telephone number removed]"

# Most texts hold neither, which these tell quickly.
MAY_BE_EMAIL = re.compile(r"""[^\s<>()\[\],;:"“”‘’|/?&=@]+@[^\s<>()\[\],;:"“”‘’|/?&=@]+""")
MAY_BE_PHONE = re.compile(r"(?:\+|\b0)[\d\s().-]{7,}")
DIALLED = re.compile(r"\(?(?:\+|0[1-9])")
# Names of mailboxes that are nobody's own; several may be joined: "grants.team".
_BOXES = """
    admin advice bookings bids casework commissioning commissioner complaints contact contracts
    data dpo enquiries enquiry events feedback finance foi general governance grants hello help
    helpdesk helpline hr info information invoices mail media office opcc partnerships pcc policy
    press privacy procurement reception referral referrals safeguarding secretariat service services
    support team tenders training transparency victims volunteering volunteers welcome
"""
OFFICE_BOXES = frozenset(_BOXES.split())
# Lines that are only given to organisations: freephone, 03 and 08 numbers, and the like.
OFFICE_LINES = frozenset(
    {
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.UAN,
    }
)

_reads_for_the_public: ContextVar[bool] = ContextVar("reads_for_the_public", default=False)


@contextmanager
def for_the_public(is_so: bool = True) -> Iterator[None]:
    """Texts that are read within are read for the public (or, if not so, for staff)."""
    token = _reads_for_the_public.set(is_so)
    try:
        yield
    finally:
        _reads_for_the_public.reset(token)


def as_read(text: str | None) -> str | None:
    """A text from the database, as those it is read for may see it."""
    return masked(text) if text and _reads_for_the_public.get() else text


def masked(text: str) -> str:
    """The text with a note in place of each contact of a person."""
    for first, last, note in sorted(_places(text), reverse=True):
        text = f"{text[:first]}{note}{text[last:]}"
    return text


def contacts_of_people(text: str) -> list[str]:
    """The contacts of people in the text, as they stand there."""
    return [text[first:last] for first, last, _ in sorted(_places(text))]


def is_of_an_office(address: str) -> bool:
    """Whether an e-mail address is an office's: its box is named for a job, or it is our own."""
    parts = set(re.split(r"[.+_\d-]+", address.partition("@")[0].lower())) - {""}
    is_ours = address.lower() == settings.OFFICE["email"].lower()
    return is_ours or (bool(parts) and parts <= OFFICE_BOXES)


def _places(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each contact of a person begins and ends, and what stands in its place."""
    emails = list(_emails(text))
    yield from emails
    if not MAY_BE_PHONE.search(text):
        return
    for found in PhoneNumberMatcher(text, "GB", leniency=Leniency.POSSIBLE):
        within = any(first < found.end and found.start < last for first, last, _ in emails)
        if not within and _is_of_a_person(found):
            yield found.start, found.end, PHONE_REMOVED


def _is_of_a_person(found: PhoneNumberMatch) -> bool:
    """Whether it may ring at somebody's: also in a range that is not given out yet, or mistyped.

    Shorter numbers, such as those of companies and charities, count only if they are given out.
    """
    if phonenumbers.is_valid_number(found.number):
        return phonenumbers.number_type(found.number) not in OFFICE_LINES
    digits = phonenumbers.national_significant_number(found.number)
    return bool(DIALLED.match(found.raw_string)) and len(digits) in (9, 10)


def _emails(text: str) -> Iterator[tuple[int, int, str]]:
    for found in MAY_BE_EMAIL.finditer(text):
        address = found[0].strip(".'’!?*_~")
        try:
            validate_email(address)
        except ValidationError:
            continue
        if not is_of_an_office(address):
            first = found.start() + found[0].index(address)
            yield first, first + len(address), EMAIL_REMOVED
