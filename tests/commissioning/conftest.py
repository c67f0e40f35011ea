import pytest

from commissioning import roles
from tests import builders as a
from tests.chain import Chain, a_chain


@pytest.fixture
def chain(db) -> Chain:
    return a_chain()


# Somebody of each role, signed in.


@pytest.fixture
def finance(client):
    return _signed_in(client, roles.FINANCE)


@pytest.fixture
def chief(client):
    return _signed_in(client, roles.CHIEF_FINANCE)


@pytest.fixture
def officer(client):
    return _signed_in(client, roles.OFFICER)


@pytest.fixture
def approver(client):
    return _signed_in(client, roles.APPROVER)


def _signed_in(client, role):
    user = a.a_user(role)
    client.force_login(user)
    return user
