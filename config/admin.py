"""The staff site."""

from django.contrib.admin import AdminSite


class StaffSite(AdminSite):
    site_header = "Commissioning Register"
    site_title = "Commissioning Register"
    index_title = "Your work"
    site_url = "/"
    enable_nav_sidebar = True
