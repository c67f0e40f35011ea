"""A line in the log for what history recorded, so that a request and its events find each other."""

from collections import Counter
from collections.abc import Iterable

import structlog

from commissioning.models import HistoryEvent


def log_recorded(events: Iterable[HistoryEvent]) -> None:
    """One line for each kind of event, to be called once it is final; keys and counts only.

    Commands that load thousands of records have no request: their lines are for LOG_LEVEL=DEBUG.
    """
    in_request = "request_id" in structlog.contextvars.get_contextvars()
    kinds = Counter((_app(event), event.verb, event.subject_type, event.by_id) for event in events)
    first = {(event.verb, event.subject_type): event.subject_id for event in reversed([*events])}
    for (app, verb, record, by), count in kinds.items():
        log = structlog.get_logger(f"{app}.history")
        line = log.info if in_request else log.debug
        line("recorded", verb=verb, record=record, first=first[verb, record], count=count, by=by)


def _app(event: HistoryEvent) -> str:
    return event.row._meta.app_label if event.row is not None else "commissioning"
