"""Members of staff. Their roles are groups (see roles.py)."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A member of staff who signs in; kept after leaving, so that what they did keeps its name."""

    class Meta:
        verbose_name = "member of staff"
        verbose_name_plural = "members of staff"
        ordering = ["username"]

    def __str__(self) -> str:
        return self.get_full_name() or self.username
