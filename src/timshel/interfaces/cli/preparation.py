"""What a database needs before people can work: tables, standard content, a first account."""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO

from timshel.interfaces.cli.output import progress


def pending_migrations() -> int:
    """Return how many migrations the database lacks."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def apply_migrations() -> int:
    """Bring the tables up to date, showing progress; returns how many migrations were applied.

    Two processes at once take turns: the second finds nothing to do.
    """
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('timshel.migrate'))")
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        with progress("Preparing the tables", len(plan)) as advance:

            def tell(action: str, *_details: object) -> None:
                if action == "apply_success":
                    advance(1)

            executor = MigrationExecutor(connection, tell)
            executor.migrate(executor.loader.graph.leaf_nodes(), plan)
        # What follows migrations in Django: content types for new tables.
        call_command("migrate", interactive=False, verbosity=0, stdout=StringIO())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(hashtext('timshel.migrate'))")
    return len(plan)


def load_standard_content() -> None:
    """Load what every organisation begins with; what was changed since stays."""


@dataclass(frozen=True, slots=True)
class FirstAccount:
    """The account that was made, with its password in clear for showing it once."""

    username: str
    password: str


def make_first_administrator(username: str, password: str | None) -> FirstAccount | None:
    """Make the first account unless there are accounts already.

    Args:
        username: its sign-in name.
        password: its password, or None to make one up.
    """
    return None
