"""What was published again or put right lately, of whatever every app publishes."""

from dataclasses import dataclass
from datetime import datetime

from commissioning import hooks

SHOWN = 20


@dataclass(frozen=True)
class Change:
    """A note on what is new in the data, or was put right; `href` is empty for what has no page."""

    at: datetime
    text: str
    href: str = ""


def latest() -> list[Change]:
    """The latest changes, newest first; nothing withdrawn."""
    found = [change for find in hooks.changes for change in find(SHOWN)]
    return sorted(found, key=lambda change: change.at, reverse=True)[:SHOWN]
