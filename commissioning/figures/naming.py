"""Where the name of a record stays public after the record itself was withdrawn.

A record's own page, lines and files go with it. Its name stays where another published record
says it, and in whatever was published frozen. Worked out from the data; apps that stand on this
one add what they publish.
"""

import json
from collections.abc import Iterable

from django.db.models import Model

from commissioning import hooks
from commissioning.models import Award, Organisation

# The awards and the like that are named one by one; of the others, how many there are.
SHOWN = 5


def name_of(row: Model) -> str:
    """What the public knows the record by."""
    names = (getattr(row, name, "") for name in ("name", "title", "label"))
    return next(filter(None, names), str(row))


def still_named(row: Model) -> list[str]:
    """Sentences on where the record's name stays public; none if it is gone everywhere."""
    return [sentence for find in (_in_awards, *hooks.places_that_name) for sentence in find(row)]


def some_of(rows: Iterable[object]) -> str:
    """“A-00001, A-00002 and 3 more”."""
    rows = [str(row) for row in rows]
    more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    return ", ".join(rows[:SHOWN]) + more


def says(content: object, row: Model) -> bool:
    """Whether what was published frozen holds the record's name."""
    return json.dumps(name_of(row), ensure_ascii=False)[1:-1] in json.dumps(
        content, ensure_ascii=False, default=str
    )


def _in_awards(row: Model) -> Iterable[str]:
    if not isinstance(row, Organisation) or row.name_is_withheld:
        return
    named = Award.objects.published().filter(recipient=row).order_by("reference")
    references = list(named.values_list("reference", flat=True))
    if references:
        yield (
            f"Its name, “{row.name}”, stays public as the recipient of {len(references)} published "
            f"awards ({some_of(references)}): on their pages and those of their funds, areas, "
            "services, decisions and themes, in the lists and files of awards, commitments and "
            "payments, in the API, the feed, the search and the 360Giving data."
        )
