"""Loading the reference figures: each noun in the order in which the next ones name it."""

from collections.abc import Callable

from django.db import transaction
from django.db.models import Model

from commissioning.actions import publication
from commissioning.models import Award, Fund, Organisation, User
from commissioning.models.publication import Publishable
from commissioning.reference import chain, nouns
from commissioning.reference.files import Row
from commissioning.resources.areas import AreaResource
from commissioning.resources.awards import TakenOnAwardResource
from commissioning.resources.base import RecordResource, load_rows
from commissioning.resources.columns import Record
from commissioning.resources.commitments import ConditionResource
from commissioning.resources.funds import (
    AllocationResource,
    BudgetResource,
    FundingSourceResource,
    FundResource,
)
from commissioning.resources.organisations import OrganisationResource
from commissioning.resources.plan import PlanResource, ThemeResource
from commissioning.resources.reported import ReportedTotalResource
from commissioning.resources.services import ServiceResource

Tell = Callable[[str], None]
Key = tuple[str, ...]

STEPS = [
    (AreaResource, nouns.areas),
    (PlanResource, nouns.plans),
    (ThemeResource, nouns.themes),
    (OrganisationResource, nouns.organisations),
    (FundingSourceResource, nouns.sources),
    (FundResource, nouns.funds),
    (ServiceResource, nouns.services),
    (ConditionResource, nouns.conditions),
    (BudgetResource, chain.budgets),
    (AllocationResource, chain.allocations),
    (TakenOnAwardResource, chain.awards),
    (ReportedTotalResource, nouns.reported_totals),
]


def there_are_records() -> bool:
    return any(model.objects.exists() for model in (Organisation, Fund, Award))


@transaction.atomic
def load(tell: Tell) -> int:
    """Add what is missing of the reference figures and publish it; how many records were added.

    What is there is left as it is: staff may have worked on it.
    """
    by, added = _loader(), 0
    budgets_before = _recorded(BudgetResource)
    for resource, rows in STEPS:
        if resource is AllocationResource:
            tell(_line(chain.imply_budgets(by), "budgets implied by awards"))
            # Words of an allocation may have been changed since; its budget stays the same.
            fresh = _add_missing(resource, list(rows()), by, tell, BudgetResource, budgets_before)
        else:
            fresh = _add_missing(resource, list(rows()), by, tell, resource, _recorded(resource))
        added += len(fresh)
        if issubclass(resource._meta.model, Publishable):
            publication.publish(fresh, by=by)
    return added


def _loader() -> User:
    """The user by whom the figures are recorded; nobody can sign in as it."""
    user, is_new = User.objects.get_or_create(
        username="records-loader",
        defaults={"first_name": "Records", "last_name": "loader", "is_active": False},
    )
    if is_new:
        user.set_unusable_password()
        user.save()
    return user


def _add_missing(
    resource: type[RecordResource],
    rows: list[Row],
    by: User,
    tell: Tell,
    known_by: type[RecordResource],
    known: dict[Key, int],
) -> list[Model]:
    """The records added for the rows whose key, as of the resource `known_by`, is not known."""
    missing = [row for row in rows if _key(known_by, row) not in known]
    load_rows(resource, missing, by)
    tell(_line(len(missing), f"{_noun(resource)} added", len(rows) - len(missing)))
    recorded = _recorded(resource)
    fresh = [recorded[_key(resource, row)] for row in missing]
    return list(resource._meta.model._base_manager.filter(pk__in=fresh).order_by("pk"))


def _key_columns(resource: type[RecordResource]) -> list[str]:
    """A code names a record by itself, whatever else a file may be told apart by."""
    return ["code"] if "code" in resource._meta.key else list(resource._meta.key)


def _key(resource: type[RecordResource], row: Row) -> Key:
    return tuple(row.get(name, "") for name in _key_columns(resource))


def _recorded(resource: type[RecordResource]) -> dict[Key, int]:
    """The noun's records by their keys, which are written as the cells of a row."""
    paths = []
    for name in _key_columns(resource):
        column = resource.fields[name]
        is_record = isinstance(column.widget, Record)
        paths.append(f"{column.attribute}__{column.widget.by}" if is_record else column.attribute)
    records = resource._meta.model._base_manager.values_list("pk", *paths)
    return {tuple("" if value is None else str(value) for value in key): pk for pk, *key in records}


def _noun(resource: type[RecordResource]) -> str:
    return str(resource._meta.model._meta.verbose_name_plural)


def _line(added: int, what: str, there: int = 0) -> str:
    return f"{added:>6} {what}" + (f", {there} there already" if there else "")
