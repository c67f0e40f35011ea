"""`manage.py import_spreadsheet`: a spreadsheet through the same door as the staff site's."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from commissioning.models import User
from commissioning.resources import resources_by_noun, runs


class Command(BaseCommand):
    help = (
        "Imports a CSV or Excel file in the name of a member of staff, who must be allowed to. All "
        "of its rows are taken in or, if any is refused, none; then says why by row and column, "
        "and exits with 1."
    )

    def add_arguments(self, parser):
        nouns = ", ".join(sorted(resources_by_noun()))
        parser.add_argument("noun", help=f"what the rows are: {nouns}")
        parser.add_argument("file", type=Path, help="the CSV or Excel file")
        parser.add_argument("--by", required=True, help="the user name of whoever imports it")

    def handle(self, *args, noun, file, by, **options):
        resource = resources_by_noun().get(noun)
        if resource is None:
            known = ", ".join(sorted(resources_by_noun()))
            raise CommandError(f"There is no noun “{noun}”. Nouns are: {known}.")
        user = User.objects.filter(username=by).first()
        if user is None:
            raise CommandError(f"There is no member of staff with the user name “{by}”.")
        if not resource.may_import(user):
            raise CommandError(f"{user} may not import: {resource.import_name()}.")
        try:
            counts = runs.take_in(resource, _read(file), file_name=file.name, by=user)
        except ValidationError as refusal:
            raise CommandError("\n".join(["Nothing was imported.", *refusal.messages])) from refusal
        self.stdout.write(f"{resource.import_name()}: {counts}.")


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        raise CommandError(f"The file cannot be read: {problem.strerror}: {file}") from problem
