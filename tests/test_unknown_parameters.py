"""What is asked of a public address and is no filter there is refused, at every address alike."""

import pytest

from commissioning.public.asking import NO_FILTER, ONE_VALUE, parameters_of
from tests import world
from tests.standing import for_the_module
from tests.test_public_door import named_addresses, patterns

pytestmark = pytest.mark.django_db
whole = for_the_module(world.whole)

VIEWS = {name: pattern.callback for name, pattern in patterns()}
# What Django answers for an address of a record that is not published.
NOT_THERE = 404


def addresses() -> list[tuple[str, str]]:
    return list(named_addresses(records=1))


def misspelt(name: str) -> str:
    """A name that the address takes, with two letters changed round; or of no filter."""
    known = parameters_of(VIEWS[name])
    wrong = f"{known[0][1::-1]}{known[0][2:]}x" if known else "aera"
    assert wrong not in known
    return wrong


def said(answer) -> str:
    return (
        b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
    )


@pytest.mark.parametrize("asked", ["nonsense", "misspelt"])
def test_every_address_refuses_what_it_does_not_take(client, whole, asked):
    for name, address in addresses():
        wrong = misspelt(name) if asked == "misspelt" else asked
        answer = client.get(address, {wrong: "1"})
        assert answer.status_code == 400, address
        assert wrong in said(answer), address
        assert NO_FILTER in said(answer), address


def test_every_address_refuses_two_values_of_one_filter(client, whole):
    for name, address in addresses():
        for known in parameters_of(VIEWS[name])[:1]:
            answer = client.get(f"{address}?{known}=a&{known}=b")
            assert answer.status_code == 400, address
            assert ONE_VALUE in said(answer), address


def test_every_address_passes_over_what_counts_visitors(client, whole):
    for _, address in addresses():
        plain = client.get(address).status_code
        answer = client.get(address, {"utm_source": "news", "fbclid": "x"})
        assert answer.status_code == plain, address


def test_a_page_leads_to_itself_without_what_could_not_be_used(client, whole):
    page = said(client.get("/awards/?areas=district&kind=grant&x=<b>"))

    assert "areas: There is no such filter. Did you mean “area”?" in page
    assert 'href="/awards/?kind=grant"' in page
    assert "<b>" not in page


def test_the_api_refuses_in_its_own_form(client, whole):
    as_json = client.get("/api/v1/awards/?nonsense=1")
    as_csv = client.get("/api/v1/awards/?nonsense=1&format=csv")

    assert as_json.json()["nonsense"][0].startswith(NO_FILTER)
    assert as_csv.content.decode().startswith(f"nonsense: {NO_FILTER}")
