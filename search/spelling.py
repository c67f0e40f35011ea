"""“Did you mean”: words of the index that are written nearly as those that find nothing."""

from django.db.models import Q
from django.db.models.functions import Length

from commissioning.models import Area, Organisation
from search.models import Word
from search.queries import Question
from search.sensitive import is_known, is_sensitive, names_in
from search.words import plain_words, stem

# How many words of the index are compared with one that finds nothing.
COMPARED = 5_000
TRIED = 8
# A shorter word is a slip away from too many others.
SHORTEST = 4
# In a shorter word two slips make another word of it: “stabbing”, “standing”.
TWO_SLIPS_FROM = 9


def better(question: Question) -> str:
    """The question with its unknown words put right; empty if none can be, or if that would find
    nothing. A word that is found stays, and so does a sensitive one. One that is like no other is
    left out, and so is one that a dictionary knows: another word would answer another question.
    """
    places = _places()
    typed = names_in(question.text)
    names = _names() if typed else None
    mended = {
        word: "" if is_known(word) else _nearest(word, places, names if word in typed else None)
        for word in question.words
        if not is_sensitive(word) and not _count(word)
    }
    if not any(mended.values()):
        return ""
    right = (mended.get(word, _as_written(word, places)) for word in question.words)
    text = " ".join(filter(None, right))
    return text if Question.of(text).documents().exists() else ""


def known(question: Question) -> list[dict]:
    """Each word of the question by itself that finds anything, and how much."""
    counts = ((word, _count(word)) for word in question.words)
    return [{"word": word, "count": count} for word, count in counts if count]


def _places() -> frozenset[str]:
    """The words of the names of areas."""
    names = Area.objects.published().order_by().values_list("name", flat=True)
    return frozenset(word for name in names for word in plain_words(name))


def _names() -> frozenset[str]:
    """The words of the published names of places and organisations."""
    shown = Organisation.objects.published().filter(withhold=Organisation.Withhold.NOTHING)
    names = shown.order_by().values_list("name", flat=True)
    return _places() | {word for name in names for word in plain_words(name)}


def _as_written(word: str, places: frozenset[str]) -> str:
    """A word that is found, as it is; of a place, as the place is written (“walsal”)."""
    return next((place for place in sorted(places) if stem(place) == stem(word)), word)


def _nearest(word: str, places: frozenset[str], names: frozenset[str] | None) -> str:
    """The word of the index with the fewest slips between; among those a place before others, then
    the most common. Only one of the `names` where they are given.
    """
    if len(word) < SHORTEST:
        return ""
    allowed = 1 if len(word) < TWO_SLIPS_FROM else 2
    # A slip hits the first letter seldom, and both ends of a word seldom.
    alike = Q(word__startswith=word[:2]) | Q(word__endswith=word[-2:])
    lengths = (len(word) - allowed, len(word) + allowed)
    words = Word.objects.annotate(length=Length("word")).filter(
        alike, word__startswith=word[0], length__range=lengths
    )
    near = [
        (slips, other not in places, other)
        for other in words.values_list("word", flat=True)[:COMPARED]
        if (slips := distance(word, other)) <= allowed and (names is None or other in names)
    ]
    likeliest = sorted(other for *how, other in near if how == list(min(near)[:2]))[:TRIED]
    return max(likeliest, key=_count, default="")


def _count(word: str) -> int:
    """How many documents of published records hold the word."""
    return Question.of(word).documents().count()


def distance(one: str, other: str) -> int:
    """Slips of the keyboard between two words: letters left out, added, changed or swapped."""
    before, last = [], list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, its in enumerate(other, 1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, last = last, row
    return last[-1]
