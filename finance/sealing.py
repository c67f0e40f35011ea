"""Text that only this system can read: sealed with the keys in the setting BANK_KEY.

A sealed text is encrypted and signed (Fernet), together with the name of its owner, so that a text
copied into another record does not open. The newest key, which comes first, seals; every key opens,
so that keys can be changed (`manage.py reseal_bank_details`). The keys are in no database.
"""

import base64
import hmac
import json

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from commissioning.rules import RuleBroken

SHORTEST_KEY = 32


def seal(text: str, owner: str) -> str:
    """The text, sealed with the newest key for its owner, such as “organisation 12”."""
    payload = json.dumps({"owner": owner, "text": text})
    return _keyring().encrypt(payload.encode()).decode()


def opened(sealed: str, owner: str) -> str:
    """The text that was sealed for this owner.

    Raises RuleBroken if no key fits, if the text was changed, or if it was sealed for another.
    """
    payload = _payload(opened_without_owner(sealed))
    if payload.get("owner") != owner:
        raise RuleBroken(
            f"This was not sealed for {owner}: it was copied from another record, or is from "
            "before seals named their owner. Do not use it. Ask your system administrator to run "
            "“manage.py check_records”.",
            "wrong_owner",
        )
    return payload["text"]


def _payload(text: str) -> dict:
    """What was sealed with its owner; empty for a seal that names none."""
    try:
        payload = json.loads(text)
    except ValueError:
        return {}
    return payload if isinstance(payload, dict) else {}


def has_owner(sealed: str) -> bool:
    return "owner" in _payload(opened_without_owner(sealed))


def opened_without_owner(sealed: str) -> str:
    """What is under the seal, whoever it was sealed for; RuleBroken if no key fits.

    Only for seals from before they named their owner (finance/binding.py).
    """
    try:
        return _keyring().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise RuleBroken(
            "This cannot be opened with the key that the system has. Ask your system administrator "
            "to put the key with which it was sealed into BANK_KEY, after the one in use.",
            "wrong_key",
        ) from None


def sealed_anew(sealed: str, owner: str) -> str:
    """The same text, sealed with the newest key."""
    return seal(opened(sealed, owner), owner)


def fingerprint(text: str) -> str:
    """Same for the same text, 64 characters; without the key nobody can tell the text from it."""
    return _fingerprint(_secrets()[0], text)


def is_fingerprint(found: str, text: str) -> bool:
    """Whether it was made of the text, with any of the keys."""
    return any(hmac.compare_digest(_fingerprint(key, text), found) for key in _secrets())


def _fingerprint(secret: str, text: str) -> str:
    return hmac.new(_derived(secret, b"fingerprint"), text.encode(), "sha256").hexdigest()


def _keyring() -> MultiFernet:
    return MultiFernet([_fernet(secret) for secret in _secrets()])


def _fernet(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_derived(secret, b"seal")))


def _secrets() -> list[str]:
    found = [secret.strip() for secret in settings.BANK_KEY.split(",") if secret.strip()]
    if not found:
        raise RuleBroken(
            "The system has no key for bank details. Ask whoever runs it to set BANK_KEY.",
            "no_key",
        )
    if any(len(secret) < SHORTEST_KEY for secret in found):
        raise RuleBroken(
            f"A key for bank details is shorter than {SHORTEST_KEY} characters. Ask whoever runs "
            "the system to put BANK_KEY right.",
            "short_key",
        )
    return found


def _derived(secret: str, purpose: bytes) -> bytes:
    """32 bytes for one purpose: sealing and fingerprints never share a key."""
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"bank details: " + purpose).derive(
        secret.encode()
    )
