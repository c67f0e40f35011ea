"""The standard indicator set, recorded from data/victims_indicators where it is not there yet."""

from django.conf import settings
from django.db import transaction

from commissioning.actions import history, records
from commissioning.models import User
from commissioning.reference.files import Row, rows_of
from programmes.models import Breakdown, Category
from victims.models import Counted, IndicatorSet

FOLDER = settings.BASE_DIR / "data" / "victims_indicators"
STANDARD = "standard"
WAYS = ("over_periods", "over_areas", "over_services", "over_categories")


@transaction.atomic
def load(*, by: User) -> tuple[IndicatorSet, bool]:
    """The standard set, and whether it is new. What is there is left as staff have made it."""
    standing = IndicatorSet.objects.filter(code=STANDARD).first()
    if standing is not None:
        return standing, False
    made = IndicatorSet(code=STANDARD, name="Standard set for victims’ services")
    records.save(made, by=by)
    categories = [_category(row, by) for row in rows_of(FOLDER / "categories.csv")]
    made.categories.set(categories)
    history.record("changed", made, by, after={"categories": [str(each) for each in categories]})
    for position, row in enumerate(rows_of(FOLDER / "counted.csv"), start=1):
        records.save(_counted(made, position, row), by=by)
    return made, True


def _category(row: Row, by: User) -> Category:
    code = row["breakdown_code"]
    breakdown = Breakdown.objects.filter(code=code).first()
    if breakdown is None:
        breakdown = Breakdown(code=code, name=f"{row['breakdown']} (victims’ services)")
        records.save(breakdown, by=by)
    category = Category.objects.filter(code=row["code"]).first()
    if category is None:
        category = Category(breakdown=breakdown, code=row["code"], name=row["name"])
        category.position = int(row["position"])
        category.small_up_to = int(row["small_up_to"]) if row["small_up_to"] else None
        records.save(category, by=by)
    return category


def _counted(made: IndicatorSet, position: int, row: Row) -> Counted:
    named = ("code", "name", "definition", "kind", "unit", "share_name", *WAYS)
    return Counted(
        indicator_set=made,
        position=position,
        breakdown=Breakdown.objects.filter(code=row["breakdown_code"]).first(),
        no_more_than=made.counted.filter(code=row["no_more_than"]).first(),
        **{name: row[name] for name in named},
    )
