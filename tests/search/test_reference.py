"""Searches of the reference figures find the same, in the same order, on both databases."""

import json
from pathlib import Path

import pytest

from search import index
from search.public.results import results_of
from search.queries import Question, Results

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]

# Recorded on SQLite; this test runs on both.
EXPECTED = json.loads((Path(__file__).parent / "reference_results.json").read_text("utf-8"))


def test_the_first_ten_results_are_the_same_on_both_databases(reference_figures):
    index.rebuild()

    found = {}
    for words in EXPECTED:
        question = Question.of(words)
        documents = list(Results(question).documents()[:10])
        found[words] = [result.href for result in results_of(documents, question)]

    assert found == EXPECTED
