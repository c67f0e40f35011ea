"""Forms that were sent: each has its effect once."""

from django.conf import settings
from django.db import models


class Submission(models.Model):
    """One form that was sent and had its effect, by the single-use key that it carried.

    Kept for some weeks, so that the same form sent again leads to what it made.
    """

    key = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    # The address to which whoever sent it was led.
    result = models.CharField(max_length=2000, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Form sent on {self.at:%Y-%m-%d %H:%M}"
