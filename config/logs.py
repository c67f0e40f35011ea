"""Logs: one line for each event, with the id of its request and nothing that says who somebody is.

Every app logs under its own name, by `structlog.get_logger(__name__)`. A line of ours holds the
event's name and numbers: keys of records, counts, names of constraints. Messages of libraries are
written without their values, exceptions without their message: both may quote what somebody typed.
"""

import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from django_structlog.middlewares import RequestMiddleware

Event = MutableMapping[str, Any]
# What the package would add to a line, and we have no use for.
UNWANTED = ("user_agent", "ip")


class RequestLog(RequestMiddleware):
    """Each request as a line: its route instead of its address, which may quote a search."""

    @staticmethod
    def format_request(request) -> str:
        match = getattr(request, "resolver_match", None)
        return f"{request.method} /{match.route}" if match else f"{request.method} (not routed)"

    def handle_response(self, request, response):
        known = structlog.contextvars.get_contextvars().get("request_id")
        if known and response.status_code >= 500:
            # For a report of it: the lines of this request are found by it.
            response["X-Request-ID"] = known
        super().handle_response(request, response)


def without_persons(logger, name: str, event: Event) -> Event:
    """Leave out what says who somebody is or what they typed; exceptions become type and place."""
    for word in UNWANTED:
        event.pop(word, None)
    kind, trace = _raised(event.pop("exc_info", None))
    if kind:
        event["exception"] = f"{kind.__module__}.{kind.__qualname__}"
        event["at"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)
        ]
    event.pop("stack_info", None)
    return event


def of_a_library(logger, name: str, event: Event) -> Event:
    """A library's line without its values: its template, or only where it was written."""
    record = event["_record"]
    if not record.args:
        # Whether the words are the library's own or quote somebody cannot be seen.
        event["event"] = "message_of_a_library"
    event["from"] = f"{record.name} {record.module}:{record.lineno}"
    return event


def _raised(said: object) -> tuple[type | None, Any]:
    """Type and traceback of the exception that a call for a line of the log names."""
    if said is True:
        said = sys.exc_info()
    if isinstance(said, BaseException):
        return type(said), said.__traceback__
    if isinstance(said, tuple) and len(said) == 3:
        return said[0], said[2]
    return None, None


SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    without_persons,
]


def formatter(renderer) -> dict:
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        "foreign_pre_chain": [of_a_library, *SHARED],
        "use_get_message": False,
    }


def configure(apps: list[str], level: str, form: str) -> dict:
    """Set structlog up, and the setting LOGGING: a logger for each app, libraries from WARNING."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": formatter(structlog.processors.JSONRenderer()),
            "text": formatter(structlog.dev.ConsoleRenderer(colors=False)),
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            # Each request is a line already.
            "django.request": {"level": "ERROR"},
            **{name: {"level": level} for name in [*apps, "config", "django_structlog"]},
        },
    }
