"""Columns of a spreadsheet: how the cells of each kind are read and written.

A column reads a cell into the value of its attribute (`clean`) and writes the attribute as a cell
(`export`). Lists of names and codes stand in one cell with semicolons between them.
"""

from functools import singledispatch

from django.core.exceptions import ValidationError
from django.db import models
from import_export.fields import Field
from import_export.widgets import Widget

from commissioning.days import in_words
from commissioning.money import MoneyField, format_pounds
from commissioning.resources import cells
from commissioning.resources.cells import quoted
from commissioning.rules import free_of_interest
from commissioning.workbooks import Unit


class Cell(Widget):
    """How the cells of a column are read and written, and told to people."""

    how = "Text"
    # What a number in it is in.
    unit: Unit | None = None

    def said(self, value) -> str:
        """A value in a sentence or table for people; the cell's own text unless said otherwise."""
        return str(self.render(value))


class Text(Cell):
    how = "Text"

    def clean(self, value, row=None, **kwargs) -> str:
        return cells.read_text(value)

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else str(value)


class Pounds(Cell):
    how = "Pounds and pence, such as 1,234.50"
    unit = Unit.POUNDS

    def clean(self, value, row=None, **kwargs):
        return cells.read_pounds(value)

    def render(self, value, obj=None, **kwargs):
        return value

    def said(self, value) -> str:
        return "" if value is None else format_pounds(value)


class Day(Cell):
    how = "A date, such as 31/03/2021 or 2021-03-31"

    def clean(self, value, row=None, **kwargs):
        return cells.read_day(value)

    def render(self, value, obj=None, **kwargs):
        return value

    def said(self, value) -> str:
        return "" if value is None else in_words(value)


class Moment(Cell):
    """A point in time; exported only."""

    how = "A date and time"

    def render(self, value, obj=None, **kwargs):
        return value


class WholeNumber(Cell):
    how = "A whole number"

    def clean(self, value, row=None, **kwargs):
        return cells.read_whole_number(value)

    def render(self, value, obj=None, **kwargs):
        return value

    def said(self, value) -> str:
        return "" if value is None else str(value)


class YesOrNo(Cell):
    how = "yes or no"
    MEANT = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

    def clean(self, value, row=None, **kwargs) -> bool | None:
        text = cells.read_text(value)
        if text and text.casefold() not in self.MEANT:
            raise ValidationError(f"{quoted(text)} is neither yes nor no.")
        return self.MEANT.get(text.casefold())

    def render(self, value, obj=None, **kwargs):
        return "yes" if value else "no"


class Choice(Cell):
    """One of some fixed words, taken by value or by label."""

    def __init__(self, choices):
        super().__init__()
        self.choices = [(value, str(label)) for value, label in choices if value]

    @property
    def how(self) -> str:
        return f"One of: {', '.join(self._told())}"

    def clean(self, value, row=None, **kwargs) -> str:
        text = cells.read_text(value)
        for choice, label in self.choices:
            if text.casefold() in (choice.casefold(), label.casefold()):
                return choice
        if text:
            raise ValidationError(f"{quoted(text)} is not one of: {', '.join(self._told())}.")
        return ""

    def render(self, value, obj=None, **kwargs):
        return value or ""

    def _told(self) -> list[str]:
        return [value if value == label else f"{value} ({label})" for value, label in self.choices]


class Record(Cell):
    """Another record, named by a column of its own such as its code."""

    def __init__(self, model: type[models.Model], by: str = "code"):
        super().__init__()
        self.model, self.by = model, by

    @property
    def how(self) -> str:
        return f"The {self._named} of one of the {self.model._meta.verbose_name_plural}"

    @property
    def _named(self) -> str:
        return "code or name" if self.by == "code" else self.by

    def codes(self, cell) -> list[str]:
        """What to look up for a cell; nothing for a cell that cannot be read."""
        try:
            return [cells.read_text(cell)]
        except ValidationError:
            return []

    def clean(self, value, row=None, *, lookups, **kwargs):
        text = cells.read_text(value)
        return lookups.of(self.model, self.by).get(text) if text else None

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else str(getattr(value, self.by))


class Records(Record):
    """Several other records, with semicolons between their codes."""

    @property
    def how(self) -> str:
        plural = self.model._meta.verbose_name_plural
        return f"The {self._named} of each of the {plural}, with a semicolon between two"

    def codes(self, cell) -> list[str]:
        try:
            return cells.split_list(cells.read_text(cell))
        except ValidationError:
            return []

    def clean(self, value, row=None, *, lookups, **kwargs) -> list:
        known = lookups.of(self.model, self.by)
        return [known.get(code) for code in cells.split_list(cells.read_text(value))]

    def render(self, value, obj=None, **kwargs):
        return cells.join_list(sorted(str(getattr(record, self.by)) for record in value))


class Lines(Cell):
    """A list of short texts, such as other names, with semicolons between them."""

    how = "Texts, with a semicolon between two"

    def clean(self, value, row=None, **kwargs) -> list[str]:
        return cells.split_list(cells.read_text(value))

    def render(self, value, obj=None, **kwargs):
        return cells.join_list(sorted(value))


@singledispatch
def cell_of(field: models.Field) -> type[Widget]:
    """The cells of a kind of field; `cell_of.register` teaches it another."""
    return Text


cell_of.register(MoneyField, lambda field: Pounds)
cell_of.register(models.DateTimeField, lambda field: Moment)
cell_of.register(models.DateField, lambda field: Day)
cell_of.register(models.BooleanField, lambda field: YesOrNo)
cell_of.register(models.IntegerField, lambda field: WholeNumber)


def widget_for(field: models.Field) -> Widget:
    """The widget that reads and writes a model's plain field."""
    return Choice(field.choices) if field.choices else cell_of(field)()


class Column(Field):
    """One column: the attribute it stands for, whether it is needed, and what to write in it."""

    def __init__(self, attribute=None, widget=None, *, required=False, help_text="", **kwargs):
        super().__init__(attribute=attribute, widget=widget, **kwargs)
        self.required, self.help_text = required, help_text

    # Saved once the record itself is.
    is_list = False
    # Read with the record's own query when exported.
    is_fetched = True

    def read(self, row, record_model: type[models.Model], lookups):
        """The cell's value; a blank cell is the attribute's default, often nothing at all."""
        value = self.widget.clean(row[self.column_name], row=row, lookups=lookups)
        if value not in (None, ""):
            return value
        if self.required:
            raise ValidationError("fill this in.")
        return self.blank(record_model)

    def blank(self, record_model: type[models.Model]):
        return record_model._meta.get_field(self.attribute).get_default()

    def put(self, record: models.Model, value) -> None:
        """Set the value on a record that is not saved yet."""
        setattr(record, self.attribute, value)


class Pointer(Column):
    """A column that helps to find a record above this one, and is not itself written."""

    def blank(self, record_model):
        return self.widget.clean(None, lookups=None)

    def put(self, record: models.Model, value) -> None:
        pass


class RelatedList(Column):
    """Several other records that this one is linked to: a many-to-many field."""

    is_list = True

    def blank(self, record_model):
        return []

    def get_value(self, instance):
        if instance.pk is None:
            return []
        return list(getattr(instance, self.attribute).all())

    def put_list(self, record: models.Model, value, *, by) -> None:
        free_of_interest(record, by)
        getattr(record, self.attribute).set(value)
        free_of_interest(record, by)
