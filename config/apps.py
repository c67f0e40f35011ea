from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.core.checks import register


class StaffSiteConfig(AdminConfig):
    """Django's admin, with this project's site in the place of the stock one."""

    default_site = "config.admin.StaffSite"

    def ready(self):
        super().ready()
        from config import accessibility

        register(accessibility.is_reviewed)


class ConfigConfig(AppConfig):
    """The project itself: commands that concern no single app."""

    name = "config"
