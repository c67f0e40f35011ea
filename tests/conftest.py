import pytest
from django.db import connection

from commissioning import triggers
from tests import builders as a
from tests import prepared_databases, sampling, standing


def pytest_report_header():
    """Say which database the tests run on, and how to repeat their choice of cases."""
    return [f"database: {connection.vendor}", sampling.in_header()]


def pytest_collection_modifyitems(items):
    standing.in_groups(items)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item):
    standing.copy_for(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    yield
    standing.clear_for(item, nextitem)


@pytest.fixture(scope="session")
def django_db_setup(
    pytestconfig, django_test_environment, django_db_modify_db_settings, django_db_blocker
):
    """The test database, copied from one that is migrated once (in place of pytest-django's)."""
    with django_db_blocker.unblock():
        prepared_databases.create(connection, pytestconfig.cache.mkdir("databases"))
    yield
    with django_db_blocker.unblock():
        prepared_databases.destroy(connection)


@pytest.fixture(scope="class")
def reference_figures(django_db_setup, django_db_blocker):
    """The reference figures are in the database of a class, or of one test.

    For a TestCase of Django: `TheReferenceFigures`, because this would come after its transaction.
    """
    with django_db_blocker.unblock(), prepared_databases.reference_figures(connection):
        yield


@pytest.fixture(autouse=True)
def journal_that_can_be_emptied(request):
    """Take the triggers away before a test that commits is cleaned up by a flush.

    They refuse it, as they should. The flush sends post_migrate, which installs them anew, with the
    groups of staff.
    """
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction", False)
    if not commits and not {"transactional_db", "live_server"} & set(request.fixturenames):
        yield
        return
    # Set up before this fixture, and so cleaned up after it.
    request.getfixturevalue("transactional_db")
    yield
    triggers.remove(connection)


@pytest.fixture(autouse=True)
def files_of_its_own(settings, tmp_path):
    """What a test makes the site keep on disk goes when the test does."""
    settings.DATA_DIR = tmp_path


@pytest.fixture
def superuser(client):
    """Somebody who may do everything, signed in."""
    user = a.a_user(superuser=True)
    client.force_login(user)
    return user
