"""Which address a request comes from."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from rest_framework.throttling import AnonRateThrottle


def client_address(request: HttpRequest) -> str:
    """The visitor's address, by which failed sign-ins are counted.

    Behind the TLS proxy every request comes from the proxy; it appends the visitor's address to
    X-Forwarded-For. Only that last value is believed: whatever stands before it came from outside.
    """
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    last = forwarded.rpartition(",")[2].strip()
    return last if _is_address(last) else request.META.get("REMOTE_ADDR", "")


def client_network(request: HttpRequest) -> str:
    """What one visitor’s requests are counted by: a host has a whole /64 of IPv6 addresses."""
    client = client_address(request)
    if not _is_address(client):
        return client
    address = ip_address(client)
    if not isinstance(address, IPv6Address):
        return client
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, 64), strict=False))


def _is_address(text: str) -> bool:
    # PostgreSQL would refuse anything else, and sign-in would fail for everybody.
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text


class ApiThrottle(AnonRateThrottle):
    """How often one address may ask the API."""

    def get_ident(self, request) -> str:
        return client_network(request)
