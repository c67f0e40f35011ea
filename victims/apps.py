from django.apps import AppConfig
from django.db.models.signals import post_migrate


class VictimsConfig(AppConfig):
    name = "victims"
    verbose_name = "Victims’ services"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from commissioning.actions import awards
        from finance.figures import year_end
        from victims import roles
        from victims.actions import returns
        from victims.figures import returns_owed

        check = year_end.Check("returns", "Monitoring returns not received", returns_owed)
        year_end.CHECKS.append(check)
        awards.DATES_CHANGED.append(returns.follow_award)
        post_migrate.connect(roles.install_after_migrate, sender=self)
