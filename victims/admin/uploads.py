"""The page that takes a provider's filled form in: all that is wrong at once, or one press."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from commissioning.actions import history, records
from commissioning.admin.links import record_url
from commissioning.admin.meanwhile import changes_of, overtaken
from commissioning.resources import uploads
from commissioning.workbooks import CONTENT_TYPE
from victims import privacy, rules
from victims.actions import returns
from victims.grids import values_of
from victims.models import MonitoringReturn
from victims.resources import filled, sheets

LARGEST_FILE = 2 * 1024 * 1024
# Faults that one page lists; the count is of all.
SHOWN = 200
PERMISSION = "victims.submit_monitoringreturn"


class UploadForm(forms.Form):
    """The form that came back from the provider."""

    use_required_attribute = False
    filled = forms.FileField(
        label="Filled form",
        help_text=f"Excel (.xlsx), at most {LARGEST_FILE // 1024 // 1024} MB.",
        error_messages={
            "required": "Choose a file.",
            "empty": "The file is empty.",
            "missing": "Choose a file.",
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def __init__(self, monitoring_return: MonitoringReturn, **kwargs):
        super().__init__(label_suffix="", **kwargs)
        self.monitoring_return = monitoring_return

    def clean_filled(self):
        file = self.cleaned_data["filled"]
        if file.size > LARGEST_FILE:
            raise ValidationError(
                f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB. A filled form is far "
                "smaller: remove what was added to it."
            )
        self.data_read = file.read()
        self.reading = filled.read(self.data_read, self.monitoring_return)
        return file


class UploadsMixin:
    """Gives returns the pages of their form: the empty one out, the filled one in."""

    def get_urls(self):
        stem = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path(
                "<int:pk>/form.xlsx",
                self.admin_site.admin_view(self.form_view),
                name=f"{stem}_form",
            ),
            path(
                "<int:pk>/take-in/",
                self.admin_site.admin_view(self.take_in_view),
                name=f"{stem}_take_in",
            ),
            *super().get_urls(),
        ]

    def form_buttons(self, request: HttpRequest, row: MonitoringReturn) -> list[dict]:
        """Buttons of the form, for those who take returns in."""
        if row.status not in MonitoringReturn.OWED or not request.user.has_perm(PERMISSION):
            return []
        return [
            {
                "label": "Take in the filled form",
                "explains": "Everything that is wrong in it is told at once.",
                "address": reverse("admin:victims_monitoringreturn_take_in", args=[row.pk]),
            },
            {
                "label": "Download the form",
                "explains": "An Excel file for the provider to fill in.",
                "address": reverse("admin:victims_monitoringreturn_form", args=[row.pk]),
            },
        ]

    @method_decorator(require_safe)
    def form_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form of a return, with the numbers that it holds so far."""
        row = self._row(request, pk)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        history.record(history.EXPORTED, row, request.user)
        name = f"return-{slugify(str(row.service))}-{row.starts_on}-to-{row.ends_on}.xlsx"
        return HttpResponse(
            sheets.template(row, values_of(row)),
            content_type=CONTENT_TYPE,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def take_in_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose the file; a form without fault is taken in, with a question if text is suspect."""
        row = self._row(request, pk)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        try:
            rules.may_follow(row, MonitoringReturn.Status.SUBMITTED)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return HttpResponseRedirect(record_url(row))
        if "token" in request.POST:
            return self._confirmed(request, row)
        given = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
        form = UploadForm(row, **given)
        if not given or not form.is_valid():
            return self._page(request, row, form=form)
        if form.reading.faults:
            return self._page(request, row, form=UploadForm(row), faults=form.reading.faults)
        suspicions = privacy.suspicions_about(row, form.reading.comments)
        if suspicions:
            return self._ask(request, row, form, suspicions)
        return self._take_in(request, row, form.reading)

    def _row(self, request: HttpRequest, pk: int) -> MonitoringReturn | None:
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return self.get_queryset(request).filter(pk=pk).first()

    def _ask(self, request, row, form: UploadForm, suspicions: list[str]) -> HttpResponse:
        upload = uploads.keep(
            form.data_read,
            file_name=form.cleaned_data["filled"].name,
            resource=f"return {row.pk}",
            by=request.user,
            preview="",
        )
        return self._page(request, row, suspicions=suspicions, token=upload.token)

    def _confirmed(self, request, row) -> HttpResponse:
        """The same file once more, now that somebody has looked at its text."""
        token = request.POST["token"]
        claimed = uploads.claimed(token, resource=f"return {row.pk}", by=request.user)
        if claimed is None:
            messages.warning(
                request, "Nothing was taken in: it has been already, or you waited too long."
            )
            return HttpResponseRedirect(record_url(row))
        try:
            reading = filled.read(claimed[1], row)
        except ValidationError as refusal:
            return self._refused(request, row, refusal)
        if reading.faults:
            return self._page(request, row, form=UploadForm(row), faults=reading.faults)
        return self._take_in(request, row, reading)

    def _take_in(self, request, row, reading: filled.Reading) -> HttpResponse:
        try:
            with transaction.atomic():
                records.lock(row)
                if older := overtaken(self, request, row):
                    raise older
                returns.submit(row, reading.values, comments=reading.comments, by=request.user)
        except ValidationError as refusal:
            return self._refused(request, row, refusal)
        messages.success(request, f"Taken in: {row}. Finance certifies it next.")
        return HttpResponseRedirect(record_url(row))

    def _refused(self, request, row, refusal: ValidationError) -> HttpResponse:
        return self._page(request, row, form=UploadForm(row), refusals=refusal.messages)

    def _page(self, request, row, faults=(), **context) -> HttpResponse:
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request,
            "admin/victims/take_in.html",
            {
                **self.admin_site.each_context(request),
                "title": "Take in the filled form",
                "subtitle": str(row),
                "opts": self.opts,
                "back_address": record_url(row),
                "row": row,
                "seen": changes_of(self, request, row).count(),
                "faults": faults[:SHOWN],
                "faulty": len(faults),
                "more": max(len(faults) - SHOWN, 0),
                **context,
            },
        )
