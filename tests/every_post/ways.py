"""How each POST of the site is sent as staff and the public send it: by name of URL pattern."""

from collections.abc import Callable
from functools import cache, partial
from itertools import pairwise

from django.test import Client

from tests.commissioning import answers, sending, staff
from tests.every_post import nouns, pages
from tests.every_post.addresses import Pattern, pages_of_records
from tests.every_post.sent import Form

Way = Callable[[Client], list[Form]]

# Pages of every model; the rest of a model's pages are its staff actions, or named in pages.OWN.
OF_NOUNS = {
    "add": nouns.add,
    "change": nouns.change,
    "delete": nouns.delete,
    "changelist": nouns.list_actions,
    "import": nouns.upload,
    "process_import": nouns.confirmed_upload,
    "export": nouns.export,
}
# What goes out each time that it is asked for; history holds each time.
GOES_OUT = {"export", "admin:finance_bankaccount_details", "admin:finance_paymentbatch_file"}
# Forms that ask or show, and sign in or out: they leave no record, however often they are sent.
HAS_NONE = {
    *GOES_OUT,
    "changelist",
    "import",
    "admin:login",
    "admin:logout",
    "admin:reconciliation_import",
}
# Pages of records whose forms have an effect where the record lets them; others are refused.
WHERE_IT_MAY = {"add", "change", "delete", "process_import"}
# Whose work is done already in the world of the tests.
DONE = {"admin:victims_victimsservice_schedule", "admin:victims_victimsservice_schedule_many"}
# Pages that show something, and answer a POST as they answer a GET.
LOOKED_AT = {
    "admin:app_list",
    "admin:index",
    "admin:jsi18n",
    "admin:password_change_done",
    "admin:view_on_site",
    # Leads on to the address with a slash at its end, or to the page of a record.
    "admin:",
}
LOOKED_AT_OF_NOUNS = {"history", "layout"}


@cache
def ways() -> dict[str, Way]:
    """The way of every pattern that takes a form."""
    found: dict[str, Way] = dict(pages.OWN)
    for name, (modeladmin, page) in pages_of_records().items():
        verbs = {verb.name: verb for verb in staff.own(modeladmin)}
        if name in found or page in LOOKED_AT_OF_NOUNS:
            continue
        if page in OF_NOUNS:
            found[name] = partial(OF_NOUNS[page], modeladmin=modeladmin)
        elif page in verbs:
            found[name] = partial(one, modeladmin=modeladmin, verb=verbs[page])
        elif page.removesuffix("_many") in verbs:
            verb = verbs[page.removesuffix("_many")]
            found[name] = partial(many, modeladmin=modeladmin, verb=verb)
    return found


def is_looked_at(pattern: Pattern) -> bool:
    _, page = pages_of_records().get(pattern.name, (None, ""))
    return pattern.name in LOOKED_AT or page in LOOKED_AT_OF_NOUNS


def kind_of(name: str) -> str:
    """Pages that the same machinery serves."""
    if name in pages.OWN:
        return name
    _, page = pages_of_records()[name]
    if page in OF_NOUNS:
        return page
    return "staff action on many" if page.endswith("_many") else "staff action"


def forms_for(client: Client, name: str) -> list[Form]:
    """What is sent to the pattern of this name, and to no other."""
    return [form for form in ways()[name](client) if form.name == name]


def one(client: Client, modeladmin, verb) -> list[Form]:
    """The confirm page of a staff action on one record, confirmed."""
    row, posted, page = answers.preview(client, modeladmin, verb)
    return [
        Form(staff.address(row, verb.name), {**key_of(page), **staff.confirming(page, **posted)})
    ]


def many(client: Client, modeladmin, verb) -> list[Form]:
    """The confirm page of a staff action on two records, or on one if no two go together."""
    address = staff.list_of(modeladmin.model, f"{verb.name}_many")
    rows = [
        row for row in modeladmin.get_queryset(None).order_by("pk")[:200] if verb.is_possible(row)
    ]
    pairs = [*pairwise(rows)]
    refused = []
    for chosen in [*pairs[:3], *((row,) for row in rows)]:
        posted = answers.answers(modeladmin, verb, chosen[0])
        posted["rows"] = ",".join(str(row.pk) for row in chosen)
        page = client.post(address, {**posted, "asked": "Continue"})
        if "effect" in (page.context or {}):
            posted["rows"] = page.context["keys"]
            return [Form(address, {**key_of(page), **staff.confirming(page, **posted)})]
        refused += page.context["obstacles"] if page.context else []
    raise AssertionError(f"no {modeladmin.opts.model_name} to {verb.name}: {refused}")


def key_of(page) -> dict:
    """The single-use key that a page offers first."""
    return nouns.key(sending.forms(page, fill=False)[0][1])
