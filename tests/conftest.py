"""One embedded PostgreSQL for the whole test session, started when the first test asks for it.

With ``DATABASE_URL`` set, that server is used instead. Under pytest-xdist the controller starts
the server and hands its address to the workers, so that there is never more than one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from timshel.kernel.database_url import parse_database_url
from timshel.kernel.embedded_database import EmbeddedDatabase

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

    from tests.cast import Cast
    from tests.demonstration import Kept
    from tests.snapshot import Snapshot
    from timshel.interfaces.connectors.packs import Demonstration

# How long drawing examples takes says more of a busy machine than of the examples.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


class SessionDatabase:
    """The session's server; nothing runs until ``url`` is asked for."""

    def __init__(self) -> None:
        self._server: EmbeddedDatabase | None = None

    def url(self) -> str:
        given = os.environ.get("DATABASE_URL", "")
        if given:
            return given
        if self._server is None:
            folder = tempfile.mkdtemp(prefix="timshel-tests-")
            self._server = EmbeddedDatabase(Path(folder), durable=False)
            self._server.start(patience=60)
        return self._server.url()

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop(patience=5)
            shutil.rmtree(self._server.directory, ignore_errors=True)
            self._server = None


DATABASE = SessionDatabase()


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        os.environ["DATABASE_URL"] = DATABASE.url()


# Each of these takes minutes in few tests: begun last, one would keep the other processor idle.
LONG = ("test_rights.py", "test_query_counts.py")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest; everything else stays in the order of chance."""
    items.sort(key=lambda item: item.path.name not in LONG)


def pytest_unconfigure(config: pytest.Config) -> None:
    DATABASE.stop()


@pytest.fixture(scope="session")
def database_url() -> str:
    """The address of the session's server (its own database, not Django's test database)."""
    return DATABASE.url()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, database_url: str
) -> None:
    """Point Django at the session's server just before the test database is made."""
    from django.conf import settings
    from django.db import connections

    # Both hold the same dictionary once a connection was asked for; before that only the first.
    for default in (settings.DATABASES["default"], connections.settings["default"]):
        default.update(parse_database_url(database_url))
    # A kept connection would outlive the thread of a test and block dropping the database.
    connections.settings["default"]["CONN_MAX_AGE"] = 0


# How far the keys of one table are from those of the next: more than any table of a run needs.
APART = 1_000_000
_SPREAD = """
SELECT setval(sequence.oid::regclass, %s * row_number() OVER (ORDER BY relation.relname))
FROM pg_class AS sequence
JOIN pg_depend AS owner ON owner.objid = sequence.oid AND owner.deptype IN ('a', 'i')
JOIN pg_class AS relation ON relation.oid = owner.refobjid
WHERE sequence.relkind = 'S' AND sequence.relnamespace = 'public'::regnamespace
"""


@pytest.fixture(scope="session")
def _quick_states() -> ExitStack:
    """Migrate the database of the tests as an empty one is by the product, until this is closed."""
    from timshel.kernel.fresh_migrations import quick_states

    stack = ExitStack()
    stack.enter_context(quick_states())
    return stack


@pytest.fixture(scope="session")
def django_db_setup(
    _quick_states: ExitStack, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Let the keys of each table begin far from 1 and far from those of every other table.

    A small number in a test is then never the key of a row, and the key of a row of one table is
    never one of another. The numbers that people see are of sequences of their own, which no
    column owns; they begin at 1. Emptying tables between tests restarts none of them.
    """
    from django.db import connection

    _quick_states.close()
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(_SPREAD, [APART])


@pytest.fixture(scope="session", autouse=True)
def _emptying_the_journal_between_tests() -> Iterator[None]:
    """Let tests that commit be cleaned up: the journal's own triggers refuse TRUNCATE."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    original = DatabaseOperations.sql_flush

    def sql_flush(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        statements = original(self, style, tables, **options)
        if not statements:
            return []
        return [
            "SET session_replication_role = replica",
            *statements,
            # These have no models that Django manages, and so are not in the list.
            "TRUNCATE live_change, procrastinate_jobs, procrastinate_events,"
            " procrastinate_workers, procrastinate_periodic_defers",
            "SET session_replication_role = DEFAULT",
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        yield


@pytest.fixture(autouse=True)
def _requests_without_limit(settings: Any) -> None:
    """Count no requests to the API but where a test asks for it: that takes queries of its own."""
    settings.API_REQUESTS_PER_MINUTE = 0
    settings.API_STRANGERS_PER_MINUTE = 0


@pytest.fixture(scope="session", autouse=True)
def _static_files_found_once() -> Iterator[None]:
    """List the static files once: each new client of a test would look at them all anew."""
    from timshel.interfaces.web.static_files import StaticFilesMiddleware

    original = StaticFilesMiddleware.__init__
    found: dict[str, Any] = {}

    def begin(self: Any, get_response: Any) -> None:
        if not found:
            original(self, get_response)
            found.update(vars(self))
        vars(self).update(found, get_response=get_response)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesMiddleware, "__init__", begin)
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Hash passwords cheaply: what guards real ones takes a tenth of a second on purpose."""
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session")
def built_cast(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> tuple[Cast, Snapshot]:
    """The small organisation, built by its actions once, and the rows that this made."""
    from django.db import connection

    from tests.cast import build_cast
    from tests.snapshot import snapshot_of

    with django_db_blocker.unblock():
        try:
            return snapshot_of(build_cast)
        finally:
            connection.close()


@pytest.fixture
def cast(built_cast: tuple[Cast, Snapshot], db: None) -> Cast:
    """Return the small organisation that all tests know, in a database of its own."""
    built, snapshot = built_cast
    snapshot.restore()
    return replace(
        built,
        teams=dict(built.teams),
        services=dict(built.services),
        offerings=dict(built.offerings),
    )


@pytest.fixture(scope="session")
def kept_demonstration(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Kept:
    """The demonstration organisation as it was loaded once for all workers of this run."""
    from tests.demonstration import kept_demonstration

    own = tmp_path_factory.getbasetemp()
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    with django_db_blocker.unblock():
        return kept_demonstration(own.parent if is_worker else own)


@pytest.fixture(scope="module")
def demonstration(
    kept_demonstration: Kept, django_db_blocker: DjangoDbBlocker
) -> Iterator[Demonstration]:
    """Put the demonstration organisation into the database for the tests of a module."""
    with django_db_blocker.unblock(), kept_demonstration.put_back():
        yield kept_demonstration.loaded
