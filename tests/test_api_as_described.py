"""The API answers as its OpenAPI description says: no failure, nothing that is not described.

`make fuzz` asks more than `make test`.
"""

import os

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from config import lists
from config.wsgi import application
from tests import world
from tests.standing import for_the_module

DESCRIPTION = SchemaGenerator().get_schema(request=None, public=True)
schema = schemathesis.openapi.from_dict(DESCRIPTION)
schema.app = application

FUZZ = int(os.environ.get("FUZZ", "500"))
quietly = {"deadline": None, "suppress_health_check": list(HealthCheck)}


# A record of every kind.
everything = for_the_module(world.whole)


@pytest.fixture
def api(everything, db):
    """Requests through WSGI end by closing the connection, and with it the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def check(case):
    """The answer, which must keep to the description."""
    return case.call_and_validate(
        # Schemathesis asks for gzip, and over WSGI does not unpack it.
        headers={"Accept-Encoding": "identity"},
        # A name of a record that there is none of is well formed, and still refused.
        excluded_checks=[positive_data_acceptance],
    )


def test_the_description_is_valid_openapi_without_a_warning():
    validate_schema(DESCRIPTION)
    assert DESCRIPTION["openapi"].startswith("3.1")
    assert {method for path in DESCRIPTION["paths"].values() for method in path} == {"get"}


def test_records_are_as_described(api):
    for listing in lists.IN_API:
        name = "id" if listing.key == "pk" else listing.key
        rows = listing.rows()[:3]
        assert rows, listing.name
        for row in rows:
            parts = {name: str(getattr(row, listing.key))}
            case = schema[f"/api/v1/{listing.name}/{{{name}}}/"]["GET"].Case(path_parameters=parts)
            assert check(case).status_code == 200


@pytest.mark.usefixtures("api")
@schema.parametrize()
@settings(max_examples=12, derandomize=True, **quietly)
def test_the_api_answers_as_it_is_described(case):
    check(case)


@pytest.mark.fuzz
@pytest.mark.usefixtures("api")
@schema.parametrize()
@settings(max_examples=FUZZ, derandomize=False, **quietly)
def test_the_api_answers_as_it_is_described_whatever_is_asked(case):
    check(case)
