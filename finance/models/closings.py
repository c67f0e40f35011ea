"""What a year came to each time it was closed."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from commissioning.models import ClosedYear


class ClosingStatement(models.Model):
    """The figures of a year as they were when it was closed; append-only, one for each closing."""

    closing = models.OneToOneField(
        ClosedYear, on_delete=models.PROTECT, related_name="statement", editable=False
    )
    as_at = models.DateField(editable=False)
    # Each figure by its name, in pounds as text: “1234.50”; nothing where there was no budget.
    figures = models.JSONField(editable=False)
    sha256 = models.CharField("fingerprint", max_length=64, editable=False)
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                name="closing_statement_has_a_fingerprint",
                condition=~Q(sha256=""),
                violation_error_message="A statement of a closing has its fingerprint.",
            )
        ]

    def __str__(self) -> str:
        return f"Statement of {self.closing}"
