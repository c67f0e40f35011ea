"""Loading the reference figures: each noun in the order in which the next ones name it."""

from collections.abc import Callable, Iterable, Sequence

from django.db import transaction

from commissioning.actions import publication
from commissioning.actions.people import account_of_nobody
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
Rows = Callable[[], Iterable[Row]]
# Adds what is missing of some records; returns how many it added.
Step = Callable[[User, Tell], int]


def there_are_records() -> bool:
    return any(model.objects.exists() for model in (Organisation, Fund, Award))


@transaction.atomic
def load(tell: Tell, steps: Sequence[Step]) -> int:
    """Add what is missing of the reference figures and publish it; how many records were added.

    What is there is left as it is: staff may have worked on it.
    """
    by = account_of_nobody("records-loader", "Records", "loader")
    return sum(step(by, tell) for step in steps)


def records(resource: type[RecordResource], rows: Rows) -> Step:
    """The step that adds the records of one noun and publishes them."""

    def step(by: User, tell: Tell) -> int:
        return _add_missing(resource, list(rows()), by, tell, resource, _recorded(resource))

    return step


def _money(by: User, tell: Tell) -> int:
    """Budgets, and allocations from them."""
    budgets_before = _recorded(BudgetResource)
    added = records(BudgetResource, chain.budgets)(by, tell)
    tell(line(chain.imply_budgets(by), "budgets implied by awards"))
    # Words of an allocation may have been changed since; its budget stays the same.
    rows = list(chain.allocations())
    return added + _add_missing(AllocationResource, rows, by, tell, BudgetResource, budgets_before)


STEPS: list[Step] = [
    records(AreaResource, nouns.areas),
    records(PlanResource, nouns.plans),
    records(ThemeResource, nouns.themes),
    records(OrganisationResource, nouns.organisations),
    records(FundingSourceResource, nouns.sources),
    records(FundResource, nouns.funds),
    records(ServiceResource, nouns.services),
    records(ConditionResource, nouns.conditions),
    _money,
    records(TakenOnAwardResource, chain.awards),
    records(ReportedTotalResource, nouns.reported_totals),
]


def _add_missing(
    resource: type[RecordResource],
    rows: list[Row],
    by: User,
    tell: Tell,
    known_by: type[RecordResource],
    known: dict[Key, int],
) -> int:
    """Add and publish the rows whose key, as of the resource `known_by`, is not known."""
    missing = [row for row in rows if _key(known_by, row) not in known]
    load_rows(resource, missing, by)
    tell(line(len(missing), f"{_noun(resource)} added", len(rows) - len(missing)))
    if issubclass(resource._meta.model, Publishable):
        recorded = _recorded(resource)
        fresh = [recorded[_key(resource, row)] for row in missing]
        rows = resource._meta.model._base_manager.filter(pk__in=fresh).order_by("pk")
        publication.publish(list(rows), by=by)
    return len(missing)


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


def line(added: int, what: str, there: int = 0) -> str:
    """What a step tells: how many of what it added, and how many were there."""
    return f"{added:>6} {what}" + (f", {there} there already" if there else "")
