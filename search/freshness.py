"""The index follows history: what an action records waits, and is read after the commit."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import structlog
from django.db import connection, transaction

from commissioning.models import HistoryEvent
from search import engines
from search.index import refresh
from search.models import Waiting
from search.sources import ALL

log = structlog.get_logger(__name__)

# Records that are part of another: the noun of that, and where its key stands.
PARTS = {
    "organisationname": ("organisation", "organisation_id"),
    "organisationidentifier": ("organisation", "organisation_id"),
    "servicename": ("service", "service_id"),
    "fundname": ("fund", "fund_id"),
}
FOLLOWED = {source.noun for source in ALL} | {noun for source in ALL for noun in source.follows}
AT_ONCE = 5_000


def follow(events: Sequence[HistoryEvent]) -> None:
    """Note what changed, with the change; bring the index up to date when it is final."""
    subjects = {subject for event in events for subject in _subjects(event)}
    if not subjects:
        return
    Waiting.objects.bulk_create(
        [Waiting(noun=noun, record_id=key) for noun, key in sorted(subjects)], batch_size=1000
    )
    transaction.on_commit(catch_up)


def _subjects(event: HistoryEvent) -> Iterable[tuple[str, str]]:
    noun, key = event.subject_type, event.subject_id
    if noun in PARTS:
        noun, where = PARTS[noun]
        key = (event.after or {}).get(where) or (event.before or {}).get(where)
    if noun in FOLLOWED and key:
        yield noun, str(key)


def is_behind() -> bool:
    """Whether something changed that the index has not followed yet."""
    return Waiting.objects.exists()


def catch_up() -> None:
    """Bring the index up to date with whatever waits."""
    while is_behind():
        _take_turn()


@transaction.atomic
def _take_turn() -> None:
    engines.wait_for_my_turn(connection)
    waiting = list(Waiting.objects.order_by("pk")[:AT_ONCE])
    changed = defaultdict(set)
    for one in waiting:
        changed[one.noun].add(one.record_id)
    for source in ALL:
        refresh(source, source.touched(changed))
    Waiting.objects.filter(pk__in=[one.pk for one in waiting]).delete()
    log.debug("index_caught_up", records=len(waiting))
