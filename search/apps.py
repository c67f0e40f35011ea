from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = "Search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from commissioning import integrity as proofs
        from commissioning.actions import history
        from commissioning.public import filtering
        from search import engines, freshness, integrity, queries

        history.RECORDED.append(freshness.follow)
        filtering.INDEX.append(filtering.WordIndex(queries.narrow, queries.best_first))
        proofs.MADE_ANEW.extend(integrity.RULES)
        post_migrate.connect(engines.install_after_migrate, sender=self)
