from django.apps import AppConfig
from django.db.models.signals import post_migrate


class VictimsConfig(AppConfig):
    name = "victims"
    verbose_name = "Victims’ services"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from victims import roles

        post_migrate.connect(roles.install_after_migrate, sender=self)
