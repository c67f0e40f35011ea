"""Test databases copied from one that is migrated once, instead of migrated for every worker.

The prepared database is named for a fingerprint of the migrations, so that a change to any of them
makes a new one. PostgreSQL keeps it in the server as a template; for SQLite it is a file in
pytest's cache. What the apps do after every migrate (triggers, permissions, groups of staff, the
search index) is done again to each copy, because it depends on more code than the migrations.
"""

import fcntl
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db.backends.base.base import BaseDatabaseWrapper

# Any number will do, as long as all workers take the same lock.
LOCK = 20_150_401
OUR_IMPORTS = re.compile(
    rb"^(?:import|from) ((?:core|commissioning|programmes|finance|victims)\S*)", re.M
)


def fingerprint() -> str:
    """Changes when a migration does, or a module of ours that one imports, or Django."""
    root = Path(settings.BASE_DIR)
    migrations = sorted(
        path
        for config in apps.get_app_configs()
        if Path(config.path).is_relative_to(root)
        for path in Path(config.path, "migrations").glob("*.py")
    )
    texts = [path.read_bytes() for path in migrations]
    imported = {name for text in texts for name in OUR_IMPORTS.findall(text)}
    modules = [root.joinpath(*name.decode().split(".")).with_suffix(".py") for name in imported]
    texts += [path.read_bytes() for path in sorted(modules) if path.exists()]
    # A text rearranged over files is another text.
    digests = [sha256(text).hexdigest() for text in (version("Django").encode(), *texts)]
    return sha256("".join(digests).encode()).hexdigest()[:16]


def create(connection: BaseDatabaseWrapper, cache: Path) -> None:
    """Make the test database of this worker and point the connection and the settings at it."""
    test_name = connection.creation._get_test_db_name()
    if connection.vendor == "postgresql":
        _create_on_postgresql(connection, test_name)
    else:
        _create_on_sqlite(connection, test_name, cache)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)


def destroy(connection: BaseDatabaseWrapper) -> None:
    """Drop the test database; the prepared one stays for the next run."""
    test_name = connection.settings_dict["NAME"]
    connection.close()
    if connection.vendor == "postgresql":
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{test_name}" WITH (FORCE)')


def _use(connection: BaseDatabaseWrapper, name: str) -> None:
    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = name
    connection.settings_dict["NAME"] = name


def _migrate(connection: BaseDatabaseWrapper, name: str) -> None:
    _use(connection, name)
    call_command("migrate", verbosity=0, interactive=False, database=connection.alias)
    connection.close()


def _create_on_postgresql(connection: BaseDatabaseWrapper, test_name: str) -> None:
    template = f"register_{fingerprint()}"
    unfinished = f"{template}_unfinished"
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
        if not cursor.fetchone():
            cursor.execute(f'DROP DATABASE IF EXISTS "{unfinished}"')
            cursor.execute(f'CREATE DATABASE "{unfinished}"')
            _migrate(connection, unfinished)
            cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{template}"')
        cursor.execute(f'DROP DATABASE IF EXISTS "{test_name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{test_name}" TEMPLATE "{template}"')
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    _use(connection, test_name)


def _create_on_sqlite(connection: BaseDatabaseWrapper, test_name: str, cache: Path) -> None:
    prepared = cache / f"{fingerprint()}.sqlite3"
    with _locked(cache / "lock"):
        if not prepared.exists():
            for earlier in cache.glob("*.sqlite3*"):
                earlier.unlink()
            unfinished = prepared.with_suffix(".unfinished")
            unfinished.unlink(missing_ok=True)
            _migrate(connection, str(unfinished))
            os.replace(unfinished, prepared)
    _use(connection, test_name)
    connection.ensure_connection()
    source = sqlite3.connect(prepared)
    source.backup(connection.connection)
    source.close()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
