"""API answers as CSV: the records of a page, as the list's own file has them."""

import csv
from io import StringIO

from django.http import Http404
from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer

from commissioning.public.downloads import spreadsheet_safe


class CSVRenderer(BaseRenderer):
    """One line of names, then one for each record; refusals as a line of text."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data, accepted_media_type=None, renderer_context=None) -> str:
        records = data.get("results", [data]) if isinstance(data, dict) else data
        names = renderer_context["view"].field_names() if _is_of_records(renderer_context) else []
        written = StringIO()
        writer = csv.writer(written)
        names = names or sorted({name for record in records for name in record})
        writer.writerow(names)
        for record in records:
            writer.writerow([_cell(record.get(name)) for name in names])
        return written.getvalue()


def _is_of_records(context: dict) -> bool:
    return hasattr(context["view"], "field_names") and not context["response"].exception


def _cell(value: object) -> object:
    if isinstance(value, list):
        value = "; ".join(str(item) for item in value)
    return spreadsheet_safe("" if value is None else value)


class KnownForms(DefaultContentNegotiation):
    """A form of answer that there is none of is refused with a sentence, as a filter is."""

    def select_renderer(self, request, renderers, format_suffix=None):
        if request.query_params.get("format") == "":
            self.filter_renderers(renderers, "")
        return super().select_renderer(request, renderers, format_suffix)

    def filter_renderers(self, renderers, format):  # noqa: A002 named by REST framework
        try:
            return super().filter_renderers(renderers, format)
        except Http404 as missing:
            known = " or ".join(renderer.format for renderer in renderers)
            raise ValidationError({"format": [f"Ask for {known}."]}) from missing
