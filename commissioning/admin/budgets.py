"""Budgets and allocations in the staff site."""

from django.contrib import admin
from django.db.models import ExpressionWrapper, F
from django.utils import timezone

from commissioning.actions import funds
from commissioning.admin.allocation_verbs import ALLOCATION_VERBS
from commissioning.admin.base import FOR_STAFF, ReadOnlyInline, StaffModelAdmin, from_documents
from commissioning.admin.budget_verbs import ALLOCATE, BUDGET_VERBS
from commissioning.admin.columns import difference, list_address, moment, person, pounds
from commissioning.admin.filters import WithinArea, period_of
from commissioning.admin.forms import DecisionChoice, StaffForm, day, positive, prose, told
from commissioning.admin.links import record_url
from commissioning.admin.receipts import ReceiptInline
from commissioning.admin.sharing import ALLOCATE_BY_FORMULA
from commissioning.models import (
    Allocation,
    Award,
    Budget,
    DecisionNotice,
    Entry,
    MarginAuthority,
    Receipt,
)
from commissioning.models.margins import margin_in_force
from commissioning.money import NOTHING, MoneyField, format_pounds

OPENING = ["opening_amount", "effective_on", "decision", "reason"]


class OpeningForm(StaffForm):
    """The form of a new record of the money chain, which asks for its first amount."""

    opening_amount = positive("Amount in pounds")
    effective_on = day(
        "Counts from",
        required=False,
        initial=None,
        help_text="Leave empty for the first day of the budget.",
    )
    decision = DecisionChoice("Decision notice", required=False)
    reason = prose(
        "Note on the amount", required=False, help_text="Kept in the journal. For staff."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["decision"].offer(DecisionNotice.objects.all())

    def clean(self):
        cleaned = super().clean()
        first_day = cleaned.get("starts_on") or getattr(cleaned.get("budget"), "starts_on", None)
        cleaned["effective_on"] = cleaned.get("effective_on") or first_day
        if cleaned["effective_on"] is None and "effective_on" not in self.errors:
            self.add_error("effective_on", "Say from which day it counts.")
        return cleaned


class MoneyAdmin(StaffModelAdmin):
    """A noun of the money chain: added with its first amount, changed by verbs."""

    permission: str

    def has_add_permission(self, request):
        return super().has_add_permission(request) and request.user.has_perm(self.permission)

    def get_form(self, request, obj=None, change=False, **kwargs):
        if not change:
            kwargs["form"] = OpeningForm
        return super().get_form(request, obj, change, **kwargs)

    def opening(self, form) -> dict:
        """What the add form says of the first amount, as its action takes it."""
        return {
            "effective_on": form.cleaned_data["effective_on"],
            "decision": form.cleaned_data["decision"],
            "note": form.cleaned_data["reason"],
        }


class AuthorityInline(ReadOnlyInline):
    """Over-programming: how much more than the budget may be allocated, by whom and when."""

    model = MarginAuthority
    verbose_name_plural = "over-programming authorities"
    fields = [
        pounds("margin"),
        "starts_on",
        "ends_on",
        "reason",
        "decision",
        "document_url",
        person("authorised_by"),
        moment("recorded_at", "recorded at"),
    ]
    readonly_fields = fields


@admin.register(Budget)
class BudgetAdmin(MoneyAdmin):
    verbs = [ALLOCATE, ALLOCATE_BY_FORMULA, *BUDGET_VERBS]
    permission = "commissioning.fund_budget"
    money = [
        pounds("amount", "budget"),
        pounds("allocated"),
        pounds(
            "unallocated",
            "left to allocate",
            ExpressionWrapper(F("amount") + margin_in_force() - F("allocated"), MoneyField()),
        ),
    ]
    list_display = ["fund", "period_shown", "source", *money, "source_status"]
    list_filter = [
        period_of(),
        "source_status",
        ("fund", admin.RelatedOnlyFieldListFilter),
        ("source", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["fund", "source"]
    # The first day is searched as text: “2027” finds the budgets that begin in it.
    search_fields = ["fund__name", "fund__names__name", "source__name", "starts_on"]
    autocomplete_fields = ["fund", "source"]
    readonly_fields = [*money, "margin_shown"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("authorities")

    def get_inlines(self, request, obj):
        if obj is None:
            return []
        known = [(AuthorityInline, obj.authorities), (ReceiptInline, obj.receipts)]
        return [inline for inline, rows in known if rows.exists()]

    def get_fieldsets(self, request, obj=None):
        period = ("starts_on", "ends_on")
        what = {
            "fields": ["fund", "source", period, "source_status", "use_by"],
            "description": (
                "Published with the fund. One budget is one fund's money for one period from one "
                "source."
            ),
        }
        documents = from_documents("qualifier", "basis", "source_ref")
        if obj is None:
            opening = {"fields": OPENING, "description": "Later changes are made with buttons."}
            return [(None, what), ("Amount", opening), documents, FOR_STAFF]
        money = {
            "fields": [tuple(self.money), "margin_shown"],
            "description": "Kept by the journal; the buttons above change it.",
        }
        return [("Money", money), (None, what), documents, FOR_STAFF]

    @admin.display(description="period", ordering="starts_on")
    def period_shown(self, budget: Budget) -> str:
        return budget.period

    @admin.display(description="over-allocation margin")
    def margin_shown(self, budget: Budget) -> str:
        authority = budget.authority_on(timezone.localdate())
        if authority is None or not authority.margin:
            return f"{format_pounds(NOTHING)} today"
        return (
            f"{format_pounds(authority.margin)} {authority.days}, authorised by "
            f"{authority.authorised_by}: {authority.reason}"
        )

    def told_in_search(self, obj):
        return f"{obj}: {format_pounds(obj.unallocated)} left to allocate"

    def add(self, obj, form, by):
        funds.open_budget(obj, form.cleaned_data["opening_amount"], by=by, **self.opening(form))

    def next_steps(self, request, obj):
        return [
            ("Fund", record_url(obj.fund)),
            ("Allocations", list_address(Allocation, budget__id__exact=obj.pk)),
            ("Journal", list_address(Entry, budget__id__exact=obj.pk)),
        ]

    def additions(self, request, obj):
        label = "Record money from the source"
        explains = "Money that came from the source, or went back to it."
        return self.addition(request, label, explains, Receipt, budget=obj.pk)


@admin.register(Allocation)
class AllocationAdmin(MoneyAdmin):
    verbs = ALLOCATION_VERBS
    permission = "commissioning.allocate_budget"
    money = [
        pounds("amount", "allocated"),
        pounds("committed"),
        pounds("uncommitted", "left to commit", difference("amount", "committed")),
        pounds("paid"),
    ]
    by_formula = [
        "weighting",
        pounds("formula_amount", "share"),
        pounds("decided_amount", "decided"),
    ]
    list_display = ["area", "fund_shown", "period_shown", "purpose", *money]
    list_filter = [
        period_of("budget__"),
        ("budget__fund", admin.RelatedOnlyFieldListFilter),
        WithinArea,
        ("budget__source", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["area", "budget__fund", "budget__source"]
    search_fields = [
        "area__name",
        "budget__fund__name",
        "budget__fund__names__name",
        "budget__starts_on",
        "purpose",
    ]
    autocomplete_fields = ["budget", "area"]
    readonly_fields = [*money, *by_formula, "departure_reason"]

    def get_fieldsets(self, request, obj=None):
        what = {
            "fields": ["budget", "area", "purpose"],
            "description": (
                "Published with the fund. An allocation is a part of a budget set aside for an "
                "area. To give money to several areas at once, open the budget and use “Allocate "
                "to areas”."
            ),
        }
        documents = from_documents("qualifier", "basis", "source_ref")
        if obj is None:
            opening = {"fields": OPENING, "description": "Later changes are made with buttons."}
            return [(None, what), ("Amount", opening), documents, FOR_STAFF]
        money = {
            "fields": [tuple(self.money)],
            "description": "Kept by the journal; the buttons above change it.",
        }
        by_formula = {
            "fields": [*self.by_formula, "departure_reason"],
            "description": "What was decided when the money was shared. Published.",
        }
        shared = [("Share by formula", by_formula)] if obj.weighting_id else []
        return [("Money", money), *shared, (None, what), documents, FOR_STAFF]

    @admin.display(description="fund", ordering="budget__fund__name")
    def fund_shown(self, allocation: Allocation) -> str:
        return str(allocation.budget.fund)

    @admin.display(description="period", ordering="budget__starts_on")
    def period_shown(self, allocation: Allocation) -> str:
        return allocation.budget.period

    def add(self, obj, form, by):
        shares = [(obj, form.cleaned_data["opening_amount"])]
        funds.allocate(shares, by=by, **self.opening(form))

    def next_steps(self, request, obj):
        return [
            ("Budget", record_url(obj.budget)),
            ("Awards", list_address(Award, commitments__allocation__id__exact=obj.pk)),
            ("Journal", list_address(Entry, allocation__id__exact=obj.pk)),
        ]

    def additions(self, request, obj):
        explains = "An award that is to have money from this allocation."
        return self.addition(request, "Draft an award", explains, Award, fund=obj.budget.fund_id)

    def told_in_search(self, obj):
        return told(obj)
