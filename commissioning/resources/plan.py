"""Plans and their themes as spreadsheets."""

from commissioning.models import Plan, Theme
from commissioning.resources.base import RecordResource
from commissioning.resources.columns import Column, Record


class PlanResource(RecordResource):
    """Plans, found by `name`. Columns: name, starts_on, ends_on."""

    class Meta:
        model = Plan
        key = ["name"]
        fields = ["name", "starts_on", "ends_on"]


class ThemeResource(RecordResource):
    """Themes, found by `code`.

    Columns: code, plan_name, name, slug, sequence, description, source_ref.
    """

    plan_name = Column("plan", Record(Plan, by="name"), required=True)

    class Meta:
        model = Theme
        key = ["code"]
        fields = ["code", "plan_name", "name", "slug", "sequence", "description", "source_ref"]
