"""Load the standard indicator set for victims' services."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from commissioning.reference.files import FilesMissing
from victims import reference
from victims.actions import clockwork


class Command(BaseCommand):
    help = (
        "Adds the standard indicator set for victims' services (data/victims_indicators) with its "
        "crime types and needs. One that is there already is left as it is."
    )

    def handle(self, *args, **options):
        try:
            made, is_new = reference.load(by=clockwork.account())
        except FilesMissing as missing:
            raise CommandError(str(missing)) from missing
        except ValidationError as refusal:
            raise CommandError("Nothing was loaded. " + " ".join(refusal.messages)) from refusal
        if is_new:
            counted, categories = made.counted.count(), made.categories.count()
            self.stdout.write(f"{made}: {counted} things counted, by {categories} categories.")
        else:
            self.stdout.write(f"{made}: there already, and left as it is.")
