"""Help for staff: the guides of docs/guides, rendered by the application for signed-in staff."""

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import urldefrag

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from commissioning import roles
from commissioning.admin.pages import staff_page

DOCS = settings.BASE_DIR / "docs"


@dataclass(frozen=True)
class Guide:
    """A document for staff, and what it is called where staff choose one."""

    key: str
    title: str
    path: Path


GUIDES = {
    guide.key: guide
    for guide in (
        Guide(
            "officer", "For grants officers, managers and publishers", DOCS / "guides/officer.md"
        ),
        Guide("approver", "For approvers", DOCS / "guides/approver.md"),
        Guide("finance", "For finance", DOCS / "guides/finance.md"),
        Guide("roles", "Who may do what", DOCS / "roles.md"),
        Guide("glossary", "What words mean", DOCS / "glossary.md"),
    )
}
# Our own documents, so that nothing needs to be cleaned; HTML in them is not HTML on the page.
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)


@dataclass(frozen=True)
class Page:
    title: str
    html: SafeString
    contents: tuple[tuple[str, str], ...]


def guide_for(user) -> Guide:
    """The guide of the first role that the person has; that of officers for a superuser."""
    held = set(user.groups.values_list("name", flat=True))
    keys = [role.guide for role in roles.ALL if role.name in held]
    return GUIDES[keys[0] if keys else "officer"]


@cache
def rendered(key: str) -> Page:
    """The guide as HTML: headings with ids, links that lead somewhere in this site."""
    guide = GUIDES[key]
    tokens = MARKDOWN.parse(COMMENT.sub("", guide.path.read_text(encoding="utf-8")))
    title, contents = guide.title, []
    if tokens and tokens[0].type == "heading_open":
        title, tokens = tokens[1].content, tokens[3:]
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            anchor = slugify(inline.content)
            opening.attrSet("id", anchor)
            if opening.tag == "h2":
                contents.append((anchor, inline.content))
        elif opening.type == "th_open":
            opening.attrSet("scope", "col")
        _lead_somewhere(inline, guide)
    html = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    return Page(title, mark_safe(html), tuple(contents))


def _lead_somewhere(inline: Token, guide: Guide) -> None:
    """Links between documents lead to their pages; one to a document without a page is text."""
    within = inline.children or []
    for token in within:
        if token.type != "link_open":
            continue
        path, anchor = urldefrag(str(token.attrGet("href")))
        if path.startswith(("http:", "https:", "/")) or not path:
            continue
        target = (guide.path.parent / path).resolve()
        known = [other.key for other in GUIDES.values() if other.path == target]
        if known:
            token.attrSet("href", reverse("admin:guide", args=known) + (anchor and f"#{anchor}"))
        else:
            token.tag = "span"
            token.attrs = {}
            within[_end_of(within, token)].tag = "span"


def _end_of(within: list[Token], opening: Token) -> int:
    start = within.index(opening)
    return next(n for n, token in enumerate(within) if n > start and token.type == "link_close")


def _table_opens(renderer, tokens, n: int, options, env: dict) -> str:
    """A wide table scrolls by itself, with a keyboard too."""
    env["tables"] = env.get("tables", 0) + 1
    label = f"Table {env['tables']}"
    return f'<div class="results" role="region" aria-label="{label}" tabindex="0"><table>\n'


def _table_closes(*args) -> str:
    return "</table></div>\n"


MARKDOWN.add_render_rule("table_open", _table_opens)
MARKDOWN.add_render_rule("table_close", _table_closes)


@require_safe
def guide_page(request, key: str = ""):
    """A guide; without a key the one for the person's role."""
    guide = GUIDES.get(key) if key else guide_for(request.user)
    if guide is None:
        raise Http404
    page = rendered(guide.key)
    context = {"title": page.title, "page": page, "guide": guide, "guides": GUIDES.values()}
    return staff_page(request, "admin/guide.html", context)
