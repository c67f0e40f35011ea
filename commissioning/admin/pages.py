"""Pages of the staff site that are no records."""

from django.contrib import admin
from django.template.response import TemplateResponse


def staff_page(request, template: str, context: dict, status: int = 200) -> TemplateResponse:
    """A page with the staff site's own header and navigation."""
    context = {**admin.site.each_context(request), **context}
    return TemplateResponse(request, template, context, status=status)
