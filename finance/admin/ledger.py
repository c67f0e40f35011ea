"""The ledger's sources, files, lines, matches, explanations and sign-offs in the staff site."""

from django.contrib import admin

from commissioning.admin.base import ReadOnlyAdmin, StaffModelAdmin
from commissioning.admin.columns import list_address, moment, person, pounds
from commissioning.admin.filters import year_of
from commissioning.admin.forms import ReasonForm
from commissioning.admin.links import record_url
from commissioning.admin.verbs import Verb
from commissioning.money import format_pounds
from finance.actions import reconciliation
from finance.admin.reconciliation_lists import item_url, month_url
from finance.figures.reconciliation import signed_months
from finance.models import (
    LedgerExplanation,
    LedgerFile,
    LedgerLine,
    LedgerMatch,
    LedgerSource,
    MonthSignOff,
)
from finance.months import Month
from finance.rules import ledger as rules

HOW_IT_IS_READ = (
    "The headings stand in the first row of the file. They are chosen when the first extract comes "
    "in, and can be corrected here when the finance system changes."
)

RECONCILIATION = ("Reconciliation", "admin:reconciliation")


@admin.register(LedgerSource)
class LedgerSourceAdmin(StaffModelAdmin):
    list_display = ["name", "day_format", "sign"]
    search_fields = ["name"]
    fieldsets = [
        (None, {"fields": ["name"]}),
        (
            "Which column is what",
            {
                "fields": [f"{part}_heading" for part in LedgerSource.PARTS],
                "description": HOW_IT_IS_READ,
            },
        ),
        ("How it is written", {"fields": ["day_format", "sign"]}),
    ]

    def next_steps(self, request, obj):
        return [
            ("Files", list_address(LedgerFile, source__id__exact=obj.pk)),
            ("Lines", list_address(LedgerLine, source__id__exact=obj.pk)),
        ]


@admin.register(LedgerFile)
class LedgerFileAdmin(ReadOnlyAdmin):
    written_on = RECONCILIATION
    list_display = [
        "name",
        "source",
        "added",
        "known",
        "first_day",
        "last_day",
        moment("imported_at", "taken in at"),
        "imported_by",
    ]
    list_filter = [("source", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["source", "imported_by"]
    search_fields = ["name", "sha256"]
    fields = [
        "name",
        "source",
        "rows",
        "added",
        "known",
        "empty",
        "first_day",
        "last_day",
        "sha256",
        person("imported_by", "taken in by"),
        moment("imported_at", "taken in at"),
    ]
    readonly_fields = [field for field in fields if callable(field)]

    def next_steps(self, request, obj):
        return [("Lines", list_address(LedgerLine, file__id__exact=obj.pk))]


@admin.register(LedgerLine)
class LedgerLineAdmin(ReadOnlyAdmin):
    written_on = RECONCILIATION
    list_display = ["day", "supplier", "reference", "description", pounds("amount"), "source"]
    list_filter = [("source", admin.RelatedOnlyFieldListFilter), year_of("day")]
    list_select_related = ["source"]
    reached_by = frozenset(["file__id__exact"])
    search_fields = ["supplier", "reference", "description"]
    date_hierarchy = "day"
    amount = pounds("amount")
    fields = [
        "day",
        amount,
        "supplier",
        "reference",
        "description",
        "source",
        "file",
        "row_number",
    ]
    readonly_fields = [amount]

    def next_steps(self, request, obj):
        return [("Match or explain", item_url(obj)), ("File", record_url(obj.file))]


def _is_standing(row: LedgerMatch | LedgerExplanation) -> bool:
    return row.undone_at is None


class Stands(admin.SimpleListFilter):
    """Whether somebody took the row back."""

    title = "whether it stands"
    parameter_name = "stands"

    def lookups(self, request, model_admin):
        return [("yes", "It stands"), ("no", "Taken back")]

    def queryset(self, request, queryset):
        wanted = {"yes": True, "no": False}.get(self.value())
        return queryset if wanted is None else queryset.filter(undone_at__isnull=wanted)


UNDO = Verb(
    name="undo",
    label="Undo the match",
    permissions=["match_ledger"],
    relies_on=["line", "payment"],
    explains="Take it back: its line and payment are open again.",
    form=ReasonForm,
    is_possible=_is_standing,
    rules=[lambda match, by: rules.match_is_open(match)],
    says=lambda match, given: [
        f"{format_pounds(match.amount)} of the ledger line and of the payment will be open again."
    ],
    do=lambda match, given, by: reconciliation.undo(match, reason=given["reason"], by=by),
    done="Undone",
    many=True,
)


@admin.register(LedgerMatch)
class LedgerMatchAdmin(ReadOnlyAdmin):
    written_on = RECONCILIATION
    verbs = [UNDO]
    list_display = [
        "line",
        "payment",
        pounds("amount"),
        "how",
        "score",
        "made_by",
        moment("made_at", "matched at"),
        moment("undone_at", "undone at"),
    ]
    list_filter = ["how", Stands, year_of("line__day")]
    list_select_related = ["line", "payment__commitment__award", "made_by"]
    search_fields = ["line__supplier", "line__reference", "payment__commitment__award__reference"]
    amount = pounds("amount")
    fields = [
        "line",
        "payment",
        amount,
        "how",
        "score",
        "reasons",
        person("made_by", "matched by"),
        moment("made_at", "matched at"),
        person("undone_by"),
        moment("undone_at", "undone at"),
        "undone_reason",
    ]
    readonly_fields = [field for field in fields if callable(field)]

    def next_steps(self, request, obj):
        return [("Ledger line", item_url(obj.line)), ("Payment", item_url(obj.payment))]


def _month_is_open(explanation: LedgerExplanation, by) -> None:
    row = explanation.line or explanation.payment
    rules.month_is_open(Month.containing(row.day if explanation.line else row.paid_on))


TAKE_BACK = Verb(
    name="take-back",
    label="Take it back",
    permissions=["match_ledger"],
    relies_on=["line", "payment"],
    explains="The explanation does not hold: what it explained is open again.",
    form=ReasonForm,
    is_possible=_is_standing,
    rules=[_month_is_open],
    says=lambda one, given: [f"{format_pounds(one.amount)} will be open again."],
    do=lambda one, given, by: reconciliation.take_back(one, reason=given["reason"], by=by),
    done="Taken back",
    many=True,
)


@admin.register(LedgerExplanation)
class LedgerExplanationAdmin(ReadOnlyAdmin):
    written_on = RECONCILIATION
    verbs = [TAKE_BACK]
    list_display = [
        "line",
        "payment",
        pounds("amount"),
        "cause",
        "made_by",
        moment("made_at", "explained at"),
        moment("undone_at", "taken back at"),
    ]
    list_filter = ["cause", Stands]
    list_select_related = ["line", "payment__commitment__award", "made_by"]
    search_fields = ["reason", "line__supplier", "payment__commitment__award__reference"]
    amount = pounds("amount")
    fields = [
        "line",
        "payment",
        amount,
        "cause",
        "reason",
        person("made_by", "explained by"),
        moment("made_at", "explained at"),
        person("undone_by", "taken back by"),
        moment("undone_at", "taken back at"),
    ]
    readonly_fields = [field for field in fields if callable(field)]

    def next_steps(self, request, obj):
        what = "Ledger line" if obj.line else "Payment"
        return [(what, item_url(obj.line or obj.payment))]


def _stands(signed: MonthSignOff) -> bool:
    return signed_months().get(Month(signed.month)) == signed


WITHDRAW = Verb(
    name="withdraw",
    label="Withdraw the sign-off",
    permissions=["withdraw_sign_off"],
    relies_on=[],
    explains="Open the month again. The sign-off stays on record, and somebody signs anew.",
    form=ReasonForm,
    is_possible=_stands,
    says=lambda signed, given: [f"{Month(signed.month)} will be open again."],
    do=lambda signed, given, by: reconciliation.withdraw(signed, reason=given["reason"], by=by),
    done="Withdrawn",
)


@admin.register(MonthSignOff)
class MonthSignOffAdmin(ReadOnlyAdmin):
    written_on = RECONCILIATION
    verbs = [WITHDRAW]
    list_display = [
        "__str__",
        pounds("ledger", "ledger total"),
        pounds("paid", "payments"),
        pounds("difference"),
        "made_by",
        moment("made_at", "at"),
    ]
    list_filter = [year_of("month")]
    list_select_related = ["made_by"]
    figures = [
        pounds("ledger", "ledger total"),
        pounds("ledger_matched", "of it matched"),
        pounds("ledger_explained", "of it explained"),
        pounds("paid", "payments less what came back"),
        pounds("paid_matched", "of them matched"),
        pounds("paid_explained", "of them explained"),
        pounds("difference", "ledger less payments"),
    ]
    fields = [
        "month",
        "is_withdrawal",
        "reason",
        "lines",
        "payments",
        *figures,
        person("made_by", "by"),
        moment("made_at", "at"),
    ]
    readonly_fields = [field for field in fields if callable(field)]

    def next_steps(self, request, obj):
        return [("Reconciliation", month_url(Month(obj.month)))]
