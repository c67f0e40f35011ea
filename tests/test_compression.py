"""What is sent is small: public text gzipped, static files brotli and gzip under hashed names."""

import gzip
import re
from io import StringIO

import pytest
from django.contrib.staticfiles import storage
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from tests import builders as a
from tests import world

pytestmark = pytest.mark.django_db

GZIP = {"headers": {"Accept-Encoding": "gzip"}}
MOST = 100_000


@pytest.fixture
def collected(settings, tmp_path):
    """Our static files, collected as for production."""
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    call_command("collectstatic", "--no-input", stdout=StringIO())
    storage.staticfiles_storage._setup()
    yield tmp_path
    storage.staticfiles_storage._setup()


def files_of(page: str) -> set[str]:
    """The addresses of the static files that a page asks for."""
    return set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))


@pytest.mark.parametrize(
    "address", ["/", "/awards/", "/awards.csv", "/awards.json", "/api/v1/awards/", "/sitemap.xml"]
)
def test_public_text_is_sent_gzipped(client, address):
    for n in range(5):
        world.a_public_award(title=f"Award {n}")

    plain, packed = client.get(address), client.get(address, **GZIP)

    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert gzip.decompress(packed.getvalue()) == plain.getvalue()


def test_a_page_that_has_not_changed_is_known_whatever_way_it_was_sent(client):
    etag = client.get("/awards/", **GZIP)["ETag"]

    assert client.get("/awards/", headers={"If-None-Match": etag}).status_code == 304


def test_the_staff_site_is_sent_as_it_is(client):
    """A page with a secret beside text of somebody else's choice would give it away (BREACH)."""
    client.force_login(a.an_officer())

    for address in ("/staff/", "/staff/commissioning/award/", reverse("admin:login")):
        assert "Content-Encoding" not in client.get(address, **GZIP)


def test_what_is_small_already_is_not_packed_again(client):
    world.a_public_award()

    assert "Content-Encoding" not in client.get("/awards.xlsx", **GZIP)


def test_static_files_have_hashed_names_are_kept_for_good_and_come_in_brotli_and_gzip(collected):
    client = Client()
    page = client.get("/").content.decode()
    styles = [name for name in files_of(page) if name.endswith(".css")]

    assert styles
    for name in styles:
        assert re.search(r"\.[0-9a-f]{12}\.css$", name)
        for way in ("br", "gzip"):
            answer = client.get(name, headers={"Accept-Encoding": way})
            assert answer["Content-Encoding"] == way
            assert "max-age=315360000" in answer["Cache-Control"]
            assert "immutable" in answer["Cache-Control"]


@pytest.mark.parametrize("address", ["/", "/awards/", "award", "/accessibility/", "/data/"])
def test_a_page_is_under_100_kilobytes_with_all_its_files(collected, address):
    found = world.build()
    client = Client()
    address = found.award.get_absolute_url() if address == "award" else address
    answer = client.get(address, **GZIP)
    page = gzip.decompress(answer.content).decode()

    weights = {"page": len(answer.content)}
    for name in files_of(page):
        sent = client.get(name, headers={"Accept-Encoding": "br, gzip"})
        assert sent.status_code == 200, name
        weights[name] = len(sent.getvalue())

    assert sum(weights.values()) < MOST, weights
