"""Every template: addresses by name, lines that can be read, and a form that djade agrees with."""

import re

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = settings.BASE_DIR / "templates"
TEMPLATES = sorted(path for path in ROOT.rglob("*") if path.suffix in {".html", ".xml", ".txt"})
LONGEST = 200
# An address of this site in an attribute, a default or the text: a path that begins with "/".
IN_ATTRIBUTE = re.compile(r"""(?:href|action|formaction|src|content)\s*=\s*["']?/(?!/)""")
IN_FILTER = re.compile(r"""["']/[a-z0-9._/-]*["']""")
IN_TEXT = re.compile(r">\s*/[a-z]")
NO_TEXT = re.compile(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", re.DOTALL)


def named(path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_names_its_addresses_by_url_and_has_no_long_line(path):
    text = path.read_text(encoding="utf-8")
    long = [n for n, line in enumerate(text.splitlines(), 1) if len(line) > LONGEST]
    assert not long, f"lines over {LONGEST} characters: {long}"
    shown = NO_TEXT.sub("", text)
    literal = [pattern.findall(shown) for pattern in (IN_ATTRIBUTE, IN_FILTER, IN_TEXT)]
    assert not any(literal), f"write these by {{% url %}}: {literal}"
    get_template(named(path))


@pytest.mark.parametrize(
    "written",
    ['<a href="/awards/">', "<a href='/'>", '<form action="/x/">', '{{ a|default:"/" }}', ">/api/"],
)
def test_an_address_that_is_written_out_is_found(written):
    assert any(pattern.search(written) for pattern in (IN_ATTRIBUTE, IN_FILTER, IN_TEXT))
