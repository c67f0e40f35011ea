"""`manage.py version`: what runs here, for a report of a problem or before an upgrade."""

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from config import version


class Command(BaseCommand):
    help = "Prints the version, the commit, the database and the migrations that have not run."
    requires_system_checks = ()

    def handle(self, *args, **options):
        self.stdout.write(f"version     {version.number()}")
        self.stdout.write(f"commit      {version.commit() or 'not known'}")
        self.stdout.write(f"database    {_database()}")
        self.stdout.write(f"migrations  {_migrations()}")


def _database() -> str:
    try:
        connection.ensure_connection()
        numbers = connection.get_database_version()
    except DatabaseError:
        return f"{connection.display_name}, which does not answer"
    return f"{connection.display_name} {'.'.join(str(number) for number in numbers)}"


def _migrations() -> str:
    """Names of those that have not run, never a word of what the database holds."""
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError:
        return "not known"
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return "all have run"
    names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _ in plan)
    return f"{len(plan)} to run: {names}"
