"""Races: the same moment, many threads, each with its own connection to the database."""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
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
