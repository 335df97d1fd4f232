"""What a database needs before people can work: tables, standard content, a first account."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from timshel.interfaces.cli.output import progress

ADMINISTRATOR_ROLE = "administrator"
TURN_SECONDS = 0.2


def pending_migrations() -> int:
    """Return how many migrations the database lacks."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def prepare_database() -> int:
    """Bring tables and standard content up to date; returns how many migrations were applied.

    Content that was changed since stays. Two processes at once, on however many hosts, take
    turns: the second finds nothing to do.
    """
    from timshel.interfaces.connectors.packs import load_standard
    from timshel.kernel.actor import system_actor

    with _taking_turns():
        applied = _apply_migrations()
        load_standard(actor=system_actor("timshel migrate"), at=datetime.now(UTC))
    return applied


@contextmanager
def _taking_turns() -> Iterator[None]:
    """Wait for one's turn by asking again: whoever waited within a statement would be waited for
    by an index that the other makes concurrently, and neither would ever go on."""
    from django.db import connection

    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext('timshel.prepare'))")
            if cursor.fetchone()[0]:
                break
        time.sleep(TURN_SECONDS)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('timshel.prepare'))")


def _apply_migrations() -> int:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from timshel.kernel.fresh_migrations import quick_states

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    is_empty = not executor.loader.applied_migrations
    if plan:
        with (
            quick_states() if is_empty else nullcontext(),
            progress("Preparing the tables", len(plan)) as advance,
        ):

            def tell(action: str, *_details: object) -> None:
                if action == "apply_success":
                    advance(1)

            executor = MigrationExecutor(connection, tell)
            executor.migrate(executor.loader.graph.leaf_nodes(), plan)
        # What follows migrations in Django: content types for new tables.
        call_command("migrate", interactive=False, verbosity=0, stdout=StringIO())
    return len(plan)


@dataclass(frozen=True, slots=True)
class FirstAccount:
    """The account that was made, with its password in clear for showing it once."""

    username: str
    password: str


def make_first_administrator(username: str, password: str | None) -> FirstAccount | None:
    """Make the first account, with the role of administrator, unless there are accounts already.

    Args:
        username: its sign-in name.
        password: its password, or None to make one up.

    Raises:
        Invalid: the name or the password cannot be used.
    """
    from django.db import transaction

    from timshel.context.people.actions import create_person
    from timshel.kernel.actor import system_actor
    from timshel.leadership.authority import actions, queries

    if queries.has_accounts():
        return None
    given: dict[str, Any] = {"actor": system_actor("timshel init"), "at": datetime.now(UTC)}
    made = FirstAccount(username.strip().lower(), password or secrets.token_urlsafe(12))
    with transaction.atomic():
        person = create_person(code=made.username, name=made.username.capitalize(), **given)
        actions.create_account(
            person.person_id, username=made.username, password=made.password, **given
        )
        actions.grant_role(person.person_id, role=ADMINISTRATOR_ROLE, **given)
    return made
