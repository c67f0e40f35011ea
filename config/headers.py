"""Headers of every answer that no middleware of Django's sends."""

from django.urls import reverse
from django.utils.cache import add_never_cache_headers

# What no page here asks a browser for, so that no page can be made to.
UNUSED = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"


def headers(get_response):
    """Middleware: nothing of the staff site is kept by a browser or proxy, errors included."""

    def answer(request):
        response = get_response(request)
        response["Permissions-Policy"] = UNUSED
        if request.path.startswith(reverse("admin:index")):
            add_never_cache_headers(response)
            response["Cross-Origin-Resource-Policy"] = "same-origin"
        else:
            # What the public may read, any page on the web may read too; there is no cookie to use.
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Link, Retry-After"
        return response

    return answer
