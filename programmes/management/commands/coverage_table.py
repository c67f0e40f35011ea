"""Write docs/coverage.md: where each thing that the report names is recorded."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from programmes.reference import coverage

PAGE = settings.BASE_DIR / "docs" / "coverage.md"


class Command(BaseCommand):
    help = "Writes docs/coverage.md from the loaded reference figures."

    def handle(self, *args, **options):
        try:
            text = coverage.document()
        except KeyError as missing:
            raise CommandError(
                f"{missing.args[0]} is not recorded. Run manage.py load_reference first."
            ) from missing
        PAGE.write_text(text, encoding="utf-8")
        self.stdout.write(f"Wrote {PAGE}")
