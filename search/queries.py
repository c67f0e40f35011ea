"""What somebody asked for, and the records that answer it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery

from search.expressions import Phrase
from search.models import Document
from search.sources import ALL, BY_MODEL
from search.words import empty_words, plain_words, stem

# Of what was typed; more says no more.
LONGEST, MOST_WORDS = 200, 10
# How many results are counted and put in order; of more, only that there are more.
MOST = 10_000

QUOTED = re.compile(r'["“”]([^"“”]*)["“”]|([^"“”]+)')


@dataclass(frozen=True)
class Question:
    """The words of a search; words in quotation marks stand side by side."""

    text: str
    phrases: tuple[Phrase, ...]
    words: tuple[str, ...]  # as typed, in small letters

    @classmethod
    def of(cls, text: str) -> "Question":
        text = " ".join(text.replace("\x00", " ").split())[:LONGEST]
        phrases, words = [], []
        for quoted, found in _telling(text):
            found = found[: MOST_WORDS - len(words)]
            words += found
            stems = tuple(map(stem, found))
            phrases += ([stems] if stems else []) if quoted else [(one,) for one in stems]
        return cls(text, tuple(dict.fromkeys(phrases)), tuple(dict.fromkeys(words)))

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(word for phrase in self.phrases for word in phrase)

    def documents(self, at_least: int | None = None) -> QuerySet[Document]:
        """Documents that hold all of the words, or so many of them; of published records only."""
        if not self.phrases:
            return Document.objects.none()
        return Document.objects.holding(self.phrases, at_least).filter(public())


def _telling(text: str) -> list[tuple[bool, list[str]]]:
    """The words of each part of a text, and whether it is quoted. What tells nothing in a question
    is left out, unless it is quoted or all there is.
    """
    parts = [
        (bool(quoted), list(plain_words(quoted or loose))) for quoted, loose in QUOTED.findall(text)
    ]
    empty = empty_words(text)
    telling = [
        (quoted, words if quoted else [word for word in words if word not in empty])
        for quoted, words in parts
    ]
    return telling if any(words for _, words in telling) else parts


def public() -> Q:
    """Documents of what is public this moment: one that was left behind is never shown."""
    return reduce(
        or_,
        (
            Q(kind=source.kind, record_id__in=source.listing.rows().order_by().values("pk"))
            for source in ALL
        ),
    )


def narrow(rows: QuerySet, text: str) -> QuerySet:
    """The records of a list whose noun is indexed that hold all words of the text."""
    source = BY_MODEL[rows.model]
    phrases = Question.of(text).phrases
    if not phrases:
        return rows.none()
    found = Document.objects.of_kind(source.kind).holding(phrases)
    return rows.filter(pk__in=found.values("record_id"))


def best_first(rows: QuerySet, text: str) -> QuerySet:
    """The records of such a list in the order of the search page."""
    source, question = BY_MODEL[rows.model], Question.of(text)
    own = Document.objects.of_kind(source.kind).best_first(question.phrases)
    document = own.filter(record_id=OuterRef("pk")).order_by()
    return rows.annotate(
        words_score=Subquery(document.values("score")),
        words_length=Subquery(document.values("title_length")),
    ).order_by("-words_score", "words_length", "-pk")


class Results:
    """The records that answer a question, best first. Where none holds all of the words, those
    that hold as many as any does: `is_partial`.
    """

    def __init__(self, question: Question, kind: str = ""):
        self.question, self.kind = question, kind

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many there are of each kind; at most MOST in all."""
        return dict(self._found.order_by().values_list("kind").annotate(Count("pk")))

    @cached_property
    def at_least(self) -> int | None:
        """How many of the words a result must hold; None for all of them."""
        found, phrases = self.question.documents(), self.question.phrases
        if len(phrases) < 2 or found.exists():
            return None
        some = self.question.documents(at_least=1).aggregate(most=Max("found"))
        return some["most"]

    @property
    def is_partial(self) -> bool:
        return self.at_least is not None

    @property
    def _found(self) -> QuerySet[Document]:
        newest = self.question.documents(self.at_least).order_by("-pk")[: MOST + 1]
        return Document.objects.filter(pk__in=newest.values("pk"))

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def is_capped(self) -> bool:
        return self.total > MOST

    @property
    def count(self) -> int:
        return self.counts.get(self.kind, 0) if self.kind else self.total

    def documents(self) -> QuerySet[Document]:
        found = self._found.of_kind(self.kind) if self.kind else self._found
        return found.best_first(self.question.phrases)


def records_of(documents: Sequence[Document]) -> dict[tuple[str, int], object]:
    """The published records that these documents are of, by kind and key, with their figures."""
    found = {}
    for source in ALL:
        keys = [document.record_id for document in documents if document.kind == source.kind]
        if not keys:
            continue
        rows = source.complete(source.listing.rows().filter(pk__in=keys))
        for record in source.listing.with_figures(rows):
            found[source.kind, record.pk] = record
    return found
