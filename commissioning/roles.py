"""Roles of staff: groups with the permissions that each needs and no more.

Roles say what somebody may do at all; that no one person does two steps of one award or payment is
held by rules and constraints, for superusers as well.
"""

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Role:
    """A role as staff meet it: its name, its guide, and who shows it in a demonstration.

    `like` names a role whose permissions it has in every app that grants it none of its own.
    """

    name: str
    heading: str  # of its column in docs/roles.md
    username: str
    person: str
    guide: str = "officer"  # a file in docs/guides, or another document of config/guides.py
    like: str = ""


# Every role that comes with the system, in the order of docs/roles.md. CONTRIBUTING.md says how
# to add one.
ALL = (
    Role(OFFICER, "officer", "officer", "Grants Officer"),
    Role(MANAGER, "manager", "manager", "Commissioning Manager"),
    Role(APPROVER, "approver", "approver", "Approver", guide="approver"),
    Role(FINANCE, "finance", "finance", "Finance Officer", guide="finance"),
    Role(CHIEF_FINANCE, "chief finance", "chief-finance", "Chief Finance Officer", guide="finance"),
    Role(PUBLISHER, "publisher", "publisher", "Publisher"),
    Role(AUDITOR, "auditor", "auditor", "Auditor", guide="roles"),
    Role(ADMINISTRATOR, "administrator", "accounts", "Keeper of Accounts", guide="roles"),
)

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
]
# Numbers that money is shared by; officers and finance keep them.
WEIGHTINGS = ["weighting", "weight"]
# Nouns that hold the money; finance keeps them.
MONEY = ["fundingsource", "fund", "fundname", "budget", "allocation"]
READ = [
    *DESCRIPTIVE,
    *MONEY,
    *WEIGHTINGS,
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
    "decisioncorrection",
]

VIEW_ALL = {f"view_{noun}" for noun in READ}


def _keep(nouns: list[str]) -> set[str]:
    return {f"{verb}_{noun}" for noun in nouns for verb in ("add", "change")}


# Whoever decides anything declares what they have an interest in.
DECLARE = {"add_interest"}

PUBLISHING = {
    f"publish_{noun}"
    for noun in ("award", "organisation", "service", "decisionnotice", "reportedtotal")
}

OFFICERS = (
    VIEW_ALL
    | DECLARE
    | PUBLISHING
    | _keep(DESCRIPTIVE)
    | _keep(WEIGHTINGS)
    | {
        "delete_weight",
        "delete_commitment",
        "delete_condition",
        "delete_award",
        "delete_organisationname",
        "delete_organisationidentifier",
        "delete_servicename",
        "recommend_award",
        "propose_variation",
        "settle_condition",
        "add_instalment",
        "request_payment",
    }
)
HOLDING = {"add_hold", "change_hold"}
# Nobody sets the limits of a role of their own, so two roles set limits: each the other's.
LIMITING = {"add_delegatedlimit", "change_delegatedlimit"}

FINANCE_OFFICERS = (
    VIEW_ALL
    | DECLARE
    | _keep(MONEY)
    | _keep(WEIGHTINGS)
    | HOLDING
    | {
        "delete_weight",
        "delete_fundname",
        "fund_budget",
        "allocate_budget",
        "release_payment",
        # Its own reference and note; what was asked for stays (rules.py).
        "change_payment",
        "take_on_award",
        "add_receipt",
        "publish_fund",
    }
)

ROLES: dict[str, set[str]] = {
    OFFICER: OFFICERS,
    MANAGER: OFFICERS | HOLDING | LIMITING | {"waive_condition", "end_interest"},
    APPROVER: VIEW_ALL
    | DECLARE
    | _keep(["decisionnotice"])
    | {
        "approve_award",
        "vary_award",
        "waive_condition",
        "authorise_margin",
        "publish_decisionnotice",
    },
    FINANCE: FINANCE_OFFICERS,
    CHIEF_FINANCE: FINANCE_OFFICERS
    | LIMITING
    | {
        "authorise_margin",
        "close_year",
        "end_interest",
        "add_override",
    },
    PUBLISHER: VIEW_ALL | DECLARE | PUBLISHING | {"publish_fund"},
    AUDITOR: VIEW_ALL,
    ADMINISTRATOR: {"view_user", "add_user", "change_user", "view_historyevent"},
}
# Roles themselves are kept by Django's own app: whoever may change them may give them to others.
OF_ACCOUNTS = {ADMINISTRATOR: {"view_group", "add_group", "change_group"}}


def install_after_migrate(sender, using: str, **kwargs) -> None:
    """Receiver of post_migrate: each role may do exactly this in this app."""
    install(sender, ROLES, using)
    install(apps.get_app_config("auth"), OF_ACCOUNTS, using)


def install(app_config: AppConfig, roles: dict[str, set[str]], using: str) -> None:
    """Make each role's group, and give it exactly these permissions of the app."""
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    # Our receiver may run before the one that makes permissions.
    create_permissions(app_config, verbosity=0, using=using)
    of_app = Permission.objects.using(using).filter(content_type__app_label=app_config.label)
    by_codename = {permission.codename: permission for permission in of_app}
    for name, codenames in complete(roles).items():
        group, _ = Group.objects.using(using).get_or_create(name=name)
        given = [by_codename[codename] for codename in sorted(codenames)]
        group.permissions.remove(*of_app.exclude(codename__in=codenames))
        group.permissions.add(*given)


def complete(roles: dict[str, set[str]]) -> dict[str, set[str]]:
    """The permissions of one app by role, with those of roles that are like another one."""
    likened = {
        role.name: roles[role.like] for role in ALL if role.like in roles and role.name not in roles
    }
    return {**roles, **likened}
