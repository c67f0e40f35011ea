"""Pages of the staff site that are no records, and how they tell days."""

from datetime import date, datetime, time

from django.contrib import admin
from django.template.response import TemplateResponse
from django.utils import timezone


def staff_page(request, template: str, context: dict, status: int = 200) -> TemplateResponse:
    """A page with the staff site's own header and navigation."""
    context = {**admin.site.each_context(request), **context}
    return TemplateResponse(request, template, context, status=status)


def in_words(day: date) -> str:
    """ "31 March 2027"."""
    return f"{day:%-d %B %Y}"


def end_of_day(day: date) -> datetime:
    """The last moment of the day on the office's clock."""
    return timezone.make_aware(datetime.combine(day, time.max))
