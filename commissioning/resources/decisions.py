"""Decision notices as a spreadsheet."""

from commissioning.models import DecisionNotice
from commissioning.resources.base import RecordResource


class DecisionResource(RecordResource):
    """Decision notices, found by `reference`.

    Columns: reference, title, decided_on, status, confidential_ground, signatory, summary,
    document_url, note; is_published is for reading only.
    """

    class Meta:
        model = DecisionNotice
        key = ["reference"]
        readonly = ["is_published"]
        fields = [
            "reference",
            "title",
            "decided_on",
            "status",
            "confidential_ground",
            "signatory",
            "summary",
            "document_url",
            "note",
            "is_published",
        ]
