"""Rules about matching the ledger and signing months off."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils import timezone

from commissioning.days import in_words
from commissioning.models import Payment, User
from commissioning.money import format_pounds
from commissioning.rules import RuleBroken
from finance.models import LedgerFile, LedgerLine, LedgerMatch, MonthSignOff
from finance.months import Month


def month_is_open(month: Month) -> None:
    """A month that is signed off is frozen."""
    if MonthSignOff.objects.standing_in(month):
        raise RuleBroken(_frozen(month), "month_is_signed_off")


def _frozen(month: Month) -> str:
    return (
        f"{month} is signed off, so nothing dated in it can change. The chief finance officer can "
        "withdraw the sign-off."
    )


def line_is_not_to_come(day: date) -> None:
    """The ledger says what was paid, so no line of it is dated after today."""
    if day > timezone.localdate():
        raise RuleBroken(
            f"{in_words(day)} is still to come, and the ledger says what was paid.", "day_to_come"
        )


def payment_month_is_open(payment: Payment, paid_on: date, by: User) -> None:
    """No payment goes on a day in a month that is signed off."""
    month = Month.containing(paid_on)
    if MonthSignOff.objects.standing_in(month):
        raise RuleBroken(
            f"{month} is signed off. Use a later day for this {payment.kind}, or ask the chief "
            "finance officer to withdraw the sign-off.",
            "month_is_signed_off",
        )


def month_has_ended(month: Month) -> None:
    """Only a month that is over is signed off."""
    if timezone.localdate() <= month.last_day:
        raise RuleBroken(f"{month} has not ended yet.", "month_has_not_ended")


def ledger_is_kept() -> None:
    """Without a ledger there is nothing to sign off."""
    if not LedgerFile.objects.exists():
        raise RuleBroken(
            "No extract of the ledger has been taken in yet, so there is nothing to compare "
            "payments with.",
            "no_ledger",
        )


def importer_does_not_sign(month: Month, by: User) -> None:
    """Whoever took in the last file with lines of a month does not sign it off."""
    files = LedgerFile.objects.filter(lines__day__range=month.days)
    last = files.order_by("-imported_at", "-pk").first()
    if last is not None and last.imported_by_id == by.pk:
        raise RuleBroken(
            f"You took in the last file with lines of {month}, so somebody else must sign it off.",
            "same_person",
        )


def sides_go_together(line: LedgerLine, payment: Payment) -> None:
    """Money out is matched with released payments, money back with recoveries and returns."""
    if payment.status != Payment.Status.RELEASED:
        raise RuleBroken(
            f"This {payment.kind} is {payment.get_status_display()}; only what was released can be "
            "matched.",
            "wrong_state",
        )
    if (line.amount > 0) != (payment.kind == Payment.Kind.PAYMENT):
        went = "out" if line.amount > 0 else "back"
        raise RuleBroken(
            f"The ledger says that {format_pounds(abs(line.amount))} went {went}, so it cannot be "
            f"matched with a {payment.kind}.",
            "wrong_direction",
        )


def sides_can_be_matched(
    line: LedgerLine, payment: Payment, signed: Mapping[Month, MonthSignOff]
) -> None:
    """Of a month that is signed off, only what was explained as being in another month is matched
    later, and only with something of a month that is open.
    """
    sides = [(line, Month.containing(line.day)), (payment, Month.containing(payment.paid_on))]
    frozen = [(side, month) for side, month in sides if month in signed]
    for side, month in frozen:
        if len(frozen) == 2 or not side.is_awaited:
            raise RuleBroken(_frozen(month), "month_is_signed_off")


def match_fits(amount: Decimal, left: Decimal, of: str) -> None:
    """No more of a line or payment is matched than is left of it."""
    if abs(amount) > abs(left) or (amount > 0) != (left > 0):
        raise RuleBroken(
            f"{format_pounds(abs(amount))} cannot be matched: of {of}, {format_pounds(abs(left))} "
            "is left.",
            "matched_beyond_its_amount",
        )


def match_is_open(match: LedgerMatch) -> None:
    """A match stands once a month that it counts in is signed off."""
    for day in (match.line.day, match.payment.paid_on):
        month = Month.containing(day)
        signed = MonthSignOff.objects.standing_in(month)
        if signed and signed.made_at >= match.made_at:
            raise RuleBroken(_frozen(month), "month_is_signed_off")
