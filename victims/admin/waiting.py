"""Returns that wait for somebody, on staff's first page."""

from django.db import models
from django.utils import timezone
from django.utils.text import Truncator

from commissioning.admin.attention import InOneGo, WorkList
from commissioning.admin.columns import list_address
from commissioning.days import in_words
from commissioning.models import User
from commissioning.years import FinancialYear
from victims.models import MonitoringReturn

Status = MonitoringReturn.Status


def overdue(user: User) -> models.QuerySet:
    return (
        MonitoringReturn.objects.owed_since(timezone.localdate())
        .select_related("service__service")
        .order_by("due_on", "pk")
    )


def with_the_provider(user: User) -> models.QuerySet:
    """Returns to be corrected whose day has not come; those late are overdue."""
    return _in_state(Status.SENT_BACK).exclude(
        pk__in=MonitoringReturn.objects.owed_since(timezone.localdate())
    )


def to_put_right(monitoring_return: MonitoringReturn) -> str:
    reason = Truncator(monitoring_return.to_put_right).chars(120)
    return f"{reason}; due on {in_words(monitoring_return.wanted_on)}"


def late(monitoring_return: MonitoringReturn) -> str:
    sent_back = monitoring_return.status == Status.SENT_BACK
    state = "sent back, and " if sent_back else ""
    reminded = monitoring_return.reminded_on
    told = f"; reminded on {in_words(reminded)}" if reminded else "; nobody was reminded"
    return f"{state}was due on {in_words(monitoring_return.wanted_on)}{told}"


def to_certify(user: User) -> models.QuerySet:
    return _in_state(Status.SUBMITTED).exclude(submitted_by=user)


def taken_in(monitoring_return: MonitoringReturn) -> str:
    return (
        f"taken in by {monitoring_return.submitted_by} on "
        f"{in_words(timezone.localtime(monitoring_return.submitted_at))}"
    )


def to_accept(user: User) -> models.QuerySet:
    return _in_state(Status.CERTIFIED).exclude(certified_by=user)


def certified(monitoring_return: MonitoringReturn) -> str:
    return (
        f"certified by {monitoring_return.certified_by} on "
        f"{in_words(timezone.localtime(monitoring_return.certified_at))}"
    )


def _in_state(status: str) -> models.QuerySet:
    return (
        MonitoringReturn.objects.filter(status=status)
        .select_related("service__service", "submitted_by", "certified_by")
        .order_by("submitted_at", "pk")
    )


def owed_in(year: FinancialYear) -> str:
    """Where returns that are still to come are listed."""
    return list_address(MonitoringReturn, left_at=year.slug)


RETURN_LISTS = [
    WorkList(
        "returns-overdue",
        "Returns overdue",
        "submit_monitoringreturn",
        overdue,
        late,
        app="victims",
    ),
    WorkList(
        "returns-sent-back",
        "Returns with the provider to be put right",
        "submit_monitoringreturn",
        with_the_provider,
        to_put_right,
        app="victims",
    ),
    WorkList(
        "returns-to-certify",
        "Returns to certify",
        "certify_monitoringreturn",
        to_certify,
        taken_in,
        in_hand=True,
        in_one_go=InOneGo("Certify several at once", MonitoringReturn, "certify"),
        app="victims",
    ),
    WorkList(
        "returns-to-accept",
        "Returns to accept",
        "accept_monitoringreturn",
        to_accept,
        certified,
        in_hand=True,
        in_one_go=InOneGo("Accept several at once", MonitoringReturn, "accept"),
        app="victims",
    ),
]
