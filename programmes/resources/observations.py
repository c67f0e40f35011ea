"""Figures as a spreadsheet: new ones are recorded, changed ones corrected."""

from django.db.models import QuerySet

from commissioning.models import Area, Service, User
from commissioning.resources.base import RecordResource
from commissioning.resources.columns import Column, Pointer, Record, Text
from commissioning.rules import RuleBroken
from programmes.actions import observations
from programmes.models import Category, Measure, Observation


class Reason(Pointer):
    """Why a figure is corrected: said anew each time, so never exported."""

    def get_value(self, instance):
        return ""


class ObservationResource(RecordResource):
    """Figures, found by measure and by what they are of: service, area, category and period.

    Columns: measure_code, service_code, area_code, category_code, starts_on, ends_on, period_kind,
    period_note, is_total, value, value_high, numerator, denominator, qualifier, missing,
    series_break, code, document, source_ref, note, reason; version, recorded_at and recorded_by
    are for reading only.
    """

    measure_code = Column("measure", Record(Measure), required=True)
    service_code = Column("service", Record(Service))
    area_code = Column("area", Record(Area), help_text="Blank for the whole.")
    category_code = Column("category", Record(Category))
    reason = Reason(
        "reason", Text(), help_text="Why a figure is corrected; needed where one is changed."
    )
    recorded_by = Column("recorded_by", Record(User, by="username"), readonly=True)

    explains = (
        "A figure that is not there yet is recorded. One that is there already and reads otherwise "
        "in the file is corrected, for the reason in the last column; the earlier figure stays on "
        "record."
    )

    class Meta:
        model = Observation
        title = "Figures"
        readonly = ["version", "recorded_at", "recorded_by"]
        key = [
            "measure_code",
            "service_code",
            "area_code",
            "category_code",
            "starts_on",
            "ends_on",
            "period_note",
            "is_total",
        ]
        fields = [
            "measure_code",
            "service_code",
            "area_code",
            "category_code",
            "starts_on",
            "ends_on",
            "period_kind",
            "period_note",
            "is_total",
            "value",
            "value_high",
            "numerator",
            "denominator",
            "qualifier",
            "missing",
            "series_break",
            "code",
            "document",
            "source_ref",
            "note",
            "reason",
            "version",
            "recorded_at",
            "recorded_by",
        ]

    def __init__(self, **kwargs):
        # A correction is a new version: whoever may record figures may correct them.
        super().__init__(**{**kwargs, "may_change": True})
        self.standing: dict[int, dict[str, Observation]] = {}

    def before_import(self, dataset, **kwargs):
        super().before_import(dataset, **kwargs)
        named = {str(cell).strip() for cell in dataset["measure_code"]}
        self._look_up_standing(Measure.objects.filter(code__in=named))

    def read(self, row):
        values = super().read(row)
        values["place"] = self._place(values)
        return values

    def check_repeat(self, values, row):
        first = self.seen.setdefault((values["measure_code"].pk, values["place"]), row)
        if first != row:
            raise RuleBroken(f"row {first} is about the same figure.", "repeated")

    def find(self, values):
        measure = values["measure_code"]
        if measure.pk not in self.standing:  # the row gives the name, not the code
            self._look_up_standing(Measure.objects.filter(pk=measure.pk))
        return self.standing[measure.pk].get(values["place"])

    def _look_up_standing(self, measures: QuerySet[Measure]) -> None:
        """Fetch the figures of some measures that are on record."""
        self.standing |= {pk: {} for pk in measures.values_list("pk", flat=True)}
        standing = Observation.objects.filter(measure__in=measures).current()
        for figure in self.filter_export(standing):
            self.standing[figure.measure_id][figure.place] = figure

    def changes(self, record, values):
        changes = super().changes(record, values)
        if changes and not values.get("reason"):
            what = ", ".join(f"{each.column} was {each.before or 'blank'}" for each in changes)
            raise RuleBroken(
                f"this figure is recorded already ({what}). Say in the column reason why it is "
                "corrected.",
                "no_reason",
                "reason",
            )
        return changes

    def put(self, record, values):
        """A figure on record is not written on; `store` makes its new version."""
        if record.pk is None:
            super().put(record, values)

    def store(self, record, is_new, values, *, by):
        if is_new:
            observations.record(record, by=by)
            return
        changed = {
            column.attribute: values[column.column_name]
            for column in self.import_columns()
            if column.column_name in values and not isinstance(column, Pointer)
        }
        observations.correct(record, reason=values["reason"], by=by, **changed)

    def _place(self, values: dict) -> str:
        """Where the figure of a row stands within its measure."""
        figure = Observation()
        super().put(figure, values)
        return figure.place_key
