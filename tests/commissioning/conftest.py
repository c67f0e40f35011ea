import pytest

from tests.chain import Chain, a_chain


@pytest.fixture
def chain(db) -> Chain:
    return a_chain()
