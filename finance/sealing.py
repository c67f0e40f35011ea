"""Text that only this system can read: sealed with the keys in the setting BANK_KEY.

A sealed text is encrypted and signed (Fernet). The newest key, which stands first, seals; every key
opens, so that keys can be changed (`manage.py reseal_bank_details`). The keys are in no database.
"""

import base64
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from commissioning.rules import RuleBroken

SHORTEST_KEY = 32


def seal(text: str) -> str:
    """The text, sealed with the newest key."""
    return _keyring().encrypt(text.encode()).decode()


def opened(sealed: str) -> str:
    """The text that was sealed; RuleBroken if no key fits, or if it was changed."""
    try:
        return _keyring().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise RuleBroken(
            "This cannot be opened with the key that the system has. Ask whoever runs the system "
            "to put the key with which it was sealed into BANK_KEY, after the one in use.",
            "wrong_key",
        ) from None


def sealed_anew(sealed: str) -> str:
    """The same text, sealed with the newest key."""
    return seal(opened(sealed))


def fingerprint(text: str) -> str:
    """Same for the same text, 64 characters; without the key nobody can tell the text from it."""
    return hmac.new(_derived(_secrets()[0], b"fingerprint"), text.encode(), "sha256").hexdigest()


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
