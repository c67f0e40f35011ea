"""What needs attention: lists of records that wait for somebody, each with its reason.

Every list is one query, which brings the first rows and the count of all, so the number of queries
does not grow with the records.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.db.models import Count, Window
from django.urls import reverse
from django.utils import timezone

from commissioning import hooks, rules
from commissioning.admin import (
    owed_back,
    waiting_awards,
    waiting_control,
    waiting_money,
    waiting_payments,
)
from commissioning.admin.columns import list_address
from commissioning.admin.links import record_url
from commissioning.admin.ticked import ACTION, ALL, TICKED, WORK_LIST, WorkListFilter
from commissioning.models import (
    Award,
    DecisionNotice,
    DelegatedLimit,
    Instalment,
    Payment,
    User,
)


@dataclass(frozen=True)
class InOneGo:
    """A staff action that deals with several rows of a list together."""

    label: str
    model: type[models.Model]
    action: str


@dataclass(frozen=True)
class BulkLink:
    """Where the rows of a work list stand ticked."""

    label: str
    href: str


@dataclass(frozen=True)
class WorkList:
    """One list: who acts on it, which rows, and what is said of each.

    Lists of work `in_hand` are for those who do it; the others are shown to those who only look
    on, such as auditors, as well.
    """

    key: str
    title: str
    permission: str
    rows: Callable[[User], models.QuerySet]
    says: Callable[[models.Model], str]
    in_hand: bool = False
    in_one_go: InOneGo | None = None
    app: str = "commissioning"
    # How a row is called, and the page on which it is dealt with.
    name: Callable[[models.Model], str] = str
    leads_to: Callable[[models.Model], str] = record_url

    @property
    def bulk_link(self) -> BulkLink | None:
        """Where exactly the rows of this list stand ticked, for a staff action on all of them."""
        if self.in_one_go is None:
            return None
        shown = {WORK_LIST: self.key, ACTION: self.in_one_go.action, TICKED: ALL}
        return BulkLink(self.in_one_go.label, list_address(self.in_one_go.model, **shown))

    def first(self, user: User, most: int) -> list[models.Model]:
        """The first rows, each with `found`: how many there are in all."""
        return list(self.rows(user).annotate(found=Window(Count("*")))[:most])


@dataclass(frozen=True)
class Notice:
    """Something about the office as a whole that somebody should put right, and where."""

    says: str
    label: str
    href: str


# Who is told when the last limit of an act ends, beside those who record limits.
DECIDES = {
    DelegatedLimit.Act.APPROVE: "commissioning.approve_award",
    DelegatedLimit.Act.RELEASE: "commissioning.release_payment",
    DelegatedLimit.Act.VIRE: "commissioning.allocate_budget",
    DelegatedLimit.Act.OVER_PROGRAMME: "commissioning.authorise_margin",
    DelegatedLimit.Act.CARRY_FORWARD: "finance.approve_carryforward",
}


def notices_for(user: User) -> list[Notice]:
    """What is wrong with the limits: acts that never had one, and last limits that end."""
    today = timezone.localdate()
    records_limits = user.has_perm("commissioning.add_delegatedlimit")
    ending = [
        rules.says_when_it_ends(act, last, today)
        for act, last in rules.ending_acts(today)
        if records_limits or user.has_perm(DECIDES[act])
    ]
    if not records_limits:
        address = reverse("admin:commissioning_delegatedlimit_changelist")
        return [Notice(says, "See the limits", address) for says in ending]
    address = reverse("admin:commissioning_delegatedlimit_add")
    acts = rules.unlimited_acts(today)
    never = (
        f"No delegated limit was ever recorded to {', or to '.join(acts)}. Anyone who has a role "
        "for it may do it over any amount."
    )
    found = [*ending, never] if acts else ending
    return [Notice(says, "Record a limit", address) for says in found]


def work_lists() -> list[WorkList]:
    """Every list, those of other apps last."""
    return [*WORK_LISTS, *hooks.work_lists]


def lists_for(user: User) -> list[WorkList]:
    """The lists that the user acts on; to one who acts on none, those anybody may see."""
    acting = [each for each in work_lists() if user.has_perm(f"{each.app}.{each.permission}")]
    if acting or not user.has_perm("commissioning.view_award"):
        return acting
    return [each for each in work_lists() if not each.in_hand]


def _rows_to_tick(key: str, model: type[models.Model], user: User):
    """(title, rows) of a work list whose rows stand ticked on the list of the model."""
    for work in lists_for(user):
        if work.key == key and work.in_one_go and work.in_one_go.model is model:
            return work.title, work.rows(user)
    return None


WorkListFilter.known = staticmethod(_rows_to_tick)

WORK_LISTS = [
    WorkList(
        "approve",
        "Awards waiting for your approval",
        "approve_award",
        waiting_awards.to_approve,
        waiting_awards.proposed,
        in_hand=True,
        in_one_go=InOneGo("Approve several at once", Award, "approve"),
    ),
    WorkList(
        "variations",
        "Variations waiting for your approval",
        "vary_award",
        waiting_control.to_decide,
        waiting_control.put_forward,
        in_hand=True,
    ),
    WorkList(
        "release",
        "Payments to release",
        "release_payment",
        waiting_money.to_release,
        waiting_money.requested,
        in_hand=True,
        in_one_go=InOneGo("Release several at once", Payment, "release"),
    ),
    WorkList(
        "returned",
        "Returned payments to confirm",
        "release_payment",
        waiting_money.returns_to_confirm,
        waiting_money.marked,
        in_hand=True,
        in_one_go=InOneGo("Confirm several at once", Payment, "confirm-return"),
    ),
    WorkList(
        "held",
        "Payments held",
        "change_hold",
        waiting_payments.held,
        waiting_payments.why_held,
    ),
    WorkList(
        "instalments",
        "Instalments due in the next 30 days and not requested",
        "request_payment",
        waiting_payments.to_request,
        waiting_payments.outstanding,
        in_hand=True,
        in_one_go=InOneGo("Request several at once", Instalment, "request"),
    ),
    WorkList(
        "to-plan",
        "Milestones to be written",
        "add_instalment",
        waiting_payments.to_plan,
        waiting_payments.not_planned,
        in_hand=True,
    ),
    WorkList(
        "sent-back",
        "Recommendations sent back",
        "recommend_award",
        waiting_awards.sent_back,
        lambda award: award.return_reason,
        in_hand=True,
    ),
    WorkList(
        "refused",
        "Payments refused in the last 30 days",
        "request_payment",
        waiting_money.refused,
        waiting_money.why_refused,
        in_hand=True,
    ),
    WorkList(
        "variations-turned-down",
        "Variations turned down in the last 30 days",
        "propose_variation",
        waiting_control.turned_down,
        waiting_control.why_turned_down,
        in_hand=True,
    ),
    WorkList(
        "incomplete",
        "Drafts that are not complete",
        "recommend_award",
        waiting_awards.incomplete,
        waiting_awards.lacks,
        in_hand=True,
    ),
    WorkList(
        "ready",
        "Drafts ready to be recommended",
        "recommend_award",
        waiting_awards.ready,
        waiting_awards.asks,
        in_hand=True,
        in_one_go=InOneGo("Recommend several at once", Award, "recommend"),
    ),
    WorkList(
        "conditions",
        "Conditions overdue",
        "change_condition",
        waiting_awards.overdue_conditions,
        waiting_awards.due,
    ),
    WorkList(
        "unpublished",
        "Approved and not published",
        "publish_award",
        waiting_awards.unpublished,
        waiting_awards.worth,
        in_one_go=InOneGo("Publish several at once", Award, "publish"),
    ),
    WorkList(
        "decisions",
        "Decision notices not published",
        "publish_decisionnotice",
        waiting_awards.unpublished_decisions,
        waiting_awards.decided,
        in_one_go=InOneGo("Publish several at once", DecisionNotice, "publish"),
    ),
    WorkList(
        "funds",
        "Funds with money that are not published",
        "publish_fund",
        waiting_money.unpublished_funds,
        waiting_money.not_public,
    ),
    WorkList(
        "gaps",
        "Published without all that the law asks for",
        "publish_award",
        waiting_awards.published_with_gaps,
        waiting_awards.gaps,
    ),
    WorkList(
        "with-approvers",
        "Recommended, with the approvers",
        "recommend_award",
        waiting_awards.with_approvers,
        waiting_awards.proposed,
        in_hand=True,
    ),
    WorkList(
        "variations-with-approvers",
        "Variations put forward, with the approvers",
        "propose_variation",
        waiting_control.with_approvers,
        waiting_control.put_forward,
        in_hand=True,
    ),
    WorkList(
        "ended",
        "Ended and not closed",
        "vary_award",
        waiting_awards.ended,
        waiting_awards.unsettled,
    ),
    WorkList(
        "emergencies",
        "Emergency overrides in the last 90 days",
        "add_override",
        waiting_control.emergencies,
        waiting_control.emergency,
    ),
    WorkList(
        "without-reference",
        "Paid without finance’s reference",
        "release_payment",
        waiting_money.without_reference,
        waiting_money.released,
        in_hand=True,
    ),
    WorkList(
        "to-allocate",
        "Budgets with money to allocate",
        "allocate_budget",
        waiting_money.to_allocate,
        waiting_money.unallocated,
        in_hand=True,
    ),
    WorkList(
        "to-carry-forward",
        "Ended budgets with money to carry forward",
        "fund_budget",
        waiting_money.to_carry_forward,
        waiting_money.left_over,
    ),
    WorkList(
        "nearly-used-up",
        "Allocations nearly used up",
        "allocate_budget",
        waiting_money.nearly_used_up,
        waiting_money.left,
    ),
    WorkList(
        "use-by",
        "Money to be spent within 90 days and not committed",
        "fund_budget",
        waiting_money.to_be_used_soon,
        waiting_money.not_used,
    ),
    WorkList(
        "owed-back",
        "Money owed back to its source",
        "add_receipt",
        waiting_money.owed_back,
        waiting_money.owed,
        leads_to=owed_back.address_of,
    ),
    WorkList(
        "expected",
        "Budgets that are only expected",
        "fund_budget",
        waiting_money.expected,
        waiting_money.not_confirmed,
    ),
    WorkList(
        "over-allocated",
        "Budgets allocated beyond their amount",
        "authorise_margin",
        waiting_money.over_allocated,
        waiting_money.above,
    ),
]
