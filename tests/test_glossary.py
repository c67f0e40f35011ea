"""The glossary: one source, public, and a link away from every figure that it explains."""

import re
from collections import Counter

import pytest
from django.conf import settings
from django.urls import reverse
from lxml import html

from commissioning import glossary
from tests import world
from tests.components.rendering import component, tag
from tests.standing import for_the_module

pytestmark = pytest.mark.django_db

# Labels of figures that a citizen asks about.
EXPLAINED = ["Allocated", "Committed", "Paid", "Awarded", "Reported total", "Budget", "Unallocated"]

whole_world = for_the_module(world.whole)


def page(client):
    return html.fromstring(client.get(reverse("public:glossary")).content.decode())


def test_every_public_word_of_the_document_is_on_the_page(client):
    text = (settings.BASE_DIR / "docs" / "glossary.md").read_text()
    rows = {row.partition(" |")[0].strip("| *") for row in text.splitlines() if row[:2] == "| "}
    shown = {term.text_content().lower() for term in page(client).xpath("//dt")}
    assert len(shown) > 80
    missing = {row for row in rows if glossary._plain(row).lower() not in shown}
    left_out = text[text.index("## The finance system's") : text.index("## Figures")]
    left_out += text[text.index("## Search") :]
    assert {row for row in missing if row not in left_out} <= {"word", "figure"}


def test_every_word_has_an_address_of_its_own_and_a_short_sentence(client):
    found = page(client)
    ids = Counter(found.xpath("//*[@id]/@id"))
    assert not [one for one, count in ids.items() if count > 1]
    assert set(glossary.anchors().values()) <= set(ids)
    for meaning in found.xpath("//dd"):
        said = meaning.text_content()
        assert said[0].isupper() or said[0] in "£0123456789"
        assert said.endswith(".")
        assert not re.search(r"docs/|\*\*|`", said), said


@pytest.mark.parametrize("label", EXPLAINED)
def test_the_label_of_a_figure_leads_to_its_meaning(client, label):
    (href,) = re.findall(r'href="([^"]+)"', tag('{% term "' + label + '" %}'))
    address, _, anchor = href.partition("#")
    assert address == reverse("public:glossary")
    assert page(client).xpath(f"//*[@id='{anchor}']//dd")


def test_a_label_without_a_meaning_is_only_shown():
    assert tag("{% term label %}", label="<b>Posts</b>") == "&lt;b&gt;Posts&lt;/b&gt;"


def test_cards_bars_and_reported_totals_link_their_labels():
    assert "/glossary/#allocated" in component("figure_card", label="Allocated", amount=None)
    assert "/glossary/#reported-total" in component("reported_total", total=None, itemised=None)


def test_the_glossary_is_in_the_sitemap_and_at_the_foot_of_every_page(client, whole_world):
    where = reverse("public:glossary")
    assert where in client.get("/sitemap-pages.xml").text
    for address in ["/", "/funds/", where]:
        assert html.fromstring(client.get(address).text).xpath(f"//footer//a[@href='{where}']")
