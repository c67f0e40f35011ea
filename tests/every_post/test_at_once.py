"""Every POST of the site: sent three times at the same moment, it has one effect."""

from http.cookies import SimpleCookie

import pytest
from django.core.cache import cache
from django.test import Client

from tests import racing
from tests.commissioning import answers
from tests.every_post import sent
from tests.every_post.sent import Form
from tests.every_post.ways import GOES_OUT, forms_for, kind_of, ways
from tests.sampling import sample

pytestmark = pytest.mark.dialect

WAYS = ways()
# So many of each kind of page in `make test`; all of them in `make test-all`.
OF_EACH = {"staff action": 2, "staff action on many": 2, "a page of its own": 3}

# Their first sending ends the session, so that one that comes too late is asked to sign in.
NEW_SESSION = {"admin:login", "admin:logout", "admin:password_change"}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock():
        folder = tmp_path_factory.mktemp("world")
        with racing.world_to_copy(folder, answers.world) as copy:
            yield copy


def names() -> list[str]:
    by_kind: dict[str, list[str]] = {}
    for name in sorted(WAYS):
        kind = kind_of(name)
        if kind not in GOES_OUT:
            by_kind.setdefault("a page of its own" if kind == name else kind, []).append(name)
    return [name for kind, those in by_kind.items() for name in sample(those, OF_EACH.get(kind, 1))]


@pytest.mark.parametrize("name", names())
def test_a_form_sent_three_times_at_once_has_the_effect_of_one(world, name):
    number, found = 0, 1
    while number < found:
        once, found = effect(world, name, number, times=1)
        if found:
            assert effect(world, name, number, times=3) == (once, found)
        number += 1


def effect(world, name: str, number: int, times: int) -> tuple[dict, int]:
    """What the form of this number leaves behind, sent so often at once; how many there are."""
    cache.clear()
    with world() as boss:
        client = Client()
        client.force_login(boss)
        forms = forms_for(client, name)
        if not forms:
            return {}, 0
        before = sent.left()
        at_once(client, forms[number], times)
        after = sent.left()
    return {
        label: difference(before[label], after[label])
        for label in after
        if after[label] != before[label] and not label.startswith("search.")
    }, len(forms)


def at_once(client: Client, form: Form, times: int) -> None:
    """As by somebody who presses a button more than once: of one session."""
    answered = racing.race([lambda each=each: form.send(each) for each in alike(client, times)])
    sent.answered(form, answered)
    places = {answer["Location"] for answer in answered if answer.status_code in (302, 303)}
    assert len(places) <= 1 or form.name in NEW_SESSION, f"{form.address} leads to {places}"


def alike(client: Client, times: int) -> list[Client]:
    clients = [Client() for _ in range(times)]
    for each in clients:
        each.cookies = SimpleCookie({name: cookie.value for name, cookie in client.cookies.items()})
    return clients


def difference(before, after) -> object:
    return after - before if isinstance(after, int) else after != before
