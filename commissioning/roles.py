"""Roles of staff: groups with the permissions that each needs and no more.

Roles say what somebody may do at all; that no one person does two steps of one award or payment is
held by rules and constraints, for superusers as well.
"""

from django.apps import AppConfig, apps
from django.contrib.auth.management import create_permissions

OFFICER = "Grants officer"
MANAGER = "Commissioning manager"
APPROVER = "Approver"
FINANCE = "Finance officer"
CHIEF_FINANCE = "Chief finance officer"
PUBLISHER = "Publisher"
AUDITOR = "Auditor"
ADMINISTRATOR = "Administrator"

# Nouns that describe what money is for; officers keep them.
DESCRIPTIVE = [
    "area",
    "organisation",
    "organisationname",
    "organisationidentifier",
    "plan",
    "theme",
    "service",
    "servicename",
    "award",
    "commitment",
    "condition",
    "decisionnotice",
    "reportedtotal",
    "payment",
    "weighting",
    "weight",
]
# Nouns that hold the money; finance keeps them.
MONEY = ["fundingsource", "fund", "fundname", "budget", "allocation"]
READ = [
    *DESCRIPTIVE,
    *MONEY,
    "entry",
    "variation",
    "closedyear",
    "historyevent",
    "importrun",
    "delegatedlimit",
    "interest",
    "override",
    "proposedvariation",
    "proposedchange",
    "instalment",
    "hold",
    "receipt",
    "pipelineentry",
    "marginauthority",
]

VIEW_ALL = {f"view_{noun}" for noun in READ}


def _keep(nouns: list[str]) -> set[str]:
    return {f"{verb}_{noun}" for noun in nouns for verb in ("add", "change")}


ROLES: dict[str, set[str]] = {
    OFFICER: VIEW_ALL
    | _keep(DESCRIPTIVE)
    | {
        "delete_commitment",
        "delete_condition",
        "delete_award",
        "delete_organisationname",
        "delete_organisationidentifier",
        "delete_servicename",
        "recommend_award",
        "request_payment",
        "publish_award",
        "publish_organisation",
        "publish_service",
        "publish_decisionnotice",
        "publish_reportedtotal",
    },
    APPROVER: VIEW_ALL
    | _keep(["decisionnotice"])
    | {"approve_award", "vary_award", "authorise_margin", "publish_decisionnotice"},
    FINANCE: VIEW_ALL
    | _keep(MONEY)
    | {
        "delete_fundname",
        "fund_budget",
        "allocate_budget",
        "authorise_margin",
        "close_year",
        "release_payment",
        # Its own reference and note; what was asked for stays (rules.py).
        "change_payment",
        "take_on_award",
        "publish_fund",
    },
    AUDITOR: VIEW_ALL,
}


def install_after_migrate(sender, using: str, **kwargs) -> None:
    """Receiver of post_migrate: each role may do exactly this in this app."""
    install(sender, ROLES, using)


def install(app_config: AppConfig, roles: dict[str, set[str]], using: str) -> None:
    """Make each role's group, and give it exactly these permissions of the app."""
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    # Our receiver may run before the one that makes permissions.
    create_permissions(app_config, verbosity=0, using=using)
    of_app = Permission.objects.using(using).filter(content_type__app_label=app_config.label)
    by_codename = {permission.codename: permission for permission in of_app}
    for name, codenames in roles.items():
        group, _ = Group.objects.using(using).get_or_create(name=name)
        given = [by_codename[codename] for codename in sorted(codenames)]
        group.permissions.remove(*of_app.exclude(codename__in=codenames))
        group.permissions.add(*given)
