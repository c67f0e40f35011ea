"""The ledger's work on staff's first page: lines to match, months to sign off."""

from datetime import timedelta

from django.db import models
from django.db.models import Exists, Min, OuterRef
from django.db.models.functions import TruncMonth
from django.utils import timezone

from commissioning.admin.attention import WorkList
from commissioning.models import User
from commissioning.money import format_pounds
from finance.admin.reconciliation_lists import item_url, month_url
from finance.models import LedgerExplanation, LedgerLine, LedgerMatch, MonthSignOff
from finance.months import Month

# What is older is not looked for on every visit; the page of its month still shows it.
LOOKED_AT = timedelta(days=730)


def recent() -> models.QuerySet[LedgerLine]:
    return LedgerLine.objects.filter(day__gte=timezone.localdate() - LOOKED_AT)


def to_match(user: User) -> models.QuerySet[LedgerLine]:
    """Lines that nobody has matched at all, or explained."""
    of_line = {"line": OuterRef("pk"), "undone_at__isnull": True}
    return recent().filter(
        ~Exists(LedgerMatch.objects.filter(**of_line)),
        ~Exists(LedgerExplanation.objects.filter(**of_line)),
    )


def amount(line: LedgerLine) -> str:
    words = " · ".join(text for text in (line.reference, line.description) if text)
    return f"{format_pounds(line.amount)}{f': {words}' if words else ''}"


def to_sign(user: User) -> models.QuerySet[LedgerLine]:
    """Months that are over and not signed off: the first line of each."""
    over = recent().filter(day__lt=Month.containing(timezone.localdate()).first_day)
    months = over.order_by().annotate(month=TruncMonth("day")).values("month")
    firsts = LedgerLine.objects.filter(pk__in=months.annotate(first=Min("pk")).values("first"))
    firsts = firsts.annotate(month=TruncMonth("day"))
    of_month = MonthSignOff.objects.filter(month=OuterRef("month"))
    later = MonthSignOff.objects.filter(month=OuterRef("month"), number__gt=OuterRef("number"))
    stands = of_month.filter(~Exists(later), is_withdrawal=False)
    return firsts.filter(~Exists(stands)).order_by("day")


LEDGER_LISTS = [
    WorkList(
        "ledger-lines",
        "Ledger lines to match",
        "match_ledger",
        to_match,
        amount,
        in_hand=True,
        app="finance",
        leads_to=item_url,
    ),
    WorkList(
        "months",
        "Months to sign off",
        "sign_off_month",
        to_sign,
        lambda line: "over, and not signed off",
        in_hand=True,
        app="finance",
        leads_to=lambda line: month_url(Month.containing(line.day)),
        name=lambda line: str(Month.containing(line.day)),
    ),
]

LEDGER_LINKS = [
    ("finance.import_ledger", "Take in the ledger", "admin:reconciliation_import"),
    ("finance.view_ledgerline", "Reconciliation", "admin:reconciliation"),
]
