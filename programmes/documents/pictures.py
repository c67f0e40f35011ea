"""Charts as pictures: the drawings of the web page, for documents."""

import re
from dataclasses import dataclass
from html import unescape

import typst
from django.template.loader import render_to_string
from django.utils.html import escape, strip_tags

from programmes.annual_report import Section

WIDTH, NARROW = 640, 400  # pixels: about the width of a page's text, and half of it
NAME_HEIGHT = 22
FONT = "Libertinus Serif"  # comes with Typst, so that every machine draws the same
SVG = re.compile(r"<svg\b[^>]*>.*?</svg>", re.DOTALL)
DRAWING = """
#set page(width: auto, height: auto, margin: 4pt)
#image(bytes(sys.inputs.svg), format: "svg")
"""


@dataclass(frozen=True)
class Picture:
    """One drawing, and the words that stand for it; a narrow one shares its line with another."""

    svg: str
    alt: str
    is_narrow: bool = False

    def png(self) -> bytes:
        """The drawing as pixels, twice as fine as a screen, for programs that cannot show SVG."""
        return typst.compile(
            DRAWING.encode(),
            format="png",
            ppi=144,
            sys_inputs={"svg": self.svg},
            ignore_system_fonts=True,
        )


def pictures(section: Section) -> list[Picture]:
    """The drawings of a section's chart: bars are one, lines one for each column."""
    if section.drawing is None:
        return []
    template = f"components/chart_{section.drawing_kind}.html"
    html = render_to_string(template, {"chart": section.drawing, "without_table": True})
    drawings = SVG.findall(html)
    panels = getattr(section.drawing, "panels", [])
    names = [panel.series.name for panel in panels] or [""]
    width = WIDTH if len(drawings) == 1 else NARROW
    return [_picture(svg, name, width) for svg, name in zip(drawings, names, strict=True)]


def _picture(svg: str, name: str, width: int) -> Picture:
    """The drawing by itself, under its name: on the page that stands beside it."""
    height = int(re.search(r'\bheight="(\d+)"', svg)[1])
    words = " ".join(_words(svg, part) for part in ("title", "desc"))
    # Percentages of a page's width become percentages of this one.
    inner = svg.replace("<svg ", f'<svg y="{NAME_HEIGHT if name else 0}" ', 1)
    inner = inner.replace('width="100%"', f'width="{width}"', 1)
    whole = height + (NAME_HEIGHT if name else 0)
    return Picture(
        svg=(
            f'<svg xmlns="http://www.w3.org/2000/svg" font-family="{FONT}" width="{width}" '
            f'height="{whole}"><text y="16" font-size="16" font-weight="700">{escape(name)}</text>'
            f"{inner}</svg>"
        ),
        alt=words,
        is_narrow=width == NARROW,
    )


def _words(svg: str, name: str) -> str:
    found = re.search(rf"<{name}\b[^>]*>(.*?)</{name}>", svg, re.DOTALL)[1]
    words = " ".join(unescape(strip_tags(found)).split())
    return words if words.endswith(".") else f"{words}."
