"""Every form is good for one submission (docs/decisions/0022).

A form carries a single-use key beside its CSRF token. Whoever sends it takes the key, in the
transaction in which the form has its effect: the same form sent again, at the same moment or much
later, finds the key taken and leads to what the first one made.
"""

import re
import secrets
from datetime import timedelta

from django.contrib import messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import IntegrityError, transaction
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    UnreadablePostError,
)
from django.urls import reverse
from django.utils import timezone

from commissioning.models import Submission

FIELD = "form_key"
# How long a page that stays open, or a history of a browser, may lead back to a form.
KEPT = timedelta(days=90)
KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


class Messages(FallbackStorage):
    """What staff read, and of which levels that was in this request."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.levels: set[int] = set()

    def add(self, level, message, extra_tags=""):
        self.levels.add(int(level))
        super().add(level, message, extra_tags)


def new_key() -> str:
    return secrets.token_urlsafe(18)


def leads_to(response: HttpResponse, address: str) -> HttpResponse:
    """Say where the effect of a form is, if the answer to it is no redirect."""
    response.made = address
    return response


def forget(older_than: timedelta = KEPT) -> int:
    """Remove keys of forms that nobody has open any more; how many."""
    count, _ = Submission.objects.filter(at__lt=timezone.now() - older_than).delete()
    return count


def single_use(get_response):
    """Middleware: a form has its effect once."""

    def answer(request: HttpRequest) -> HttpResponse:
        key = _key_of(request)
        if key is None:
            return get_response(request)
        with transaction.atomic():
            submission = _taken(key, request)
            if submission is None:
                return _again(request, key)
            response = get_response(request)
            if response.status_code >= 500:
                # As if it had not been sent: no half of what it began stays.
                transaction.set_rollback(True)
                return response
            address = getattr(response, "made", response.headers.get("Location", ""))
            if address and not _refused(request):
                submission.result = address[: Submission._meta.get_field("result").max_length]
                submission.save(update_fields=["result"])
            else:
                # A question, a refusal or a file: nothing was made, and the form can be sent again.
                submission.delete()
        return response

    return answer


def _refused(request: HttpRequest) -> bool:
    """Whether the page that the answer leads to will say that nothing was done, and why."""
    levels = getattr(messages.get_messages(request), "levels", set())
    return bool(levels) and min(levels) >= messages.WARNING


def _key_of(request: HttpRequest) -> str | None:
    """The key of a form that may change something; signing in changes no record."""
    if request.method != "POST":
        return None
    try:
        key = request.POST.get(FIELD, "")
    except UnreadablePostError:
        # Whoever sent it has gone; the CSRF check says so.
        return None
    signs_in = request.path.startswith(reverse("admin:index")) and not _user(request)
    return key if KEY.fullmatch(key) and not signs_in else None


def _user(request: HttpRequest):
    return request.user if request.user.is_authenticated else None


def _taken(key: str, request: HttpRequest) -> Submission | None:
    """The key, now taken; None if it was. Waits for the same form if that is being dealt with."""
    try:
        with transaction.atomic():
            return Submission.objects.create(key=key, by=_user(request))
    except IntegrityError:
        return None


def _again(request: HttpRequest, key: str) -> HttpResponse:
    """Lead to what the form made when it was sent first."""
    first = Submission.objects.filter(key=key, by=_user(request)).first()
    if first is not None and first.by:
        at = timezone.localtime(first.at)
        messages.info(
            request,
            f"You sent this form already, on {at:%-d %B %Y at %H:%M}. Nothing was done a second "
            "time: this is what came of it. To do more, open the form again.",
        )
    return HttpResponseRedirect(first.result if first is not None else request.path)
