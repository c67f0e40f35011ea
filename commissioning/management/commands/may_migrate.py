"""`manage.py may_migrate`: whether the role in DATABASE_URL may change the tables."""

import sys

from django.core.management.base import BaseCommand
from django.db import connection

OWNER = "SELECT pg_has_role(tableowner, 'USAGE') FROM pg_tables WHERE tablename = %s"


class Command(BaseCommand):
    help = (
        "Exits with 3 where the tables belong to another role, as docs/operating.md recommends on "
        "PostgreSQL. “make serve” asks this before it migrates."
    )

    def handle(self, *args, **options):
        if connection.vendor != "postgresql":
            return
        with connection.cursor() as cursor:
            cursor.execute(OWNER, ["django_migrations"])
            found = cursor.fetchone()
        # Without tables there is nothing yet that belongs to anybody else.
        if found is not None and not found[0]:
            self.stdout.write("The tables belong to another role.")
            sys.exit(3)
