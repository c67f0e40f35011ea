"""Which published awards are grants in the 360Giving Data Standard, and which can be given in it.

The standard asks for a recipient, a day of award and an amount of every grant. An award that has
one of them missing is left out, counted, and said to be (docs/decisions/0013-360giving.md).
"""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from commissioning.models import Award
from commissioning.public import listings
from commissioning.public.listing import Selection

# A section 9 award is a grant by law, whatever arrangement it is recorded as. Contracts stand in
# the contracts register instead.
IS_GRANT = Q(kind=Award.Kind.GRANT) | Q(
    kind=Award.Kind.OTHER, legal_power=Award.LegalPower.SECTION_9
)


def reasons() -> dict[str, Q]:
    """Why a grant is left out, in words; more than one may hold."""
    return {
        "given on by the recipient of another grant, and counted there": Q(onward_of__isnull=False),
        "no organisation is named as the recipient": Q(recipient__isnull=True),
        "no amount is published": Q(amount__isnull=True),
        "no day of award is published": Q(awarded_on__isnull=True),
        "the day of award is still to come": Q(awarded_on__gt=timezone.localdate()),
        "taken back in full, so that the amount is £0": Q(amount__lte=0),
    }


def given(awards: QuerySet[Award]) -> QuerySet[Award]:
    """The awards that can be given as 360Giving data."""
    awards = awards.filter(IS_GRANT)
    for holds in reasons().values():
        awards = awards.exclude(holds)
    return awards


@dataclass(frozen=True)
class SortedOut:
    """How many grants are given, how many left out, and of how many of these each reason holds."""

    given: int
    left_out: int
    because: dict[str, int]


def sorted_out(awards: QuerySet[Award]) -> SortedOut:
    """How many of the awards are given as 360Giving data, and why the other grants are not."""
    grants = awards.filter(IS_GRANT).order_by()
    keys = {f"reason_{n}": words for n, words in enumerate(reasons())}
    sums = {key: Count("pk", filter=reasons()[words]) for key, words in keys.items()}
    counts = grants.aggregate(all=Count("pk"), **sums)
    given_ = given(awards).count()
    because = {words: counts[key] for key, words in keys.items() if counts[key]}
    return SortedOut(given_, counts["all"] - given_, because)


class GrantSelection(Selection):
    """What a request asks of the list of awards, as far as it can be given as 360Giving data."""

    def __init__(self, params, request=None):
        super().__init__(listings.AWARDS, params, request)

    @cached_property
    def rows(self) -> QuerySet[Award]:
        return given(super().rows)

    @property
    def complete_rows(self) -> QuerySet[Award]:
        return super().complete_rows.prefetch_related("recipient__identifiers", "themes__plan")
