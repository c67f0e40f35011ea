"""Members of staff. Their roles are groups (see roles.py)."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A member of staff who signs in; kept after leaving, so that what they did keeps its name."""

    class Meta:
        verbose_name = "member of staff"
        verbose_name_plural = "members of staff"
        ordering = ["username"]

    def __str__(self) -> str:
        return self.get_full_name() or self.username


def done_by(*, optional: bool = False, **options) -> models.ForeignKey:
    """The field of who did something: kept with the record, and written by actions only.

    Optional, where it may not be done yet.
    """
    may_be_empty = {"null": True, "blank": True} if optional else {}
    kept = {"editable": False, "on_delete": models.PROTECT, "related_name": "+"}
    return models.ForeignKey(settings.AUTH_USER_MODEL, **may_be_empty, **kept, **options)
