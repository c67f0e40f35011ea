"""Who may come in by the staff door, and what each role may do there."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from commissioning import roles
from commissioning.models import Award, HistoryEvent, Payment
from programmes.models import LocalUnit
from tests import builders as a
from tests.commissioning import staff
from tests.sampling import sample
from tests.standing import for_the_module

pytestmark = pytest.mark.django_db

PUBLISHING = {"publish", "unpublish"}
# noun: verbs. What is not listed is refused.
VERBS = {
    roles.OFFICER: {
        "award": PUBLISHING
        | {
            "recommend",
            "send-back",
            "withdraw",
            "reopen",
            "activate",
            "request-payment",
            "request-recovery",
            "name-decision",
            "propose-variation",
            "propose-extension",
            "write-schedule",
            "draw-up-schedule",
        },
        "condition": {"meet", "reopen"},
        "instalment": {"request", "request-part"},
        "proposedvariation": {"withdraw"},
        "payment": {"cancel"},
        "decisionnotice": PUBLISHING | {"correct"},
        "organisation": PUBLISHING,
        "service": PUBLISHING,
        "reportedtotal": PUBLISHING,
        "programme": PUBLISHING,
        "measure": PUBLISHING | {"release"},
        "indicator": PUBLISHING,
        "observation": {"correct"},
        "report": {"publish_edition", "prepare_next"},
        "victimsservice": {"schedule"},
        "monitoringreturn": {"accept", "send-back", "extend"},
        "problem": {"answer", "set-aside"},
    },
    roles.APPROVER: {
        "award": {
            "approve",
            "reject",
            "send-back",
            "activate",
            "close",
            "terminate",
            "reinstate",
        },
        "proposedvariation": {"approve", "refuse"},
        "condition": {"waive", "more-time", "reopen"},
        "budget": {"margin"},
        "decisionnotice": PUBLISHING | {"correct"},
        "measure": {"release"},
        "report": {"publish_edition"},
        "monitoringreturn": {"accept", "reopen"},
    },
    roles.FINANCE: {
        "award": {"take-on", "given-on", "hold-payments"},
        "hold": {"lift"},
        "budget": {
            "allocate",
            "allocate-by-formula",
            "revise",
            "vire",
            "propose-carry-forward",
            "forecast",
        },
        "allocation": {"revise", "vire"},
        "payment": {
            "release",
            "refuse",
            "mark-returned",
            "confirm-return",
            "put-into-batch",
        },
        "bankaccount": {"confirm", "refuse"},
        "carryforward": {"withdraw"},
        "ledgermatch": {"undo"},
        "ledgerexplanation": {"take-back"},
        "paymentbatch": {"release", "add-due", "take-out", "reschedule", "cancel"},
        "receipt": {"correct"},
        "monitoringreturn": {"certify", "send-back"},
        "fund": PUBLISHING,
        "fundingsource": PUBLISHING,
    },
    roles.PUBLISHER: {
        "award": PUBLISHING | {"name-decision"},
        "decisionnotice": PUBLISHING,
        "organisation": PUBLISHING,
        "service": PUBLISHING,
        "reportedtotal": PUBLISHING,
        "fund": PUBLISHING,
        "fundingsource": PUBLISHING,
        "programme": PUBLISHING,
        "measure": PUBLISHING | {"release"},
        "indicator": PUBLISHING,
        "report": {"publish_edition"},
        "problem": {"answer", "set-aside"},
        "run": {"withdraw"},
    },
    roles.AUDITOR: {},
    roles.ADMINISTRATOR: {"user": {"deactivate"}},
}
# The same and more: those who lead officers, and those who lead finance.
VERBS[roles.MANAGER] = {
    **VERBS[roles.OFFICER],
    "run": {"withdraw"},
    "award": VERBS[roles.OFFICER]["award"] | {"hold-payments"},
    "condition": {"meet", "waive", "more-time", "reopen"},
    "hold": {"lift"},
    "interest": {"end"},
    "delegatedlimit": {"end"},
}
VERBS[roles.CHIEF_FINANCE] = {
    **VERBS[roles.FINANCE],
    "budget": VERBS[roles.FINANCE]["budget"] | {"margin"},
    "carryforward": {"approve", "reject", "withdraw"},
    "override": {"take-back"},
    "closedyear": {"reopen"},
    "monthsignoff": {"withdraw"},
    "interest": {"end"},
    "delegatedlimit": {"end"},
}
# A role that is like another may do no more than that one.
VERBS |= {role.name: VERBS[role.like] for role in roles.ALL if role.like}


world = for_the_module(staff.a_world)


def addresses() -> list[str]:
    return [where for _, _, _, where in staff.pages()]


def test_the_walk_finds_the_addresses_of_verbs(world):
    found = addresses()

    assert len(found) > 100
    assert any(address.endswith("/award/approve/") for address in found)


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_comes_in_without_signing_in(client, world, method):
    for address in sample(addresses(), 200):
        response = getattr(client, method)(address)
        assert response.status_code == 302, address
        assert response.url.startswith("/staff/login/"), address


@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_without_a_role_see_and_do_nothing(client, world, method):
    client.force_login(a.a_user())
    before = staff.traces()
    for address in sample(addresses(), 200):
        # 405: the second step of an import answers to POST only.
        assert getattr(client, method)(address).status_code in (403, 405), address
    assert staff.traces() == before


def test_the_account_of_a_leaver_is_refused(client, world):
    leaver = a.a_user(roles.OFFICER)
    client.force_login(leaver)
    leaver.is_active = False
    leaver.save()

    assert client.get(staff.list_of(Award)).status_code == 302


def test_an_auditor_sees_everything(client, world):
    client.force_login(a.a_user(roles.AUDITOR))
    for modeladmin in staff.registered():
        if modeladmin.opts.model_name in {"user", "group", "bankaccount"}:
            continue
        row = modeladmin.model._base_manager.first()
        for address in [
            staff.list_of(modeladmin.model),
            staff.address(row),
            staff.address(row, "history"),
        ]:
            assert client.get(address).status_code == 200, address


def test_an_auditor_changes_nothing(client, world):
    client.force_login(a.a_user(roles.AUDITOR))
    before = staff.traces()
    for modeladmin in staff.registered():
        model = modeladmin.model
        row = model._base_manager.first()
        pages = [staff.list_of(model, "add"), staff.address(row), staff.address(row, "delete")]
        for address in pages:
            assert client.post(address, {"post": "yes"}).status_code == 403, address
    for modeladmin, verb in staff.verbs():
        row = staff.row_for(modeladmin, verb)
        posted = {"asked": "yes", "confirmed": "x", "rows": str(row.pk)}
        assert client.post(staff.address(row, verb.name), posted).status_code == 403, verb
        if verb.many:
            many = staff.list_of(modeladmin.model, f"{verb.name}_many")
            assert client.post(many, posted).status_code == 403, verb
            chosen = {"action": verb.name, "_selected_action": [row.pk], "index": 0}
            client.post(staff.list_of(modeladmin.model), chosen)
    assert staff.traces() == before


@pytest.mark.parametrize("role", VERBS)
def test_each_role_has_its_verbs_and_no_others(client, world, role):
    client.force_login(a.a_user(role))
    for modeladmin, verb in sample(list(staff.verbs()), 40):
        noun = modeladmin.opts.model_name
        expected = 200 if verb.name in VERBS[role].get(noun, set()) else 403
        address = staff.address(staff.row_for(modeladmin, verb), verb.name)
        assert client.get(address).status_code == expected, (role, noun, verb.name)


@pytest.mark.parametrize("role", VERBS)
def test_a_record_s_page_offers_the_verbs_that_the_role_has(client, world, role):
    client.force_login(a.a_user(role))
    offered = {}
    for modeladmin, verb in staff.verbs():
        if modeladmin.opts.model_name not in VERBS[role]:
            continue
        page = staff.address(staff.row_for(modeladmin, verb))
        if page not in offered:
            buttons = client.get(page).context["verb_buttons"]
            offered[page] = {button["label"] for button in buttons}
        may = verb.name in VERBS[role][modeladmin.opts.model_name]
        assert (verb.label in offered[page]) == may, verb.name


def test_nothing_but_a_draft_or_a_local_unit_can_be_removed(client, world):
    client.force_login(a.a_user(superuser=True))
    for modeladmin in staff.registered():
        for row in modeladmin.model._base_manager.all():
            is_draft = isinstance(row, Award) and row.status == Award.Status.DRAFT
            expected = 200 if is_draft or isinstance(row, LocalUnit) else 403
            assert client.get(staff.address(row, "delete")).status_code == expected, row


def test_a_draft_is_removed_with_its_proposals_and_leaves_a_trace(client):
    client.force_login(a.an_officer())
    draft = a.a_draft(1_000)

    client.post(staff.address(draft, "delete"), {"post": "yes"})

    assert not Award.objects.filter(pk=draft.pk).exists()
    assert HistoryEvent.objects.filter(verb="removed", subject_type="award").exists()


def test_a_superuser_cannot_approve_their_own_recommendation(client):
    both = a.a_user(superuser=True)
    client.force_login(both)
    award = a.a_draft(1_000)
    staff.use(client, award, "recommend")
    posted = {"decision": a.a_decision().pk, "effective_on": "2026-05-01"}

    page = staff.ask(client, award, "approve", **posted)

    assert "You recommended award" in page.content.decode()
    client.post(
        staff.address(award, "approve"), {**posted, "asked": "yes", "confirmed": "whatever"}
    )
    award.refresh_from_db()
    assert award.status == Award.Status.RECOMMENDED


def test_a_superuser_cannot_release_their_own_request(client):
    both = a.a_user(superuser=True)
    client.force_login(both)
    payment = a.a_request(1_000, by=both)

    page = client.get(staff.address(payment, "release"))

    assert "You requested this payment" in page.content.decode()
    assert 'name="asked"' not in page.content.decode()
    posted = {"paid_on": "2026-06-01", "asked": "yes", "confirmed": "whatever"}
    client.post(staff.address(payment, "release"), posted)
    many = staff.list_of(Payment, "release_many")
    client.post(many, {**posted, "rows": str(payment.pk)})
    payment.refresh_from_db()
    assert payment.status == Payment.Status.REQUESTED


# --- Accounts -------------------------------------------------------------------------------------


def test_who_keeps_accounts_cannot_make_themselves_more(client):
    keeper = a.a_user()
    permissions = ["add_user", "change_user", "view_user", "view_group", "change_group"]
    for permission in permissions:
        keeper.user_permissions.add(_permission(permission))
    client.force_login(keeper)
    posted = {
        "username": keeper.username,
        "is_active": "on",
        "is_staff": "on",
        "is_superuser": "on",
        "groups": [group.pk for group in Group.objects.all()],
    }

    page = client.post(staff.address(keeper), posted)

    assert "cannot be changed on this page any more" in page.content.decode()
    keeper.refresh_from_db()
    assert not keeper.is_superuser
    assert not keeper.groups.exists()


def test_who_keeps_accounts_cannot_touch_a_superuser(client):
    keeper, superuser = a.a_user(), a.a_user(superuser=True)
    keeper.user_permissions.add(_permission("change_user"), _permission("view_user"))
    client.force_login(keeper)

    assert client.post(staff.address(superuser), {"username": "x"}).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[superuser.pk])
    assert client.post(password, {}).status_code == 403


def test_the_history_of_an_account_holds_no_password(client):
    client.force_login(a.a_user(superuser=True))
    posted = {
        "username": "newcomer",
        "password1": "A-long-secret-1",
        "password2": "A-long-secret-1",
    }
    posted["usable_password"] = "true"

    client.post(reverse("admin:commissioning_user_add"), posted)

    events = HistoryEvent.objects.filter(subject_type="user")
    assert events.exists()
    assert not any("secret" in str(event.after) + str(event.before) for event in events)
    assert not any("md5" in str(event.after) + str(event.before) for event in events)


def _permission(codename):
    return Permission.objects.get(codename=codename)
