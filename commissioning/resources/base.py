"""The base of all spreadsheet resources: rows translate, actions decide.

A row names its record by natural keys (codes, references); its cells become the attributes of that
record, and the noun's own action saves it, so that an import meets the same rules and the same
sentences as typing. An import is all or nothing. From Python, use `load_rows`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from copy import copy
from decimal import Decimal
from hashlib import sha256
from time import monotonic

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.text import capfirst
from import_export.resources import ModelResource
from import_export.results import RowResult
from tablib import Dataset

from commissioning.actions import history, records
from commissioning.actions.refusals import explained
from commissioning.models import User
from commissioning.money import NOTHING
from commissioning.resources.columns import Column, Pointer, Record, widget_for
from commissioning.resources.lookups import Lookup, Lookups
from commissioning.resources.outcomes import Change, ImportCounts, Outcome
from commissioning.resources.sheets import blank_rows_dropped, check_headers, parents_first
from commissioning.slugs import free_slug
from commissioning.workbooks import Unit


def load_rows(
    resource_class: type["RecordResource"], rows: Iterable[dict], by: User
) -> ImportCounts:
    """Take rows in as if they came from a spreadsheet, all or none of them.

    `rows` are dictionaries from column names to cells; text, Decimal, int, date and None are taken.
    A key that a row lacks is a blank cell there. Raises ValidationError with one sentence for each
    thing refused, rows numbered as in a spreadsheet whose first row holds the column names.
    """
    rows = list(rows)
    if not rows:
        return ImportCounts(0, 0, 0, 0)
    headers = list(dict.fromkeys(name for row in rows for name in row))
    sheet = Dataset(*[[row.get(name) for name in headers] for row in rows], headers=headers)
    resource = resource_class()
    result = resource.take_in(sheet, by=by)
    sentences = resource.refusals(result)
    if sentences:
        raise ValidationError([str(sentence) for sentence in sentences])
    return resource.import_counts()


class RecordResource(ModelResource):
    """One noun as a spreadsheet: a row for each record, its columns declared once.

    `Meta.fields` names the columns in their order: fields of the model, and columns declared on the
    class. `Meta.key` names the columns by which a row finds its record.
    """

    DEFAULT_RESOURCE_FIELD = Column
    # What the import page says of the noun, beside its columns.
    explains = ""

    class Meta:
        key: Sequence[str] = ()
        readonly: Sequence[str] = ()
        can_import = True
        title = import_title = ""
        # What somebody needs to import it; to be allowed to add the noun when empty.
        import_permissions: Sequence[str] = ()
        # The column of pounds that a preview adds up.
        adds_up = None

    def __init__(self, may_change: bool = True, seconds: float | None = None, **kwargs):
        super().__init__(**kwargs)
        self.may_change = may_change
        self.deadline = None if seconds is None else monotonic() + seconds
        self.lookups = Lookups()
        self.totals: Counter = Counter()
        self.row_numbers: list[int] = []
        self.ignored: list[str] = []
        # What to look at before the rows are taken in, in sentences.
        self.warned: list[str] = []
        self.seen: dict[tuple, int] = {}

    @classmethod
    def field_from_django_field(cls, field_name, django_field, readonly):
        readonly = readonly or field_name in cls._meta.readonly
        required = not (readonly or django_field.blank or django_field.has_default())
        if django_field.is_relation or isinstance(django_field, models.SlugField):
            required = required and field_name in cls._meta.key
        return Column(
            attribute=field_name,
            column_name=field_name,
            widget=widget_for(django_field),
            readonly=readonly,
            required=required,
            help_text=_help_on(django_field),
        )

    @classmethod
    def get_display_name(cls) -> str:
        return cls._meta.title or capfirst(cls._meta.model._meta.verbose_name_plural)

    @classmethod
    def import_name(cls) -> str:
        """What the rows become when they come in."""
        return cls._meta.import_title or cls.get_display_name()

    @classmethod
    def noun(cls) -> str:
        """What a command calls it, such as "taken-on-award"."""
        words = re.findall("[A-Z][a-z]*", cls.__name__.removesuffix("Resource"))
        return "-".join(words).lower()

    @classmethod
    def columns(cls) -> list[Column]:
        """Every column in its order."""
        return [cls.fields[name] for name in cls._meta.fields]

    @classmethod
    def units(cls) -> dict[str, Unit]:
        """What the numbers of each column are in, where it holds numbers."""
        return {
            column.column_name: column.widget.unit
            for column in cls.columns()
            if getattr(column.widget, "unit", None)
        }

    @classmethod
    def import_columns(cls) -> list[Column]:
        """The columns that an import reads; the others are for reading by people."""
        return [column for column in cls.columns() if not column.readonly]

    @classmethod
    def may_import(cls, user: User) -> bool:
        opts = cls._meta.model._meta
        needed = cls._meta.import_permissions or [f"{opts.app_label}.add_{opts.model_name}"]
        return cls._meta.can_import and user.has_perms(needed)

    @classmethod
    def may_export(cls, user: User) -> bool:
        opts = cls._meta.model._meta
        return user.has_perm(f"{opts.app_label}.view_{opts.model_name}")

    # --- A whole sheet ----------------------------------------------------------------------------

    def take_in(self, sheet: Dataset, *, by: User, dry_run: bool = False):
        """Import a sheet whole or, if any row is refused or for a dry run, not at all.

        Raises ValidationError only when the time given is over.
        """
        return self.import_data(
            sheet,
            dry_run=dry_run,
            use_transactions=True,
            rollback_on_validation_errors=True,
            user=by,
        )

    def before_import(self, dataset, **kwargs):
        """Refuse a sheet with wrong columns as a whole, and fetch what its cells name."""
        try:
            self.ignored = check_headers(dataset, self.columns())
        except ValidationError:
            del dataset[:]
            raise
        self.row_numbers = blank_rows_dropped(dataset)
        self.row_numbers = parents_first(dataset, self.row_numbers, *self._parent_columns())
        self._look_up_own(dataset)
        self._look_up_others(dataset)

    def refusals(self, result) -> list:
        """Everything that was refused, as texts and as `Refusal`s, in the order of the sheet."""
        whole = [text for error in result.base_errors for text in _messages(error.error)]
        by_row = sorted(
            (refusal for outcome in result.rows for refusal in outcome.refusals),
            key=lambda refusal: refusal.row,
        )
        return [*whole, *by_row]

    def import_counts(self) -> ImportCounts:
        return ImportCounts(
            len(self.row_numbers),
            self.totals[RowResult.IMPORT_TYPE_NEW],
            self.totals[RowResult.IMPORT_TYPE_UPDATE],
            self.totals[RowResult.IMPORT_TYPE_SKIP],
        )

    def fingerprint(self, result) -> str:
        """The same for two imports that do the same to every row."""
        done = [(outcome.row, outcome.import_type, outcome.changes) for outcome in result.rows]
        return sha256(repr(done).encode()).hexdigest()

    def sum_added(self, result) -> Decimal | None:
        """Pounds in the rows that add something; None for a noun without an amount."""
        if self._meta.adds_up is None:
            return None
        return sum((outcome.pounds for outcome in result.rows), NOTHING)

    def _parent_columns(self) -> tuple[str | None, list[str]]:
        """The key column, and those that name other rows of the same sheet by it."""
        key = self._meta.key[0] if len(self._meta.key) == 1 else None
        own = [
            column.column_name
            for column in self.import_columns()
            if type(column.widget) is Record
            and column.widget.model is self._meta.model
            and column.widget.by == key
        ]
        return key, own

    def _look_up_own(self, dataset) -> None:
        """Fetch the records that the rows are about, with all that their columns show."""
        key = self._meta.key
        # A sheet without the column is about new records only, such as drafts without references.
        if len(key) == 1 and key[0] in dataset.headers:
            own = self.lookups.of(self._meta.model, key[0])
            own.records = self.known()
            self._load(own, Record(self._meta.model, key[0]), dataset[key[0]])

    def _look_up_others(self, dataset) -> None:
        """Fetch the other records that the cells name."""
        for column in self.import_columns():
            if isinstance(column.widget, Record) and column.column_name in dataset.headers:
                lookup = self.lookups.of(column.widget.model, column.widget.by)
                self._load(lookup, column.widget, dataset[column.column_name])

    def _load(self, lookup: Lookup, widget: Record, written: Iterable) -> None:
        lookup.load(code for cell in written for code in widget.codes(cell))

    def known(self) -> models.QuerySet:
        """Every record of the noun, fetched with all that its columns show."""
        return self.filter_export(self._meta.model._base_manager.all())

    # --- One row ----------------------------------------------------------------------------------

    def import_row(self, row, instance_loader, *, user, row_number, **kwargs):
        self._check_time(row_number)
        outcome = Outcome(self.row_numbers[row_number - 1])
        try:
            # The savepoint lets the rows after a refused one still be read and told about.
            with transaction.atomic():
                self.take_row(row, outcome, by=user)
        except ValidationError as error:
            outcome.refuse(error, row, self.import_columns())
        except IntegrityError as problem:
            error = ValidationError(explained(problem))
            outcome.refuse(error, row, self.import_columns())
        self.totals[outcome.import_type] += outcome.is_counted
        return outcome

    def _check_time(self, row_number: int) -> None:
        """Give up as a whole rather than be cut off by the web server without a word."""
        if self.deadline is not None and monotonic() > self.deadline:
            raise ValidationError(
                f"The file takes too long: {row_number - 1:,} of its {len(self.row_numbers):,} "
                "rows were read in the time there is. Split it into smaller files."
            )

    def take_row(self, row, outcome: Outcome, *, by: User) -> None:
        """Read a row, find or make its record, and hand it to the noun's action."""
        values = self.read(row)
        self.check_repeat(values, outcome.row)
        record = self.find(values)
        is_new = record is None
        record = self._meta.model() if is_new else record
        outcome.changes = self.given(values) if is_new else self.changes(record, values)
        if not is_new and not outcome.changes:
            outcome.take(RowResult.IMPORT_TYPE_SKIP, record)
            return
        if not (is_new or self.may_change):
            plural = self._meta.model._meta.verbose_name_plural
            raise ValidationError(f"it would change {record}, and you may only add {plural}.")
        if is_new:
            outcome.pounds = self.pounds_of(values)
        self.put(record, values)
        self.store(record, is_new, values, by=by)
        self._store_lists(record, is_new, values, by)
        self.lookups.remember(record)
        kind = RowResult.IMPORT_TYPE_NEW if is_new else RowResult.IMPORT_TYPE_UPDATE
        outcome.take(kind, record)

    def read(self, row) -> dict:
        """The values of the row's cells by column name."""
        return self.read_cells(row, self.import_columns())

    def read_cells(self, row, columns: Sequence[Column]) -> dict:
        """The values of some cells by column name; every wrong cell is told."""
        values, wrong = {}, {}
        for column in columns:
            name = column.column_name
            if name not in row:
                continue
            try:
                values[name] = column.read(row, self._meta.model, self.lookups)
            except ValidationError as error:
                wrong[name] = error
        if wrong:
            raise ValidationError(wrong)
        return values

    def check_repeat(self, values: dict, row: int) -> None:
        """Refuse a second row about the same record."""
        key = tuple(values.get(name) for name in self._meta.key)
        if not any(key):
            return
        first = self.seen.setdefault(key, row)
        if first != row:
            raise ValidationError(f"row {first} is about the same record.")

    def find(self, values: dict) -> models.Model | None:
        """The record that a row is about; None for a new one."""
        (key,) = self._meta.key
        known = self.lookups.of(self._meta.model, key).find(values[key])
        # A copy, so that a refused row leaves nothing behind for the rows after it.
        return None if known is None else copy(known)

    def changes(self, record: models.Model, values: dict) -> list[Change]:
        """What the row says differently from the record."""
        found = []
        for column in self.import_columns():
            if column.column_name not in values or isinstance(column, Pointer):
                continue
            if self._keeps(column, values):
                continue
            render = column.widget.render
            before, after = render(column.get_value(record)), render(values[column.column_name])
            if before != after:
                found.append(self._change(column, column.get_value(record), values))
        return found

    def given(self, values: dict) -> list[Change]:
        """What the row says of a new record."""
        columns = [column for column in self.import_columns() if column.column_name in values]
        told = [self._change(column, None, values) for column in columns]
        return [change for change in told if change.after]

    def _change(self, column: Column, before, values: dict) -> Change:
        said = column.widget.said
        return Change(
            column.column_name,
            "" if before is None else said(before),
            said(values[column.column_name]),
        )

    def pounds_of(self, values: dict) -> Decimal:
        """What the row adds to the sum of its preview."""
        return values.get(self._meta.adds_up) or NOTHING

    def put(self, record: models.Model, values: dict) -> None:
        """Set the row's values on the record, which is not saved yet."""
        for column in self.import_columns():
            name = column.column_name
            if name in values and not column.is_list and not self._keeps(column, values):
                column.put(record, values[name])
        if hasattr(record, "slug") and not record.slug:
            record.slug = free_slug(self._meta.model, "slug", record.name)

    def store(self, record: models.Model, is_new: bool, values: dict, *, by: User) -> None:
        """Save the record through the noun's action."""
        records.save(record, by=by)

    def _keeps(self, column: Column, values: dict) -> bool:
        """A blank slug is no wish for another address."""
        return column.attribute == "slug" and not values[column.column_name]

    def _store_lists(self, record: models.Model, is_new: bool, values: dict, by: User) -> None:
        before, after = {}, {}
        for column in self.import_columns():
            name = column.column_name
            if not column.is_list or name not in values:
                continue
            render = column.widget.render
            old, new = render(column.get_value(record)), render(values[name])
            if old != new:
                column.put_list(record, values[name], by=by)
                before[column.attribute], after[column.attribute] = old, new
        if after:
            history.record("changed", record, by, before=before, after=after)

    # --- Export -----------------------------------------------------------------------------------

    @classmethod
    def rows_for(cls, listed: models.QuerySet) -> models.QuerySet:
        """What to export for the rows of a list: these themselves, or what belongs to them."""
        if listed.model is cls._meta.model:
            return listed
        return cls._meta.model._base_manager.filter(award__in=listed.order_by().values("pk"))

    def filter_export(self, queryset, **kwargs):
        """The rows with all that their columns name, in a fixed number of queries."""
        for column in self.columns():
            if column.is_list:
                queryset = queryset.prefetch_related(column.attribute)
            elif isinstance(column.widget, Record) and column.is_fetched:
                queryset = queryset.select_related(column.attribute)
        return queryset


def _help_on(django_field: models.Field) -> str:
    made = "Made from the name when blank." if django_field.name == "slug" else ""
    return f"{django_field.help_text} {made}".strip()


def _messages(error: Exception) -> list[str]:
    return error.messages if isinstance(error, ValidationError) else [str(error)]
