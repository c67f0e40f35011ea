"""System checks of this app."""

from django.core.checks import Warning as Problem
from django.db import connections

from commissioning import triggers


def triggers_stand(app_configs, databases, **kwargs):
    """Every trigger that guards the money stands in the database (checked with --database)."""
    problems = []
    for alias in databases or []:
        connection = connections[alias]
        if "commissioning_entry" not in connection.introspection.table_names():
            continue
        absent = sorted(triggers.missing(connection))
        if absent:
            problems.append(
                # No error: that would stop “migrate”, which installs them.
                Problem(
                    f"The database “{alias}” lacks triggers that guard the money: "
                    f"{', '.join(absent)}.",
                    hint="Run “manage.py migrate”; it installs them anew.",
                    id="commissioning.W001",
                )
            )
    return problems
