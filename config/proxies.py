"""Which address a request comes from."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The visitor's address, by which failed sign-ins are counted.

    Behind the TLS proxy every request comes from the proxy; it appends the visitor's address to
    X-Forwarded-For. Only that last value is believed: whatever stands before it came from outside.
    """
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    last = forwarded.rpartition(",")[2].strip()
    return last or request.META.get("REMOTE_ADDR", "")
