"""Middleware: whatever the public side reads of texts is read for the public (contacts.py)."""

from collections.abc import Iterator

from django.urls import reverse

from commissioning.contacts import for_the_public


class PublicSideReadsForThePublic:
    """Pages, files, feeds and the API alike; what is streamed is read when it is sent."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path.startswith(reverse("admin:index")):
            return self.get_response(request)
        with for_the_public():
            response = self.get_response(request)
        if response.streaming:
            response.streaming_content = _read_for_the_public(response.streaming_content)
        return response


def _read_for_the_public(parts) -> Iterator[bytes]:
    parts = iter(parts)
    while True:
        with for_the_public():
            part = next(parts, None)
        if part is None:
            return
        yield part
