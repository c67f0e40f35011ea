"""Documents that records are from and that have a page here, such as an annual report."""

from commissioning import hooks


def addresses() -> dict[str, str]:
    """The address of every document that has a page, by its title."""
    return {title: href for held in hooks.documents for title, href in held().items()}


def split(text: str, held: dict[str, str]) -> tuple[str, str]:
    """The title of the document that the words begin with, and the rest; no title for none here.

    A title that begins another, longer one does not take its place.
    """
    for title in sorted(held, key=len, reverse=True):
        rest = text.removeprefix(title)
        if rest != text and not rest[:1].isalnum():
            return title, rest
    return "", text
