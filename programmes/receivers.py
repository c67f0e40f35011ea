"""What programmes and figures add to the pages of the ledger, to its proofs and spreadsheets."""

from commissioning import hooks
from commissioning.models import Area, Award, Fund, Organisation, Service, Theme
from programmes import integrity
from programmes.admin.waiting import FIGURE_LISTS
from programmes.models import Measure, Release
from programmes.public import changes, sections
from programmes.public.naming import editions_that_name
from programmes.resources import RESOURCES

RELEASED = (
    "release_is_never_changed: What was released is never changed or removed. Release it anew "
    "instead."
)
# Facts, and what was published of them.
APPEND_ONLY = {
    "programmes_observation": "observation_is_never_changed: Figures are never changed or removed. "
    "Correct the figure instead; the earlier one stays on record.",
    "programmes_release": RELEASED,
    "programmes_releasedmeasure": RELEASED,
    "programmes_releasedcell": RELEASED,
    "programmes_edition": "edition_is_never_changed: An edition is never changed or removed. "
    "Publish a new one instead.",
}

hooks.append_only_tables.register(APPEND_ONLY)
hooks.record_checks.register(*integrity.RULES)
hooks.led_to.register(Release, lambda made: Measure.objects.filter(released__release=made))
hooks.places_that_name.register(editions_that_name)

hooks.work_lists.register(*FIGURE_LISTS)
hooks.quick_links.register(
    ("programmes.add_observation", "New figure", "admin:programmes_observation_add")
)
for model, resource in RESOURCES.items():
    hooks.spreadsheets.register(model, resource)

hooks.changes.register(changes.releases, changes.editions)
hooks.documents.register(sections.reports)
hooks.sections.register(Area, sections.of_area)
hooks.sections.register(Fund, sections.of_fund)
hooks.sections.register(Organisation, sections.of_organisation)
hooks.sections.register(Theme, sections.programmes_of_theme, sections.measures_of_theme)
hooks.sections.register(Service, sections.of_service, sections.background_of_service)
hooks.sections.register(Award, sections.of_award)
