"""What each noun is found by: columns of its public list, which say nothing that is withheld."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Model, Q, QuerySet

from commissioning.models import Area, Award, Service
from commissioning.public import listings
from commissioning.public.listing import Listing
from commissioning.public.withholding import award_areas, named, service_areas, shown
from commissioning.years import FinancialYear
from programmes.public import listings as counted

# What stands where there is no recipient to be found by.
UNSAID = ("Not stated", "Name withheld")
# Kinds of area that have districts in them.
WIDE = [Area.Kind.REGION, Area.Kind.FORCE]


@dataclass(frozen=True)
class Source:
    """A public list, and which of its columns hold the words that its records are found by.

    `facts` are the columns that a result shows. `follows` says by which paths a record is reached
    from others that it is also found by: {"organisation": ["recipient"]}. `more` are words that no
    column holds, and `reads` is what they are read from besides.
    """

    listing: Listing
    title: Sequence[str]
    about: Sequence[str] = ()
    rest: Sequence[str] = ()
    facts: Sequence[str] = ()
    follows: Mapping[str, Sequence[str]] = field(default_factory=dict)
    more: Callable[[Model], Iterable[str]] = lambda record: ()
    reads: Sequence[str] = ()

    @property
    def kind(self) -> str:
        return self.listing.name

    @property
    def noun(self) -> str:
        return self.listing.model._meta.model_name

    def complete(self, rows: QuerySet) -> QuerySet:
        return self.listing.complete(rows).prefetch_related(*self.reads)

    def texts(self, record: Model, names: Sequence[str]) -> list[str]:
        """What these columns say of a record, in the words of its pages."""
        columns = {column.name: column for column in self.listing.columns}
        said = (columns[name].as_plain(record, str) for name in names)
        return [str(text) for text in said if text not in (None, "", *UNSAID)]

    def rest_of(self, record: Model) -> list[str]:
        return [*self.texts(record, self.rest), *filter(None, self.more(record))]

    def touched(self, changed: Mapping[str, set[str]]) -> set[int]:
        """Keys of the records whose words may be others since those named by noun changed."""
        own = {int(key) for key in changed.get(self.noun, ())}
        paths = Q(pk__in=own)
        for noun, reached_by in self.follows.items():
            for path in reached_by if noun in changed else ():
                paths |= Q(**{f"{path}__in": changed[noun]})
        rows = self.listing.model._base_manager.order_by()
        return own | set(rows.filter(paths).values_list("pk", flat=True))


def around(areas: Iterable[Area]) -> Iterator[str]:
    """The names of what places lie in, and of the districts in them: what is for a neighbourhood is
    found by its town, and what is for the whole force area by each.
    """
    for area in areas:
        if area.kind in WIDE:
            for part in area.children.all():
                yield part.name
                yield from (p.name for p in part.children.all() if part.kind in WIDE)
        while area.parent is not None:
            area = area.parent
            yield area.name


def _of_award(award: Award) -> Iterator[str]:
    yield from around(award_areas(award))
    recipient, decision = named(award.recipient), shown(award.decision)
    if recipient is not None:
        yield from (other.name for other in recipient.names.all())
    if decision is not None:
        yield decision.title
    if shown(award.service) is not None:
        yield award.service.description
    day = award.awarded_on or award.starts_on
    if day is not None:
        year = FinancialYear.containing(day)
        yield f"{year.label} {year.start_year} {year.start_year + 1}"


def _of_service(service: Service) -> Iterator[str]:
    return around(service_areas(service))


# Paths from a record to the areas that it is found by, and what `around` reads of them.
AROUND_AREAS = [
    *[f"areas{'__parent' * up}" for up in range(4)],
    "areas__children",
    "areas__children__children",
]
PARTS_OF_AREAS = ["areas__children__children"]

AWARDS = Source(
    listings.AWARDS,
    title=["title", "recipient"],
    about=["purpose", "reason", "areas"],
    rest=[
        "reference",
        "kind",
        "arrangement",
        "fund",
        "service",
        "scope",
        "themes",
        "legal_power",
        "decision",
        "period_note",
    ],
    facts=["recipient", "amount", "areas", "fund", "awarded_on"],
    follows={
        "organisation": ["recipient"],
        "fund": ["fund"],
        "service": ["service"],
        "decisionnotice": ["decision"],
        "theme": ["themes"],
        "area": AROUND_AREAS,
    },
    more=_of_award,
    reads=["recipient__names", *PARTS_OF_AREAS],
)
ORGANISATIONS = Source(
    listings.ORGANISATIONS,
    title=["name"],
    about=["role"],
    rest=["other_names", "kind", "identifiers", "areas", "part_of"],
    facts=["kind", "awards", "awarded"],
    follows={"organisation": ["parent"], "area": ["areas"]},
)
SERVICES = Source(
    listings.SERVICES,
    title=["name"],
    about=["description", "evaluation", "areas"],
    rest=["other_names", "kind", "providers", "theme", "place_note", "part_of", "funds"],
    facts=["providers", "areas", "status"],
    follows={
        "organisation": ["providers"],
        "fund": ["funds"],
        "service": ["parent"],
        "theme": ["theme"],
        "area": AROUND_AREAS,
    },
    more=_of_service,
    reads=PARTS_OF_AREAS,
)
PROGRAMMES = Source(
    counted.PROGRAMMES,
    title=["name"],
    about=["description"],
    rest=["theme", "lead", "services", "funds"],
    facts=["awarded", "result"],
    follows={
        "organisation": ["lead"],
        "fund": ["funds"],
        "service": ["services"],
        "theme": ["theme"],
    },
)
MEASURES = Source(
    counted.MEASURES,
    title=["name"],
    about=["description", "note"],
    rest=["unit", "programme", "service", "theme", "breakdown"],
    facts=["result", "verdict"],
    follows={"programme": ["programme"], "service": ["service"], "theme": ["theme"]},
)
INDICATORS = Source(
    counted.INDICATORS,
    title=["name"],
    about=["note"],
    rest=["theme", "measures"],
    facts=["figures"],
    follows={"measure": ["measures"], "theme": ["theme"]},
)
DECISIONS = Source(
    listings.DECISIONS,
    title=["title"],
    about=["summary"],
    rest=["reference", "signatory"],
    facts=["decided_on", "awards", "awarded"],
)
FUNDS = Source(
    listings.FUNDS,
    title=["name"],
    about=["purpose"],
    rest=["other_names", "lead", "theme", "sources"],
    facts=["budget", "committed"],
    follows={"organisation": ["lead"], "theme": ["theme"], "fundingsource": ["sources"]},
)
AREAS = Source(
    listings.AREAS_LISTING,
    title=["name"],
    rest=["kind", "code", "part_of"],
    facts=["kind", "allocated", "committed"],
    follows={"area": ["parent"]},
)
THEMES = Source(
    listings.THEMES,
    title=["name"],
    about=["description"],
    rest=["code", "plan"],
    facts=["plan", "awards"],
    follows={"plan": ["plan"]},
)

# In the order of the tabs.
ALL = (
    AWARDS,
    ORGANISATIONS,
    SERVICES,
    PROGRAMMES,
    MEASURES,
    INDICATORS,
    DECISIONS,
    FUNDS,
    AREAS,
    THEMES,
)
BY_KIND = {source.kind: source for source in ALL}
BY_MODEL = {source.listing.model: source for source in ALL}
