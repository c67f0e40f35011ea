from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    """What knows no fund and no award."""

    name = "core"

    def ready(self):
        autodiscover_modules("receivers")
