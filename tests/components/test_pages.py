"""The frame around every page."""

import re

import pytest
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

from tests.components.rendering import (
    COMPONENTS,
    OWN_PAGES,
    ROOT,
)

# A page asks whether something was put right on it.
pytestmark = pytest.mark.django_db


def page(path="/funds/csb/", **context):
    request = RequestFactory().get(path)
    return render_to_string("404.html", context, request)


def test_page_has_its_landmarks_and_names_the_office():
    html = page(office={"name": "Office of Somewhere", "site_name": "Our Register"})

    assert '<html lang="en"' in html
    assert "<title>Page not found – Our Register – Office of Somewhere</title>" in html
    assert html.count("<h1") == html.count("<main ") == html.count("<header ") == 1
    assert html.index('href="#main-content"') < html.index("<header")
    assert '<link rel="canonical" href="http://testserver/funds/csb/">' in html
    assert "Open Government Licence" in html


def test_navigation_marks_the_present_section_only():
    html = page("/funds/csb/")
    assert re.findall(r'href="([^"]+)" aria-current="(\w+)"', html) == [("/funds/", "true")]
    assert re.findall(r'href="([^"]+)" aria-current="(\w+)"', page("/")) == [("/", "page")]


@pytest.mark.parametrize("template", ["400.html", "500.html"])
def test_pages_for_accidents_need_no_request_and_no_context(template):
    html = get_template(template).render()
    assert "<h1" in html
    assert "canonical" not in html


TEMPLATES = [
    *COMPONENTS,
    *(ROOT / "templates" / name for name in OWN_PAGES),
    *sorted((ROOT / "templates" / "forms").rglob("*.html")),
]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_inline_script_or_style(path):
    source = path.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)


def test_nothing_claims_to_be_gov_uk():
    ours = [*(ROOT / "static").glob("*.*"), *(ROOT / "assets").glob("*.scss"), *TEMPLATES]
    for path in ours:
        text = re.sub(r"//.*|{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.S)
        assert not re.search(r"crown|GOV\.UK|Transport", text), path
