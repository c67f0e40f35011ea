"""How a refusal is told."""

from django.core.exceptions import ValidationError


class RuleBroken(ValidationError):
    """Something that may not happen, with the sentence for staff; nothing has changed.

    A ValidationError, so that forms, import previews and commands show the same sentence. It may
    name the field that it is about.
    """

    def __init__(self, sentence: str, code: str, field: str = ""):
        super().__init__({field: sentence} if field else sentence, code=code)
        self.message, self.code = sentence, code

    def __str__(self) -> str:
        return self.message
