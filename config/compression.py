"""Public pages and files of text are sent gzipped; nothing of the staff site is.

Compression can give away a secret that stands in a page beside text of an attacker (BREACH). The
public site has no secret: no sign-in, no cookie, no token in its forms. Staff's pages have all
three, so they are sent as they are. Static files are compressed once, when they are collected.
"""

from django.middleware.gzip import GZipMiddleware
from django.urls import reverse

# What becomes smaller: .xlsx, .docx and .pdf are compressed already.
TEXTS = ("text/", "application/json", "application/xml", "application/atom+xml", "image/svg")


class PublicTextsAreGzipped(GZipMiddleware):
    def process_response(self, request, response):
        kind = response.get("Content-Type", "")
        if request.path.startswith(reverse("admin:index")) or not kind.startswith(TEXTS):
            return response
        return super().process_response(request, response)
