"""How to break the constraints of the search index."""

from search.models import Document
from tests.breaking.tools import change


def _document(**fields) -> Document:
    fields = {"kind": "awards", "record_id": 1, "title": "zebra", "title_length": 1, **fields}
    return Document.objects.create(**fields)


def twice():
    _document()
    return change(_document(record_id=2), record_id=1)


HOW = {
    "document_is_the_only_one_of_its_record": twice,
    "document_has_a_title": lambda: change(_document(), title=""),
}
