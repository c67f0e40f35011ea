"""Spreadsheets in and out of a noun's list: choose a file, read what it would do, confirm."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from import_export.admin import ImportExportMixin
from import_export.results import RowResult
from tablib import Dataset

from commissioning.actions import history
from commissioning.admin.columns import list_address
from commissioning.models import ImportRun
from commissioning.resources import resources_on, runs, uploads
from commissioning.resources.base import RecordResource
from commissioning.resources.files import FORMATS, LARGEST_FILE, MOST_ROWS, read_file, too_large

# Below the time after which gunicorn ends a request (gunicorn.conf.py).
SECONDS = 45

# What a page lists by row; the counts are of all.
SHOWN = 200

# What happens to a row, in a word for the preview.
WORDS = {
    RowResult.IMPORT_TYPE_NEW: "added",
    RowResult.IMPORT_TYPE_UPDATE: "changed",
    RowResult.IMPORT_TYPE_SKIP: "unchanged",
}
MEANT = {"xlsx": "Excel (.xlsx)", "csv": "CSV (.csv)"}


class UploadForm(forms.Form):
    """Which sheet is coming in."""

    use_required_attribute = False
    resource = forms.ChoiceField(label="What the rows are", widget=forms.RadioSelect)
    import_file = forms.FileField(
        label="Spreadsheet",
        help_text=(
            f"Excel (.xlsx) or CSV, at most {LARGEST_FILE // 1024 // 1024} MB and {MOST_ROWS:,} "
            "rows. Of an Excel file the first sheet is read."
        ),
        error_messages={
            "required": "Choose a file.",
            "empty": "The file is empty.",
            "missing": "Choose a file.",
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def __init__(self, resources: list[type[RecordResource]], **kwargs):
        super().__init__(label_suffix="", **kwargs)
        self.resources = {resource.__name__: resource for resource in resources}
        names = {name: resource.import_name() for name, resource in self.resources.items()}
        _offer(self.fields["resource"], names)

    def clean_import_file(self):
        file = self.cleaned_data["import_file"]
        if file.size > LARGEST_FILE:
            raise too_large()
        self.data_read = file.read()
        self.sheet = read_file(self.data_read)
        return file

    @property
    def chosen(self) -> type[RecordResource]:
        return self.resources[self.cleaned_data["resource"] or self.fields["resource"].initial]


class ExportForm(forms.Form):
    """Which sheet is going out, and as what kind of file."""

    use_required_attribute = False
    resource = forms.ChoiceField(label="What to export", widget=forms.RadioSelect)
    format = forms.ChoiceField(
        label="Kind of file", choices=MEANT.items(), initial="xlsx", widget=forms.RadioSelect
    )

    def __init__(self, resources: list[type[RecordResource]], **kwargs):
        super().__init__(label_suffix="", **kwargs)
        self.resources = {resource.__name__: resource for resource in resources}
        names = {name: resource.get_display_name() for name, resource in self.resources.items()}
        _offer(self.fields["resource"], names)

    @property
    def chosen(self) -> type[RecordResource]:
        return self.resources[self.cleaned_data["resource"] or self.fields["resource"].initial]


def _offer(field: forms.ChoiceField, names: dict[str, str]) -> None:
    field.choices, field.initial = names.items(), next(iter(names))
    if len(names) == 1:
        # Nothing to choose.
        field.required, field.widget = False, forms.HiddenInput()


class SpreadsheetMixin(ImportExportMixin):
    """Gives a noun's list its Import and Export buttons and their pages."""

    import_template_name = "admin/import_export/import.html"
    export_template_name = "admin/import_export/export.html"

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_layout"
        view = self.admin_site.admin_view(self.layout)
        return [path("import/layout/<slug:resource>.xlsx", view, name=name), *super().get_urls()]

    def import_resources(self, request: HttpRequest) -> list[type[RecordResource]]:
        return [each for each in resources_on(self.model) if each.may_import(request.user)]

    def export_resources(self, request: HttpRequest) -> list[type[RecordResource]]:
        return [each for each in resources_on(self.model) if each.may_export(request.user)]

    def has_import_permission(self, request):
        return self.has_view_permission(request) and bool(self.import_resources(request))

    def has_export_permission(self, request):
        return self.has_view_permission(request) and bool(self.export_resources(request))

    # --- In ---------------------------------------------------------------------------------------

    def import_action(self, request, **kwargs):
        """Choose a file; with one, read what it would do. Nothing is changed."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        given = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
        form = UploadForm(self.import_resources(request), **given)
        if not given or not form.is_valid():
            return self._import_page(request, form)
        file_name = form.cleaned_data["import_file"].name
        return self._preview(request, form.chosen, form.sheet, form.data_read, file_name)

    def _preview(self, request, resource_class, sheet, data: bytes, file_name: str, notice=""):
        resource = self._resource(request, resource_class)
        try:
            result = resource.take_in(sheet, by=request.user, dry_run=True)
        except ValidationError as error:
            return self._refused(request, error.messages, file_name)
        refusals = resource.refusals(result)
        if refusals:
            return self._refused(request, refusals, file_name)
        counts = resource.import_counts()
        upload = uploads.keep(
            data,
            file_name=file_name,
            resource=resource_class.__name__,
            by=request.user,
            preview=resource.fingerprint(result),
        )
        before = ImportRun.objects.filter(sha256=upload.sha256, noun=resource.import_name())
        return self._page(
            request,
            "admin/import_export/preview.html",
            title="What the import would do",
            noun=resource.import_name(),
            resource=resource_class.__name__,
            notice=notice,
            counts=counts,
            nothing_new=not (counts.created or counts.updated),
            sum_added=resource.sum_added(result),
            rows=[(outcome, WORDS[outcome.import_type]) for outcome in result.rows[:SHOWN]],
            more=max(len(result.rows) - SHOWN, 0),
            ignored=resource.ignored,
            warned=list(dict.fromkeys(resource.warned))[:SHOWN],
            file_name=file_name,
            token=upload.token,
            imported_before=before.select_related("imported_by").first(),
        )

    @method_decorator(require_POST)
    def process_import(self, request, **kwargs):
        """Do what the preview said, once, if it is still what would happen."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        offered = {each.__name__: each for each in self.import_resources(request)}
        resource_class = offered.get(request.POST.get("resource", ""))
        resource_class = resource_class or next(iter(offered.values()))
        claimed = uploads.claimed(
            request.POST.get("token", ""), resource=resource_class.__name__, by=request.user
        )
        if claimed is None:
            messages.warning(
                request,
                "Nothing was imported now: this import has been confirmed already, or its preview "
                "is too old. If the list lacks the rows, choose the file again.",
            )
            return HttpResponseRedirect(list_address(self.model))
        try:
            return self._import(request, resource_class, *claimed)
        except ValidationError as error:
            return self._refused(request, error.messages, claimed[0].file_name)

    def _import(self, request, resource_class, upload: uploads.Upload, data: bytes):
        resource = self._resource(request, resource_class)
        with transaction.atomic():
            result = resource.take_in(read_file(data), by=request.user)
            refusals = resource.refusals(result)
            is_as_previewed = not refusals and resource.fingerprint(result) == upload.preview
            if is_as_previewed:
                counts = resource.import_counts()
                runs.remember(
                    resource,
                    counts,
                    file_name=upload.file_name,
                    sha256=upload.sha256,
                    by=request.user,
                )
            else:
                transaction.set_rollback(True)
        if refusals:
            return self._refused(request, refusals, upload.file_name)
        if not is_as_previewed:
            notice = (
                "Somebody else changed records while you looked. Nothing has been imported yet: "
                "read what would happen now."
            )
            return self._preview(
                request, resource_class, read_file(data), data, upload.file_name, notice
            )
        messages.success(request, f"{resource.import_name()}: {counts}.")
        return HttpResponseRedirect(list_address(self.model))

    def _resource(self, request, resource_class) -> RecordResource:
        return runs.opened(resource_class, request.user, seconds=SECONDS)

    def _refused(self, request, refusals: list, file_name: str):
        form = UploadForm(self.import_resources(request))
        return self._import_page(
            request,
            form,
            file_name=file_name,
            whole=[text for text in refusals if isinstance(text, str)],
            refusals=[refusal for refusal in refusals if not isinstance(refusal, str)][:SHOWN],
            refused=len(refusals),
            more=max(len(refusals) - SHOWN, 0),
        )

    def _import_page(self, request, form: UploadForm, **context):
        return self._page(
            request,
            self.import_template_name,
            title=f"Import {self._plural(form)}",
            form=form,
            layouts=[
                {
                    "name": resource.import_name(),
                    "key": resource.__name__,
                    "columns": resource.import_columns(),
                    "explains": resource.explains,
                }
                for resource in form.resources.values()
            ],
            **context,
        )

    def _plural(self, form: UploadForm) -> str:
        """What comes in, in the words of its only sheet where there is one."""
        resources = list(form.resources.values())
        name = resources[0].import_name() if len(resources) == 1 else ""
        return name[:1].lower() + name[1:] or self.opts.verbose_name_plural

    def layout(self, request: HttpRequest, resource: str) -> HttpResponse:
        """An empty spreadsheet with the columns of an import."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        offered = {each.__name__: each for each in self.import_resources(request)}
        if resource not in offered:
            raise Http404
        chosen = offered[resource]
        empty = Dataset(headers=[column.column_name for column in chosen.import_columns()])
        return _file(empty, chosen, "xlsx", "empty")

    # --- Out --------------------------------------------------------------------------------------

    def export_action(self, request):
        """Choose the kind of file; the list's search and filters apply."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        form = ExportForm(self.export_resources(request), data=request.POST or None)
        queryset = self.get_export_queryset(request)
        if form.is_valid():
            chosen = form.chosen
            rows = chosen().export(chosen.rows_for(queryset))
            history.record_export(
                chosen.get_display_name(),
                self.model,
                request.user,
                rows=len(rows),
                format=form.cleaned_data["format"],
                filters=request.GET.urlencode(),
            )
            return _file(rows, chosen, form.cleaned_data["format"], str(timezone.localdate()))
        return self._page(
            request,
            self.export_template_name,
            title=f"Export {self.opts.verbose_name_plural}",
            form=form,
            count=queryset.count(),
            is_filtered=bool(request.GET),
        )

    def _page(self, request, template: str, **context) -> HttpResponse:
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request,
            template,
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "back_address": list_address(self.model),
                **context,
            },
        )


def _file(rows, resource: type[RecordResource], kind: str, said: str) -> HttpResponse:
    written = FORMATS[kind]()
    name = resource.get_display_name().lower().replace(" ", "-").replace("’", "")
    return HttpResponse(
        written.export_data(rows, units=resource.units()),
        content_type=written.get_content_type(),
        headers={"Content-Disposition": f'attachment; filename="{name}-{said}.{kind}"'},
    )
