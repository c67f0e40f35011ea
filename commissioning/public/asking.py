"""What may be asked of a public address after its question mark, and the refusal of the rest.

Each view declares the names as `parameters`: a tuple, or a class method that is given what the
view was made with. Whatever else is asked for is refused, on every address alike: an answer that
passed a misspelt filter over would be read as the answer to it (docs/decisions/0033).
"""

import re
from collections.abc import Callable, Collection
from difflib import get_close_matches

from django.http import QueryDict

NO_FILTER = "There is no such filter."
ONE_VALUE = "This filter takes one value, and was given several."
# What others add to an address to count where visitors come from. Nothing is narrowed by it.
TRACKING = re.compile(r"utm_.*|fbclid|gclid|dclid|msclkid|mc_[ce]id|_gl|_ga")


def parameters_of(view: Callable) -> tuple[str, ...]:
    """The names that the view declares; none unless it does."""
    made_by = getattr(view, "view_class", None) or getattr(view, "cls", None)
    made_with = getattr(view, "view_initkwargs", None) or getattr(view, "initkwargs", {})
    declared = getattr(made_by or view, "parameters", ())
    if not callable(declared):
        return tuple(declared)
    return tuple(declared(**made_with))


def first_refused(params: QueryDict, known: Collection[str]) -> tuple[str, str] | None:
    """(name, sentence) of the first thing asked for that cannot be; None where there is none."""
    for name, values in params.lists():
        if name in known:
            if len(set(values)) > 1:
                return name, ONE_VALUE
        elif not TRACKING.fullmatch(name):
            return name, _no_such(name, known)
    return None


def used(params: QueryDict, known: Collection[str]) -> str:
    """What is left of a query when the names that are not known are taken out."""
    kept = QueryDict(mutable=True)
    for name, value in params.items():
        if name in known:
            kept[name] = value
    return kept.urlencode()


def _no_such(name: str, known: Collection[str]) -> str:
    if not known:
        return f"{NO_FILTER} This address takes none: leave out what follows the question mark."
    alike = get_close_matches(name.lower(), known, n=1)
    meant = f" Did you mean “{alike[0]}”?" if alike else ""
    return f"{NO_FILTER}{meant} There are: {', '.join(sorted(known))}."
