from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TransparencyConfig(AppConfig):
    name = "transparency"
    verbose_name = "Transparency"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from commissioning import triggers
        from commissioning.admin import attention, dashboard
        from transparency import roles
        from transparency.admin import waiting
        from transparency.models import APPEND_ONLY

        triggers.APPEND_ONLY.update(APPEND_ONLY)
        attention.WORK_LISTS.extend(waiting.WORK_LISTS)
        dashboard.QUICK_ACTIONS.append(
            ("transparency.view_run", "What the law asks to be published", "admin:transparency_due")
        )
        post_migrate.connect(roles.install_after_migrate, sender=self)
