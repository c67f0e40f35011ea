"""Areas in the staff site."""

from django.contrib import admin

from commissioning.admin.base import FOR_STAFF, StaffModelAdmin
from commissioning.admin.columns import list_address
from commissioning.admin.forms import StaffForm
from commissioning.models import Allocation, Area, Award


class AreaForm(StaffForm):
    # The code of an area is the nation's, where there is one: better asked for than made up.
    made_when_empty = ("slug",)


@admin.register(Area)
class AreaAdmin(StaffModelAdmin):
    form = AreaForm
    list_display = ["name", "kind", "code", "parent"]
    list_filter = ["kind"]
    list_select_related = ["parent"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["parent"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (
            None,
            {
                "fields": ["name", "kind", "code", "parent", "slug"],
                "description": "Published: every area is public knowledge.",
            },
        ),
        (
            "Tile map",
            {
                "fields": ["tile_row", "tile_column"],
                "description": "Where its tile lies on the schematic map of the public pages.",
            },
        ),
        FOR_STAFF,
    ]

    def next_steps(self, request, obj):
        return [
            ("Allocations", list_address(Allocation, for_area=obj.pk)),
            ("Awards", list_address(Award, for_area=obj.pk)),
        ]
