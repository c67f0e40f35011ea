from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate, pre_migrate


class CommissioningConfig(AppConfig):
    name = "commissioning"
    verbose_name = "Commissioning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from commissioning import checks, record_states, roles, triggers

        pre_migrate.connect(triggers.make_way_before_migrate, sender=self)
        post_migrate.connect(triggers.install_after_migrate, sender=self)
        post_migrate.connect(record_states.begin_after_migrate, sender=self)
        post_migrate.connect(roles.install_after_migrate, sender=self)
        register(checks.triggers_stand, Tags.database)
        register(checks.names_are_unique, Tags.models)
