"""Releases in the staff site, for reading: what the public was shown."""

from django.contrib import admin
from django.db.models import Count, Q
from django.utils.html import format_html, format_html_join

from commissioning.admin.base import ReadOnlyAdmin
from commissioning.admin.columns import link, list_address, moment, person
from programmes.admin.tables import place, value
from programmes.models import HIDDEN_MARK, Measure, Release, ReleasedCell


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin):
    list_display = ["title", "basis", "document", moment("made_at", "made at"), "made_by"]
    list_filter = ["basis"]
    list_select_related = ["made_by"]
    search_fields = ["title", "document", "change_note"]
    made = [moment("made_at", "made at"), person("made_by")]
    readonly_fields = [*made, "measures"]
    fieldsets = [
        (
            None,
            {
                "fields": ["title", "basis", "document", "change_note", *made],
                "description": (
                    "Published, but for who made it. A release is never changed: release the "
                    "measures anew instead."
                ),
            },
        ),
        ("What was shown", {"fields": ["measures"]}),
    ]

    @admin.display(description="measures")
    def measures(self, release: Release) -> str:
        cells = Q(cells__release=release)
        measures = Measure.objects.filter(released__release=release).select_related(
            "service", "programme"
        )
        counted = measures.annotate(
            figures=Count("cells", filter=cells),
            hidden=Count("cells", filter=cells & Q(cells__is_hidden=True)),
        )
        rows = [(link(one), one.figures - one.hidden, one.hidden) for one in counted]
        return format_html(
            "<table><thead><tr><th scope=col>Measure<th scope=col>Figures shown"
            "<th scope=col>Figures hidden</thead><tbody>{}</tbody></table>",
            format_html_join("", "<tr><td>{}<td>{}<td>{}", rows),
        )

    def next_steps(self, request, obj):
        return [("Every figure", list_address(ReleasedCell, release__id__exact=obj.pk))]


@admin.register(ReleasedCell)
class ReleasedCellAdmin(ReadOnlyAdmin):
    """Figures as the public was shown them."""

    list_display = ["measure", "period_shown", "of", "figure", "release"]
    list_filter = ["is_hidden", ("release", admin.RelatedOnlyFieldListFilter)]
    list_select_related = [
        "measure__service",
        "measure__programme",
        "release",
        "service",
        "area",
        "category",
    ]
    reached_by = frozenset(["measure__id__exact", "release__id__exact"])
    search_fields = ["measure__name", "measure__code"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "release",
                    "measure",
                    "figure",
                    "is_hidden",
                    "period_shown",
                    "of",
                    "note",
                    "document",
                    "source_ref",
                ],
                "description": "Published as it stands here.",
            },
        ),
    ]
    readonly_fields = ["figure", "period_shown", "of"]

    @admin.display(description="period", ordering="starts_on")
    def period_shown(self, cell: ReleasedCell) -> str:
        return cell.period

    @admin.display(description="of")
    def of(self, cell: ReleasedCell) -> str:
        return place(cell)

    @admin.display(description="figure", ordering="value")
    def figure(self, cell: ReleasedCell) -> str:
        return HIDDEN_MARK if cell.is_hidden else value(cell)
