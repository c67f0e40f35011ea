"""Breakdowns, measures, indicators and targets as spreadsheets."""

from commissioning.actions import records
from commissioning.models import Area, Service, Theme
from commissioning.resources.base import RecordResource
from commissioning.resources.columns import Column, Pointer, Record, Records, RelatedList, Text
from programmes.models import Breakdown, Category, Indicator, Measure, Programme, Target


class CategoryResource(RecordResource):
    """Categories with the breakdown that each belongs to, found by `code`.

    Columns: breakdown_code, breakdown, code, name, position, small_up_to. A breakdown that is not
    there yet is added, called as the column breakdown says.
    """

    breakdown_code = Pointer("breakdown__code", Text(), required=True)
    breakdown = Pointer(
        "breakdown__name", Text(), help_text="What the breakdown is called; needed for a new one."
    )

    explains = (
        "A row for each category. A breakdown that is not there yet is added with its first "
        "category; the name of one that is there already is not changed."
    )

    class Meta:
        model = Category
        title = "Breakdowns and their categories"
        key = ["code"]
        import_permissions = ["programmes.add_breakdown", "programmes.add_category"]
        fields = ["breakdown_code", "breakdown", "code", "name", "position", "small_up_to"]

    @classmethod
    def rows_for(cls, listed):
        if listed.model is Breakdown:
            return Category.objects.filter(breakdown__in=listed.order_by().values("pk"))
        return super().rows_for(listed)

    def filter_export(self, queryset, **kwargs):
        return super().filter_export(queryset, **kwargs).select_related("breakdown")

    def put(self, record, values):
        super().put(record, values)
        breakdown = self.lookups.of(Breakdown, "code").find(values["breakdown_code"])
        if record.pk is None:
            record.breakdown = breakdown or Breakdown(
                code=values["breakdown_code"], name=values.get("breakdown", "")
            )

    def store(self, record, is_new, values, *, by):
        if record.breakdown.pk is None:
            records.save(record.breakdown, by=by)
            self.lookups.remember(record.breakdown)
            record.breakdown = record.breakdown  # now that it has a key
        super().store(record, is_new, values, by=by)


class MeasureResource(RecordResource):
    """Measures, found by `code`.

    Columns: code, name, slug, kind, unit, form, decimals, per, direction, description,
    programme_code, service_code, theme_code, breakdown_code, over_periods, over_areas,
    over_services, over_categories, numerator_code, denominator_code, counts_people, small_up_to,
    source_ref, note; is_published is for reading only.
    """

    programme_code = Column("programme", Record(Programme))
    service_code = Column("service", Record(Service))
    theme_code = Column("theme", Record(Theme))
    breakdown_code = Column("breakdown", Record(Breakdown))
    numerator_code = Column(
        "numerator", Record(Measure), help_text="Of a ratio of two measures: its upper part."
    )
    denominator_code = Column("denominator", Record(Measure))

    class Meta:
        model = Measure
        key = ["code"]
        readonly = ["is_published"]
        fields = [
            "code",
            "name",
            "slug",
            "kind",
            "unit",
            "form",
            "decimals",
            "per",
            "direction",
            "description",
            "programme_code",
            "service_code",
            "theme_code",
            "breakdown_code",
            "over_periods",
            "over_areas",
            "over_services",
            "over_categories",
            "numerator_code",
            "denominator_code",
            "counts_people",
            "small_up_to",
            "source_ref",
            "note",
            "is_published",
        ]


class IndicatorResource(RecordResource):
    """Indicators, found by `code`.

    Columns: code, number, name, slug, kind, theme_code, direction, measure_codes,
    no_figures_because, source_ref, note; is_published is for reading only.
    """

    theme_code = Column("theme", Record(Theme))
    measure_codes = RelatedList("measures", Records(Measure))

    class Meta:
        model = Indicator
        key = ["code"]
        readonly = ["is_published"]
        fields = [
            "code",
            "number",
            "name",
            "slug",
            "kind",
            "theme_code",
            "direction",
            "measure_codes",
            "no_figures_because",
            "source_ref",
            "note",
            "is_published",
        ]


class TargetResource(RecordResource):
    """Targets, found by `code`.

    Columns: code, measure_code, area_code, category_code, starts_on, ends_on, period_note, value,
    value_high, qualifier, source_ref, note.
    """

    measure_code = Column("measure", Record(Measure), required=True)
    area_code = Column("area", Record(Area))
    category_code = Column("category", Record(Category))

    class Meta:
        model = Target
        key = ["code"]
        fields = [
            "code",
            "measure_code",
            "area_code",
            "category_code",
            "starts_on",
            "ends_on",
            "period_note",
            "value",
            "value_high",
            "qualifier",
            "source_ref",
            "note",
        ]
