"""Races: the same moment, many threads, each with its own connection to the database."""

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from django.db import connection, connections

# SQLite lets one writer in at a time; so few wait long enough to be fair to the test run.
WRITERS = 32 if connection.vendor == "postgresql" else 8


def race(racers: Sequence[Callable[[], object]]) -> list[object]:
    """Start all racers at once; for each what it returned, or the exception that stopped it."""
    start = threading.Barrier(len(racers))

    def run(racer):
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            return racer()
        except Exception as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(racers)) as pool:
        return list(pool.map(run, racers))


@contextmanager
def database_in_a_file(folder: Path) -> Iterator[None]:
    """A copy of SQLite's test database on disk, as in production, for as long as it is needed.

    The test database lives in memory, where all threads share one connection and its locks.
    """
    if connection.vendor != "sqlite":
        yield
        return
    in_memory = connections["default"]
    in_memory.ensure_connection()
    path = folder / "race.sqlite3"
    copy = sqlite3.connect(path)
    in_memory.connection.backup(copy)
    copy.close()
    # New connections, in this thread and in others, are made from these settings.
    settings = in_memory.settings_dict
    name = settings["NAME"]
    settings["NAME"] = str(path)
    del connections["default"]
    try:
        yield
    finally:
        connections["default"].close()
        settings["NAME"] = name
        connections["default"] = in_memory


@contextmanager
def world_to_copy(
    folder: Path, make: Callable[[], object]
) -> Iterator[Callable[[], AbstractContextManager]]:
    """Records that are made once and committed; each call gives a copy of them to race on.

    The test database itself stays empty, so nothing has to be cleaned up.
    """
    connection.ensure_connection()
    empty, name = connection.settings_dict["NAME"], str(folder / "world.sqlite3")
    in_memory = connections["default"]
    if connection.vendor == "postgresql":
        name = f"{empty}_world"
        _copied(empty, name)
    else:
        file = sqlite3.connect(name)
        in_memory.connection.backup(file)
        file.close()
        del connections["default"]
    try:
        _use(in_memory.settings_dict, name)
        made = make()

        @contextmanager
        def copy() -> Iterator[object]:
            copied = f"{name}_copy"
            _copied(name, copied)
            _use(in_memory.settings_dict, copied)
            try:
                yield made
            finally:
                _use(in_memory.settings_dict, name)

        yield copy
    finally:
        _use(in_memory.settings_dict, empty)
        if connection.vendor == "postgresql":
            for each in (f"{name}_copy", name):
                _drop(each)
        else:
            connections["default"] = in_memory


def _use(settings: dict, name: str) -> None:
    connections["default"].close()
    settings["NAME"] = name


def _copied(source: str, name: str) -> None:
    connections["default"].close()
    if connection.vendor == "postgresql":
        _drop(name)
        with connection.creation._nodb_cursor() as cursor:
            # A database is copied while nobody is connected to it: not even a thread of a test
            # before, which ended without saying so.
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [source],
            )
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    else:
        for end in ("-wal", "-shm"):
            Path(f"{name}{end}").unlink(missing_ok=True)
        shutil.copy(source, name)


def _drop(name: str) -> None:
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
