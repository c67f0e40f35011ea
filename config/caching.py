"""Public pages are kept by browsers and proxies, and asked for again by what they are made of.

All that the public sees is made of records, code, settings and the day. Every change of a record is
in history, and the links of history are numbered as transactions commit (commissioning/triggers),
so the last number says whether anything has changed: one quick query instead of a page.
"""

import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date

from commissioning import hooks
from commissioning.models import HistoryEvent, HistoryLink

# What an answer is made of besides records: every file of ours that can show on a page.
MADE_OF = ("*.py", "*.html", "*.json", "*.css")


def caching(get_response):
    """Middleware: answers “not modified” before a public page is made, where that is certain."""

    def answer(request):
        if request.method not in ("GET", "HEAD") or not _is_public(request.path):
            return get_response(request)
        number, changed_at = _last_change()
        etag = _etag(request, number)
        unchanged = get_conditional_response(request, etag)
        if unchanged is not None:
            return _kept(unchanged, etag)
        # Asked before the page is made: one that the index had not followed yet is not to be kept.
        is_settled = "q" not in request.GET or not _index_is_behind()
        response = get_response(request)
        if is_settled and response.status_code == 200 and not response.has_header("Cache-Control"):
            _kept(response, etag)
            if changed_at:
                response["Last-Modified"] = http_date(changed_at.timestamp())
        return response

    return answer


def _index_is_behind() -> bool:
    index = hooks.word_index.receiver
    return index is not None and index.is_behind()


def _last_change() -> tuple[int, datetime | None]:
    """(number, time) of the last change; (0, None) before the first."""
    at = HistoryEvent.objects.filter(pk=OuterRef("event_id")).values("at")
    links = HistoryLink.objects.order_by("-number").values_list("number", Subquery(at))
    return links.first() or (0, None)


def _is_public(path: str) -> bool:
    apart = (reverse("admin:index"), reverse("health"), settings.STATIC_URL)
    return not path.startswith(apart)


def _etag(request, number: int) -> str:
    # Weak: the same facts, though compression may change the bytes.
    made_of = [number, timezone.localdate(), version(), request.get_full_path()]
    accepted = request.headers.get("Accept", "") if request.path.startswith("/api/") else ""
    host = request.get_host()
    told = "\n".join(str(part) for part in (*made_of, accepted, host))
    return f'W/"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


def _kept(response, etag: str):
    """Anybody may keep it, and asks before showing it again: a page can be withdrawn at once."""
    response["ETag"] = etag
    patch_cache_control(response, public=True, no_cache=True)
    return response


@cache
def version() -> str:
    """A fingerprint of our code, templates and settings as this process found them."""
    found = hashlib.sha256(repr(sorted(settings.OFFICE.items())).encode())
    found.update(f"{Path(settings.ACCESSIBILITY_STATEMENT).stat().st_mtime_ns}".encode())
    folders = [*settings.OUR_APPS, "core", "config", "templates", "static"]
    for folder in folders:
        for pattern in MADE_OF:
            for path in sorted((Path(settings.BASE_DIR) / folder).rglob(pattern)):
                found.update(f"{path} {path.stat().st_mtime_ns}".encode())
    return found.hexdigest()
