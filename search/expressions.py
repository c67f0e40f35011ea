"""Whether a document holds words, asked of either database."""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import add

from django.db.models import BooleanField, Case, F, Func, QuerySet, Value, When

# Stems that must stand side by side; mostly one.
Phrase = tuple[str, ...]

TITLE, ABOUT, ANYWHERE = "title", "about", ""
# A word in the title counts for more than one elsewhere, and two words for more than one.
WORTH = ((TITLE, 14), (ABOUT, 12), (ANYWHERE, 11))
_WEIGHTS = {TITLE: ":A", ABOUT: ":B", ANYWHERE: ""}


class Holds(Func):
    """True of a document that holds all of the phrases, or any of them, in one of its places.

    Stems hold letters and digits only (search/words.py), so nothing in them can end a quotation.
    """

    output_field = BooleanField()
    template = "%(expressions)s"

    def __init__(self, phrases: Sequence[Phrase], place: str = ANYWHERE, any_of: bool = False):
        super().__init__(F("pk"))
        self.phrases, self.place, self.any_of = tuple(phrases), place, any_of

    def as_postgresql(self, compiler, connection, **context):
        (key,) = self.get_source_expressions()
        table = compiler.quote_name_unless_alias(key.alias)
        weight = _WEIGHTS[self.place]
        phrases = (" <-> ".join(f"'{stem}'{weight}" for stem in words) for words in self.phrases)
        query = (" | " if self.any_of else " & ").join(f"({phrase})" for phrase in phrases)
        return f"{table}.words @@ %s::tsquery", [query]

    def as_sqlite(self, compiler, connection, **context):
        (key,) = self.get_source_expressions()
        sql, params = compiler.compile(key)
        phrases = (f'"{" ".join(words)}"' for words in self.phrases)
        query = (" OR " if self.any_of else " AND ").join(phrases)
        if self.place:
            query = f"{self.place} : ({query})"
        found = "SELECT rowid FROM search_words WHERE search_words MATCH %s"
        return f"{sql} IN ({found})", [*params, query]

    @property
    def identity(self):
        return (*super().identity, self.phrases, self.place, self.any_of)


class DocumentQuerySet(QuerySet):
    def holding(self, phrases: Sequence[Phrase], at_least: int | None = None):
        """Documents that hold all of the phrases, or so many of them."""
        if at_least is None:
            return self.filter(Holds(phrases))
        each = [Case(When(Holds([phrase]), then=1), default=0) for phrase in phrases]
        return self.annotate(found=reduce(add, each, Value(0))).filter(
            Holds(phrases, any_of=True), found__gte=at_least
        )

    def of_kind(self, kind: str):
        return self.filter(kind=kind)

    def best_first(self, phrases: Iterable[Phrase]):
        """Most words first, then those in titles, then the shorter title, then the newer record.

        Nothing that a database would work out by a formula of its own: the order is the same on
        both, and can be told in a sentence.
        """
        scores = [
            Case(*[When(Holds([phrase], place), then=worth) for place, worth in WORTH], default=0)
            for phrase in phrases
        ]
        return self.annotate(score=reduce(add, scores, Value(0))).order_by(
            "-score", "title_length", "kind", "-record_id"
        )
