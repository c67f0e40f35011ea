"""Places: a tree of region, force area, local authority areas and neighbourhood policing units."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from commissioning.fields import LineField, ProseField

# So many tiles beside one another can still be read on a telephone.
TILE_ROWS, TILE_COLUMNS = 12, 8


class AreaQuerySet(models.QuerySet):
    def within(self, area: "Area"):
        """The area and everything under it. The tree is at most four levels deep."""
        return self.filter(
            Q(pk=area.pk) | Q(parent=area) | Q(parent__parent=area) | Q(parent__parent__parent=area)
        )

    def published(self):
        """Places are public knowledge: every area is published."""
        return self.all()

    def local_authorities(self):
        return self.filter(kind=Area.Kind.LOCAL_AUTHORITY)


class Area(models.Model):
    """A place that money is set aside for, or that benefits from it."""

    class Kind(models.TextChoices):
        REGION = "region", "region"
        FORCE = "force", "police force area"
        LOCAL_AUTHORITY = "local_authority", "local authority area"
        NEIGHBOURHOOD_UNIT = "neighbourhood_unit", "neighbourhood policing unit"
        OTHER = "other", "other place"

    name = LineField(unique=True)
    slug = models.SlugField(unique=True, help_text="The last part of the area's public address.")
    kind = models.CharField(max_length=20, choices=Kind)
    code = LineField(
        "code",
        max_length=20,
        unique=True,
        help_text="The GSS code where there is one (E08000025), else a code of your own.",
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    tile_row = models.PositiveSmallIntegerField(
        "row on the tile map",
        null=True,
        blank=True,
        help_text="From the top, 1 is the first. Leave it out for an area without a tile.",
    )
    tile_column = models.PositiveSmallIntegerField(
        "column on the tile map", null=True, blank=True, help_text="From the left, 1 is the first."
    )
    note = ProseField(blank=True, help_text="For staff; not published.")

    objects = AreaQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="area_kind_is_known",
                condition=Q(
                    kind__in=["region", "force", "local_authority", "neighbourhood_unit", "other"]
                ),
                violation_error_message="Choose what kind of area this is.",
            ),
            models.CheckConstraint(
                name="area_is_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                violation_error_message="An area cannot lie inside itself.",
            ),
            models.CheckConstraint(
                name="area_has_a_tile_with_row_and_column",
                condition=Q(tile_row__isnull=True, tile_column__isnull=True)
                | Q(
                    tile_row__isnull=False,
                    tile_row__range=(1, TILE_ROWS),
                    tile_column__isnull=False,
                    tile_column__range=(1, TILE_COLUMNS),
                ),
                violation_error_message=(
                    "A place on the tile map has a row from 1 to 12 and a column from 1 to 8."
                ),
            ),
            models.UniqueConstraint(
                name="area_has_its_tile_to_itself",
                fields=["tile_row", "tile_column"],
                violation_error_message="Another area has this place on the tile map.",
            ),
        ]

    class Publication:
        public = {"id", "name", "slug", "kind", "code", "parent", "tile_row", "tile_column"}
        private = {"note"}

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("public:area", args=[self.slug])

    @property
    def has_gss_code(self) -> bool:
        return len(self.code) == 9 and self.code[0] in "EWSNK" and self.code[1:].isdigit()
