"""`manage.py check_records`: prove every total and every rule anew."""

import sys
from itertools import chain

from django.core.management.base import BaseCommand
from django.db import connection

from commissioning import integrity
from commissioning.models import Entry
from commissioning.triggers import history_chain


class Command(BaseCommand):
    help = (
        "Recomputes every total from the journal and proves every rule of the records anew. "
        "Lists what is wrong and exits with 1; says so in one line when all is well."
    )

    def handle(self, *args, **options):
        found = 0
        wrong = chain(integrity.breaches(), integrity.out_of_date())
        for found, sentence in enumerate(wrong, start=1):  # noqa: B007
            self.stdout.write(sentence)
        if found:
            self.stdout.write(self.style.ERROR(f"Breaches found: {found:,}."))
            sys.exit(1)
        self.stdout.write(
            f"All records agree: {len(integrity.rules())} rules over {Entry.objects.count():,} "
            "entries."
        )
        number, sha256 = history_chain.last(connection)
        self.stdout.write(f"History: {number:,} links, the last {sha256 or 'none'}.")
