"""A form as it is sent, any number of times: what it leaves behind, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import resolve

from commissioning.models import User
from commissioning.submissions import FIELD
from tests.commissioning import sending

HISTORY = {"commissioning.HistoryEvent", "commissioning.HistoryLink"}
SAID = "You sent this form already"


@dataclass(frozen=True)
class File:
    """A file that a form sends: read again each time."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Form:
    """The address of a form, and what is sent to it."""

    address: str
    sent: Mapping[str, object] = field(default_factory=dict)

    @property
    def body(self) -> dict:
        return {
            name: SimpleUploadedFile(value.name, value.data) if isinstance(value, File) else value
            for name, value in self.sent.items()
        }

    @property
    def name(self) -> str:
        """Of the URL pattern that takes it."""
        match = resolve(urlsplit(self.address).path)
        return ":".join([*match.namespaces, match.url_name or ""])

    def send(self, client: Client):
        return client.post(self.address, self.body)


def left() -> dict[str, object]:
    """How many rows each table of ours holds, history and journal included, and who may sign in."""
    if connection.vendor == "postgresql":
        # History is linked at the end of a transaction, which is that of the whole test here.
        connection.check_constraints()
    return {**sending.effects(), "passwords": sorted(User.objects.values_list("pk", "password"))}


def in_a_row(client: Client, form: Form) -> bool:
    """Send a form three times; whether it had an effect. Fails if it had more than one."""
    assert FIELD in form.sent, f"a form to {form.address} has no single-use key"
    before = left()
    first = form.send(client)
    after = left()
    again = [form.send(client) for _ in range(2)]
    answered(form, [first, *again])
    assert left() == after, f"{form.address} had more than one effect"
    if after == before:
        return False
    leads_to_what_it_made(client, first, again)
    return True


def out_each_time(client: Client, form: Form) -> bool:
    """Something goes out each time that it is asked for, and history holds each time."""
    for _ in range(3):
        before = left()
        answered(form, [form.send(client)])
        more = {label: rows for label, rows in left().items() if rows != before[label]}
        assert set(more) <= HISTORY, f"{form.address} changed {more}"
    return True


def answered(form: Form, answers: list) -> None:
    """Nobody is shown an error of the program."""
    statuses = [getattr(answer, "status_code", answer) for answer in answers]
    assert {*statuses} <= {200, 302, 303, 400}, f"{form.address}: {statuses}"


def leads_to_what_it_made(client: Client, first, again: list) -> None:
    """Anyone who sent it again sees the page that the first time led to, and that it was done."""
    for answer in again:
        assert answer.status_code in (302, 303), answer.status_code
        assert answer["Location"] == getattr(first, "made", first.headers.get("Location"))
    page = client.get(again[-1]["Location"])
    assert page.status_code == 200, f"{again[-1]['Location']}: {page.status_code}"
    if "_auth_user_id" in client.session:
        assert SAID in page.content.decode(), f"{again[-1]['Location']} does not say so"
