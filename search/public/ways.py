"""What somebody asks next of a record that was found, where there is an answer to it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Exists, Model, OuterRef, Q
from django.urls import reverse

from commissioning.figures.withheld import HIDES_PLACE, SMALL
from commissioning.models import Area, Award, Commitment, Fund, Organisation, Service, Theme
from commissioning.public import listings
from programmes.public.achieved import NO_RESULT, Whose, whose_results

# A label and where it leads; a sentence by itself leads nowhere.
Way = tuple[str, str]


def ways_on(records: Sequence[Model]) -> dict[Model, list[Way]]:
    """For each record its ways on, in as many queries for many records as for one of each noun."""
    by_noun = defaultdict(list)
    for record in records:
        by_noun[type(record)].append(record)
    found = {record: [] for record in records}
    whose = whose_results(by_noun[Award])
    for award in by_noun[Award]:
        found[award] = _of_award(award, whose.get(award.pk))
    for noun, label in LABELS.items():
        awarded = _WITH_AWARDS[noun](by_noun[noun]) if by_noun[noun] else ()
        for record in by_noun[noun]:
            if record.pk in awarded:
                address = f"{listings.AWARDS.address}?{FILTERS[noun]}={record.slug}"
                found[record].append((label, address))
    for theme in by_noun[Theme]:
        found[theme].append(("What it achieved", reverse("public:theme", args=[theme.slug])))
    return found


def _of_award(award: Award, whose: Whose | None) -> list[Way]:
    """Its page says why it was made; what it achieved is told there of whoever is to be asked."""
    page = award.get_absolute_url()
    why = ("Why, and where the money comes from", page)
    if whose is None:
        return [why, (NO_RESULT, "")]
    noun = "service" if isinstance(whose.record, Service) else "programme"
    return [why, (f"Did it work? Results of the {noun}", f"{page}#results-1")]


LABELS = {
    Organisation: "Its awards",
    Service: "Awards for it",
    Fund: "Awards from it",
    Area: "Awards that benefit it",
    Theme: "Awards under it",
}
FILTERS = {
    Organisation: "recipient",
    Service: "service",
    Fund: "fund",
    Area: "area",
    Theme: "theme",
}


def _pointed_at_by(name: str):
    """Which of these records a published award names in this field."""

    def named(records: Iterable[Model]) -> set[int]:
        awards = Award.objects.published().filter(**{f"{name}__in": records})
        return set(awards.order_by().values_list(name, flat=True).distinct())

    return named


def _funds(funds: Sequence[Fund]) -> set[int]:
    """As AwardQuerySet.for_fund."""
    standing = Commitment.objects.filter(
        award__is_published=True, allocation__budget__fund__in=funds
    )
    through = standing.order_by().values_list("allocation__budget__fund", flat=True).distinct()
    return _pointed_at_by("fund")(funds) | set(through)


def _areas(areas: Sequence[Area]) -> set[int]:
    """As `awards_for`: places in an area count for it, and a withheld place gives none away."""
    heights = ("area" + "__parent" * up for up in range(4))
    within = Q()
    for path in heights:
        within |= Q(**{path: OuterRef("pk")})
    lines = Award.areas.through.objects.filter(within, award__is_published=True)
    openly = lines.exclude(award__recipient__withhold__in=HIDES_PLACE)
    found = Area.objects.filter(
        Q(Exists(openly)) | ~Q(kind__in=SMALL) & Q(Exists(lines)),
        pk__in=[area.pk for area in areas],
    )
    return set(found.values_list("pk", flat=True))


_WITH_AWARDS = {
    Organisation: _pointed_at_by("recipient"),
    Service: _pointed_at_by("service"),
    Fund: _funds,
    Area: _areas,
    Theme: _pointed_at_by("themes"),
}
