from django.contrib.admin.apps import AdminConfig


class StaffSiteConfig(AdminConfig):
    """Django's admin, with this project's site in the place of the stock one."""

    default_site = "config.admin.StaffSite"
