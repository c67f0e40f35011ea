"""A column: one fact about a record, declared once for page, CSV, XLSX, JSON and API."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from django.db import models
from django.db.models import Model
from django.template.defaultfilters import capfirst

from commissioning.days import in_words
from commissioning.money import MoneyField, format_pounds
from commissioning.public.states import state_of
from commissioning.templatetags.figures import date_with_precision, pounds, qualified
from commissioning.workbooks import Measured, Unit

NOT_PUBLISHED = "not published"
NO_PAYMENT = "no payment recorded here"
NONE_RECORDED = "none recorded"


class Kind(Enum):
    TEXT = "text"
    CHOICE = "choice"  # the stored code for machines, its words for people
    MONEY = "money"
    DAY = "day"
    MOMENT = "moment"  # to the second for machines, its day for people
    NUMBER = "number"
    QUANTITY = "quantity"  # with as many decimals as it has, or a mark in its place
    YES_NO = "yes_no"
    LIST = "list"
    ADDRESS = "address"  # a page of this site


# Of the others the numbers are none, or are of the unit of their record.
UNITS = {Kind.MONEY: Unit.POUNDS}


@dataclass(frozen=True)
class Cell:
    """A column's value for one record, as a page shows it."""

    text: str
    href: str | None = None
    note: str = ""
    tag: str = ""
    numeric: bool = False
    is_missing: bool = False
    is_source: bool = False  # names a document, which may have a page
    header: str = ""  # of its column


@dataclass(frozen=True)
class Column:
    """`draws_on` names the fields behind the value ("recipient__name"): tests hold it to them.

    Without `value` the value is what the first of them holds.
    """

    name: str
    header: str
    draws_on: str | tuple[str, ...]
    value: Callable[[Model], object] | None = None
    kind: Kind = Kind.TEXT
    on_page: bool = False
    href: Callable[[Model], str | None] | None = None
    note: Callable[[Model], str] | None = None
    missing: str | Callable[[Model], str] = ""
    is_source: bool = False
    # What a page shows, where it is not the value itself.
    shown: Callable[[Model], str] | None = None
    # The state whose colour a tag has.
    tag: Callable[[Model], str] | None = None
    # Of pounds: how exact they are; of an "amount" the qualifier of its record says it.
    qualifier: Callable[[Model], str] | None = None
    # Of a quantity: what a record's number is in. Pounds are told by their kind.
    unit_of: Callable[[Model], Unit] | None = None
    # What it holds, for the data dictionary, where that does not say it by the column's name.
    meaning: str = ""

    def __post_init__(self):
        if (self.kind is Kind.QUANTITY) != (self.unit_of is not None):
            raise ValueError(f"{self.name}: a quantity has a unit, and nothing else has.")

    @property
    def unit(self) -> Unit | None:
        """What every number of the column is in."""
        return UNITS.get(self.kind)

    @property
    def paths(self) -> tuple[str, ...]:
        return (self.draws_on,) if isinstance(self.draws_on, str) else self.draws_on

    @property
    def is_numeric(self) -> bool:
        return self.kind in (Kind.MONEY, Kind.NUMBER, Kind.QUANTITY)

    def of(self, row: Model) -> object:
        if self.value is not None:
            return self.value(row)
        value = row
        for step in self.paths[0].split("__"):
            value = None if value is None else getattr(value, step)
        return value

    def words(self, row: Model) -> str:
        """The words of a coded value."""
        code = self.of(row)
        return str(dict(self.field(type(row)).flatchoices).get(code, code)) if code else ""

    def field(self, model: type[Model]):
        """The model field that the value is drawn from."""
        *steps, last = self.paths[0].split("__")
        for step in steps:
            model = model._meta.get_field(step).related_model
        return model._meta.get_field(last)

    def as_json(self, row: Model, absolute: Callable[[str], str]) -> object:
        """For the API and JSON files: money as text, so that no reader rounds it."""
        value = self.of(row)
        if self.kind is Kind.ADDRESS:
            return absolute(value) if value else None
        if isinstance(value, Decimal):
            return f"{value:.2f}" if self.kind is Kind.MONEY else f"{_shortest(value):f}"
        if isinstance(value, date | datetime):
            return value.isoformat()
        if self.kind in (Kind.TEXT, Kind.CHOICE):
            return value or ""
        return value

    def as_plain(self, row: Model, absolute: Callable[[str], str]) -> object:
        """For spreadsheets: text, a number, Decimal pounds, a date, or None."""
        if self.kind is Kind.CHOICE:
            return self.words(row)
        value = self.of(row)
        if self.kind is Kind.ADDRESS:
            return absolute(value) if value else ""
        if self.kind is Kind.LIST:
            return "; ".join(value)
        if self.kind is Kind.YES_NO:
            return "yes" if value else "no"
        if self.kind is Kind.QUANTITY and isinstance(value, Decimal):
            return _shortest(value)
        return value.isoformat() if isinstance(value, datetime) else value

    def in_sheet(self, row: Model, absolute: Callable[[str], str]) -> object:
        """As `as_plain`, a quantity with its unit."""
        value = self.as_plain(row, absolute)
        if self.kind is Kind.QUANTITY and isinstance(value, Decimal):
            return Measured(value, self.unit_of(row))
        return value

    def as_cell(self, row: Model) -> Cell:
        """For a page's table."""
        text = self._text(row)
        return Cell(
            text=text or (self.missing(row) if callable(self.missing) else self.missing),
            href=self.href(row) if self.href and text else None,
            note=self.note(row) if self.note else "",
            tag=self.tag(row) if self.tag else "",
            numeric=self.is_numeric,
            is_missing=not text,
            is_source=self.is_source,
            header=self.header,
        )

    def _text(self, row: Model) -> str:
        if self.shown is not None:
            return capfirst(self.shown(row))
        if self.kind is Kind.CHOICE:
            return capfirst(self.words(row))
        value = self.of(row)
        if value is None:
            return ""
        if self.kind is Kind.MONEY:
            # A record's qualifier is about its amount, its precision about its first and last day.
            known = self.qualifier or (lambda row: getattr(row, "qualifier", ""))
            inexact = (self.qualifier or self.name == "amount") and known(row)
            return qualified(value, inexact) if inexact else pounds(value)
        if self.kind is Kind.DAY:
            known = self.name in ("starts_on", "ends_on") and getattr(row, "date_precision", "")
            return date_with_precision(value, known or "day")
        if self.kind is Kind.MOMENT:
            return in_words(value)
        if self.kind is Kind.LIST:
            return ", ".join(value)
        if self.kind is Kind.QUANTITY and isinstance(value, Decimal):
            return f"{_shortest(value):,f}"
        return f"{value:,}" if self.kind is Kind.NUMBER else str(value)


def _shortest(number: Decimal) -> Decimal:
    """The same number without zeros behind its point: 11445, 83.5."""
    whole = number.to_integral_value()
    return whole if number == whole else number.normalize()


# The kind of a column that shows a model field as it is; choices come before all of them.
KINDS = {
    models.DateField: Kind.DAY,
    models.DateTimeField: Kind.MOMENT,
    MoneyField: Kind.MONEY,
    models.IntegerField: Kind.NUMBER,
    models.BooleanField: Kind.YES_NO,
}


def of_field(model: type[Model], name: str, header: str = "", **others) -> Column:
    """A column that shows a model field as it is: heading, kind and meaning are the field's."""
    field = model._meta.get_field(name)
    if field.choices:
        kind = Kind.CHOICE
    else:
        # The most particular class that is named: a moment is a day too.
        kind = next((KINDS[base] for base in type(field).__mro__ if base in KINDS), Kind.TEXT)
    meaning = str(field.help_text).removesuffix(" Published.")
    heading = header or capfirst(field.verbose_name)
    return Column(name, heading, name, kind=kind, meaning=meaning, **others)


def shared(*columns: Column) -> tuple[Column, ...]:
    """A noun's columns; their names are unique."""
    names = [column.name for column in columns]
    if len(set(names)) != len(names):
        raise ValueError(f"Two columns have one name among {names}.")
    return columns


# What a fund, service or award is said to be; "status" beside it is as it was recorded.
STATE = Column(
    "state",
    "State",
    ("status", "status_as_at", "ends_on", "date_precision"),
    lambda row: state_of(row).words,
    on_page=True,
    note=lambda row: state_of(row).note,
    tag=lambda row: state_of(row).key,
    shown=lambda row: state_of(row).label,
)


def how_exact(amount: str = "amount") -> Column:
    """The qualifier of a record’s amount; nothing where it has none."""
    return Column(
        "qualifier",
        "How exact",
        ("qualifier", amount),
        lambda row: row.qualifier if getattr(row, amount) is not None else "",
        kind=Kind.CHOICE,
    )


def exactness(name: str, header: str, path: str, amount: str) -> Column:
    """How exact a sum of awards is that stands in the column `amount`; nothing without a sum."""
    return Column(name, header, path, lambda row: row.exactness if getattr(row, amount) else "")


def best_known(draws_on: tuple[str, ...], otherwise: str = "") -> tuple[Column, ...]:
    """The largest known total of a record’s money, with what of it is itemised here.

    `otherwise` is the attribute that holds pounds where no total is known.
    """

    def amount(row) -> Decimal | None:
        if row.best_known:
            return row.best_known.amount
        return getattr(row, otherwise, None)

    return (
        Column(
            "best_known",
            "Best known total",
            draws_on,
            amount,
            kind=Kind.MONEY,
            on_page=True,
            missing=lambda row: no_amount(row) if hasattr(row, "award_count") else NOT_PUBLISHED,
            note=lambda row: row.best_known.note if row.best_known else "",
            qualifier=lambda row: row.best_known.qualifier if row.best_known else row.exactness,
        ),
        Column(
            "best_known_is",
            "Best known total is",
            draws_on,
            lambda row: row.best_known.sentence if row.best_known else "",
        ),
    )


def no_amount(row) -> str:
    """In place of what was awarded: that there is no award, or that no amount is published."""
    return "no published amount" if row.award_count else "no award recorded here"


def figure(name: str):
    """A figure of the row's position; None where nothing is recorded of it."""
    return lambda row: getattr(row.position, name) if row.position else None


def implied_beside(amount: Decimal | None) -> str:
    """What is inferred from awards beside what is allocated; nothing where nothing is."""
    return f"{format_pounds(amount, pence=False)} more is inferred from awards" if amount else ""
