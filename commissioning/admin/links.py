"""Addresses of records in the staff site, and ways on from one to another."""

from django.db import models
from django.http import HttpRequest
from django.urls import reverse

from commissioning import hooks


def record_url(row: models.Model) -> str:
    """The staff page of a record."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def further_steps(request: HttpRequest, row: models.Model) -> list[tuple[str, str]]:
    """(label, address) of what the apps above know of a record."""
    return [link for find in hooks.further_links.of(type(row)) for link in find(request, row)]
