"""One page of every kind that the public sees, and pages in each state that they can be in."""

from tests.test_public_door import named_addresses, patterns

# Answers of the API that are no pages; its documentation is one.
API, API_PAGE = "/api/v1/", "/api/v1/docs/"
NOT_PAGES = {"/health/"}

# States of pages in the world of tests (world.whole): what is asked, and the status of the answer.
STATES = {
    "/search/?q=mentoring": 200,
    "/search/?q=mentoring&kind=awards": 200,
    "/search/?q=mentorng": 200,  # did you mean
    "/search/?q=zzzz": 200,  # nothing
    "/search/?q=mentoring&kind=atlantis": 400,
    "/awards/?area=district&kind=grant": 200,
    "/awards/?q=nothing-has-this-name": 200,
    "/awards/?min=lots&area=atlantis": 400,
    "/compare/?area=district&other=unit": 200,
    "/compare/?area=district&other=district": 400,
    "/nowhere/": 404,
}

# Of the reference figures: pages that are longer or stranger than the first of their kind.
OF_THE_REGISTER = [
    "/",
    "/victims/",
    "/funds/community-safety-budget/",
    "/funds/active-citizens-fund/",
    "/areas/",
    "/areas/birmingham/",
    "/areas/west-midlands/",
    "/compare/?area=walsall&other=dudley",
    "/awards/?area=birmingham&theme=protecting-from-harm",
    "/awards/AW-016/",
    "/organisations/",
    "/programmes/early-youth-intervention-fund-programme/",
    "/programmes/domestic-violence-perpetrator-programme/",
    "/indicators/more-reporting-of-hidden-crime/",
    "/indicators/custody-visiting/",
    "/measures/victims-supported/",
    "/figures/?year=2020-21",
    "/reports/2020-21/",
    "/search/?q=knfie+crime+walsall",
]


def is_page(address: str) -> bool:
    if address in NOT_PAGES:
        return False
    return address == API_PAGE or (address.endswith("/") and not address.startswith(API))


def examples() -> list[str]:
    """One page of every kind, in a world where there is one: see `without_an_example`."""
    return [address for _, address in named_addresses(records=1) if is_page(address)]


def without_an_example() -> set[str]:
    """Kinds of public address that the world of tests has no record for, and no test sees."""
    return {name for name, _ in patterns()} - {name for name, _ in named_addresses(records=1)}
