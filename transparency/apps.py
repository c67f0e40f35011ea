from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TransparencyConfig(AppConfig):
    name = "transparency"
    verbose_name = "Transparency"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from commissioning import triggers
        from commissioning.admin import attention, dashboard
        from commissioning.figures import naming
        from transparency import roles
        from transparency.admin import waiting
        from transparency.models import APPEND_ONLY
        from transparency.public.naming import runs_that_name

        triggers.APPEND_ONLY.update(APPEND_ONLY)
        attention.WORK_LISTS.extend(waiting.WORK_LISTS)
        dashboard.QUICK_ACTIONS.append(
            ("transparency.view_run", "What the law asks to be published", "admin:transparency_due")
        )
        naming.NAMED_IN.append(runs_that_name)
        post_migrate.connect(roles.install_after_migrate, sender=self)
