"""`manage.py rebuild_search`: make the search index anew."""

from django.core.management.base import BaseCommand

from search import index


class Command(BaseCommand):
    help = "Makes the search index anew from all published records. Safe at any time."

    def handle(self, *args, **options):
        made = index.rebuild()
        for kind, count in made.items():
            self.stdout.write(f"{count:>8,} {kind}")
        self.stdout.write(f"The index holds {sum(made.values()):,} records.")
