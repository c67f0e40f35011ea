"""System checks of this app."""

from collections import Counter

from django.apps import apps
from django.conf import settings
from django.core.checks import Error
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


def names_are_unique(app_configs, ours=None, **kwargs):
    """No two models have one name: history names a record by the name of its model alone."""
    if ours is None:
        ours = [m for app in settings.OUR_APPS for m in apps.get_app_config(app).get_models()]
    counted = Counter(model._meta.model_name for model in ours)
    return [
        Error(
            f"{number} models have the name “{name}”. History could not tell their records apart.",
            hint="Give one of them another name.",
            id="commissioning.E002",
        )
        for name, number in counted.items()
        if number > 1
    ]
