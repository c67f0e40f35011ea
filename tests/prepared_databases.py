"""Test databases copied from ones that are made once, instead of made for every worker and class.

One is migrated and empty; a second one also has the reference figures. Each is named for a
fingerprint of the files that it depends on, so that a change to any of them makes a new one.
PostgreSQL keeps them in the server as templates; for SQLite they are files in pytest's cache. What
the apps do after every migrate (triggers, permissions, groups of staff, the search index) is done
again to each copy of the empty one, because it depends on more code than the migrations.
"""

import fcntl
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from importlib.metadata import version
from io import StringIO
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

OUR_IMPORTS = re.compile(
    rb"^(?:import|from) ((?:core|commissioning|programmes|finance|victims)\S*)", re.M
)


class Worker:
    """What this process of the tests has made."""

    # Where the files are that SQLite's databases are copied from.
    cache: Path
    # Its databases, the empty one first.
    copies: list[str] = []
    # SQLite's are in memory, and gone with their connections: those not in use are kept here.
    set_aside: dict[str, Any] = {}


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


def fingerprint_of_figures() -> str:
    """Changes when anything does that the loader of the reference figures goes through.

    And every day: they were recorded today, as when a test loads them itself.
    """
    root = Path(settings.BASE_DIR)
    folders = [*settings.OUR_APPS, "core", "config"]
    files = [path for folder in folders for path in root.joinpath(folder).rglob("*.py")]
    files += [path for path in root.joinpath("data").rglob("*") if path.is_file()]
    digests = [sha256(path.read_bytes()).hexdigest() for path in sorted(files)]
    said = "".join([fingerprint(), str(timezone.localdate()), *digests])
    return sha256(said.encode()).hexdigest()[:16]


def create(connection: BaseDatabaseWrapper, cache: Path) -> None:
    """Make the test database of this worker and point the connection and the settings at it."""
    name = connection.creation._get_test_db_name()
    Worker.cache = cache
    Worker.copies = [name]
    _copy_of(_empty(connection), connection, name)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)


def destroy(connection: BaseDatabaseWrapper) -> None:
    """Drop the test databases of this worker; the prepared ones stay for the next run."""
    connection.close()
    if connection.vendor == "postgresql":
        with connection.creation._nodb_cursor() as cursor:
            for name in Worker.copies:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def reference_figures(connection: BaseDatabaseWrapper, copy: str = "figures") -> Iterator[None]:
    """A database with the reference figures in place of the worker's empty one.

    Made once for each name of a copy: those who share one leave it as it was.
    """
    if connection.in_atomic_block:
        raise RuntimeError("The database is changed between two tests, not in one.")
    home = connection.settings_dict["NAME"]
    name = f"{Worker.copies[0]}_{copy}"
    if connection.vendor != "postgresql":
        name = f"file:{copy}?mode=memory&cache=shared"
    try:
        if name in Worker.copies:
            _use(connection, name)
        else:
            _copy_of(_with_figures(connection), connection, name)
            Worker.copies.append(name)
        yield
    finally:
        _use(connection, home)


# --- What is prepared -----------------------------------------------------------------------------


def _empty(connection: BaseDatabaseWrapper) -> str:
    def fill() -> None:
        call_command("migrate", verbosity=0, interactive=False, database=connection.alias)

    return _prepared(connection, "register", fingerprint(), fill)


def _with_figures(connection: BaseDatabaseWrapper) -> str:
    def fill() -> None:
        emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
        call_command("load_reference", stdout=StringIO())
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    begin_with = _empty(connection)
    return _prepared(connection, "figures", fingerprint_of_figures(), fill, begin_with)


def _prepared(connection, kind, key, fill, begin_with=None) -> str:
    """The prepared database of this kind and key; if there is none, `fill` fills it first."""
    prepare = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    return prepare(connection, kind, key, fill, begin_with)


def _on_postgresql(connection, kind, key, fill, begin_with) -> str:
    name, unfinished = f"{kind}_{key}", f"{kind}_{key}_unfinished"
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not cursor.fetchone():
            cursor.execute(f'DROP DATABASE IF EXISTS "{unfinished}" WITH (FORCE)')
            template = f' TEMPLATE "{begin_with}"' if begin_with else ""
            cursor.execute(f'CREATE DATABASE "{unfinished}"{template}')
            _use(connection, unfinished)
            fill()
            connection.close()
            cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
    return name


def _on_sqlite(connection, kind, key, fill, begin_with) -> str:
    prepared = Worker.cache / f"{kind}-{key}.sqlite3"
    with _locked(Worker.cache / f"{kind}.lock"):
        if not prepared.exists():
            for earlier in Worker.cache.glob(f"{kind}-*.sqlite3*"):
                earlier.unlink()
            unfinished = prepared.with_suffix(".unfinished")
            unfinished.unlink(missing_ok=True)
            if begin_with:
                shutil.copyfile(begin_with, unfinished)
            _use(connection, str(unfinished))
            fill()
            connection.close()
            os.replace(unfinished, prepared)
    return str(prepared)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


# --- Its copies -----------------------------------------------------------------------------------


def _copy_of(prepared: str, connection: BaseDatabaseWrapper, name: str) -> None:
    """Copy a prepared database and use the copy."""
    if connection.vendor == "postgresql":
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{prepared}"')
    _use(connection, name)
    if connection.vendor != "postgresql":
        connection.ensure_connection()
        with closing(sqlite3.connect(prepared)) as source:
            source.backup(connection.connection)


def _use(connection: BaseDatabaseWrapper, name: str) -> None:
    """Point the connection, and those that other threads make, at another database."""
    before = connection.settings_dict["NAME"]
    if connection.vendor != "postgresql" and connection.is_in_memory_db():
        Worker.set_aside[before], connection.connection = connection.connection, None
    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = name
    connection.settings_dict["NAME"] = name
    connection.connection = Worker.set_aside.pop(name, None)
