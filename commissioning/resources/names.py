"""Other names and identifiers of a record: small rows of their own, kept in one cell."""

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models

from commissioning.actions import records
from commissioning.models import OrganisationIdentifier, User
from commissioning.resources import cells
from commissioning.resources.cells import quoted
from commissioning.resources.columns import Cell, Column, Lines


class RowList(Column):
    """Small rows under a record, listed in one cell; the cell's list takes the place of theirs."""

    is_list = True

    def blank(self, record_model):
        return []

    def get_value(self, instance) -> list:
        if instance.pk is None:
            return []
        return [self.written(row) for row in self.rows(instance)]

    def rows(self, record: models.Model) -> list[models.Model]:
        return list(getattr(record, self.attribute).all())

    def put_list(self, record: models.Model, value: list, *, by: User) -> None:
        for row in self.rows(record):
            if self.written(row) not in value:
                records.remove(row, by=by)
        known = self.get_value(record)
        for part in value:
            if part not in known:
                self._add(record, part, by)

    def _add(self, record: models.Model, part, by: User) -> None:
        try:
            records.save(self.made(record, part), by=by)
        except ValidationError as error:
            told = [f"{quoted(self.widget.render([part]))}: {text}" for text in error.messages]
            raise ValidationError({self.column_name: told}) from error

    def written(self, row: models.Model):
        """A row as its part of the cell."""
        return row.name

    def made(self, record: models.Model, part) -> models.Model:
        """The unsaved row for a part of the cell."""
        rows = getattr(record, self.attribute)
        return rows.model(**{rows.field.name: record, "name": part})


class OtherNames(RowList):
    """Other names of a record, one after the other."""

    def __init__(self, attribute="names", **kwargs):
        super().__init__(attribute, Lines(), **kwargs)


class OrganisationNames(OtherNames):
    """Either the former names of an organisation or the other names it still has."""

    def __init__(self, *, former: bool, **kwargs):
        super().__init__(**kwargs)
        self.former = former

    def rows(self, record):
        return [row for row in record.names.all() if row.is_former == self.former]

    def made(self, record, part):
        row = record.names.filter(name=part).first() or super().made(record, part)
        row.is_former = self.former
        return row


class DatedNames(Cell):
    """Names, each with the day until which it was used where it no longer is."""

    how = "Names with a semicolon between two; a former one as “Old Fund (until 31/03/2020)”"
    PART = re.compile(r"(?P<name>.+?)\s*\(until (?P<day>[^()]+)\)")

    def clean(self, value, row=None, **kwargs) -> list[tuple[str, date | None]]:
        return [self._read(part) for part in cells.split_list(cells.read_text(value))]

    def render(self, value, obj=None, **kwargs):
        return cells.join_list(
            sorted(name if day is None else f"{name} (until {day:%d/%m/%Y})" for name, day in value)
        )

    def _read(self, part: str) -> tuple[str, date | None]:
        match = self.PART.fullmatch(part)
        return (match["name"], cells.read_day(match["day"])) if match else (part, None)


class FundNames(RowList):
    """Other names of a fund, with the day until which each was used."""

    def __init__(self, **kwargs):
        super().__init__("names", DatedNames(), **kwargs)

    def written(self, row):
        return row.name, row.used_until

    def made(self, record, part):
        name, day = part
        row = super().made(record, name)
        row.used_until = day
        return row


class IdentifierList(Cell):
    """Numbers of an organisation in registers, each as its scheme and number."""

    how = "Register and number with a hyphen, such as GB-CHC-1234567; GB-COH-09506232"
    SCHEMES = sorted(OrganisationIdentifier.Scheme.values, key=len, reverse=True)

    def clean(self, value, row=None, **kwargs) -> list[tuple[str, str]]:
        return [self._read(part) for part in cells.split_list(cells.read_text(value))]

    def render(self, value, obj=None, **kwargs):
        return cells.join_list(sorted(f"{scheme}-{number}" for scheme, number in value))

    def _read(self, part: str) -> tuple[str, str]:
        for scheme in self.SCHEMES:
            if part.startswith(f"{scheme}-"):
                return scheme, part.removeprefix(f"{scheme}-")
        raise ValidationError(
            f"{quoted(part)} does not begin with a register that is known: "
            f"{', '.join(OrganisationIdentifier.Scheme.values)}."
        )


class Identifiers(RowList):
    """Numbers by which registers know an organisation."""

    def __init__(self, **kwargs):
        super().__init__("identifiers", IdentifierList(), **kwargs)

    def written(self, row):
        return row.scheme, row.number

    def made(self, record, part):
        scheme, number = part
        return OrganisationIdentifier(organisation=record, scheme=scheme, number=number)
