"""Headers of every answer that no middleware of Django's sends."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

# What no page here asks a browser for, so that no page can be made to.
UNUSED = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"


def may_be_read() -> HttpResponse:
    """What a browser asks before a page elsewhere sends headers along: it may, to read."""
    return HttpResponse(
        status=204,
        headers={
            "Access-Control-Allow-Methods": "GET, HEAD",
            "Access-Control-Allow-Headers": "Accept, If-Modified-Since, If-None-Match",
            "Access-Control-Max-Age": "86400",
        },
    )


def headers(get_response):
    """Middleware: nothing of the staff site is kept by a browser or proxy, errors included."""

    def answer(request):
        is_staff = request.path.startswith(reverse("admin:index"))
        asks_first = "Access-Control-Request-Method" in request.headers and not is_staff
        if request.method == "OPTIONS" and asks_first:
            response = may_be_read()
        else:
            response = get_response(request)
        response["Permissions-Policy"] = UNUSED
        if is_staff:
            add_never_cache_headers(response)
            response["Cross-Origin-Resource-Policy"] = "same-origin"
        else:
            # What the public may read, any page on the web may read too; there is no cookie to use.
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Link, Retry-After"
        return response

    return answer
