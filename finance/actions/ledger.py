"""Taking in extracts of the ledger: each line once, however often it comes."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from commissioning.actions import history, records
from commissioning.days import in_words
from commissioning.models import User
from commissioning.money import NOTHING, format_pounds
from commissioning.resources.outcomes import Refusal
from commissioning.rules import RuleBroken
from finance.extracts import Row
from finance.models import LedgerFile, LedgerLine, LedgerSource
from finance.months import Month
from finance.rules import ledger as rules

# Keys asked for at once; SQLite takes no more than some thousand values in one question.
KEYS_AT_ONCE = 500
LINES_AT_ONCE = 1_000


@dataclass(frozen=True)
class Plan:
    """What taking an extract in would do; nothing is written while there are refusals."""

    new: list[LedgerLine]
    known: int
    empty: int
    refusals: list[Refusal]

    @property
    def rows(self) -> int:
        return len(self.new) + self.known + self.empty

    @property
    def total(self) -> Decimal:
        """Signed pounds of the new lines."""
        return sum((line.amount for line in self.new), NOTHING)


def lock_ledger() -> None:
    """One at a time: whoever takes in, matches, explains or signs off waits for the others.

    All sources are locked, because a month is signed off over all of them.
    """
    sources = LedgerSource.objects.select_for_update(no_key=True).order_by("pk")
    list(sources.values_list("pk", flat=True))


def plan(source: LedgerSource, rows: Sequence[Row]) -> Plan:
    """Which rows are new, which are known; call under the lock, or to look only."""
    moving = [row for row in rows if row.amount]
    keys = list(_keys(moving))
    stored = _stored(source, keys)
    refusals = list(_numbered_twice(moving, source))
    new, known = [], 0
    for row, key in zip(moving, keys, strict=True):
        before = stored.get(key)
        if before is None:
            new.append(_line(source, row, key))
        elif row.number and _said(row) != _said(before):
            refusals.append(_changed(row, before, source))
        else:
            known += 1
    refusals += _to_come(new, source)
    refusals += _in_signed_months(new, source)
    refusals.sort(key=lambda refusal: refusal.row)
    return Plan(new, known, len(rows) - len(moving), refusals)


@transaction.atomic
def take_in(
    source: LedgerSource, rows: Sequence[Row], *, file_name: str, sha256: str, by: User
) -> LedgerFile:
    """Add the lines that are not known yet; refused if this very file was taken in before."""
    lock_ledger()
    before = LedgerFile.objects.filter(source=source, sha256=sha256).first()
    if before is not None:
        raise RuleBroken(
            f"{before.imported_by} took in this very file on {in_words(before.imported_at)}.",
            "ledger_file_is_taken_in_once",
        )
    planned = plan(source, rows)
    if planned.refusals:
        raise ValidationError([str(refusal) for refusal in planned.refusals])
    days = [row.day for row in rows]
    file = LedgerFile(
        source=source,
        name=file_name[:200],
        sha256=sha256,
        rows=planned.rows,
        added=len(planned.new),
        known=planned.known,
        empty=planned.empty,
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        imported_by=by,
    )
    records.check(file)
    records.save_checked(file)
    for line in planned.new:
        line.file = file
    with records.told_as_rules(LedgerLine):
        LedgerLine.objects.bulk_create(planned.new, batch_size=LINES_AT_ONCE)
    history.record(
        f"took in {len(planned.new)} lines of {format_pounds(planned.total)}",
        file,
        by,
        after=history.state(file),
    )
    return file


def _keys(rows: Sequence[Row]) -> Iterator[str]:
    """What each row is known again by: its own number, or what it says and which of its likes."""
    alike = Counter()
    for row in rows:
        if row.number:
            yield f"number:{row.number}"
            continue
        said = json.dumps([str(part) for part in _said(row)])
        alike[said] += 1
        text = f"{said}{alike[said]}"
        yield hashlib.sha256(text.encode()).hexdigest()


def _said(row: Row | LedgerLine) -> tuple:
    return (row.day, row.amount, row.supplier, row.reference, row.description)


def _stored(source: LedgerSource, keys: list[str]) -> dict[str, LedgerLine]:
    stored = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[start : start + KEYS_AT_ONCE]
        lines = LedgerLine.objects.filter(source=source, key__in=some)
        stored.update({line.key: line for line in lines})
    return stored


def _line(source: LedgerSource, row: Row, key: str) -> LedgerLine:
    return LedgerLine(
        source=source,
        key=key,
        day=row.day,
        amount=row.amount,
        supplier=row.supplier,
        reference=row.reference,
        description=row.description,
        row_number=row.row,
    )


def _numbered_twice(rows: Sequence[Row], source: LedgerSource) -> Iterator[Refusal]:
    first: dict[str, int] = {}
    for row in rows:
        if row.number and first.setdefault(row.number, row.row) != row.row:
            sentence = f"Line number “{row.number}” stands in row {first[row.number]} as well."
            yield Refusal(row.row, source.number_heading, sentence)


def _changed(row: Row, before: LedgerLine, source: LedgerSource) -> Refusal:
    return Refusal(
        row.row,
        source.number_heading,
        f"Line number “{row.number}” was taken in before and said otherwise: {before}, "
        f"{format_pounds(before.amount)}. A ledger corrects by another line.",
    )


def _to_come(lines: Sequence[LedgerLine], source: LedgerSource) -> Iterator[Refusal]:
    for line in lines:
        try:
            rules.line_is_not_to_come(line.day)
        except RuleBroken as refusal:
            yield Refusal(line.row_number, source.day_heading, refusal.message)


def _in_signed_months(lines: Sequence[LedgerLine], source: LedgerSource) -> Iterator[Refusal]:
    """Nothing new is dated in a month that is signed off."""
    frozen = {}
    for month in sorted({Month.containing(line.day) for line in lines}):
        try:
            rules.month_is_open(month)
        except RuleBroken as refusal:
            frozen[month] = refusal.message
    for line in lines:
        sentence = frozen.get(Month.containing(line.day))
        if sentence:
            yield Refusal(line.row_number, source.day_heading, f"The line is new. {sentence}")
