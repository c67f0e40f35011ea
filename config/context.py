"""What the templates of the staff site may say of this installation."""

from django.urls import reverse

from config import version


def for_staff(request) -> dict:
    """The version in the footer; nothing on public pages."""
    if not request.path.startswith(reverse("admin:index")):
        return {}
    return {"version": {"number": version.number(), "commit": version.commit()}}
