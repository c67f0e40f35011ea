"""A small chain of money, and each verb of it in one line."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from commissioning.actions import awards, funds, payments
from commissioning.models import Allocation, Award, Budget, Commitment, Entry, Payment
from tests import builders as a

PENNY = Decimal("0.01")
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


@dataclass
class Chain:
    """A budget of £100,000, £40,000 of it allocated, £12,000 of that committed, £5,000 paid."""

    budget: Budget
    allocation: Allocation
    award: Award

    @property
    def line(self) -> Commitment:
        return self.award.commitments.get()

    def state(self) -> list:
        return [
            list(model.objects.order_by("pk").values())
            for model in (Budget, Allocation, Award, Commitment, Payment, Entry)
        ]


def a_chain() -> Chain:
    budget = a.a_budget(100_000)
    allocation = a.an_allocation(40_000, budget)
    award = a.an_award(12_000, allocation)
    a.a_payment(5_000, award)
    return Chain(budget, allocation, award)


def allocate(chain: Chain, *amounts: Decimal) -> None:
    funds.allocate(
        [(Allocation(budget=chain.budget, area=a.an_area()), amount) for amount in amounts],
        effective_on=MAY,
        by=a.a_finance_officer(),
    )


def approve(chain: Chain, *amounts: Decimal) -> None:
    drafts = [a.a_draft(amount, chain.allocation) for amount in amounts]
    for draft in drafts:
        awards.recommend(draft, by=a.an_officer())
    awards.approve_many(drafts, decision=a.a_decision(), effective_on=MAY, by=a.an_approver())


def vary(chain: Chain, *amounts: Decimal) -> None:
    awards.vary(
        chain.award,
        [(chain.allocation, amount) for amount in amounts],
        kind="increase",
        reason="More of it.",
        decision=a.a_decision(),
        effective_on=MAY,
        by=a.an_approver(),
    )


def release(chain: Chain, *amounts: Decimal) -> None:
    requests = [a.a_request(amount, chain.award) for amount in amounts]
    payments.release_many(requests, paid_on=JUNE, by=a.a_finance_officer())


def recover(chain: Chain, amount: Decimal) -> Payment:
    return a.a_payment(amount, chain.award, kind=Payment.Kind.RECOVERY)


def withdraw(chain: Chain, amount: Decimal) -> None:
    awards.vary(
        chain.award,
        [(chain.allocation, -amount)],
        kind="decrease",
        reason="Less of it.",
        decision=a.a_decision(),
        effective_on=JUNE,
        by=a.an_approver(),
    )


def take_back(chain: Chain, amount: Decimal) -> None:
    funds.allocate(
        [(chain.allocation, -amount)], effective_on=MAY, by=a.a_finance_officer(), note="Back."
    )


def cut(chain: Chain, amount: Decimal) -> None:
    funds.revise_budget(
        chain.budget, -amount, effective_on=MAY, note="Cut.", by=a.a_finance_officer()
    )


def terminate(award, by=None, **fields) -> None:
    fields = {
        "reason": "The recipient closed.",
        "decision": a.a_decision(),
        "effective_on": JUNE,
        **fields,
    }
    awards.terminate(award, by=by or a.an_approver(), **fields)


def reinstate(award, by=None, **fields) -> None:
    fields = {
        "reason": "Another charity took it over.",
        "decision": a.a_decision(),
        "effective_on": JUNE,
        **fields,
    }
    awards.reinstate(award, by=by or a.an_approver(), **fields)
