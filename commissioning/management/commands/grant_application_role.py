"""`manage.py grant_application_role`: let a role use the tables that another one owns."""

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from commissioning.triggers.guarded import append_only


class Command(BaseCommand):
    help = (
        "For PostgreSQL, run as the owner of the tables (MIGRATE_DATABASE_URL): grants a role that "
        "owns nothing what the application needs, and no more. It may read and write rows; it "
        "cannot alter, drop or empty a table, nor take a trigger away. Repeat after each upgrade; "
        "“make serve” does."
    )

    def add_arguments(self, parser):
        parser.add_argument("role", help="the role in DATABASE_URL")

    @transaction.atomic
    def handle(self, *args, role, **options):
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL has roles. SQLite is one file of one owner.")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper OR pg_has_role(rolname, current_user, 'MEMBER') "
                "FROM pg_roles WHERE rolname = %s",
                [role],
            )
            found = cursor.fetchone()
            if found is None:
                raise CommandError(f"There is no role “{role}”. Make it first: docs/operating.md.")
            if found[0]:
                raise CommandError(
                    f"The role “{role}” is a superuser, or is or belongs to the owner of the "
                    "tables. Name one that owns nothing."
                )
            name = connection.ops.quote_name(role)
            tables = set(connection.introspection.table_names(cursor))
            for statement in statements(name, tables):
                cursor.execute(statement)
        self.stdout.write(f"“{role}” may read and write rows, and change no table.")


def statements(role: str, tables: set[str]) -> list[str]:
    """SQL that leaves the role exactly what the application needs."""
    every = "IN SCHEMA public"
    # Nobody else makes tables or triggers here either: a function of one’s own could stand in.
    granted = [
        f"REVOKE ALL ON ALL TABLES {every} FROM {role}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"REVOKE CREATE ON SCHEMA public FROM {role}",
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES {every} TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES {every} TO {role}",
        f"GRANT EXECUTE ON ALL FUNCTIONS {every} TO {role}",
    ]
    # The triggers refuse this too. UPDATE stays granted: locking a row asks for it.
    granted += [
        f"REVOKE DELETE ON {table} FROM {role}" for table in sorted(tables & {*append_only()})
    ]
    granted.append(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}")
    return granted
