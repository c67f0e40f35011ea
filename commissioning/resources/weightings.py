"""Weightings and their numbers by area as spreadsheets."""

from commissioning.actions import weightings
from commissioning.models import Area, Weight, Weighting
from commissioning.resources.base import RecordResource
from commissioning.resources.columns import Column, Record


class WeightingResource(RecordResource):
    """Weightings, found by `code`.

    Columns: code, name, kind, released_on, source_ref, note. One that allocations stand on must be
    as the file says, but for its note.
    """

    explains = "What the numbers are and where they come from. The numbers come in by themselves."

    class Meta:
        model = Weighting
        key = ["code"]
        fields = ["code", "name", "kind", "released_on", "source_ref", "note"]


class WeightResource(RecordResource):
    """Numbers by area, found by weighting and area.

    Columns: weighting_code, area_code, value. The numbers of a weighting that allocations stand on
    must be as the file says.
    """

    weighting_code = Column("weighting", Record(Weighting), required=True)
    area_code = Column("area", Record(Area), required=True)

    explains = (
        "One row for each area. The numbers that allocations stand on are not changed: record "
        "other numbers as another weighting."
    )

    class Meta:
        model = Weight
        title = "Numbers by area"
        key = ["weighting_code", "area_code"]
        fields = ["weighting_code", "area_code", "value"]

    def find(self, values):
        known = self.known().filter(weighting=values["weighting_code"], area=values["area_code"])
        return known.first()

    def store(self, record, is_new, values, *, by):
        weightings.weigh(record, by=by)

    @classmethod
    def rows_for(cls, listed):
        return Weight.objects.filter(weighting__in=listed.order_by().values("pk"))
