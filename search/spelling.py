"""“Did you mean”: words of the index that are written nearly as those that find nothing."""

from django.db.models import Q
from django.db.models.functions import Length

from search.models import Word
from search.queries import Question

# How many words of the index are compared with one that finds nothing.
COMPARED = 5_000
TRIED = 5
# A shorter word is a slip away from too many others.
SHORTEST = 3


def better(question: Question) -> str:
    """The question with its unknown words put right; empty if that would find nothing."""
    right = {word: word if _count(word) else _nearest(word) for word in question.words}
    text = " ".join(filter(None, right.values()))
    changed = any(word != other for word, other in right.items() if other)
    return text if changed and Question.of(text).documents().exists() else ""


def known(question: Question) -> list[dict]:
    """Each word of the question by itself that finds anything, and how much."""
    counts = ((word, _count(word)) for word in question.words)
    return [{"word": word, "count": count} for word, count in counts if count]


def _nearest(word: str) -> str:
    """The word of the index with the fewest slips between, and among those the most common."""
    if len(word) < SHORTEST:
        return ""
    allowed = 1 if len(word) < 5 else 2
    # A slip hits both ends of a word seldom.
    alike = Q(word__startswith=word[:2]) | Q(word__endswith=word[-2:])
    lengths = (len(word) - allowed, len(word) + allowed)
    words = Word.objects.annotate(length=Length("word")).filter(alike, length__range=lengths)
    near = [
        (slips, other)
        for other in words.values_list("word", flat=True)[:COMPARED]
        if (slips := distance(word, other)) <= allowed
    ]
    fewest = sorted(other for slips, other in near if slips == min(near)[0])[:TRIED]
    return max(fewest, key=_count, default="")


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
