"""Which lines of money the public is not shown under the place that they are for.

An award's amount is public, so a small area's total that held the same amount would tell where a
withheld recipient is. Such a line counts for the wider areas around and for its fund, as any other.
"""

from django.db.models import Q

from commissioning.models import Area, Organisation

# Kinds of area small enough to give away where a withheld place is.
SMALL = [Area.Kind.NEIGHBOURHOOD_UNIT, Area.Kind.OTHER]
HIDES_PLACE = [Organisation.Withhold.PLACE, Organisation.Withhold.NAME]


def is_small(area: Area) -> bool:
    return area.kind in SMALL


def standing_openly(award: str, allocation: str = "allocation__") -> Q:
    """Lines that do not give a withheld place away; the arguments are paths from them.

    They stand on an allocation for an area that is not small, or the recipient's place is open.
    """
    hides = {f"{award}recipient__withhold__in": HIDES_PLACE}
    return ~Q(**hides, **{f"{allocation}area__kind__in": SMALL})
