"""Awards in the staff site."""

from django.contrib import admin
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.utils.html import format_html, format_html_join

from commissioning.actions import awards, records
from commissioning.admin.award_inlines import (
    CommitmentInline,
    ConditionInline,
    ConditionStandingInline,
    ProposalInline,
    ProposedInline,
    VariationInline,
)
from commissioning.admin.award_verbs import AWARD_VERBS, proposed
from commissioning.admin.base import (
    AFTER,
    FOR_STAFF,
    PUBLICATION,
    PublishableAdmin,
    from_documents,
)
from commissioning.admin.columns import (
    UNKNOWN,
    link,
    list_address,
    moment,
    person,
)
from commissioning.admin.commitments import MONEY
from commissioning.admin.filters import ForArea, ForFund, ForTheme, YearFilter
from commissioning.admin.schedule_verbs import paid_how
from commissioning.admin.waits import what_waits
from commissioning.days import in_words
from commissioning.figures.instalments import with_sums
from commissioning.models import (
    Award,
    Commitment,
    Condition,
    Entry,
    HistoryEvent,
    Hold,
    Instalment,
    Payment,
    ProposedVariation,
)
from commissioning.money import NOTHING, format_pounds

Status = Award.Status

PROPOSED_IN_ALL = (
    Commitment.objects.filter(award=OuterRef("pk")).values("award").values(total=Sum("proposed"))
)


@admin.display(description="proposed", ordering="proposed_in_all")
def proposed_amount(award: Award) -> str:
    """What an award that is not approved asks for; lists add it up at their foot."""
    if award.status in Award.PROMISED or award.proposed_in_all is None:
        return UNKNOWN
    return format_pounds(award.proposed_in_all)


proposed_amount.adds_up = F("proposed_in_all")
proposed_amount.adds_up_where = ~Q(status__in=Award.PROMISED)


class AwardYear(YearFilter):
    """By the year in which the award was made; where that day is unknown, in which it starts."""

    day = "awarded_on"

    def in_year(self, rows, year):
        return rows.in_year(year)


@admin.register(Award)
class AwardAdmin(PublishableAdmin):
    verbs = AWARD_VERBS
    list_display = ["award", "recipient", "fund", "standing", proposed_amount, *MONEY]
    # Another award much like a draft: its form with its lines, saved once more.
    save_as = True
    # The newest first, so that what was just drafted or imported is in sight.
    ordering = ["-pk"]
    list_filter = [
        "status",
        "is_published",
        AwardYear,
        ForFund,
        ForArea,
        ForTheme,
        "kind",
        "legal_power",
    ]
    list_select_related = ["recipient", "fund"]
    reached_by = frozenset(["commitments__allocation__id__exact"])
    search_fields = ["reference", "title", "recipient__name", "recipient__names__name", "purpose"]
    date_hierarchy = "awarded_on"
    autocomplete_fields = ["recipient", "fund", "source", "service", "areas", "themes"]
    stands = ["status", *MONEY, "waits", "schedule", "payments_made", "asked_for"]
    approval = [
        person("recommended_by"),
        moment("recommended_at", "recommended at"),
        person("approved_by"),
        "awarded_on",
        "decision",
    ]
    fieldsets = [
        (
            None,
            {
                "fields": ["title", "kind", "recipient", "fund"],
                "description": "Published with the award.",
            },
        ),
        (
            "Why",
            {
                "fields": ["purpose", "reason", "legal_power"],
                "description": (
                    "Published with the award, because the law asks for it. Needed before the "
                    "award can be recommended."
                ),
            },
        ),
        (
            "When",
            {
                "fields": [("starts_on", "ends_on"), "period_note"],
                "description": "Published with the award.",
            },
        ),
        (
            "How it is paid",
            {
                "fields": [("payment_pattern", "payment_timing")],
                "description": (
                    "Approving the award draws up its schedule of instalments from this and from "
                    "its days. Published with the award."
                ),
            },
        ),
        (
            "Where and what for",
            {
                "fields": ["scope", "areas", "themes", "service"],
                "description": "Published with the award.",
            },
        ),
        (
            "How it was found, and whether it is given on",
            {
                "fields": [
                    ("open_call", "regrant"),
                    ("procurement", "procurement_notice"),
                    ("review_on", "irrecoverable_vat"),
                ],
                "description": (
                    "For open data and the contracts register. The first line is of grants, the "
                    "others of contracts. Published with the award."
                ),
            },
        ),
        (
            "Reference",
            {
                "fields": ["reference", "arrangement"],
                "description": "Published with the award.",
            },
        ),
        from_documents(
            "recipient_note",
            "recipient_basis",
            "source",
            "qualifier",
            "date_precision",
            "scope_basis",
            "source_ref",
        ),
        FOR_STAFF,
    ]

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets
        taken_on = ["taken_on_from"] if obj.taken_on_from else []
        taken_on += ["onward_of", "onward_amount"] if obj.onward_of_id else []
        is_promised = obj.status in Award.PROMISED
        money = self.money_of(obj) if is_promised else ["asked_for"]
        stands = {
            "fields": ["status", *money],
            "description": "Changed by the buttons above.",
        }
        approval = {
            "fields": [*self.approval, *taken_on],
            "description": "Kept by the system.",
            "classes": AFTER,
        }
        last = [] if obj.status in Award.EDITABLE else [("Approval", approval)]
        return [
            ("Where it stands", stands),
            *fieldsets,
            *last,
            *([PUBLICATION] if is_promised else []),
        ]

    def money_of(self, award: Award) -> list:
        """What is shown of an approved award's money: what holds it back only if something does."""
        waits = ["waits"] if award.status in Award.OPEN and what_waits(award) else []
        schedule = ["schedule"] if award.payment_pattern else []
        return [*waits, tuple(MONEY), *schedule, "payments_made"]

    def get_readonly_fields(self, request, obj=None):
        fixed = {*super().get_readonly_fields(request, obj), *self.stands, *self.approval}
        fixed |= {"taken_on_from", "onward_of", "onward_amount"}
        return list(fixed)

    def get_inlines(self, request, obj):
        if obj is None or obj.status in Award.EDITABLE:
            return [ProposalInline, ConditionInline]
        if obj.status not in Award.PROMISED:
            return [ProposedInline, ConditionStandingInline]
        return [CommitmentInline, ConditionStandingInline, VariationInline]

    def add(self, obj, form, by):
        awards.draft(obj, by=by)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if "_saveasnew" in request.POST:
            # A copy is given a reference of its own.
            request.POST = request.POST.copy()
            request.POST["reference"] = ""
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["can_be_copied"] = obj is not None and obj.status in Award.EDITABLE
        return super().render_change_form(request, context, add, change, form_url, obj)

    def additions(self, request, obj):
        if obj.status not in Award.PROMISED:
            return []
        return self.addition(
            request, "Add a condition", "Agreed with the recipient since.", Condition, award=obj.pk
        )

    # --- Columns ---

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(proposed_in_all=Subquery(PROPOSED_IN_ALL))

    @admin.display(ordering="reference")
    def award(self, award: Award) -> str:
        return str(award)

    @admin.display(description="status", ordering="status")
    def standing(self, award: Award) -> str:
        published = ", published" if award.is_published else ""
        return f"{award.get_status_display()}{published}"

    @admin.display(description="payments wait")
    def waits(self, award: Award) -> str:
        return format_html_join("", "<p>{}</p>", ((sentence,) for sentence in what_waits(award)))

    @admin.display(description="schedule")
    def schedule(self, award: Award) -> str:
        rows = Instalment.objects.standing().filter(commitment__award=award)
        lines = [
            (link(row, in_words(row.due_on)), format_pounds(row.amount), _state(row))
            for row in with_sums(rows).order_by("due_on", "pk")[:24]
        ]
        how = paid_how(award).capitalize()
        if not lines:
            return f"{how}. No instalments are planned."
        rows = format_html_join("", "<li>{}: {}, {}</li>", lines)
        return format_html("<p>{}</p><ul>{}</ul>", how, rows)

    @admin.display(description="payments")
    def payments_made(self, award: Award) -> str:
        rows = Payment.objects.filter(commitment__award=award).select_related("commitment__award")
        lines = [
            (link(row), format_pounds(row.amount), _state_of_payment(row))
            for row in rows.with_returned()[:20]
        ]
        if not lines:
            return UNKNOWN
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {}, {}</li>", lines))

    @admin.display(description="proposed")
    def asked_for(self, award: Award) -> str:
        return format_pounds(proposed(award))

    def described(self, row: Award) -> str:
        amount = row.amount if row.status in Award.PROMISED else proposed(row)
        worth = "amount not stated" if amount is None else format_pounds(amount)
        return f"{row}: {worth} to {row.recipient or row.recipient_note or 'nobody named'}"

    def in_all(self, rows) -> str:
        promised = [row.amount or NOTHING for row in rows if row.status in Award.PROMISED]
        others = [row.pk for row in rows if row.status not in Award.PROMISED]
        asked = Commitment.objects.filter(award__in=others).aggregate(in_all=Sum("proposed"))
        return format_pounds(sum(promised, asked["in_all"] or NOTHING))

    # --- Removing a draft ---

    def is_removable(self, obj: Award) -> bool:
        return obj.status == Status.DRAFT and not obj.pipeline.exists()

    def get_deleted_objects(self, objs, request):
        """A draft goes with the amounts proposed in it; no money can stand on it yet."""
        described = []
        for award in objs:
            lines = award.commitments.select_related("allocation__area", "allocation__budget__fund")
            described += [str(award), [str(line) for line in lines]]
        return described, {"awards": len(objs)}, set(), []

    def delete_model(self, request, obj):
        for line in obj.commitments.all():
            records.remove(line, by=request.user)
        super().delete_model(request, obj)

    # --- Around the award ---

    def events_of(self, obj):
        lines = obj.commitments.values_list("pk", flat=True)
        payments = Payment.objects.filter(commitment__award=obj).values_list("pk", flat=True)
        conditions = obj.conditions.values_list("pk", flat=True)
        proposals = obj.proposals.values_list("pk", flat=True)
        holds = Hold.objects.filter(award=obj).values_list("pk", flat=True)
        under = Q(subject_type="award", subject_id=str(obj.pk))
        for noun, keys in [
            ("commitment", lines),
            ("payment", payments),
            ("condition", conditions),
            ("proposedvariation", proposals),
            ("hold", holds),
        ]:
            under |= Q(subject_type=noun, subject_id__in=[str(key) for key in keys])
        return HistoryEvent.objects.filter(under)

    def next_steps(self, request, obj):
        return [
            ("Schedule", list_address(Instalment, commitment__award__id__exact=obj.pk)),
            ("Payments", list_address(Payment, commitment__award__id__exact=obj.pk)),
            ("Proposed variations", list_address(ProposedVariation, award__id__exact=obj.pk)),
            ("Journal", list_address(Entry, commitment__award__id__exact=obj.pk)),
        ]


def _state_of_payment(payment: Payment) -> str:
    """Where a payment stands, in words."""
    if payment.kind == Payment.Kind.RETURN:
        return f"returned unpaid, {payment.get_status_display()}"
    return payment.get_status_display() + (", returned unpaid" if payment.is_returned else "")


def _state(instalment: Instalment) -> str:
    """Where an instalment stands, in words."""
    if instalment.amount in (instalment.paid, instalment.requested):
        return "paid" if instalment.paid else "requested"
    parts = [
        f"{format_pounds(amount)} {word}"
        for amount, word in ((instalment.paid, "paid"), (instalment.requested, "requested"))
        if amount
    ]
    return " and ".join(parts) or "not requested"
