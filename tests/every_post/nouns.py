"""Forms of the pages that every model of the staff site has."""

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client, RequestFactory

from commissioning.models import (
    Budget,
    Condition,
    DecisionNotice,
    Payment,
    ReportedTotal,
    Theme,
    User,
)
from commissioning.resources.files import FORMATS
from commissioning.submissions import FIELD
from finance.models import BankAccount
from tests import builders as a
from tests.commissioning import answers, sending, staff
from tests.every_post.sent import File, Form


def key(sent: dict) -> dict:
    return {FIELD: sent[FIELD]}


def forms_on(client: Client, address: str, fill: bool = True) -> list[Form]:
    """The forms of a page, as they are filled in there; none if this person may not open it."""
    page = client.get(address)
    if page.status_code != 200:
        return []
    return [Form(to, sent) for to, sent in sending.forms(page, fill=fill)]


def of_a_record(client: Client, address: str, fill: bool = False) -> list[Form]:
    """The form of a record's page, with what somebody writes on it."""
    page = client.get(address)
    if page.status_code != 200:
        return []
    return [Form(to, {**sent, **written(page)}) for to, sent in sending.forms(page, fill=fill)]


def add(client: Client, modeladmin) -> list[Form]:
    return of_a_record(client, staff.list_of(modeladmin.model, "add"))


def change(client: Client, modeladmin) -> list[Form]:
    row = modeladmin.model._base_manager.order_by("pk").first()
    return of_a_record(client, staff.address(row)) if row else []


def delete(client: Client, modeladmin) -> list[Form]:
    """Of the first record that may be removed, else of the first."""
    rows = [*modeladmin.model._base_manager.order_by("pk")[:200]]
    removable = [row for row in rows if getattr(modeladmin, "is_removable", bool)(row)]
    return [
        form
        for row in [*removable, *rows][:1]
        for form in forms_on(client, staff.address(row, "delete"))
    ]


def written(page) -> dict:
    """What somebody writes on a record's form: whatever it asks for, and another note or name."""
    if "adminform" not in (page.context or {}):
        return {}
    form = page.context["adminform"].form
    posted = {
        name: answers.of_field(form, name, field)
        for name, field in form.fields.items()
        if field.required and form[name].value() in (None, "", [])
    }
    words = [name for name in ("note", "name", "title", "text", "reason") if name in form.fields]
    if words:
        posted[words[0]] = "As agreed."
    special = SPECIAL.get(form._meta.model)
    return {**posted, **(special() if special and not form.instance.pk else {})}


# What the fields of an add form do not ask for, and a rule does.
SPECIAL = {
    Budget: lambda: {
        "starts_on": "2031-04-01",
        "ends_on": "2032-03-31",
        "effective_on": "2031-04-01",
    },
    Condition: lambda: {"applies_to": "All grants of the year."},
    DecisionNotice: lambda: {"slug": "as-agreed"},
    Payment: lambda: {"commitment": a.an_award(1_000).commitments.get().pk},
    BankAccount: lambda: {"sort_code": "12-34-56", "account_number": "12345678"},
    Theme: lambda: {"sequence": "7"},
    ReportedTotal: lambda: {"amount": "1"},
    User: lambda: {
        "username": "new.colleague",
        "usable_password": "true",
        "password1": "a long pass phrase",
        "password2": "a long pass phrase",
    },
}


# --- Lists ----------------------------------------------------------------------------------------


def list_actions(client: Client, modeladmin) -> list[Form]:
    """Each action that a list offers, used on its first record."""
    address = staff.list_of(modeladmin.model)
    page = client.get(address)
    rows = page.context["cl"].result_list if page.context else []
    offered = page.context.get("action_form") if page.context else None
    if offered is None or not rows:
        return []
    forms = [sent for _, sent in sending.forms(page, fill=False)]
    chosen = {ACTION_CHECKBOX_NAME: [str(rows[0].pk)], "select_across": "0", "index": "0"}
    return [
        Form(address, {**key(forms[0]), **chosen, "action": name})
        for name, _ in offered.fields["action"].choices
        if name
    ]


# --- Spreadsheets ---------------------------------------------------------------------------------


def export(client: Client, modeladmin) -> list[Form]:
    return forms_on(client, staff.list_of(modeladmin.model, "export"), fill=False)


def upload(client: Client, modeladmin) -> list[Form]:
    """Each sheet of a model as it goes out, brought in again."""
    return [
        Form(to, {**sent, "resource": resource.__name__, "import_file": exported(resource)})
        for to, sent in sending.forms(
            client.get(staff.list_of(modeladmin.model, "import")), fill=False
        )
        for resource in sheets(client, modeladmin)
    ]


def confirmed_upload(client: Client, modeladmin) -> list[Form]:
    """The same, from the page that says what the import would do."""
    found = []
    for form in upload(client, modeladmin):
        page = form.send(client)
        found += [Form(to, sent) for to, sent in sending.forms(page, fill=False)]
    process = staff.list_of(modeladmin.model, "process_import")
    return [form for form in found if form.address == process]


def sheets(client: Client, modeladmin) -> list:
    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=client.session["_auth_user_id"])
    return modeladmin.import_resources(request)


# What somebody writes into the first row of a sheet that came out before it comes in again.
WRITTEN = ("note", "website", "description", "purpose", "title", "label", "reason", "name")


def exported(resource) -> File:
    """A sheet as it goes out, with another word in its first row."""
    rows = resource().export(resource.rows_for(resource._meta.model._base_manager.all()))
    column = next((name for name in WRITTEN if name in rows.headers), None)
    if column and len(rows):
        rows[0] = [
            "As agreed." if name == column else cell
            for name, cell in zip(rows.headers, rows[0], strict=True)
        ]
    data = FORMATS["csv"]().export_data(rows, units=resource.units())
    return File("rows.csv", data if isinstance(data, bytes) else data.encode())
