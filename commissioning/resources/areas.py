"""Areas as a spreadsheet."""

from commissioning.models import Area
from commissioning.resources.base import RecordResource
from commissioning.resources.columns import Column, Record


class AreaResource(RecordResource):
    """Areas, found by `code`.

    Columns: code, name, kind, slug (made from the name when blank), parent_code, tile_row and
    tile_column (its place on the tile map, if it has one), note.
    """

    parent_code = Column("parent", Record(Area))

    class Meta:
        model = Area
        key = ["code"]
        fields = ["code", "name", "slug", "kind", "parent_code", "tile_row", "tile_column", "note"]
