"""Load the reference figures: the Annual Report 2020/21 of the West Midlands office."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from commissioning.reference import load
from commissioning.reference.files import FilesMissing
from programmes.reference.load import STEPS


class Command(BaseCommand):
    help = (
        "Adds what is missing of the reference figures (data/annual_report_2020_21) and publishes "
        "it. What is there already is left as it is."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-empty", action="store_true", help="Do nothing if there are records already."
        )

    def handle(self, *args, if_empty: bool, **options):
        if if_empty and load.there_are_records():
            self.stdout.write("There are records already, so no reference figures are loaded.")
            return
        self.stdout.write("Loading the reference figures")
        try:
            added = load.load(self._tell, STEPS)
        except FilesMissing as missing:
            raise CommandError(str(missing)) from missing
        except ValidationError as refusal:
            raise CommandError("Nothing was loaded. " + " ".join(refusal.messages)) from refusal
        self.stdout.write(
            f"{added} records added and published."
            if added
            else "Nothing changed: all of the reference figures were there."
        )

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        # Seen at once, also through a pipe.
        self.stdout.flush()
