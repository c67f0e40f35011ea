"""The journal and the closing of years in the staff site."""

from django.contrib import admin

from commissioning.actions import funds
from commissioning.admin.base import ReadOnlyAdmin
from commissioning.admin.columns import UNKNOWN, link, moment, person, pounds, pounds_of_kind
from commissioning.admin.filters import year_of
from commissioning.admin.forms import ReasonForm
from commissioning.admin.verbs import Verb
from commissioning.days import in_words
from commissioning.models import ClosedYear, Entry

Kind = Entry.Kind
AMOUNT = pounds("amount")
RECORDED = [person("recorded_by"), moment("recorded_at", "recorded at")]


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """Every change of an amount, as a ledger: where figures are followed down to."""

    list_display = [
        "effective_on",
        "fund",
        "area",
        "award",
        pounds_of_kind(Kind.FUNDING, "budget"),
        pounds_of_kind(Kind.ALLOCATION, "allocated"),
        pounds_of_kind(Kind.COMMITMENT, "committed"),
        pounds_of_kind(Kind.PAYMENT, "paid"),
        "reason",
        "recorded_by",
    ]
    list_filter = [
        "kind",
        "reason",
        year_of("effective_on"),
        ("budget__fund", admin.RelatedOnlyFieldListFilter),
        ("budget__source", admin.RelatedOnlyFieldListFilter),
        ("allocation__area", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["budget__fund", "allocation__area", "commitment__award", "recorded_by"]
    reached_by = frozenset(
        ["commitment__award__id__exact", "budget__fund__id__exact", "variation__id__exact"]
    )
    search_fields = [
        "budget__fund__name",
        "allocation__area__name",
        "commitment__award__reference",
        "commitment__award__title",
        "note",
        "decision__reference",
    ]
    date_hierarchy = "effective_on"
    fieldsets = [
        (
            None,
            {
                "fields": ["kind", "reason", AMOUNT, "effective_on"],
                "description": (
                    "Entries are never changed or removed. A mistake is put right by another entry."
                ),
            },
        ),
        (
            "What it stands on",
            {"fields": ["budget", "allocation", "commitment", "payment", "variation", "decision"]},
        ),
        ("Who and why", {"fields": ["note", "transfer", *RECORDED]}),
    ]
    readonly_fields = [AMOUNT, *RECORDED]

    @admin.display(ordering="budget__fund__name")
    def fund(self, entry: Entry) -> str:
        return str(entry.budget.fund)

    @admin.display(ordering="allocation__area__name", empty_value=UNKNOWN)
    def area(self, entry: Entry) -> str | None:
        return str(entry.allocation.area) if entry.allocation else None

    @admin.display(ordering="commitment__award__reference")
    def award(self, entry: Entry) -> str:
        award = entry.commitment and entry.commitment.award
        return link(award, award and award.reference)


REOPEN = Verb(
    name="reopen",
    label="Reopen the year",
    permissions=["close_year"],
    relies_on=[],
    explains="Let entries be dated in this year again.",
    form=ReasonForm,
    is_possible=lambda closed: closed.reopened_at is None,
    says=lambda closed, given: [
        f"Entries can again be dated from {in_words(closed.first_day)} to "
        f"{in_words(closed.last_day)}. Figures of {closed} that were reported may change."
    ],
    do=lambda closed, given, by: funds.reopen_year(closed, reason=given["reason"], by=by),
    done="Reopened",
)


@admin.register(ClosedYear)
class ClosedYearAdmin(ReadOnlyAdmin):
    """Every closing; a year is closed from its checklist, and reopened here."""

    verbs = [REOPEN]
    list_display = ["year", "closed_by", "closed_at", "reopened_by", "reopened_at"]
    list_select_related = ["closed_by", "reopened_by"]
    closing = ["first_day", "last_day", person("closed_by"), moment("closed_at", "closed at")]
    reopening = [
        person("reopened_by"),
        moment("reopened_at", "reopened at"),
        "reopened_reason",
    ]
    fieldsets = [
        (None, {"fields": ["year", *closing]}),
        ("Reopened", {"fields": reopening}),
    ]
    readonly_fields = ["year", *closing, *reopening]

    @admin.display(description="financial year", ordering="start_year")
    def year(self, closed: ClosedYear) -> str:
        return str(closed)
