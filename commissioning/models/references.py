"""The numbers that the register gives to its records."""

from django.db import models


class GivenReference(models.Model):
    """A reference of the register's own series, such as A-00012, and the record that has or had it.

    Written by database triggers whenever such a record is saved (triggers/references.py), and kept
    when the record is removed, so that no other record ever gets the same reference; append-only.
    """

    series = models.CharField(max_length=10)
    number = models.BigIntegerField()
    reference = models.CharField(max_length=60)
    # The key of the record, which may be gone.
    holder = models.BigIntegerField()

    class Meta:
        ordering = ["series", "number"]
        default_permissions = ()
        indexes = [models.Index(fields=["series", "number"], name="given_reference_by_number")]
        constraints = [
            models.UniqueConstraint(
                name="reference_is_given_once",
                fields=["reference"],
                violation_error_message=(
                    "That reference belonged to a record that was removed. No reference is used "
                    "twice: leave it empty to have the next one given."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.reference
