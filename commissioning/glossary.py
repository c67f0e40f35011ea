"""The words of docs/glossary.md: read once, served to the public, and linked to by figures."""

import re
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.template.defaultfilters import capfirst
from django.utils.text import slugify

# Words that only staff and developers meet.
NOT_PUBLIC = {"The finance system's ledger", "Search"}
# Where a reader of the document looks further, and a reader of the page cannot.
ASIDES = re.compile(r" \((?:docs/|in the code: )[^)]*\)")


@dataclass(frozen=True)
class Word:
    """One row of a table: what it is called, what it means, and where it is on the page."""

    title: str
    meaning: str

    @property
    def anchor(self) -> str:
        return slugify(self.title)

    @property
    def names(self) -> list[str]:
        """What the row defines: “output, outcome” is two words, “paid, on public pages” one."""
        if re.search(r", (on|of) ", self.title):
            return []
        return [name.strip().lower() for name in self.title.split(",")]


@dataclass(frozen=True)
class Section:
    title: str
    words: tuple[Word, ...]

    @property
    def anchor(self) -> str:
        return f"section-{slugify(self.title)}"


@cache
def sections() -> tuple[Section, ...]:
    """The public sections of the glossary, in its order."""
    text = (settings.BASE_DIR / "docs" / "glossary.md").read_text(encoding="utf-8")
    _, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
    found = []
    for part in parts:
        title, _, body = part.partition("\n")
        if title not in NOT_PUBLIC:
            found.append(Section(title, tuple(_words(body))))
    return tuple(found)


def _words(body: str) -> list[Word]:
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", body, flags=re.MULTILINE)
    # The first row is the heading of the table.
    return [Word(_plain(title), _sentence(meaning)) for title, meaning in rows[1:]]


def _plain(text: str) -> str:
    return re.sub(r"[*`]", "", ASIDES.sub("", text))


def _sentence(text: str) -> str:
    said = capfirst(_plain(text))
    return said if said.endswith(".") else f"{said}."


@cache
def anchors() -> dict[str, str]:
    """The anchor of each word by its name in small letters."""
    words = [word for section in sections() for word in section.words]
    return {name: word.anchor for word in reversed(words) for name in word.names}
