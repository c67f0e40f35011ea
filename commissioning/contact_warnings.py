"""Staff are warned of a contact of a person in a text that is published; nothing is refused.

Every form, action and import is recorded in history, so that history is where texts are looked at.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextvars import ContextVar

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst

from commissioning.contacts import contacts_of_people
from commissioning.fields import ReadField
from commissioning.models import HistoryEvent

# Of an import with many.
MOST = 10

_request: ContextVar[HttpRequest | None] = ContextVar("request_of_staff", default=None)


class StaffAreWarned:
    """Middleware, within that of messages: knows whom to warn during a request of staff."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith(reverse("admin:index")):
            return self.get_response(request)
        token = _request.set(request)
        try:
            return self.get_response(request)
        finally:
            _request.reset(token)


def warn(events: Sequence[HistoryEvent]) -> None:
    """Tell the member of staff whose request these events are of; nobody where there is none."""
    request = _request.get()
    if request is None:
        return
    said = request.__dict__.setdefault("_contacts_warned_of", set())
    for sentence in warnings(events):
        if sentence not in said and len(said) < MOST:
            said.add(sentence)
            messages.warning(request, sentence)


def warnings(events: Iterable[HistoryEvent]) -> Iterator[str]:
    """A sentence for each contact of a person in a published text that the events wrote."""
    for event in events:
        if event.row is None or not event.is_of_change:
            continue
        for field in public_texts(type(event.row)):
            text = getattr(event.row, field.attname) or ""
            if (event.before or {}).get(field.attname) == text:
                continue
            for contact in contacts_of_people(text):
                yield (
                    f"{capfirst(field.verbose_name)} of “{event.row}” is published, and holds what "
                    f"looks like somebody’s e-mail address or telephone number: {contact}. The "
                    "public reads a note in its place. Take it out, or write an office’s."
                )


def public_texts(model: type[Model]) -> list:
    """The fields of text that the model declares public."""
    declared = getattr(model, "Publication", None)
    fields = model._meta.concrete_fields if declared else ()
    return [
        field for field in fields if field.name in declared.public and isinstance(field, ReadField)
    ]
