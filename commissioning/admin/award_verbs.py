"""The steps of an award's life, from a draft to its end."""

from decimal import Decimal

from commissioning import rules
from commissioning.actions import awards, onward, overrides
from commissioning.admin.effects import place
from commissioning.admin.facts import Facts, facts, listed
from commissioning.admin.forms import (
    DecisionChoice,
    ReasonForm,
    RecordChoice,
    VerbForm,
    day,
    line,
    positive,
)
from commissioning.admin.holds import HOLD_PAYMENTS
from commissioning.admin.payment_request import REQUEST_VERBS
from commissioning.admin.publishing import publication_verbs
from commissioning.admin.relied_on import AWARD
from commissioning.admin.schedule_verbs import SCHEDULE_VERBS
from commissioning.admin.variation_verbs import VARIATION_VERBS
from commissioning.admin.verbs import Verb
from commissioning.models import Award
from commissioning.money import format_pounds

Status = Award.Status


def is_in(*states: str):
    """A test of an award: whether it is in one of the states."""
    return lambda award: award.status in states


def proposed(award: Award) -> Decimal:
    return sum((line.proposed for line in award.commitments.all()), Decimal(0))


def is_complete(award: Award, by) -> None:
    rules.award_is_complete(award, has_money=award.commitments.exists())


def limit_allows(award: Award, by) -> None:
    """The whole award is within the limit of whoever approves it, or an override allows it."""
    overrides.needed(award, proposed(award), by)


# --- Forms ----------------------------------------------------------------------------------------


class ApproveForm(VerbForm):
    decision = DecisionChoice("Decision notice")
    effective_on = day("Award date", help_text="The day from which the money counts as committed.")


class DecisionForm(VerbForm):
    decision = DecisionChoice("Decision notice")


class TakeOnForm(VerbForm):
    from_record = line(
        "Taken from",
        help_text="The record that shows it, such as “Annual report 2020/21, page 14”. Published.",
    )
    awarded_on = day("Award date", required=False, initial=None, help_text="If it is known.")
    effective_on = day("Money counts from")


class AwardChoice(RecordChoice):
    found_by = Award._meta.get_field("onward_of")


class GivenOnForm(VerbForm):
    of = AwardChoice("Given on from", help_text="The award out of which its recipient gave it.")
    amount = positive("Amount", help_text="In pounds. Counted in that award, and in no total.")
    from_record = line(
        "Taken from", help_text="What the recipient told, such as a return and its date. Published."
    )
    awarded_on = day("Award date", required=False, initial=None, help_text="If it is known.")


# --- What stands in an award ----------------------------------------------------------------------


def terms(award: Award) -> Facts:
    """What whoever recommends or approves an award puts their name to."""
    lines = award.commitments.select_related("allocation__area", "allocation__budget__fund")
    return [
        *facts(award, "recipient", "recipient_note", "title", "purpose", "kind", "fund"),
        *facts(award, "starts_on", "ends_on", "payment_pattern"),
        *listed(
            "Money",
            (f"{format_pounds(line.proposed)} from {place(line.allocation)}" for line in lines),
        ),
        *listed("Conditions", award.conditions.all()),
    ]


# --- Verbs ----------------------------------------------------------------------------------------

PREPARE = [
    Verb(
        name="recommend",
        label="Recommend for approval",
        permissions=["recommend_award"],
        relies_on=AWARD,
        explains="Put the complete draft forward. Somebody else approves it.",
        is_possible=is_in(Status.DRAFT),
        rules=[is_complete],
        shows=terms,
        says=lambda award, given: [
            f"Award {award.reference} will be put forward for {format_pounds(proposed(award))} to "
            f"{award.recipient}.",
            "No money is committed until somebody else approves. You cannot approve it yourself.",
        ],
        do=lambda award, given, by: awards.recommend(award, by=by),
        done="Recommended",
        many=True,
    ),
    Verb(
        name="approve",
        label="Approve",
        permissions=["approve_award"],
        relies_on=AWARD,
        explains="Commit the proposed amounts under a decision notice.",
        form=ApproveForm,
        is_possible=is_in(Status.RECOMMENDED),
        rules=[
            is_complete,
            rules.approver_is_not_recommender,
            limit_allows,
        ],
        shows=terms,
        do=lambda award, given, by: awards.approve(
            award, decision=given["decision"], effective_on=given["effective_on"], by=by
        ),
        do_many=lambda rows, given, by: awards.approve_many(
            rows, decision=given["decision"], effective_on=given["effective_on"], by=by
        ),
        done="Approved",
        many=True,
    ),
    Verb(
        name="send-back",
        label="Send back to draft",
        permissions=["recommend_award", "approve_award"],
        relies_on=AWARD,
        explains="The draft can then be changed and recommended again.",
        form=ReasonForm,
        is_possible=is_in(Status.RECOMMENDED),
        says=lambda award, given: [f"Award {award.reference} will be a draft again."],
        do=lambda award, given, by: awards.send_back(award, reason=given["reason"], by=by),
        done="Sent back",
        many=True,
    ),
    Verb(
        name="reject",
        label="Reject",
        permissions=["approve_award"],
        relies_on=AWARD,
        explains="Turn the recommendation down.",
        form=ReasonForm,
        is_possible=is_in(Status.RECOMMENDED),
        rules=[rules.approver_is_not_recommender],
        says=lambda award, given: [f"Award {award.reference} will not be made."],
        do=lambda award, given, by: awards.reject(award, reason=given["reason"], by=by),
        done="Rejected",
        many=True,
    ),
    Verb(
        name="withdraw",
        label="Withdraw",
        permissions=["recommend_award"],
        relies_on=AWARD,
        explains="End it before it is approved, for example when the recipient steps back.",
        form=ReasonForm,
        is_possible=is_in(Status.DRAFT, Status.RECOMMENDED),
        says=lambda award, given: [f"Award {award.reference} will not be made."],
        do=lambda award, given, by: awards.withdraw(award, reason=given["reason"], by=by),
        done="Withdrawn",
    ),
    Verb(
        name="reopen",
        label="Take up again",
        permissions=["recommend_award"],
        relies_on=AWARD,
        explains="Make it a draft again.",
        is_possible=is_in(Status.REJECTED, Status.WITHDRAWN),
        says=lambda award, given: [f"Award {award.reference} will be a draft again."],
        do=lambda award, given, by: awards.reopen_draft(award, by=by),
        done="Taken up again",
    ),
    Verb(
        name="take-on",
        label="Take on as already made",
        permissions=["take_on_award"],
        relies_on=AWARD,
        explains="For an award that the office made before it used this system.",
        shows=terms,
        form=TakeOnForm,
        is_possible=is_in(Status.DRAFT),
        says=lambda award, given: [
            f"Award {award.reference} will be approved without a recommendation or a decision "
            f"notice here, on the strength of “{given['from_record']}”."
        ],
        do=lambda award, given, by: awards.take_on(
            award,
            [(line.allocation, line.proposed) for line in award.commitments.all()],
            from_record=given["from_record"],
            awarded_on=given["awarded_on"],
            effective_on=given["effective_on"],
            by=by,
        ),
        done="Taken on",
    ),
    Verb(
        name="given-on",
        label="Record as given on",
        permissions=["take_on_award"],
        relies_on=AWARD,
        explains="For a grant that the recipient of another award made out of it.",
        form=GivenOnForm,
        is_possible=lambda award: award.status == Status.DRAFT and not award.commitments.exists(),
        says=lambda award, given: [
            f"{format_pounds(given['amount'])} of award {given['of'].reference} will be shown as "
            f"given on to {award.recipient or award.recipient_note}. It is counted in that award, "
            "and in no total."
        ],
        do=lambda award, given, by: onward.record(award, by=by, **given),
        done="Recorded as given on",
    ),
]


NAME_DECISION = Verb(
    name="name-decision",
    label="Name the decision notice",
    permissions=["publish_award"],
    relies_on=AWARD,
    explains="For an award made before this system was used, once its notice is found.",
    form=DecisionForm,
    is_possible=lambda award: bool(award.taken_on_from) and award.decision_id is None,
    says=lambda award, given: [
        f"Award {award.reference} will say that it was decided by {given['decision']}."
    ],
    do=lambda award, given, by: awards.name_decision(award, given["decision"], by=by),
    done="Decision notice named for",
)


def still_hidden(award: Award, given: dict) -> list[str]:
    """What the award's public page would lead to, and cannot because it is not published."""
    neighbours = [("The decision notice", award.decision), ("The fund", award.fund)]
    if award.recipient and not award.recipient.name_is_withheld:
        neighbours.append(("The recipient", award.recipient))
    return [
        f"{noun} “{row}” is not published yet, so the public cannot follow the award to it."
        for noun, row in neighbours
        if row is not None and not row.is_published
    ]


RUN = [
    Verb(
        name="activate",
        label="Mark as under way",
        permissions=["recommend_award", "vary_award"],
        relies_on=AWARD,
        explains="The agreement is signed and the work has begun.",
        is_possible=is_in(Status.APPROVED),
        says=lambda award, given: [f"Award {award.reference} will be active."],
        do=lambda award, given, by: awards.activate(award, by=by),
        done="Marked as under way",
        many=True,
    ),
]

AWARD_VERBS = [
    *PREPARE,
    *RUN,
    NAME_DECISION,
    *SCHEDULE_VERBS,
    *REQUEST_VERBS,
    HOLD_PAYMENTS,
    *VARIATION_VERBS,
    *publication_verbs(
        "publish_award",
        AWARD,
        lambda award, by: rules.award_can_be_published(award),
        is_ready=is_in(*Award.PROMISED),
        warns=still_hidden,
    ),
]
