"""Forms as a browser sends them, more than once, and whatever a form may leave behind."""

from django.apps import apps
from django.conf import settings
from lxml import html

from commissioning.models import Submission
from commissioning.submissions import FIELD
from tests.commissioning import staff
from tests.commissioning.answers import DAY


def effects() -> dict[str, int]:
    """How many rows each table of ours holds, history included."""
    return {
        model._meta.label: model._base_manager.count()
        for app in settings.OUR_APPS
        for model in apps.get_app_config(app).get_models()
        if model is not Submission
    }


def forms(page, fill: bool = True) -> list[tuple[str, dict]]:
    """(address, what is sent) of each form of a page that is posted, by its first button.

    Empty boxes are filled with words, and boxes to tick are ticked, if asked for.
    """
    found = []
    address = page.wsgi_request.get_full_path()
    for form in html.fromstring(page.content.decode()).forms:
        if form.method != "POST" or "logout" in (form.action or ""):
            continue
        sent: dict[str, list] = {}
        for name, value in form.form_values():
            sent.setdefault(name, []).append(value)
        for field in form.xpath(".//textarea[@name] | .//input[@name]") if fill else []:
            if field.get("type") == "checkbox":
                sent.setdefault(field.get("name"), [field.get("value") or "on"])
            elif field.get("type") in (None, "text") and not any(sent.get(field.get("name"), [])):
                is_day = "vDateField" in (field.get("class") or "")
                sent[field.get("name")] = [DAY if is_day else "So it was agreed."]
        button = form.xpath(".//button[@type='submit' and @name] | .//input[@type='submit']")
        if button:
            sent[button[0].get("name")] = [button[0].get("value")]
        found.append((form.action or address, sent))
    return found


def three_times(client, address: str, sent: dict) -> bool:
    """Send one form three times; whether it had an effect. Fails if it had more than one."""
    assert FIELD in sent, f"a form to {address} has no single-use key"
    before = effects()
    first = client.post(address, sent)
    after = effects()
    for _ in range(2):
        again = client.post(address, sent)
        assert again.status_code == first.status_code, f"{address}: {again.status_code}"
        assert again.get("Location") == first.get("Location"), address
    assert effects() == after, f"{address} had more than one effect"
    return after != before


def problems(page):
    return staff.problems(page) if "adminform" in (page.context or {}) else ""
