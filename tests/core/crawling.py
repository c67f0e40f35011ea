"""Open every page that an installation leads to: `python -m tests.core.crawling`.

Prints a line for each page that is broken, and says last how many it opened. One page is opened of
those that differ only in which record they show.
"""

import re
import sys
from collections import deque
from html import unescape
from urllib.parse import urljoin, urlsplit

import django
from django.urls import reverse

STARTS = ("/", "/data/", "/transparency/", "/accessibility/", "/api/v1/")
# They end the session, or are no pages.
LEADS_AWAY = re.compile(r"/staff/(logout|jsi18n)/|/feeds/|\.(csv|xlsx|json)")


def alike(href: str) -> str:
    """The address without what names a record by number, or asks something of a list."""
    return re.sub(r"[^/]*[0-9][^/]*", "N", urlsplit(href).path)


def crawl(client, starts) -> tuple[int, list[str]]:
    """How many pages were opened, and a line for each that is broken."""
    waiting, seen, broken = deque((start, "") for start in starts), set(), []
    while waiting:
        address, led_from = waiting.popleft()
        if alike(address) in seen or LEADS_AWAY.search(address):
            continue
        seen.add(alike(address))
        page = client.get(address)
        if page.status_code not in (200, 302, 403):
            broken.append(f"{address} from {led_from}: {page.status_code}")
        if page.status_code != 200 or "html" not in page["Content-Type"]:
            continue
        for href in re.findall(r'<a\b[^>]*?\bhref="([^"]*)"', page.content.decode()):
            href = urljoin(address, unescape(href)).split("#")[0]
            if href.startswith("/"):
                waiting.append((href, address))
    return len(seen), broken


def main() -> None:
    django.setup()
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(raise_request_exception=False)
    client.force_login(get_user_model().objects.filter(is_superuser=True).first())
    opened, broken = crawl(client, (*STARTS, reverse("admin:index")))
    print(*broken, sep="\n", end="\n" if broken else "")
    print(f"{opened} pages opened")
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
