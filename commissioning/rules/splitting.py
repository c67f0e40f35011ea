"""What is judged together under a limit, so that splitting a decision does not get round it.

Decisions belong together when they are made at once, or when they are about one thing and fewer
than SPLIT_DAYS days apart (docs/decisions/0021-limits-add-up.md).
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Q, Sum
from django.utils import timezone

from commissioning.days import in_words, start_of_day
from commissioning.models import (
    Award,
    Basis,
    Budget,
    DecisionNotice,
    DelegatedLimit,
    Entry,
    Override,
    Payment,
    User,
)
from commissioning.money import NOTHING
from commissioning.rules.delegation import Part, is_limited, parts_are_within_limit

Act = DelegatedLimit.Act
Kind, Reason = Entry.Kind, Entry.Reason


def window() -> timedelta:
    """The longest time between two days that are judged together."""
    return timedelta(days=settings.SPLIT_DAYS - 1)


# --- Awards ---------------------------------------------------------------------------------------


def awards_are_within_limit(
    by: User,
    worths: Mapping[Award, Decimal],
    decision: DecisionNotice | None = None,
    awarded_on: date | None = None,
) -> None:
    """Awards decided at once, and awards to one recipient under one notice or within days.

    `worths` is what each award would be worth in pounds. An award that was made before this
    register was used is judged by the day on which it was awarded, `awarded_on`.
    """
    today = timezone.localdate()
    if not is_limited(Act.APPROVE, today):
        return
    now = {
        award: Part(
            f"award {award.reference}", worth, f"award {award.reference or ''} would be worth"
        )
        for award, worth in worths.items()
    }
    parts_are_within_limit(by, Act.APPROVE, list(now.values()), today, "decided at once")
    before = _earlier_awards(worths, decision, awarded_on)
    for recipient, earlier in before.items():
        own = [part for award, part in now.items() if award.recipient_id == recipient]
        name = next(award.recipient for award in now if award.recipient_id == recipient)
        why = f"to {name}, under one notice or fewer than {settings.SPLIT_DAYS} days apart"
        parts_are_within_limit(by, Act.APPROVE, [*own, *earlier], today, why)


def _earlier_awards(
    awards: Iterable[Award], decision: DecisionNotice | None, awarded_on: date | None
) -> dict[int, list[Part]]:
    """What other awards were promised, lately or under the notice, by recipient.

    What an emergency override allowed is not counted again.
    """
    recipients = {award.recipient_id for award in awards if award.recipient_id is not None}
    near = _awarded_near(awarded_on)
    if decision is not None:
        near |= Q(decision=decision)
    overridden = Override.objects.filter(rule=Override.Rule.LIMIT, used_at__isnull=False)
    entries = (
        Entry.objects.filter(
            near, kind=Kind.COMMITMENT, commitment__award__recipient__in=recipients
        )
        .exclude(commitment__award__in=[award.pk for award in awards if award.pk])
        .exclude(commitment__award__in=overridden.values("award"))
    )
    found: dict[int, list[Part]] = {}
    columns = ["recipient", "reference", "amount"]
    sums = entries.order_by().values_list(*(f"commitment__award__{name}" for name in columns))
    for recipient, reference, worth, pounds in sums.annotate(pounds=Sum("amount")).order_by(
        "commitment__award__reference"
    ):
        # What was taken back since, under another notice, is not counted.
        counted = min(pounds, worth or NOTHING)
        if counted > 0:
            part = Part(f"award {reference}", counted, before=True)
            found.setdefault(recipient, []).append(part)
    return found


def _awarded_near(awarded_on: date | None) -> Q:
    """Entries of awards that were decided within days of a day, which is today unless given."""
    day = awarded_on or timezone.localdate()
    first, last = day - window(), day + window()
    here = Q(commitment__award__taken_on_from="", recorded_at__gte=start_of_day(first))
    if awarded_on is not None:
        here &= Q(recorded_at__lt=start_of_day(last + timedelta(days=1)))
    migrated = ~Q(commitment__award__taken_on_from="") & (
        Q(commitment__award__awarded_on__range=(first, last))
        | Q(commitment__award__awarded_on__isnull=True, effective_on__range=(first, last))
    )
    return here | migrated


# --- Payments -------------------------------------------------------------------------------------


def payments_are_within_limit(by: User, payments: Iterable[Payment]) -> None:
    """Payments released at once, the parts of one instalment, and payments within days of it.

    Within days, payments under one award count together, and those to one recipient under one
    decision notice. An instalment counts on the day on which it falls due, if that is earlier than
    its release: what was planned a month apart is not one payment.
    """
    today = timezone.localdate()
    going = [payment for payment in payments if payment.kind == Payment.Kind.PAYMENT]
    if not going or not is_limited(Act.RELEASE, today):
        return
    now = {payment: Part(_named(payment), payment.amount) for payment in going}
    parts_are_within_limit(by, Act.RELEASE, list(now.values()), today, "released at once")
    earlier = grouped(_earlier_payments(going, today))
    for key, own in grouped(going).items():
        days = {day_of(payment, today) for payment in own}
        near = [
            Part(_named(other), other.amount, before=True)
            for other in earlier.get(key, [])
            if key[0] == "instalment" or _is_near(other, days, today)
        ]
        if near:
            why = "parts of one instalment" if key[0] == "instalment" else _ONE_AWARD
            parts_are_within_limit(
                by, Act.RELEASE, [*(now[payment] for payment in own), *near], today, why
            )


_ONE_AWARD = "under one award, or to one recipient under one notice, and few days apart"


def _named(payment: Payment) -> str:
    award = payment.commitment.award
    released = (
        f", released on {in_words(payment.released_at)}," if payment.released_at is not None else ""
    )
    return f"award {award.reference}{released}"


def _keys(payment: Payment) -> list[tuple[str, Hashable]]:
    """What a payment has in common with those that it is added up with."""
    award = payment.commitment.award
    keys: list[tuple[str, Hashable]] = [("award", award.pk)]
    if payment.instalment_id:
        keys.insert(0, ("instalment", payment.instalment_id))
    if award.recipient_id and award.decision_id:
        keys.append(("notice", (award.recipient_id, award.decision_id)))
    return keys


def grouped(payments: Sequence[Payment]) -> dict[tuple[str, Hashable], list[Payment]]:
    """Payments by what they have in common: an instalment, an award, a recipient and notice."""
    groups: dict[tuple[str, Hashable], list[Payment]] = {}
    for payment in payments:
        for key in _keys(payment):
            groups.setdefault(key, []).append(payment)
    return groups


def day_of(payment: Payment, today: date) -> date:
    """The day on which a payment counts: its release, or earlier, when it was planned."""
    released = timezone.localdate(payment.released_at) if payment.released_at else today
    planned = payment.instalment.due_on if payment.instalment_id else released
    return min(planned, released)


def _is_near(payment: Payment, days: Iterable[date], today: date) -> bool:
    own = day_of(payment, today)
    return any(abs(own - day) <= window() for day in days)


def _earlier_payments(going: Sequence[Payment], today: date) -> list[Payment]:
    """Released payments that may belong to those that go now; the day is looked at afterwards.

    A payment that the bank returned unpaid counts no more: the one in its place does.
    """
    awards = {payment.commitment.award for payment in going}
    notices = {award.decision_id for award in awards if award.decision_id}
    recipients = {award.recipient_id for award in awards if award.recipient_id}
    first = min(day_of(payment, today) for payment in going) - window()
    same = Q(commitment__award__in=awards) | Q(
        commitment__award__recipient__in=recipients, commitment__award__decision__in=notices
    )
    parts = Q(instalment__in={row.instalment_id for row in going if row.instalment_id})
    lately = Q(released_at__gte=start_of_day(first))
    rows = Payment.objects.not_returned().filter(
        same & lately | parts, status=Payment.Status.RELEASED, kind=Payment.Kind.PAYMENT
    )
    return list(rows.select_related("commitment__award", "instalment").order_by("pk"))


# --- Budgets and allocations ----------------------------------------------------------------------

# Entries by which a budget is opened or revised, money is vired, or taken back from an allocation.
MOVES = (
    Q(kind=Kind.FUNDING, reason__in=[Reason.ORIGINAL, Reason.REVISION])
    | Q(kind=Kind.ALLOCATION, reason=Reason.REVISION, amount__lt=0)
    | Q(kind__in=[Kind.FUNDING, Kind.ALLOCATION], reason=Reason.VIREMENT)
)


def moves_are_within_limit(by: User, budgets: Iterable[Budget], last: int) -> None:
    """What was moved within, into or out of one budget within days is within the limit to vire.

    Asked once the entries after `last` are posted. Virements count, opening and revising a budget,
    and taking money back from an allocation, because it can then be given to another. What is
    given from what was not allocated does not.
    """
    today = timezone.localdate()
    if not is_limited(Act.VIRE, today):
        return
    for budget in budgets:
        parts = _moves(budget, today, last)
        why = f"moves of {budget} fewer than {settings.SPLIT_DAYS} days apart"
        parts_are_within_limit(by, Act.VIRE, parts, today, why)


def _moves(budget: Budget, today: date, last: int) -> list[Part]:
    since = start_of_day(today - window())
    lately = Entry.objects.filter(budget=budget, recorded_at__gte=since)
    moves = MOVES
    if budget.basis == Basis.IMPLIED:
        # What followed from awards that became known is not what anybody decided on.
        moves &= ~Q(kind=Kind.FUNDING, reason=Reason.ORIGINAL, pk__lte=last)
    parts: dict[Hashable, Part] = {}
    for entry in lately.filter(moves).order_by("pk"):
        # Both sides of a virement are one move, at whatever levels they were posted.
        key = entry.transfer or entry.pk
        parts.setdefault(key, Part(_moved(entry), abs(entry.amount), before=entry.pk <= last))
    return list(parts.values())


def _moved(entry: Entry) -> str:
    on = in_words(entry.recorded_at)
    if entry.reason == Reason.VIREMENT:
        return f"vired on {on}"
    if entry.kind == Kind.ALLOCATION:
        return f"taken back from an allocation on {on}"
    return f"{'put in' if entry.amount > 0 else 'taken out'} on {on}"
