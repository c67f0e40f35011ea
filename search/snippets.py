"""The part of a text that answers a search, its words marked."""

from collections.abc import Iterable

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from search.words import WORD, plain, stem, tidied

LENGTH = 220


def marked(text: str, stems: Iterable[str]) -> SafeString:
    """The whole text as HTML, with the words that were found marked."""
    pieces, end = [], 0
    text = tidied(text)
    for start, stop in _places(text, stems):
        pieces += [(escape(text[end:start]),), (format_html("<mark>{}</mark>", text[start:stop]),)]
        end = stop
    return format_html_join("", "{}", [*pieces, (escape(text[end:]),)])


def snippet(texts: Iterable[str], stems: Iterable[str], length: int = LENGTH) -> SafeString:
    """About so many letters of the text around most of the words that were found, marked."""
    text = tidied(" ".join(" ".join(texts).split()))
    places = _places(text, stems)
    start = _busiest(places, length)
    # Some words before the first that is marked, and whole words at both ends.
    start = text.rfind(" ", 0, max(start - length // 5, 0)) + 1 if start > length // 5 else 0
    if len(text) - start < length:
        start = text.rfind(" ", 0, max(len(text) - length, 0)) + 1
    end = len(text) if start + length >= len(text) else text.rfind(" ", start, start + length)
    end = end if end > start else start + length
    before, after = "…" if start else "", "…" if end < len(text) else ""
    return format_html("{}{}{}", before, marked(text[start:end], stems), after)


def _places(text: str, stems: Iterable[str]) -> list[tuple[int, int]]:
    stems = set(stems)
    return [found.span() for found in WORD.finditer(text) if stem(plain(found[0])) in stems]


def _busiest(places: list[tuple[int, int]], length: int) -> int:
    """Where the stretch of so many letters begins that holds most places; 0 without any."""
    window = length * 3 // 4
    counts = [
        (sum(1 for start, _ in places if first <= start < first + window), -first)
        for first, _ in places
    ]
    return -max(counts)[1] if counts else 0
