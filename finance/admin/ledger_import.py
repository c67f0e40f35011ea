"""An extract of the ledger comes in: choose the file, say which column is what, look, take in."""

import hashlib
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from tablib import Dataset

from commissioning.actions import records
from commissioning.admin import seen
from commissioning.admin.action_pages import sentences
from commissioning.admin.pages import staff_page
from commissioning.resources import uploads
from commissioning.resources.files import LARGEST_FILE, MOST_ROWS, read_file, too_large
from finance.actions import ledger, reconciliation
from finance.models import LedgerSource
from finance.months import Month
from finance.resources.ledger import first_rows, guess, headings, read

# What a page lists by row; the counts are of all.
SHOWN = 200
# Whose files these are among all that wait to be confirmed.
RESOURCE = "ledger"

may_import = permission_required("finance.import_ledger", raise_exception=True)


class ExtractForm(forms.Form):
    """Which file, and of which source."""

    use_required_attribute = False
    source = forms.ModelChoiceField(
        LedgerSource.objects.all(),
        label="Where it comes from",
        required=False,
        empty_label="A new source",
    )
    name = forms.CharField(
        label="Name of the new source",
        required=False,
        max_length=80,
        help_text="Such as “Force ledger”. Only the first time; after that, choose it above.",
    )
    file = forms.FileField(
        label="Extract",
        help_text=(
            f"Excel (.xlsx) or CSV, at most {LARGEST_FILE // 1024 // 1024} MB and {MOST_ROWS:,} "
            "rows. The first row names the columns. Of an Excel file the first sheet is read."
        ),
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise too_large()
        self.data_read = file.read()
        self.sheet = read_file(self.data_read)
        return file

    def clean(self):
        cleaned = super().clean()
        name = " ".join((cleaned.get("name") or "").split())
        if not cleaned.get("source"):
            if not name:
                self.add_error("name", "Name the new source, or choose one above.")
            elif LedgerSource.objects.filter(name=name).exists():
                self.add_error("name", "There is a source of this name. Choose it above.")
        return {**cleaned, "name": name}


class ColumnsForm(forms.ModelForm):
    """Which column of the file is what; kept for the next time."""

    use_required_attribute = False

    class Meta:
        model = LedgerSource
        fields = (
            "name",
            *(f"{part}_heading" for part in LedgerSource.PARTS),
            "day_format",
            "sign",
        )
        widgets = {"name": forms.HiddenInput()}

    def __init__(self, names: list[str], **kwargs):
        super().__init__(label_suffix="", **kwargs)
        choices = [("", "none"), *((name, name) for name in names)]
        for part in LedgerSource.PARTS:
            field = self.fields[f"{part}_heading"]
            self.fields[f"{part}_heading"] = forms.ChoiceField(
                label=field.label[:1].upper() + field.label[1:],
                choices=choices,
                required=part == "day",
                help_text=field.help_text if part != "day" else "",
                error_messages={"required": "Choose the column with the date."},
            )


@may_import
def choose(request):
    """Choose a file; one of a known source is looked at at once."""
    given = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
    form = ExtractForm(**given, label_suffix="")
    if not given or not form.is_valid():
        return _choose_page(request, form)
    source, name = form.cleaned_data["source"], form.cleaned_data["file"].name
    if source is None:
        source = LedgerSource(name=form.cleaned_data["name"])
        return _columns_page(request, source, form.sheet, form.data_read, name)
    try:
        return _preview(request, source, form.sheet, form.data_read, name)
    except ValidationError as refusal:
        # The extract has other columns than the last one: say so, and let them be chosen anew.
        return _columns_page(
            request, source, form.sheet, form.data_read, name, notices=refusal.messages
        )


@require_POST
@may_import
def columns(request):
    """Keep which column is what, and go on to the lines that the file then has."""
    upload, data = _waiting(request, request.POST)
    if upload is None:
        return _gone(request)
    sheet = read_file(data)
    source = _source(request.POST)
    form = ColumnsForm(headings(sheet), data=request.POST, instance=source)
    if source is not None and not request.user.has_perm("finance.change_ledgersource"):
        raise PermissionDenied
    if form.is_valid():
        try:
            saved = form.save(commit=False)
            records.save(saved, by=request.user)
            read(sheet, saved)
            query = urlencode({"source": saved.pk, "token": request.POST["token"]})
            return redirect(f"{reverse('admin:reconciliation_import_look')}?{query}")
        except ValidationError as refusal:
            form.add_error(None, sentences(refusal))
    return _columns_page(request, form.instance, sheet, data, upload.file_name, form=form)


@require_safe
@may_import
def look(request):
    """What taking in a file that waits would do."""
    upload, data = _waiting(request, request.GET)
    source = _source(request.GET)
    if upload is None or source is None:
        return _gone(request)
    try:
        return _preview(request, source, read_file(data), data, upload.file_name)
    except ValidationError as refusal:
        return _columns_page(
            request, source, read_file(data), data, upload.file_name, notices=refusal.messages
        )


@require_POST
@may_import
def take_in(request):
    """Do what the preview said, once; then match what is exact."""
    token = request.POST.get("token", "")
    found = uploads.claimed(token, resource=RESOURCE, by=request.user)
    upload, data = found or (None, b"")
    source = _source(request.POST)
    if upload is None or source is None:
        return _gone(request)
    reading = read(read_file(data), source)
    try:
        with transaction.atomic():
            file = ledger.take_in(
                source,
                reading.rows,
                file_name=upload.file_name,
                sha256=upload.sha256,
                by=request.user,
            )
            shown = request.POST.get(seen.FIELD)
            seen.still_so(shown, reading.rows, file.added, file.known)
    except ValidationError as refusal:
        if getattr(refusal, "code", "") == seen.CODE:
            notices = refusal.messages
            return _preview(request, source, read_file(data), data, upload.file_name, notices)
        messages.error(request, " ".join(sentences(refusal)[:5]))
        return redirect("admin:reconciliation_import")
    exact = 0
    if request.user.has_perm("finance.match_ledger") and file.added:
        exact = reconciliation.match_exact(file.first_day, file.last_day, by=request.user)
    lines = "1 new line" if file.added == 1 else f"{file.added:,} new lines"
    messages.success(request, f"Taken in: {lines} of {file}, {exact:,} matched at once.")
    month = Month.containing(file.last_day)
    return redirect(f"{reverse('admin:reconciliation')}?month={month.slug}")


def _waiting(request: HttpRequest, asked: QueryDict):
    found = uploads.waiting(asked.get("token", ""), resource=RESOURCE, by=request.user)
    return found or (None, b"")


def _source(asked: QueryDict) -> LedgerSource | None:
    key = asked.get("source", "")
    return LedgerSource.objects.filter(pk=key).first() if key.isdecimal() else None


def _gone(request):
    messages.warning(
        request,
        "Nothing was taken in now: this file has been confirmed already, or it waited too long. If "
        "its lines are not there, choose the file again.",
    )
    return redirect("admin:reconciliation_import")


def _keep(request, data: bytes, file_name: str) -> str:
    kept = uploads.keep(data, file_name=file_name, resource=RESOURCE, by=request.user, preview="")
    return kept.token


def _preview(
    request, source: LedgerSource, sheet: Dataset, data: bytes, file_name: str, notices=()
):
    """What taking it in would do. ValidationError if the source's columns are not in the file."""
    reading = read(sheet, source)
    planned = ledger.plan(source, reading.rows)
    refusals = sorted([*reading.refusals, *planned.refusals], key=lambda one: one.row)
    before = source.files.filter(sha256=hashlib.sha256(data).hexdigest()).first()
    context = {
        "title": "What would be taken in",
        "source": source,
        "notices": notices,
        "file_name": file_name,
        "plan": planned,
        "seen": seen.fingerprint(reading.rows, len(planned.new), planned.known),
        "before": before,
        "refused": len(refusals),
        "refusals": refusals[:SHOWN],
        "more": max(len(refusals) - SHOWN, 0),
        "rows": planned.new[:SHOWN],
        "more_rows": max(len(planned.new) - SHOWN, 0),
    }
    if not refusals and planned.new and not before:
        context["token"] = _keep(request, data, file_name)
    return staff_page(request, "admin/ledger_preview.html", context)


def _choose_page(request, form: ExtractForm):
    context = {"title": "Take in an extract of the ledger", "form": form}
    return staff_page(request, "admin/ledger_choose.html", context)


def _columns_page(
    request, source, sheet: Dataset, data: bytes, file_name: str, form=None, notices=()
):
    names = headings(sheet)
    if form is None:
        guessed = {f"{part}_heading": name for part, name in guess(names).items()}
        kept = {f"{part}_heading": name for part, name in source.headings.items() if name in names}
        form = ColumnsForm(names, instance=source, initial={"name": source.name, **guessed, **kept})
    context = {
        "title": "Which column is what",
        "source": source,
        "form": form,
        "notices": notices,
        "headings": [str(cell or "") for cell in sheet.headers],
        "first_rows": first_rows(sheet),
        "file_name": file_name,
        "token": _keep(request, data, file_name),
    }
    return staff_page(request, "admin/ledger_columns.html", context)
