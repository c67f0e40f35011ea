from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TransparencyConfig(AppConfig):
    name = "transparency"
    verbose_name = "Transparency"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from transparency import roles

        post_migrate.connect(roles.install_after_migrate, sender=self)
