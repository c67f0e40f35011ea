"""Rules about what money of a source may be spent on, until when, and how sure it is."""

from collections.abc import Iterable
from decimal import Decimal

from django.conf import settings
from django.db.models import Sum

from commissioning.days import in_words
from commissioning.models import Budget, Entry, FundingSource, HistoryEvent, User
from commissioning.money import NOTHING
from commissioning.rules.broken import RuleBroken


def money_stays_in_its_ring_fence(giver: Budget, taker: Budget, amount: Decimal, by: User) -> None:
    """Ring-fenced pounds leave one budget only for another of the same ring-fence.

    Money that is not ring-fenced may go anywhere, and what a budget had from another one may go
    back to it. Superusers included.
    """
    source = giver.source
    if giver.source_id == taker.source_id:
        return
    ring_fence_was_widened_by_another(source, by)
    if not source.ring_fence or _same(source.ring_fence, taker.source.ring_fence):
        return
    if amount <= _had_from(giver, taker):
        return
    raise RuleBroken(
        f"Money of {source} may be spent only on: {_sentence(source.ring_fence)} It cannot become "
        f"money of {taker.source}, {_fence_of(taker.source)}",
        "ring_fence",
    )


def ring_fence_was_widened_by_another(source: FundingSource, by: User) -> None:
    """Whoever last changed what a ring-fence allows does not move money out of it."""
    events = HistoryEvent.objects.filter(
        subject_type="fundingsource", subject_id=str(source.pk), verb="changed"
    )
    changes = (
        event for event in events.order_by("-pk") if _fence(event.before) != _fence(event.after)
    )
    last = next(changes, None)
    if last and last.by_id == by.pk and _fence(last.before):
        raise RuleBroken(
            f"You changed what money of {source} may be spent on, so you cannot move it to another "
            "source. Ask a colleague.",
            "same_person",
        )


def money_is_used_in_time(giver: Budget, taker: Budget) -> None:
    """Money does not go where it could only be spent after the last day that its source allows."""
    if giver.use_by and taker.starts_on and taker.starts_on > giver.use_by:
        raise RuleBroken(
            f"The money of {giver} is to be spent by {in_words(giver.use_by)}, and {taker.period} "
            f"begins on {in_words(taker.starts_on)}. What is left goes back to {giver.source}, "
            "unless the source agrees to a later day: record that day on the budget first.",
            "use_by",
        )


def money_is_confirmed(allocations: Iterable[int]) -> None:
    """Where the office says so, allocations of money that is only expected are not committed."""
    if settings.UNCONFIRMED_MONEY != "refuse":
        return
    expected = Budget.objects.filter(
        source_status=Budget.SourceStatus.EXPECTED, allocations__in=set(allocations)
    )
    for budget in expected.select_related("fund", "source").order_by("pk")[:1]:
        raise RuleBroken(
            f"The money of {budget} is only expected. It is committed once {budget.source} has "
            "confirmed it.",
            "only_expected",
        )


def _fence(state: dict | None) -> str:
    """The ring-fence in what history says of a source."""
    return (state or {}).get("ring_fence", "")


def _had_from(giver: Budget, taker: Budget) -> Decimal:
    """Pounds that the giver had from the taker by virement and still has, both ways netted."""
    of_taker = Entry.objects.filter(
        budget=taker, kind=Entry.Kind.FUNDING, reason=Entry.Reason.VIREMENT
    )
    between = Entry.objects.filter(
        budget=giver,
        kind=Entry.Kind.FUNDING,
        reason=Entry.Reason.VIREMENT,
        transfer__in=of_taker.values("transfer"),
    )
    return between.aggregate(total=Sum("amount"))["total"] or NOTHING


def _same(one: str, other: str) -> bool:
    return one.casefold().split() == other.casefold().split()


def _fence_of(source: FundingSource) -> str:
    if not source.ring_fence:
        return "which has no ring-fence."
    return f"which may be spent only on: {_sentence(source.ring_fence)}"


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."
