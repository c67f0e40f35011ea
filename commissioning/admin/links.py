"""Addresses of records in the staff site."""

from django.db import models
from django.urls import reverse


def record_url(row: models.Model) -> str:
    """The staff page of a record."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
