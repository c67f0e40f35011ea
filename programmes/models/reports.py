"""The annual report: tables as data, sections of text, tables and charts, and frozen editions."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from commissioning.fields import DayField, LineField, ProseField
from commissioning.models import Area, Fund, Service
from commissioning.models.people import done_by
from commissioning.models.periods import ends_after_it_starts
from programmes.models.measures import Category, Measure


class ReportTable(models.Model):
    """A table of a report, as data: what its rows and columns are, and what they count."""

    class Counts(models.TextChoices):
        """What its cells are taken from."""

        MEASURES = "measures", "figures of measures"
        ALLOCATED = "allocated", "pounds allocated to areas"
        SPENDING = "spending", "pounds spent, as documents state"
        LOCAL_UNITS = "local_units", "the local units of a service, one a row"

    code = models.SlugField(max_length=80, unique=True)
    title = LineField()
    where = LineField(blank=True, help_text="Where the table stands in a printed report.")
    corner = LineField(blank=True, help_text="What is written above the row headings.")
    counts = models.CharField(max_length=11, choices=Counts, default=Counts.MEASURES)
    # What all of its cells have in common; a row or column says otherwise where it differs.
    measure = models.ForeignKey(
        Measure, null=True, blank=True, on_delete=models.PROTECT, related_name="report_tables"
    )
    fund = models.ForeignKey(
        Fund, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    service = models.ForeignKey(
        Service, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    starts_on = DayField(null=True, blank=True)
    ends_on = DayField(null=True, blank=True)
    note = ProseField(blank=True, help_text="What stands below the table.")

    class Meta:
        ordering = ["title"]
        constraints = [ends_after_it_starts("report_table", "table’s period")]

    def __str__(self) -> str:
        return self.title


class ReportLine(models.Model):
    """A row or a column of a report table, and what its cells have in common."""

    class Axis(models.TextChoices):
        ROW = "row", "row"
        COLUMN = "column", "column"

    class Shows(models.TextChoices):
        """What stands in its cells."""

        FIGURE = "figure", "the figure"
        SUM = "sum", "the sum of the rows above"
        STATED_TOTAL = "total", "the total as the source states it"
        SHARE = "share", "numerator as a percentage of denominator"
        CATEGORIES = "categories", "each category with its figure"
        CATEGORY_NAMES = "names", "the names of the categories"
        CATEGORY_FIGURES = "figures", "the figures of the categories"

    table = models.ForeignKey(ReportTable, on_delete=models.CASCADE, related_name="lines")
    axis = models.CharField(max_length=6, choices=Axis)
    position = models.PositiveSmallIntegerField()
    heading = LineField(blank=True)
    shows = models.CharField(max_length=10, choices=Shows, default=Shows.FIGURE)
    measure = models.ForeignKey(
        Measure, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    category = models.ForeignKey(
        Category, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    starts_on = DayField(null=True, blank=True)
    ends_on = DayField(null=True, blank=True)
    note = LineField(blank=True, help_text="A remark that stands below the table.")

    class Meta:
        ordering = ["table", "axis", "position"]
        constraints = [
            models.UniqueConstraint(
                name="report_line_has_its_place",
                fields=["table", "axis", "position"],
                violation_error_message="Another row or column stands at this place.",
            ),
            ends_after_it_starts("report_line", "line’s period"),
        ]

    def __str__(self) -> str:
        return self.heading


class Report(models.Model):
    """The annual report of one financial year: what it consists of."""

    title = LineField()
    slug = models.SlugField(max_length=20, unique=True, help_text="Of its address: 2020-21.")
    starts_on = DayField()
    ends_on = DayField()
    summary = ProseField(blank=True, help_text="The first paragraphs, in Markdown.")

    class Meta:
        ordering = ["-starts_on"]
        verbose_name = "annual report"
        constraints = [
            models.CheckConstraint(
                name="report_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="The report’s period cannot end before it starts.",
            )
        ]
        permissions = [("freeze_report", "Can publish editions of annual reports")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("programmes:report", args=[self.slug])


class ReportSection(models.Model):
    """One section of a report: a heading, text, and perhaps a table with a chart of it."""

    class Chart(models.TextChoices):
        NONE = "none", "no chart"
        BARS = "bars", "bars: one for each row"
        LINES = "lines", "lines: one for each column"

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField(
        default=1, choices=[(1, "section"), (2, "part of a section")]
    )
    heading = LineField()
    text = ProseField(blank=True, help_text="In Markdown. Published.")
    table = models.ForeignKey(
        ReportTable, null=True, blank=True, on_delete=models.PROTECT, related_name="sections"
    )
    chart = models.CharField(max_length=5, choices=Chart, default=Chart.NONE)

    class Meta:
        ordering = ["report", "position"]
        constraints = [
            models.UniqueConstraint(
                name="report_section_has_its_place",
                fields=["report", "position"],
                violation_error_message="Another section stands at this place.",
            ),
            models.CheckConstraint(
                name="report_section_charts_a_table",
                condition=Q(chart="none") | Q(table__isnull=False),
                violation_error_message="A chart needs a table.",
            ),
        ]

    def __str__(self) -> str:
        return self.heading


class EditionQuerySet(models.QuerySet):
    def published(self):
        """Every edition is public, earlier ones included."""
        return self.all()


class Edition(models.Model):
    """A report as it was published, with all its figures; a later edition supersedes it."""

    # History states it with its report.
    part_of = "report"

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    change_note = ProseField(blank=True, help_text="What is new since the edition before.")
    content = models.JSONField(editable=False)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    made_by = done_by()

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["report", "-number"]
        constraints = [
            models.UniqueConstraint(
                name="edition_has_its_number",
                fields=["report", "number"],
                violation_error_message="This edition exists already.",
            ),
            models.CheckConstraint(
                name="later_edition_says_what_is_new",
                condition=Q(number=1) | ~Q(change_note=""),
                violation_error_message="Say what is new since the edition before.",
            ),
        ]

    class Publication:
        public = {"id", "report", "number", "change_note", "content", "made_at"}
        private = {"made_by"}

    def __str__(self) -> str:
        return f"{self.report}, edition {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("programmes:edition", args=[self.report.slug, self.number])
