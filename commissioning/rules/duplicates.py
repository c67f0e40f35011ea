"""What may be the same money asked for, paid or recorded twice: one definition for every page.

Likely duplicates are of one kind and amount, to one payee or from one source, and fewer than
SPLIT_DAYS days apart. What two instalments plan is no duplicate of one another,
and what the bank returned unpaid may be paid again.
"""

from collections.abc import Hashable, Iterable, Sequence
from datetime import date

from django.db.models import Q
from django.utils import timezone

from commissioning.days import in_words, start_of_day
from commissioning.models import Award, Payment, Receipt
from commissioning.money import format_pounds
from commissioning.rules import splitting

Status = Payment.Status


def payee(award: Award) -> Hashable:
    """Who is paid under an award: the recipient, or the words that stand for one."""
    return award.recipient_id or award.recipient_note or ("award", award.pk)


def likeness(payment: Payment) -> Hashable:
    """What two payments that may be the same have in common."""
    return (payment.kind, payee(payment.commitment.award), payment.amount)


def are_alike(one: Payment, other: Payment, today: date) -> bool:
    """Whether two payments of one likeness are near enough to be the same."""
    if one.instalment_id and other.instalment_id:
        return False
    return abs(day_of(one, today) - day_of(other, today)) <= splitting.window()


def day_of(payment: Payment, today: date) -> date:
    """The day on which a payment was released, or today, when it is asked for or waits."""
    return timezone.localdate(payment.released_at) if payment.released_at else today


def payments_alike(payments: Sequence[Payment]) -> list[Payment]:
    """Other payments, requested or lately released, that any of these may repeat.

    Those among them that are alike are found too; `payments` may be unsaved. One query.
    """
    today = timezone.localdate()
    found: dict[tuple, Payment] = {}
    candidates: dict[Hashable, list[Payment]] = {}
    for other in [*_near(payments, today), *payments]:
        candidates.setdefault(likeness(other), []).append(other)
    for payment in payments:
        for other in candidates[likeness(payment)]:
            if not _is_same(payment, other) and are_alike(payment, other, today):
                found[(other.pk, likeness(other))] = other
    return sorted(found.values(), key=lambda other: other.pk or 0)


def _is_same(one: Payment, other: Payment) -> bool:
    return one is other or (one.pk is not None and one.pk == other.pk)


def _near(payments: Sequence[Payment], today: date) -> list[Payment]:
    """Payments of the amounts to the payees, of which some are alike."""
    awards = {payment.commitment.award for payment in payments}
    to = (
        Q(commitment__award__recipient__in={each.recipient_id for each in awards} - {None})
        | Q(commitment__award__in=awards)
        | Q(
            commitment__award__recipient=None,
            commitment__award__recipient_note__in={each.recipient_note for each in awards} - {""},
        )
    )
    since = start_of_day(today - splitting.window())
    lately = Q(status=Status.REQUESTED) | Q(status=Status.RELEASED, released_at__gte=since)
    rows = Payment.objects.not_returned().filter(
        to, lately, amount__in={each.amount for each in payments}
    )
    return list(rows.select_related("commitment__award__recipient", "instalment").order_by("pk"))


def in_sentences(payments: Sequence[Payment]) -> list[str]:
    """Likely duplicates of the payments, each in a sentence."""
    return [_said(other) for other in payments_alike(payments)]


def _said(other: Payment) -> str:
    award = other.commitment.award
    state = other.get_status_display() if other.pk else "asked for at the same time"
    reference = f" (reference {other.reference})" if other.reference else ""
    return (
        f"Likely duplicate: a {other.kind} of {format_pounds(other.amount)} under award "
        f"{award.reference} is {state}{reference}."
    )


# --- Money from sources ---------------------------------------------------------------------------


def receipts_alike(receipt: Receipt) -> list[Receipt]:
    """Other receipts of the amount from the same source, few days apart, that nobody corrected."""
    near = (receipt.received_on - splitting.window(), receipt.received_on + splitting.window())
    others = Receipt.objects.filter(
        budget__source=receipt.budget.source,
        kind=receipt.kind,
        amount=receipt.amount,
        received_on__range=near,
        corrections=None,
    ).exclude(pk=receipt.pk)
    return list(others.select_related("budget__fund", "budget__source").order_by("pk"))


def receipts_in_sentences(receipt: Receipt) -> list[str]:
    """Likely duplicates of a receipt, each in a sentence."""
    return [
        f"Likely duplicate: {format_pounds(abs(other.amount))} of {other.budget} was "
        f"{other.get_kind_display()} on {in_words(other.received_on)}"
        + (f" (reference {other.reference})." if other.reference else ".")
        for other in receipts_alike(receipt)
    ]


def groups(payments: Iterable[Payment]) -> list[list[Payment]]:
    """Payments by their likeness, where there are several of one."""
    found: dict[Hashable, list[Payment]] = {}
    for payment in payments:
        found.setdefault(likeness(payment), []).append(payment)
    return [alike for alike in found.values() if len(alike) > 1]


def any_alike(payments: Sequence[Payment]) -> bool:
    """Whether any two of the payments, which are of one likeness, may be the same."""
    today = timezone.localdate()
    return any(
        are_alike(one, other, today)
        for place, one in enumerate(payments)
        for other in payments[place + 1 :]
    )
