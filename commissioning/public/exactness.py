"""How exact sums of awards are: the qualifiers of the awards under them, put into one word."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence

from django.db.models import BooleanField, ExpressionWrapper, Model, QuerySet

from commissioning.figures.areas import all_areas
from commissioning.figures.withheld import is_small, standing_openly
from commissioning.models import Award, Commitment
from commissioning.qualifiers import of_sum

# Where no one word is true of a sum: some of its parts are more, some less than they say.
NEITHER = "about"


def word_for(qualifiers: Iterable[str]) -> str:
    """The qualifier of a sum of amounts that are this exact."""
    return of_sum(qualifiers) or NEITHER


def of_awards(awards: QuerySet[Award]) -> str:
    """How exact the sum of these awards is."""
    known = awards.order_by().filter(amount__isnull=False)
    return word_for(known.values_list("qualifier", flat=True).distinct())


def of_commitments(path: str, keys: Sequence[Hashable]) -> dict[Hashable, str]:
    """How exact what was committed is, by what `path` leads to from a published commitment."""
    found = defaultdict(set)
    rows = Commitment.objects.published().order_by().filter(**{f"{path}__in": keys})
    if path == "allocation":
        rows = rows.filter(standing_openly("award__"))
    for key, word in rows.values_list(path, "award__qualifier").distinct():
        found[key].add(word)
    return {key: word_for(words) for key, words in found.items()}


def of_areas() -> dict[int, str]:
    """The same of every area together with all that lies in it."""
    areas, found = all_areas(), defaultdict(set)
    rows = Commitment.objects.published().order_by()
    rows = rows.annotate(is_open=ExpressionWrapper(standing_openly("award__"), BooleanField()))
    known = rows.values_list("allocation__area", "award__qualifier", "is_open").distinct()
    for key, word, is_open in known:
        area = areas[key]
        while area is not None:
            # As figures/areas.py: a line does not give a withheld place away.
            if is_open or not is_small(area):
                found[area.pk].add(word)
            area = areas.get(area.parent_id)
    return {key: word_for(words) for key, words in found.items()}


def attach(path: str) -> Callable[[Sequence[Model]], None]:
    """Gives each row of a list its `exactness`, by the commitments that `path` leads from."""

    def give(rows: Sequence[Model]) -> None:
        if not rows:
            return
        keys = [row.pk for row in rows]
        known = of_areas() if path == "allocation__area" else of_commitments(path, keys)
        for row in rows:
            row.exactness = known.get(row.pk, "")

    return give
