"""What finance does with funds: budgets, allocations, virements and the close of a year."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from commissioning import rules
from commissioning.actions import history, journal, limits, receipts, records
from commissioning.models import (
    Allocation,
    Budget,
    ClosedYear,
    DecisionNotice,
    DelegatedLimit,
    Entry,
    MarginAuthority,
    User,
)
from commissioning.money import exact_pounds, format_pounds
from commissioning.rules import RuleBroken
from commissioning.years import FinancialYear

Act = DelegatedLimit.Act


@transaction.atomic
def open_budget(
    budget: Budget,
    amount: Decimal,
    *,
    effective_on: date,
    by: User,
    decision: DecisionNotice | None = None,
    note: str = "",
) -> None:
    """Record a budget and its original amount in pounds."""
    rules.amount_is_positive(amount)
    with _limited(by, budget):
        records.save(budget, by=by)
        journal.fund(budget, amount, effective_on=effective_on, decision=decision, note=note, by=by)
    _tell("opened the budget with", budget, amount, by, note)


@transaction.atomic
def revise_budget(
    budget: Budget,
    amount: Decimal,
    *,
    effective_on: date,
    note: str,
    by: User,
    decision: DecisionNotice | None = None,
) -> None:
    """Add `amount` pounds to a budget, or take them out when negative."""
    rules.reason_is_given(note)
    with _limited(by, budget):
        journal.fund(budget, amount, effective_on=effective_on, decision=decision, note=note, by=by)
    if amount < 0:
        _check_margins([budget.pk], by, effective_on)
    receipts.follow(budget, by=by)
    _tell("revised the budget by", budget, amount, by, note)


@transaction.atomic
def imply(budget: Budget, amount: Decimal, *, effective_on: date, note: str, by: User) -> None:
    """Put into an implied budget, new or known, what became known beneath it.

    Nothing was decided or revised, so all of it is original.
    """
    rules.amount_is_positive(amount)
    rules.budget_is_implied(budget)
    if budget.pk is None:
        records.save(budget, by=by)
    journal.fund(
        budget, amount, effective_on=effective_on, reason=journal.Reason.ORIGINAL, note=note, by=by
    )
    _tell("implied", budget, amount, by, note)


@transaction.atomic
def authorise_margin(
    budget: Budget,
    margin: Decimal,
    *,
    reason: str,
    by: User,
    starts_on: date | None = None,
    ends_on: date | None = None,
    decision: DecisionNotice | None = None,
    document_url: str = "",
) -> None:
    """Allow `margin` pounds more than the budget to be allocated; £0.00 ends the authority.

    It may be used from `starts_on`, today unless given, to `ends_on`. Somebody else uses it.
    """
    margin = exact_pounds(margin)
    today = timezone.localdate()
    starts_on = starts_on or today
    budget = Budget.objects.select_for_update(no_key=True).get(pk=budget.pk)
    if margin < 0:
        raise RuleBroken("The margin cannot be negative.", "not_positive")
    if margin:
        rules.within_limit(by, Act.OVER_PROGRAMME, margin, today)
        rules.reason_is_given(reason)
    rules.year_is_open(starts_on)
    # One that begins later leaves what is in force as it is until then.
    if starts_on <= today:
        rules.margin_covers_what_is_allocated(budget, margin)
    rules.authority_follows_the_last(budget, starts_on)
    authority = MarginAuthority(
        budget=budget,
        margin=margin,
        reason=reason,
        starts_on=starts_on,
        ends_on=ends_on,
        decision=decision,
        document_url=document_url,
        authorised_by=by,
    )
    records.check(authority)
    records.save_checked(authority)
    _widen(budget, today)
    records.save(budget, by=by, reason=reason)
    # Told by itself: the row stays as it is where a wider margin stands on it.
    history.record(
        f"authorised a margin of {format_pounds(margin)}",
        budget,
        by,
        after={"margin": str(margin), "from": str(starts_on), "until": str(ends_on or "")},
        reason=reason,
    )


def _widen(budget: Budget, today: date) -> None:
    """Tell the constraint on the budget of the widest margin that stands or is still to begin.

    What was allocated on a margin stays when it ends, so the constraint's never gets narrower than
    that.
    """
    to_begin = [each.starts_on for each in budget.authorities.all() if each.starts_on > today]
    standing = [budget.authority_on(day) for day in (today, *to_begin)]
    widest = max(filter(None, standing), key=lambda each: (each.margin, each.pk), default=None)
    if widest is None or budget.allocated > budget.amount + widest.margin:
        return
    budget.margin, budget.margin_reason = widest.margin, widest.reason
    budget.margin_authorised_by = widest.authorised_by if widest.margin else None


@transaction.atomic
def allocate(
    shares: Sequence[tuple[Allocation, Decimal]],
    *,
    effective_on: date,
    by: User,
    decision: DecisionNotice | None = None,
    note: str = "",
) -> None:
    """Set pounds aside for allocations, new or known, all or none of them.

    Giving a known allocation a negative amount takes pounds back into the budget.
    """
    for allocation, amount in shares:
        if allocation.pk is None:
            rules.amount_is_positive(amount)
            records.save(allocation, by=by)
    reason = {} if all(exact_pounds(amount) > 0 for _, amount in shares) else {"reason": "revision"}
    taken = {allocation.budget for allocation, amount in shares if amount < 0}
    with _limited(by, *taken):
        journal.allocate(
            shares, effective_on=effective_on, decision=decision, note=note, by=by, **reason
        )
    _check_margins(_asked_for_more(shares), by, effective_on)
    for allocation, amount in shares:
        _tell("allocated", allocation, amount, by, note)


@transaction.atomic
def vire(
    giver,
    taker,
    amount: Decimal,
    *,
    effective_on: date,
    note: str,
    by: User,
    decision: DecisionNotice | None = None,
) -> None:
    """Move pounds between two budgets or two allocations."""
    ends = [end if isinstance(end, Budget) else end.budget for end in (giver, taker)]
    with _limited(by, *dict.fromkeys(ends)):
        journal.vire(
            giver, taker, amount, effective_on=effective_on, note=note, decision=decision, by=by
        )
    if isinstance(giver, Budget):
        _check_margins([giver.pk], by, effective_on)
    _tell("vired away", giver, amount, by, note)
    _tell("received by virement", taker, amount, by, note)


@transaction.atomic
def carry_forward(
    giver: Budget,
    taker: Budget,
    amount: Decimal,
    *,
    note: str,
    by: User,
    decision: DecisionNotice | None = None,
) -> None:
    """Move unspent pounds to the fund's later budget: out on the last day, in on the first."""
    journal.carry_forward(
        giver,
        taker,
        amount,
        out_on=giver.ends_on,
        in_on=taker.starts_on,
        note=note,
        decision=decision,
        by=by,
    )
    _check_margins([giver.pk], by, giver.ends_on)
    _tell("carried forward", giver, amount, by, note)
    _tell("received by carry-forward", taker, amount, by, note)


@transaction.atomic
def close_year(year: FinancialYear, *, by: User) -> ClosedYear:
    """Close a financial year: from now on the database refuses entries dated in it."""
    closed = ClosedYear(
        start_year=year.start_year,
        first_day=year.first_day,
        last_day=year.last_day,
        closed_by=by,
    )
    records.save(closed, by=by)
    return closed


@transaction.atomic
def reopen_year(closed: ClosedYear, *, reason: str, by: User) -> None:
    """Let entries be dated in a closed year again."""
    rules.reason_is_given(reason)
    records.lock(closed)
    if closed.reopened_at is not None:
        raise RuleBroken(f"The year {closed} is already open again.", "wrong_state")
    closed.reopened_at, closed.reopened_by, closed.reopened_reason = timezone.now(), by, reason
    records.save(closed, by=by, reason=reason)


@contextmanager
def _limited(by: User, *budgets: Budget) -> Iterator[None]:
    """Hold what is moved of these budgets against the limit to vire, with what was moved lately."""
    if not budgets:
        yield
        return
    limits.lock(Act.VIRE)
    last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    yield
    rules.moves_are_within_limit(by, budgets, last)


def _asked_for_more(shares: Sequence[tuple[Allocation, Decimal]]) -> list[int]:
    """The budgets of which more is allocated than before, all shares of each together."""
    asked = Counter()
    for allocation, amount in shares:
        asked[allocation.budget_id] += amount
    return [key for key, amount in asked.items() if amount > 0]


def _check_margins(keys: Sequence[int], by: User, effective_on: date) -> None:
    """Refuse, once the money has moved, if it now stands on a margin that may not be used so.

    The margin is to be in force today and on the day from which the money counts.
    """
    days = sorted({effective_on, timezone.localdate()})
    for budget in Budget.objects.filter(pk__in=keys).select_related("fund", "source"):
        for day in days if budget.margin else ():
            rules.margin_is_used_by_another(budget, by, day)
            rules.margin_is_in_force(budget, day)


def _tell(verb: str, row, amount: Decimal, by: User, note: str) -> None:
    history.record(
        f"{verb} {format_pounds(amount)}", row, by, after={"amount": str(amount)}, reason=note
    )
