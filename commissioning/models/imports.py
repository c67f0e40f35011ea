"""Imports: which file brought which records."""

from django.conf import settings
from django.db import models

from commissioning.fields import LineField


class ImportRun(models.Model):
    """One spreadsheet taken in, with its fingerprint and what came of it."""

    noun = LineField(max_length=60, help_text="What kind of record the file held.")
    file_name = LineField()
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    imported_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-imported_at", "-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.file_name} ({self.noun})"
