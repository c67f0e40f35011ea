"""Every POST of the site: sent three times in a row, it has one effect."""

import pytest
from django.core.cache import cache
from django.db import transaction

from commissioning.submissions import FIELD
from tests import sampling
from tests.commissioning import answers, sending, staff
from tests.every_post import sent
from tests.every_post.addresses import patterns
from tests.every_post.ways import (
    DONE,
    GOES_OUT,
    HAS_NONE,
    WHERE_IT_MAY,
    forms_for,
    is_looked_at,
    kind_of,
    ways,
)
from tests.sampling import sample
from tests.standing import for_the_module

pytestmark = pytest.mark.django_db

world = for_the_module(answers.world)
WAYS = ways()
# On so many of their pages, of all nouns, forms have an effect as they are filled in here.
MOST_OF_THEM = {"add": 33, "change": 30, "delete": 2, "process_import": 18}


@pytest.fixture(autouse=True)
def boss(client, world):
    cache.clear()
    client.force_login(world)
    return world


@pytest.mark.parametrize("name", sample(sorted(WAYS), 40))
def test_a_form_sent_three_times_in_a_row_has_one_effect(client, name):
    effects = of_each_form(client, name)

    must = name not in DONE and kind_of(name) not in WHERE_IT_MAY | HAS_NONE
    assert any(effects) or not must, f"the walk finds nothing to do at {name}"


def of_each_form(client, name: str) -> list[bool]:
    """Whether each form of the address had an effect, sent three times."""
    effects = []
    for form in forms_for(client, name):
        with transaction.atomic():
            send = sent.out_each_time if kind_of(name) in GOES_OUT else sent.in_a_row
            effects.append(send(client, form))
            transaction.set_rollback(True)
    return effects


@pytest.mark.skipif(not sampling.ALL, reason="counted over all of them")
@pytest.mark.parametrize("kind", sorted(WHERE_IT_MAY))
def test_most_pages_of_records_have_an_effect_to_repeat(client, kind):
    found = 0
    for name in sorted(WAYS):
        if kind_of(name) == kind:
            with transaction.atomic():
                found += any(of_each_form(client, name))
                transaction.set_rollback(True)
    assert found >= MOST_OF_THEM[kind]


def test_every_address_that_takes_a_post_is_in_the_walk(client):
    """Whatever is not must refuse a POST, or change nothing and be listed as a page to look at."""
    before, missing = sent.left(), []
    for pattern in patterns():
        if pattern.name in WAYS:
            continue
        answer = client.post(pattern.address)
        if answer.status_code != 405 and not is_looked_at(pattern):
            missing.append((pattern.name, pattern.address, answer.status_code))
    assert missing == []
    assert sent.left() == before


def test_every_form_that_a_page_shows_is_in_the_walk_and_has_a_key(client):
    shown = [address for _, page, _, address in staff.pages() if page not in {"layout", "form"}]
    missing, found = [], 0
    for address in sample(shown, 60):
        page = client.get(address)
        if page.status_code != 200 or "html" not in page["Content-Type"]:
            continue
        for to, fields in sending.forms(page, fill=False, all_of_them=True):
            found += 1
            form = sent.Form(to, fields)
            if form.name not in WAYS or FIELD not in form.sent:
                missing.append((address, form.name))
    assert missing == []
    assert found > 30
