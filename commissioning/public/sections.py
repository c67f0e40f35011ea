"""What apps above this one add to its pages: lists of records that only they know."""

from dataclasses import dataclass

from django.db.models import Model

from commissioning import hooks
from commissioning.public.listing import Excerpt


@dataclass(frozen=True)
class Section:
    """The first records of a list under a heading, as public/excerpt.html shows it.

    `none` says that there are none; without it nothing is shown then. `elsewhere` is a further
    link, its words and its address.
    """

    title: str
    excerpt: Excerpt | None = None
    note: str = ""
    none: str = ""
    elsewhere: tuple[str, str] | None = None


def sections_of(record: Model) -> list[Section]:
    """The sections that are added to the page of a record."""
    made = [make(record) for make in hooks.sections.of(type(record))]
    return [section for section in made if section is not None]
