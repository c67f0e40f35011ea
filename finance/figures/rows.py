"""The rows of the monitoring report: which one something that stands on an allocation counts in."""

from collections.abc import Callable

from commissioning.figures import Slice
from commissioning.figures.areas import all_areas, counting_area

# From an allocation to the record that heads a row.
PATHS = {
    "fund": ["budget__fund"],
    "source": ["budget__source"],
    "period": ["budget__starts_on", "budget__ends_on"],
    "budget": ["budget"],
    "area": ["area"],
}


def row_ids(by: str, key: object) -> tuple:
    """The key of a row as `values()` gives it: an id, or the days of a period."""
    return key if by == "period" else (key.pk,)


def row_of(by: str, slice_: Slice) -> Callable[[tuple], tuple]:
    """From what heads an allocation to its row: a neighbourhood unit counts with its area."""
    if by != "area":
        return lambda head: head
    areas = all_areas()
    return lambda head: (counting_area(areas[head[0]], areas, slice_.area).pk,)
