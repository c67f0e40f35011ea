"""Text as the words that it is found by, the same on every database.

Both databases can stem English, and they do it differently. So the stems are made here, and the
databases only look them up.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from snowballstemmer import stemmer

ENGLISH = stemmer("english")
# Letters and digits; an apostrophe may stand between them.
WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")
# Joined by any of the hyphens, a dash or a stroke.
COMPOUND = re.compile("[^\\W_]+(?:[-/\u2010\u2011\u2013][^\\W_]+)+")
# Plurals that no rule of endings knows.
IRREGULAR = {
    "children": "child",
    "knives": "knife",
    "lives": "life",
    "men": "man",
    "thieves": "thief",
    "wives": "wife",
    "women": "woman",
}
# Too common to tell one record from another, and the words that questions are asked with.
_STOP = """
    a about above after again against all am an and any are as at be because been before being below
    between both but by can could did do does doing down during each few for from further had has
    have having he her here hers him his how i if in into is it its itself just me more most much my
    no nor not of off on once only or other our out over own same she should so some such than that
    the their them then there these they this those through to too under until up very was we were
    what when where which while who whom whose why will with would you your
    get gets getting give gives given go goes got many
"""
STOP = frozenset(_STOP.split())
# Of a question about money these tell nothing. Names hold some of them (“money laundering”): they
# are indexed, and looked for in quotation marks or where nothing else was typed.
_EMPTY = """
    cost costs costing funded funding happen happened happens money paid pay paying pays receive
    received receives spend spending spends spent tell
"""
EMPTY = frozenset(_EMPTY.split())
# Only in what is asked as a question do these tell nothing: “did it work?”, but “youth work”.
_ASKING = """
    can could did do does had has have how is was were what when where which who whom whose why
"""
ASKING = frozenset(_ASKING.split())
_EMPTY_WHEN_ASKED = "awarded find result results show use used uses work worked working works"
EMPTY_WHEN_ASKED = EMPTY | frozenset(_EMPTY_WHEN_ASKED.split())
# Longer ones are no words; PostgreSQL would refuse very long ones.
LONGEST = 60


def tidied(text: str) -> str:
    """The text with every accented letter as one character, so that places in it are kept."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=100_000)
def plain(word: str) -> str:
    """The word in small letters without accents, apostrophes and the ’s of a genitive."""
    word = re.sub(r"[’']s$", "", word, flags=re.IGNORECASE)
    spread = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in spread if letter.isalnum())[:LONGEST]


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """What a plain word has in common with its other forms."""
    return ENGLISH.stemWord(IRREGULAR.get(word, word))


def plain_words(text: str) -> Iterator[str]:
    """The words of a text that say something, in order."""
    text = tidied(text)
    for found in WORD.finditer(text):
        word = plain(found[0])
        if word and word not in STOP:
            yield word


def empty_words(text: str) -> frozenset[str]:
    """The words that tell nothing in a question that is typed like this."""
    words = {plain(found[0]) for found in WORD.finditer(tidied(text))}
    return EMPTY_WHEN_ASKED if words & ASKING else EMPTY


def joined_words(text: str) -> Iterator[str]:
    """What is written with a hyphen, in one: “anti-social” is also found as “antisocial”."""
    for found in COMPOUND.finditer(tidied(text)):
        yield plain(found[0])


def stems(texts: Iterable[str]) -> str:
    """The stems of texts, with spaces between, as they are indexed."""
    texts = list(texts)
    words = [word for text in texts for word in plain_words(text)]
    # Last, so that the words of a phrase stay side by side.
    words += [word for text in texts for word in joined_words(text)]
    return " ".join(map(stem, words))
