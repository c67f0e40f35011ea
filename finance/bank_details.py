"""What a bank account is known by: the name on it, its sort code and its number."""

import json
import re
from dataclasses import dataclass, field

from commissioning.rules import RuleBroken
from finance import sealing
from finance.models import BankAccount

# What the banks' own clearing takes in a name; it begins like a name, never like a formula.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .,&'()/-]{1,69}")
# How people write sort codes and numbers: in pairs, with spaces or hyphens.
BETWEEN = re.compile(r"[\s–-]+")


@dataclass(frozen=True)
class BankDetails:
    """The details of one account in the clear; printed, in a log or on an error page, they hide."""

    account_name: str = field(repr=False)
    sort_code: str = field(repr=False)
    account_number: str = field(repr=False)

    @property
    def ending(self) -> str:
        """The last two digits, by which staff tell accounts apart."""
        return self.account_number[-2:]

    @property
    def written_sort_code(self) -> str:
        """As banks print it: 12-34-56."""
        code = self.sort_code
        return f"{code[:2]}-{code[2:4]}-{code[4:]}"

    @property
    def fingerprint(self) -> str:
        """The same for two organisations with one account, whatever they call it."""
        return sealing.fingerprint(self._known_by)

    @property
    def _known_by(self) -> str:
        return f"{self.sort_code} {self.account_number}"

    def is_of(self, account: BankAccount) -> bool:
        """Whether the account's row says the same of them as they do."""
        return account.ending == self.ending and sealing.is_fingerprint(
            account.fingerprint, self._known_by
        )

    def text(self) -> str:
        return json.dumps([self.account_name, self.sort_code, self.account_number])

    @classmethod
    def of_text(cls, text: str) -> "BankDetails":
        return cls(*json.loads(text))


def put(details: BankDetails, account: BankAccount) -> None:
    """Seal the details into the account's row, for its organisation alone."""
    account.sealed = sealing.seal(details.text(), owner_of(account))
    account.ending, account.fingerprint = details.ending, details.fingerprint


def opened(account: BankAccount) -> BankDetails:
    """The details of the account, which are its own: every use of them comes through here.

    Raises RuleBroken if no key fits, or if they are not those that were recorded for it.
    """
    details = BankDetails.of_text(sealing.opened(account.sealed, owner_of(account)))
    if not details.is_of(account):
        raise RuleBroken(
            f"The bank details of {account.organisation} are not those that were recorded: their "
            "fingerprint or ending differs. Nothing is paid into them. Ask your system "
            "administrator to run “manage.py check_records”.",
            "wrong_details",
        )
    return details


def owner_of(account: BankAccount) -> str:
    return f"organisation {account.organisation_id}"


def read(account_name: str, sort_code: str, account_number: str) -> BankDetails:
    """Details as somebody typed them; RuleBroken, naming the field, for what no bank would take."""
    return BankDetails(
        read_name(account_name), read_sort_code(sort_code), read_number(account_number)
    )


def read_name(text: str) -> str:
    name = " ".join(text.replace("’", "'").split())
    if not NAME.fullmatch(name):
        raise RuleBroken(
            "Write the name as the bank has it: 2 to 70 letters, digits, spaces and . , & ' ( ) / "
            "-, beginning with a letter or digit.",
            "bad_name",
            "account_name",
        )
    return name


def read_sort_code(text: str) -> str:
    code = BETWEEN.sub("", text)
    if not re.fullmatch(r"[0-9]{6}", code):
        raise RuleBroken(
            "A sort code has six digits, such as 12-34-56.", "bad_sort_code", "sort_code"
        )
    return code


def read_number(text: str) -> str:
    number = BETWEEN.sub("", text)
    if re.fullmatch(r"[0-9]{7}", number):
        raise RuleBroken(
            "An account number has eight digits. If the bank’s paper shows seven, write a 0 in "
            "front of them.",
            "bad_number",
            "account_number",
        )
    if not re.fullmatch(r"[0-9]{8}", number):
        raise RuleBroken("An account number has eight digits.", "bad_number", "account_number")
    return number


def are_told_in(details: BankDetails, text: str) -> bool:
    """Whether free text gives the account number or sort code away."""
    digits = BETWEEN.sub("", text)
    return details.account_number in digits or details.sort_code in digits
