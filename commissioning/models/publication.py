"""What the public may see: a flag per record, and a declaration per field.

A model that the public can see declares `class Publication` with two sets of field names, `public`
and `private`. A test fails on a field in neither, and on a download column or API field that is
not public.
"""

from django.db import models
from django.db.models import TextChoices

from commissioning.fields import DayField
from commissioning.models.people import done_by


class PublishedQuerySet(models.QuerySet):
    def published(self):
        """Only what the public may see. Everything in `public/` goes through here."""
        return self.filter(is_published=True)


class Publishable(models.Model):
    """A record that staff decide to publish."""

    is_published = models.BooleanField(
        "published",
        default=False,
        editable=False,
        help_text="Published records are on the public site, in its downloads and in its API.",
    )
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = done_by(optional=True)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        abstract = True


class Qualifier(TextChoices):
    """How exact a figure is, in the words of its source."""

    EXACT = "exact", "exact"
    ABOUT = "about", "about"
    AT_LEAST = "at_least", "at least"
    OVER = "over", "over"
    UP_TO = "up_to", "up to"
    UNDER = "under", "under"
    FORECAST = "forecast", "forecast"
    PART_YEAR = "part_year", "part of the year"
    TARGET = "target", "target"


# How a published figure is meant, in the words put around it.
QUALIFIED = {
    "": "{}",
    "exact": "{}",
    "at_least": "at least {}",
    "about": "about {}",
    "over": "over {}",
    "up_to": "up to {}",
    "under": "under {}",
    "forecast": "forecast {}",
    "target": "target {}",
    "part_year": "{} (part year)",
    "provisional": "{} (provisional)",
}


class DatePrecision(TextChoices):
    """How much of a date is known."""

    DAY = "day", "day"
    MONTH = "month", "month"
    YEAR = "year", "year"


class Scope(TextChoices):
    """How wide the area of benefit is. It is not where the recipient has its office."""

    LOCAL = "local", "one or more local authority areas"
    SUB_LOCAL = "sub_local", "part of a local authority area"
    FORCE_WIDE = "force_wide", "the whole force area"
    REGIONAL = "regional", "wider than the force area"
    NATIONAL = "national", "national"
    NOT_STATED = "not_stated", "not stated"


class ScopeBasis(TextChoices):
    """Whether the area of benefit was stated by the source or worked out from it."""

    STATED = "stated", "stated"
    INFERRED = "inferred", "inferred"


def day_of_a_status(**options) -> DayField:
    """The field of the day for which a document states the status of a record."""
    return DayField(
        "status as at",
        null=True,
        blank=True,
        help_text=(
            "For a status taken from a document: the day for which it says so. A later change of "
            "the status here empties it. Published."
        ),
        **options,
    )
