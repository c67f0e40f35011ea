"""Forms as a browser sends them, more than once, and whatever a form may leave behind."""

from django.apps import apps
from django.conf import settings
from lxml import html

from commissioning.models import Submission
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


def forms(page, fill: bool = True, all_of_them: bool = False) -> list[tuple[str, dict]]:
    """(address, what is sent) of each form of a page that is posted, by its first button.

    Empty boxes are filled with words, and boxes to tick are ticked, if asked for. The button that
    signs out is on every page, and left out unless all are asked for.
    """
    found = []
    address = page.wsgi_request.get_full_path()
    for form in html.fromstring(page.content.decode()).forms:
        if form.method != "POST":
            continue
        if "logout" in (form.action or "") and not all_of_them:
            continue
        if not form.xpath(".//button[not(@type='button')] | .//input[@type='submit']"):
            # Shown to somebody who may not change it.
            continue
        sent: dict[str, list] = {}
        for name, value in form.form_values():
            sent.setdefault(name, []).append(value)
        for field in form.xpath(".//textarea[@name] | .//input[@name]") if fill else []:
            if field.get("type") == "checkbox":
                sent.setdefault(field.get("name"), [field.get("value") or "on"])
            elif field.get("type") in (None, "text") and is_empty(sent, field.get("name")):
                is_day = "vDateField" in (field.get("class") or "")
                sent[field.get("name")] = [DAY if is_day else "So it was agreed."]
        button = form.xpath(".//button[not(@type='button')] | .//input[@type='submit']")[0]
        if button.get("name"):
            sent[button.get("name")] = [button.get("value")]
        found.append((button.get("formaction") or form.action or address, sent))
    return found


def is_empty(sent: dict, name: str) -> bool:
    return not any(value.strip() for value in sent.get(name, []))


def problems(page):
    return staff.problems(page) if "adminform" in (page.context or {}) else ""
