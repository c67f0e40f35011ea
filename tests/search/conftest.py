import pytest

from search import index


@pytest.fixture
def searched(client):
    """Asks the search page: searched(“walsall knife”) is its HTML."""

    def ask(words: str, **chosen) -> str:
        index.rebuild()
        response = client.get("/search/", {"q": words, **chosen})
        assert response.status_code == 200
        return response.content.decode()

    return ask
