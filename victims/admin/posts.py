"""Posts in victims' services in the staff site."""

from django.contrib import admin

from commissioning.admin.base import StaffModelAdmin
from programmes.quantities import format_quantity
from victims.admin.services import OF_SERVICE
from victims.models import Post


@admin.register(Post)
class PostAdmin(StaffModelAdmin):
    list_display = ["title", "kind", "service", "full_time", "starts_on", "ends_on"]
    list_filter = ["kind", OF_SERVICE]
    list_select_related = ["service__service"]
    search_fields = ["title", "service__service__name"]
    fieldsets = [
        (
            None,
            {
                "fields": ["service", "kind", "title", "fte", ("starts_on", "ends_on")],
                "description": (
                    "Counted in the ministry’s return. Who holds the post is not recorded."
                ),
            },
        )
    ]

    @admin.display(description="FTE", ordering="fte")
    def full_time(self, post: Post) -> str:
        return format_quantity(post.fte)
