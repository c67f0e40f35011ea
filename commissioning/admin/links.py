"""Addresses of records in the staff site, and ways on from one to another."""

from collections import defaultdict
from collections.abc import Callable

from django.db import models
from django.http import HttpRequest
from django.urls import reverse


def record_url(row: models.Model) -> str:
    """The staff page of a record."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


# Ways on from a record's page to pages of apps that stand on this one, by noun: each function takes
# request and record, and gives (label, address) of pages that this person may open.
FURTHER_STEPS: dict[
    type[models.Model], list[Callable[[HttpRequest, models.Model], list[tuple[str, str]]]]
] = defaultdict(list)


def further_steps(request: HttpRequest, row: models.Model) -> list[tuple[str, str]]:
    """(label, address) of what the apps above know of a record."""
    steps = FURTHER_STEPS.get(type(row), [])
    return [step for steps_of in steps for step in steps_of(request, row)]
