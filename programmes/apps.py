from django.apps import AppConfig
from django.db.models.signals import post_migrate

from commissioning import triggers


class ProgrammesConfig(AppConfig):
    name = "programmes"
    verbose_name = "Programmes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from commissioning import integrity as proofs
        from commissioning.figures import naming
        from commissioning.rules import interests
        from programmes import integrity, roles
        from programmes.models import Measure, Release
        from programmes.public import sections
        from programmes.public.naming import editions_that_name

        triggers.APPEND_ONLY.update(APPEND_ONLY)
        sections.add()
        proofs.RULES.extend(integrity.RULES)
        naming.NAMED_IN.append(editions_that_name)
        interests.REACHES[Release] = lambda made: Measure.objects.filter(released__release=made)
        post_migrate.connect(roles.install_after_migrate, sender=self)


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
