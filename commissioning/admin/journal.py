"""The journal and the closing of years in the staff site."""

from django import forms
from django.contrib import admin
from django.utils import timezone

from commissioning.actions import funds
from commissioning.admin.base import ReadOnlyAdmin, StaffModelAdmin
from commissioning.admin.columns import UNKNOWN, link, moment, person, pounds, pounds_of_kind
from commissioning.admin.filters import year_of
from commissioning.admin.forms import ReasonForm, StaffForm
from commissioning.admin.verbs import Verb
from commissioning.models import ClosedYear, Entry
from commissioning.years import FinancialYear

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

    def lookup_allowed(self, lookup, value, request):
        # The ways in which other pages lead down to entries.
        down = {"commitment__award__id__exact", "budget__fund__id__exact"}
        return lookup in down or super().lookup_allowed(lookup, value, request)


REOPEN = Verb(
    name="reopen",
    label="Reopen the year",
    permissions=["close_year"],
    explains="Let entries be dated in this year again.",
    form=ReasonForm,
    is_possible=lambda closed: closed.reopened_at is None,
    says=lambda closed, given: [
        f"Entries can again be dated from {closed.first_day:%-d %B %Y} to "
        f"{closed.last_day:%-d %B %Y}. Figures of {closed} that were reported may change."
    ],
    do=lambda closed, given, by: funds.reopen_year(closed, reason=given["reason"], by=by),
    done="Reopened",
)


class ClosedYearForm(StaffForm):
    start_year = forms.TypedChoiceField(
        label="Financial year",
        coerce=int,
        help_text=(
            "Years that have ended. From now on no entry can be dated in it. It can be reopened, "
            "with a reason."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "start_year" in self.fields:
            this_year = FinancialYear.containing(timezone.localdate())
            years = [FinancialYear(this_year.start_year - back) for back in range(1, 20)]
            self.fields["start_year"].choices = [
                ("", "Choose a year"),
                *((year.start_year, year.label) for year in years),
            ]


@admin.register(ClosedYear)
class ClosedYearAdmin(StaffModelAdmin):
    verbs = [REOPEN]
    form = ClosedYearForm
    list_display = ["year", "closed_by", "closed_at", "reopened_by", "reopened_at"]
    list_select_related = ["closed_by", "reopened_by"]
    closing = ["first_day", "last_day", person("closed_by"), moment("closed_at", "closed at")]
    reopening = [
        person("reopened_by"),
        moment("reopened_at", "reopened at"),
        "reopened_reason",
    ]

    @admin.display(description="financial year", ordering="start_year")
    def year(self, closed: ClosedYear) -> str:
        return str(closed)

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return [
                (
                    None,
                    {
                        "fields": ["start_year"],
                        "description": (
                            "Close a year when its books are settled: its figures then stay as "
                            "they are. Release its payments and carry its money forward first: "
                            "both are dated in it."
                        ),
                    },
                )
            ]
        return [
            (None, {"fields": ["year", *self.closing]}),
            ("Reopened", {"fields": self.reopening}),
        ]

    def get_readonly_fields(self, request, obj=None):
        return [] if obj is None else ["year", *self.closing, *self.reopening]

    def has_add_permission(self, request):
        return request.user.has_perm("commissioning.close_year")

    def has_change_permission(self, request, obj=None):
        return False

    def add_view(self, request, form_url="", extra_context=None):
        return super().add_view(request, form_url, {"title": "Close a year"})

    def add(self, obj, form, by):
        closed = funds.close_year(FinancialYear(obj.start_year), by=by)
        obj.pk = closed.pk
