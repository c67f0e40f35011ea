"""Delegated limits as a spreadsheet."""

from django.contrib.auth.models import Group

from commissioning.actions import limits
from commissioning.models import DelegatedLimit
from commissioning.resources.base import RecordResource
from commissioning.resources.columns import Column, Record


class DelegatedLimitResource(RecordResource):
    """Delegated limits, found by `role`, `act` and `starts_on`.

    Columns: role, act, most, starts_on, ends_on, source_ref. A limit that is here already must be
    as the file says: it is ended by its verb and never edited.
    """

    role = Column("role", Record(Group, by="name"), required=True)

    explains = (
        "Each row records a limit. One that is here already must be as the file says: end it in "
        "the staff site, and record another."
    )

    class Meta:
        model = DelegatedLimit
        key = ["role", "act", "starts_on"]
        fields = ["role", "act", "most", "starts_on", "ends_on", "source_ref"]

    def store(self, record, is_new, values, *, by):
        if is_new:
            limits.record(record, by=by)
        else:
            super().store(record, is_new, values, by=by)

    def find(self, values):
        return self.known().filter(**{name: values[name] for name in self._meta.key}).first()
