"""Text that staff type in Markdown: as safe HTML, and as blocks for documents.

Nothing typed reaches a page as HTML: tags are shown as text, pictures are not drawn, and what is
left is cleaned again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

LAST_HEADING = 6
MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])
SCHEMES = {"http", "https", "mailto"}
CLASSES = {
    "a": {"govuk-link"},
    "p": {"govuk-body"},
    "ul": {"govuk-list", "govuk-list--bullet"},
    "ol": {"govuk-list", "govuk-list--number"},
    "blockquote": {"govuk-inset-text"},
    **{f"h{level}": {"govuk-heading-s"} for level in range(1, LAST_HEADING + 1)},
}
TAGS = {*CLASSES, "li", "strong", "em", "code", "pre", "hr", "br"}


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style; `href` only for a page of another site."""

    text: str
    is_strong: bool = False
    is_emphasis: bool = False
    href: str = ""


@dataclass
class Block:
    """A paragraph, heading or list of a text. A list has items, the others one."""

    kind: str
    level: int = 0
    items: list[list[Run]] = field(default_factory=list)


def as_html(text: str, below: int = 1) -> SafeString:
    """The text as HTML for a page, its headings below one of level `below`."""
    tokens = _parsed(text, below)
    for token in tokens:
        _dress(token)
        for child in token.children or ():
            _dress(child)
    html = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        allowed_classes=CLASSES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
    )
    return mark_safe(clean)


def blocks(text: str, below: int = 1) -> list[Block]:
    """The text as blocks, its headings below one of level `below`; lists in lists are one list."""
    found: list[Block] = []
    opened: list[Block] = []  # lists, the outermost first
    for token in _parsed(text, below):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            opened.append(Block("numbers" if token.type.startswith("ordered") else "bullets"))
            if len(opened) == 1:
                found.append(opened[0])
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            opened.pop()
        elif token.type == "heading_open":
            found.append(Block("heading", int(token.tag[1])))
        elif token.type == "heading_close" and not _says_something(found[-1]):
            # A document may not have a heading without words.
            found.pop()
        elif token.type in ("inline", "fence", "code_block"):
            _place(found, opened, token)
    return found


def _says_something(block: Block) -> bool:
    return any(run.text.strip() for runs in block.items for run in runs)


def _place(found: list[Block], opened: list[Block], token: Token) -> None:
    runs = list(_runs(token.children)) if token.children else [Run(token.content)]
    if opened:
        opened[0].items.append(runs)
    elif found and found[-1].kind == "heading" and not found[-1].items:
        found[-1].items.append(runs)
    else:
        found.append(Block("paragraph", items=[runs]))


def _runs(tokens: list[Token]) -> Iterator[Run]:
    style = Run("")
    for token in tokens:
        if token.type in ("strong_open", "strong_close"):
            style = replace(style, is_strong=token.nesting == 1)
        elif token.type in ("em_open", "em_close"):
            style = replace(style, is_emphasis=token.nesting == 1)
        elif token.type in ("link_open", "link_close"):
            href = str(token.attrs.get("href", ""))
            is_outside = href.startswith(("http://", "https://"))
            style = replace(style, href=href if is_outside else "")
        elif token.type in ("softbreak", "hardbreak"):
            yield replace(style, text=" ")
        elif token.content:
            yield replace(style, text=token.content)


def _parsed(text: str, below: int) -> list[Token]:
    """The text's tokens, each heading at most one level below the one before it."""
    tokens = MARKDOWN.parse(text)
    level = below
    for token in tokens:
        if token.type == "heading_open":
            level = min(LAST_HEADING, below + int(token.tag[1]), level + 1)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{level}"
    return tokens


def _dress(token: Token) -> None:
    if token.nesting == 1 and token.tag in CLASSES:
        token.attrSet("class", " ".join(sorted(CLASSES[token.tag])))
