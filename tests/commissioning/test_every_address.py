"""Every address of the staff site against every role: what opens, and what is refused."""

import pytest

from commissioning import roles
from commissioning.resources import resources_on
from tests import builders as a
from tests.commissioning import staff
from tests.commissioning.test_staff_door import VERBS
from tests.sampling import sample
from tests.standing import for_the_module

pytestmark = pytest.mark.django_db

EVERYBODY = set(roles.ROLES) - {roles.ADMINISTRATOR}
FINANCE = {roles.FINANCE, roles.CHIEF_FINANCE}
OF_FINANCE = FINANCE | {roles.AUDITOR}

# role: nouns whose records it may add by hand. What is not listed is refused.
ADDS = {
    roles.OFFICER: {
        "area",
        "award",
        "breakdown",
        "category",
        "condition",
        "decisionnotice",
        "indicator",
        "indicatorset",
        "interest",
        "localunit",
        "measure",
        "measurerelation",
        "observation",
        "organisation",
        "payment",
        "plan",
        "post",
        "programme",
        "report",
        "reportedtotal",
        "reporttable",
        "service",
        "target",
        "theme",
        "victimsservice",
        "weighting",
    },
    roles.APPROVER: {"decisionnotice", "interest"},
    roles.FINANCE: {
        "allocation",
        "bankaccount",
        "budget",
        "fund",
        "fundingsource",
        "interest",
        "ledgersource",
        "paymentbatch",
        "paymentfilelayout",
        "receipt",
        "weighting",
    },
    roles.PUBLISHER: {"interest"},
    roles.AUDITOR: set(),
    roles.ADMINISTRATOR: {"group", "user"},
}
ADDS[roles.MANAGER] = ADDS[roles.OFFICER] | {"delegatedlimit"}
ADDS[roles.CHIEF_FINANCE] = ADDS[roles.FINANCE] | {"delegatedlimit", "override"}

# Nouns that come in by a spreadsheet and are not added by hand.
BY_SPREADSHEET = {
    roles.OFFICER: {"commitment"},
    roles.MANAGER: {"commitment"},
    # Awards made before this system was used.
    roles.FINANCE: {"award"},
    roles.CHIEF_FINANCE: {"award"},
}
IMPORTING = {"import", "process_import", "layout"}
# Pages of one noun that only some roles open, beside its verbs.
FURTHER = {
    "take_in": {roles.OFFICER, roles.MANAGER},
    "form": {roles.OFFICER, roles.MANAGER},
    # Bank details, and the file that holds them.
    "details": FINANCE,
    "file": FINANCE,
}
LOOKING = {"changelist", "change", "history", "export"}
# Who looks at what not everybody looks at.
LOOKED_AT_BY = {
    "user": {roles.ADMINISTRATOR},
    "group": {roles.ADMINISTRATOR},
    "historyevent": set(roles.ROLES),
    "bankaccount": FINANCE,
    "forecast": OF_FINANCE | {roles.MANAGER, roles.APPROVER},
}


# A role that is like another opens what that one opens.
LIKE = {role.name: role.like or role.name for role in roles.ALL}


def opens(role: str, noun: str, page: str, row) -> bool:
    """Whether the role may open the page of the noun."""
    role = LIKE[role]
    verb = page.removesuffix("_many")
    if verb in VERBS[role].get(noun, set()):
        return True
    if page == "add":
        return noun in ADDS[role]
    if page in IMPORTING:
        brought = ADDS[role] | BY_SPREADSHEET.get(role, set())
        return noun in brought and any(sheet._meta.can_import for sheet in resources_on(type(row)))
    if page == "delete":
        # Drafts and local units, which officers keep.
        return "award" in ADDS[role] and (noun == "localunit" or is_draft(row))
    if page == "auth_user_password_change":
        return role == roles.ADMINISTRATOR
    if page in FURTHER:
        return role in FURTHER[page]
    if verb in {each.name for _, each in staff.verbs()}:
        return False
    return sees(role, noun, page, row)


def sees(role: str, noun: str, page: str, row) -> bool:
    if page == "export" and not resources_on(type(row)):
        return False
    others = OF_FINANCE if row._meta.app_label == "finance" else EVERYBODY
    return role in LOOKED_AT_BY.get(noun, others)


def is_draft(row) -> bool:
    return row._meta.model_name == "award" and row.status == "draft"


# What everybody may look at is opened by an auditor; test_roles.py proves that others may too.
OPENING = {roles.AUDITOR, roles.ADMINISTRATOR}


world = for_the_module(staff.a_world)


@pytest.mark.parametrize("role", roles.ROLES)
def test_each_role_opens_its_pages_and_no_others(client, world, role):
    client.force_login(a.a_user(role))
    wrong = []
    for noun, page, row, where in sample(staff.pages(), 150):
        expected = opens(role, noun, page, row)
        if expected and page in LOOKING and role not in OPENING:
            continue
        # The second step of an import answers to POST only; without its file it does nothing.
        ask = client.post if page == "process_import" else client.get
        refused = ask(where).status_code == 403
        if refused == expected:
            wrong.append((noun, page, "refused" if refused else "opened"))
    assert wrong == []
