"""Run in the copy: `python -m tests.recipes.checks "Add a role" command…`. Exit 0: all is shown.

The database has the tables of the copy's models. Each check comes in by a real entry point.
"""

import os
import sys

import django


def prepare(commands: list[str]) -> None:
    """Run the recipe's commands; those that write migrations first, on their real names."""
    from django.conf import settings
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    setup_test_environment()
    split = [line.removeprefix("manage.py ").split() for line in commands]
    for words in split:
        if words[0] == "makemigrations":
            call_command(*words, verbosity=0)
    call_command("makemigrations", check_changes=True, verbosity=0)
    settings.MIGRATION_MODULES = settings.FROM_MODELS
    call_command("migrate", run_syncdb=True, verbosity=0)
    for words in split:
        if words[0] != "makemigrations":
            call_command(*words)


def add_a_field_to_an_award() -> None:
    from django.test import Client

    from commissioning.models import Award
    from commissioning.resources.awards import AwardResource
    from commissioning.resources.base import load_rows
    from tests import builders as a
    from tests import world
    from tests.commissioning import staff

    said = "Apprenticeships for young people"
    award = world.a_public_award("12000")
    Award.objects.filter(pk=award.pk).update(social_value=said)
    for address in [award.get_absolute_url(), "/awards.csv", f"/api/v1/awards/{award.reference}/"]:
        assert said in read(Client().get(address)), address
    assert "What else it does for the places" in read(Client().get("/data/dictionary.csv"))
    client = signed_in()
    draft = a.a_draft()
    assert 'name="social_value"' in client.get(staff.address(draft)).text
    row = {"reference": draft.reference, "title": draft.title, "kind": draft.kind}
    row |= {"social_value": said}
    load_rows(AwardResource, [row], a.a_user(superuser=True))
    assert Award.objects.get(pk=draft.pk).social_value == said


def add_a_role() -> None:
    from django.test import Client
    from django.urls import reverse

    from commissioning.management.commands.roles_table import DOCUMENT, tables
    from tests import builders as a
    from tests.commissioning import staff

    assert DOCUMENT.read_text().endswith(tables())
    assert "| panel |" in DOCUMENT.read_text()
    client = Client()
    client.force_login(a.a_user("Police and crime panel"))
    award = a.an_award(5_000)
    assert client.get(staff.address(award)).status_code == 200
    assert client.get(reverse("admin:commissioning_award_add")).status_code == 403
    assert client.get(reverse("admin:monitoring")).status_code == 200  # as an auditor
    assert client.get(reverse("admin:help")).status_code == 200


def add_a_report_for_staff() -> None:
    from django.test import Client
    from django.urls import reverse

    from tests import builders as a

    a.an_award(5_000, legal_power="s143")
    client = signed_in()
    assert reverse("admin:legal_powers") in client.get(reverse("admin:index")).text
    page = client.get(reverse("admin:legal_powers")).text
    assert "£5,000.00" in page
    keeper = Client()
    keeper.force_login(a.a_user("Administrator"))
    assert keeper.get(reverse("admin:legal_powers")).status_code == 403


def add_an_import_column() -> None:
    from django.urls import reverse

    from commissioning.models import Area
    from commissioning.resources.areas import AreaResource
    from commissioning.resources.base import load_rows
    from tests import builders as a

    force = a.an_area(name="The force area", kind="force")
    row = {"code": "N1", "name": "North", "kind": "local_authority", "parent_name": force.name}
    load_rows(AreaResource, [row], a.a_user(superuser=True))
    assert Area.objects.get(code="N1").parent == force
    assert "parent_name" in signed_in().get(reverse("admin:commissioning_area_import")).text


def add_a_public_page() -> None:
    from django.test import Client

    assert "within 20 working days" in Client().get("/appealing/").text
    assert "/appealing/" in Client().get("/sitemap-pages.xml").text
    assert Client().post("/appealing/").status_code == 405


def add_a_bank_file_format() -> None:
    from django.urls import reverse

    from finance.payment_files import layout_of, written
    from tests import builders as a
    from tests.finance.test_payment_file import a_line

    page = signed_in().get(reverse("admin:finance_paymentfilelayout_add")).text
    assert "eleven digits" in page
    layout = a.a_layout("sort_code", "amount", amount_format="padded", has_header=False)
    assert written(layout_of(layout), [a_line()]) == "010203,00000123450\r\n"


def signed_in():
    from django.test import Client

    from tests import builders as a

    client = Client()
    client.force_login(a.a_user(superuser=True))
    return client


def read(response) -> str:
    """The text of an answer, streamed or not."""
    return b"".join(response).decode()


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.recipes.settings"
    django.setup()
    title, *following = sys.argv[1:]
    prepare(following)
    globals()[title.lower().replace(" ", "_")]()
