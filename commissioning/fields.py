"""Column types with this project's rules on what may be typed into them."""

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F

from commissioning import contacts
from commissioning.money import MoneyField

# Everything below U+0020 but tab, line feed and carriage return, and the C1 block: they break
# spreadsheets and XML, and nobody types them on purpose.
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def validate_no_control_characters(text: str) -> None:
    if CONTROL_CHARACTERS.search(text):
        raise ValidationError(
            "The text has characters that cannot be printed. Type it again, or paste it as plain "
            "text.",
            code="control_characters",
        )


class ReadField:
    """A text that shows the public no contact of a person (contacts.py)."""

    def from_db_value(self, value, expression, connection):
        return contacts.as_read(value)


class LineField(ReadField, models.CharField):
    """One line of text; at most 200 characters unless said otherwise."""

    default_validators = [validate_no_control_characters]

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 200)
        super().__init__(*args, **kwargs)


class ProseField(ReadField, models.TextField):
    """Some paragraphs of text; at most 10,000 characters unless said otherwise."""

    default_validators = [validate_no_control_characters]

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 10_000)
        super().__init__(*args, **kwargs)

    @property
    def validators(self):
        # Django checks a TextField's length in forms only; imports and actions must hear it too.
        return [*super().validators, MaxLengthValidator(self.max_length)]


class DayField(models.DateField):
    """A date in living memory or the near future: a typed year of 0202 is a slip, not a fact."""

    default_validators = [
        MinValueValidator(date(1980, 1, 1), "The year must be 1980 or later."),
        MaxValueValidator(date(2099, 12, 31), "The year must be 2099 or earlier."),
    ]


class RunningTotal(MoneyField):
    """A total that database triggers keep from the journal; no one else can write it."""

    description = "A sum of journal entries, kept by the database"

    def __init__(self, *args, **kwargs):
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance, add):
        # A row read before somebody else's entry must not write its old total back when saved:
        # an UPDATE sets the column to itself.
        return super().pre_save(model_instance, add) if add else F(self.attname)
