"""Rules that no constraint can hold, and how a refusal is told.

One function per rule; its docstring is the rule. Each raises RuleBroken with a sentence for staff.
"""

from commissioning.rules.awards import (
    approver_is_not_recommender,
    award_can_be_published,
    award_is_complete,
    award_is_open,
    decision_is_made,
    in_a_row,
    lacking,
    may_follow,
)
from commissioning.rules.broken import RuleBroken
from commissioning.rules.money import (
    amount_is_positive,
    budget_is_implied,
    margin_is_used_by_another,
    reason_is_given,
    year_is_open,
)
from commissioning.rules.payments import payment_is_requested, releaser_is_not_requester
from commissioning.rules.standing import (
    CLASSIFYING,
    MONEY_STAYS,
    fixed_fields,
    only_drafts_are_removed,
    what_stands_stays,
)

__all__ = [
    "CLASSIFYING",
    "MONEY_STAYS",
    "RuleBroken",
    "amount_is_positive",
    "approver_is_not_recommender",
    "award_can_be_published",
    "award_is_complete",
    "award_is_open",
    "budget_is_implied",
    "decision_is_made",
    "fixed_fields",
    "in_a_row",
    "lacking",
    "margin_is_used_by_another",
    "may_follow",
    "only_drafts_are_removed",
    "payment_is_requested",
    "reason_is_given",
    "releaser_is_not_requester",
    "what_stands_stays",
    "year_is_open",
]
