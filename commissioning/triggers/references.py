"""References that the register gives: each is kept for ever, and belongs to one record.

A draft that is removed leaves its reference behind, because history names the draft by it. The same
holds for a reference of the register's own series that somebody typed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from django.db import models

from commissioning import hooks
from commissioning.triggers.guarded import sql_text

# Tables whose rows the register numbers, and the series.
SERIES = {"commissioning_award": "A"}

TABLE = "commissioning_givenreference"
RULE = (
    "reference_is_given_once: That reference belonged to a record that was removed. No reference "
    "is used twice: leave it empty to have the next one given."
)
DIGITS = (5, 9)

POSTGRESQL_FUNCTION = f"""
    CREATE OR REPLACE FUNCTION commissioning_keep_reference() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM {TABLE} WHERE reference = NEW.reference AND holder <> NEW.id) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = {sql_text(RULE)},
                CONSTRAINT = split_part({sql_text(RULE)}, ':', 1);
        END IF;
        INSERT INTO {TABLE} (series, number, reference, holder)
        SELECT TG_ARGV[0], substr(NEW.reference, length(TG_ARGV[0]) + 2)::bigint, NEW.reference,
               NEW.id
         WHERE NOT EXISTS (SELECT 1 FROM {TABLE} WHERE reference = NEW.reference);
        RETURN NULL;
    END $$
    """


def series() -> Mapping[str, str]:
    """The series by which the rows of each table are numbered, in every app."""
    return {
        table: name for tables in (SERIES, *hooks.numbered_tables) for table, name in tables.items()
    }


def pattern(series: str) -> str:
    """A regular expression of the references of a series: the same in Python and PostgreSQL."""
    least, most = DIGITS
    return f"^{series}-[0-9]{{{least},{most}}}$"


def formatted(series: str, number: int) -> str:
    return f"{series}-{number:0{DIGITS[0]}d}"


def triggers(vendor: str) -> Iterator[tuple[str, str, str]]:
    """(name, table, body) of what keeps the references of each table."""
    for table, name_of in series().items():
        for event in ("INSERT", "UPDATE OF reference"):
            name = f"{table}_keep_reference_on_{event.split()[0].lower()}"
            if vendor == "postgresql":
                yield (
                    name,
                    table,
                    f"AFTER {event} ON {table} FOR EACH ROW "
                    f"WHEN (NEW.reference ~ {sql_text(pattern(name_of))}) "
                    f"EXECUTE FUNCTION commissioning_keep_reference('{name_of}')",
                )
            else:
                yield name, table, f"AFTER {event} ON {table} {_sqlite(name_of)}"


def _sqlite(series: str) -> str:
    digits = f"substr(NEW.reference, {len(series) + 2})"
    least, most = DIGITS
    held = f"SELECT 1 FROM {TABLE} WHERE reference = NEW.reference"
    return (
        f"WHEN NEW.reference GLOB '{series}-*' AND {digits} NOT GLOB '*[^0-9]*' "
        f"AND length({digits}) BETWEEN {least} AND {most} BEGIN "
        f"SELECT RAISE(ABORT, {sql_text(RULE)}) WHERE EXISTS ({held} AND holder <> NEW.id); "
        f"INSERT INTO {TABLE} (series, number, reference, holder) "
        f"SELECT '{series}', CAST({digits} AS INTEGER), NEW.reference, NEW.id "
        f"WHERE NOT EXISTS ({held}); END"
    )


def keep_all(given: type[models.Model], series: str, held: Iterable[tuple[str, int]]) -> None:
    """For migrations: keep the references that are, or were, held, each with the key of its record.

    Where two records had one reference, it stays with the first that is named.
    """
    rows: dict[str, models.Model] = {}
    for reference, holder in held:
        if re.fullmatch(pattern(series)[1:-1], reference) and reference not in rows:
            number = int(reference[len(series) + 1 :])
            rows[reference] = given(
                series=series, number=number, reference=reference, holder=holder
            )
    given._base_manager.bulk_create(rows.values(), batch_size=1000)
