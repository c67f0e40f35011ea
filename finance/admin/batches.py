"""Payment batches in the staff site, and the files that go to the bank."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.cache import never_cache

from commissioning.admin.action_pages import sentences
from commissioning.admin.attention import WorkList
from commissioning.admin.base import ReadOnlyInline, StaffInline, StaffModelAdmin
from commissioning.admin.columns import UNKNOWN, link, moment, person, pounds
from commissioning.admin.forms import StaffForm, day
from commissioning.admin.links import record_url
from commissioning.admin.payment_returns import of_return
from commissioning.days import in_words
from commissioning.money import format_pounds
from finance.actions import batches
from finance.admin.batch_verbs import (
    BATCH_VERBS,
    DUE_BY,
    DUE_BY_HELP,
    counted,
    says_left_out,
)
from finance.figures.batches import with_outcomes
from finance.models import BatchLine, LayoutColumn, PaymentBatch, PaymentFileLayout

Status = PaymentBatch.Status


class LineInline(ReadOnlyInline):
    model = BatchLine
    verbose_name_plural = "payments"
    fields = ["payee", "amount", "award", "requested_by", "status", "into", "left"]
    readonly_fields = fields

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.select_related(
            "account", "payment__requested_by", "payment__commitment__award__recipient"
        )

    def get_fields(self, request, obj=None):
        if request.user.has_perm("finance.view_bankaccount"):
            return self.fields
        return [name for name in self.fields if name != "into"]

    @admin.display(description="to")
    def payee(self, line: BatchLine) -> str:
        award = line.payment.commitment.award
        return link(line.payment, str(award.recipient or award.recipient_note or line.payment))

    @admin.display
    def amount(self, line: BatchLine) -> str:
        return format_pounds(line.payment.amount)

    @admin.display
    def award(self, line: BatchLine) -> str:
        return line.payment.commitment.award.reference

    @admin.display(description="requested by")
    def requested_by(self, line: BatchLine) -> str:
        return str(line.payment.requested_by)

    @admin.display
    def status(self, line: BatchLine) -> str:
        returned = of_return(line.payment)
        status = line.payment.get_status_display()
        return format_html("{}, returned unpaid {}", status, returned) if returned else status

    @admin.display(description="account")
    def into(self, line: BatchLine) -> str:
        return f"ends in {line.account.ending}" if line.account else UNKNOWN

    @admin.display(description="taken out")
    def left(self, line: BatchLine) -> str:
        return in_words(timezone.localdate(line.left_at)) if line.left_at else UNKNOWN


class BatchForm(StaffForm):
    due_by = day(
        DUE_BY, required=False, help_text=f"{DUE_BY_HELP} Leave empty to put payments in later."
    )


@admin.register(PaymentBatch)
class PaymentBatchAdmin(StaffModelAdmin):
    verbs = BATCH_VERBS
    form = BatchForm
    inlines = [LineInline]
    list_display = [
        "reference",
        "pay_on",
        "status",
        "payments",
        pounds("total"),
        person("drafted_by", "drafted by"),
        person("released_by", "released by"),
        "checksum",
    ]
    list_filter = ["status"]
    list_select_related = ["drafted_by", "released_by"]
    search_fields = ["reference", "sha256"]
    date_hierarchy = "pay_on"
    shown = [
        "reference",
        "status",
        "pay_on",
        "payments",
        "pounds",
        person("drafted_by", "drafted by"),
        moment("drafted_at", "drafted at"),
        person("released_by", "released by"),
        moment("released_at", "released at"),
        "sha256",
    ]

    def get_queryset(self, request):
        return with_outcomes(super().get_queryset(request))

    @admin.display(ordering="count")
    def payments(self, batch: PaymentBatch) -> str:
        """Such as: 3 payments, 1 returned unpaid."""
        return ", ".join(
            [
                f"{batch.count:,} payment{'' if batch.count == 1 else 's'}",
                *([f"{batch.returned_count:,} returned unpaid"] if batch.returned_count else []),
                *([f"{batch.ended_count:,} cancelled or refused"] if batch.ended_count else []),
            ]
        )

    @admin.display(description="total")
    def pounds(self, batch: PaymentBatch) -> str:
        """What its payments come to, and what of that was or can be paid."""
        total, less = format_pounds(batch.total), batch.returned + batch.ended
        if not less:
            return total
        gone = "was returned unpaid" if batch.returned else "was cancelled or refused"
        left = format_pounds(batch.total - less)
        return f"{total}, of which {format_pounds(less)} {gone} and {left} is left"

    def has_change_permission(self, request, obj=None):
        return False

    def get_urls(self):
        view = self.admin_site.admin_view(self.file_view)
        name = "finance_paymentbatch_file"
        return [path("<int:pk>/file/", view, name=name), *super().get_urls()]

    def get_inlines(self, request, obj):
        return [] if obj is None else self.inlines

    def get_fieldsets(self, request, obj=None):
        if obj is not None:
            return [(None, {"fields": self.shown})]
        told = "Somebody else releases the batch: then its payments go and its file is made."
        return [(None, {"fields": ["pay_on", "due_by"], "description": told})]

    def get_readonly_fields(self, request, obj=None):
        return [] if obj is None else self.shown

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["fields"] = ["pay_on"]
        return super().get_form(request, obj, change, **kwargs)

    def get_changeform_initial_data(self, request):
        return {"pay_on": timezone.localdate(), **super().get_changeform_initial_data(request)}

    def add_view(self, request, form_url="", extra_context=None):
        return super().add_view(request, form_url, {"title": "Put a batch together"})

    def add(self, obj, form, by):
        due_by = form.cleaned_data["due_by"]
        requested = batches.payable(batches.waiting(due_by)) if due_by else []
        batches.draft(obj, requested, by=by)
        obj.left_out = batches.left_out(due_by) if due_by else []

    def response_add(self, request, obj, post_url_continue=None):
        for sentence in says_left_out(obj.left_out):
            messages.warning(request, sentence)
        return super().response_add(request, obj, post_url_continue)

    @admin.display(description="SHA-256 of the file", ordering="sha256")
    def checksum(self, batch: PaymentBatch) -> str:
        return batch.sha256 or UNKNOWN

    def additions(self, request, obj):
        if obj.status != Status.RELEASED or not self.may_download(request):
            return []
        return [
            {
                "label": "Download the payment file",
                "explains": (
                    "With bank details, for the bank alone. It is checked against its checksum, "
                    "and the history says who took it."
                ),
                "address": reverse("admin:finance_paymentbatch_file", args=[obj.pk]),
                "posts": True,
            }
        ]

    def may_download(self, request: HttpRequest) -> bool:
        return request.user.has_perm("finance.download_paymentbatch")

    @method_decorator(never_cache)
    def file_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The payment file, to whoever asks by POST."""
        if not self.has_view_permission(request) or not self.may_download(request):
            raise PermissionDenied
        batch = self.get_queryset(request).filter(pk=pk).first()
        if batch is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if request.method != "POST":
            return HttpResponseRedirect(record_url(batch))
        try:
            name, content = batches.download(batch, by=request.user)
        except ValidationError as refusal:
            messages.error(request, " ".join(sentences(refusal)))
            return HttpResponseRedirect(record_url(batch))
        return HttpResponse(
            content,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


class ColumnInline(StaffInline):
    model = LayoutColumn
    fields = ["position", "holds", "heading"]
    verbose_name_plural = "columns, in order"


@admin.register(PaymentFileLayout)
class PaymentFileLayoutAdmin(StaffModelAdmin):
    inlines = [ColumnInline]
    list_display = ["name", "is_default", "delimiter", "has_header"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "name",
                    "is_default",
                    "delimiter",
                    "has_header",
                    "day_format",
                    "amount_format",
                ],
                "description": (
                    "The columns that the bank, or the finance system, asks for. Sort code, "
                    "account number and amount are needed."
                ),
            },
        )
    ]


# --- Your work ------------------------------------------------------------------------------------


def to_release(user):
    return (
        PaymentBatch.objects.drafted()
        .filter(count__gt=0)
        .exclude(drafted_by=user)
        .select_related("drafted_by")
        .order_by("pay_on", "pk")
    )


def put_together(batch: PaymentBatch) -> str:
    return (
        f"{counted(batch.count, batch.total)}, put together by {batch.drafted_by}, to be paid on "
        f"{in_words(batch.pay_on)}"
    )


BATCH_LISTS = [
    WorkList(
        "batches",
        "Payment batches to release",
        "release_paymentbatch",
        to_release,
        put_together,
        in_hand=True,
        app="finance",
    )
]
