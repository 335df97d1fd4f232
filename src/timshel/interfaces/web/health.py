"""What load balancers and the supervisor ask: is the process alive, can it serve?"""

from __future__ import annotations

import threading
import time

from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from timshel.interfaces.web.requests import quiet

RECHECK_SECONDS = 2.0


class MigrationState:
    """Whether migrations are pending: looked up at most every two seconds until none are.

    Once the database is up to date it stays so for the life of the process, since newer
    migrations come with newer code.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pending: int | None = None
        self._checked_at = 0.0

    def pending(self) -> int:
        """Return how many migrations are still to be applied.

        Raises:
            DatabaseError: the database cannot be asked.
        """
        with self._lock:
            now = time.monotonic()
            is_old = now - self._checked_at >= RECHECK_SECONDS
            if self._pending is None or (self._pending and is_old):
                self._pending = pending_migrations()
                self._checked_at = now
            return self._pending


def pending_migrations() -> int:
    """Return how many migrations the database lacks; costs a read of all migration files."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


MIGRATIONS = MigrationState()


@quiet
@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django's signature
    """Answer 200 as long as the process answers at all."""
    return JsonResponse({"status": "live"})


@quiet
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - Django's signature
    """Answer 200 when the database answers and is up to date, otherwise 503 with the reason."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        pending = MIGRATIONS.pending()
    except DatabaseError:
        return JsonResponse({"status": "unready", "database": "unreachable"}, status=503)
    if pending:
        return JsonResponse(
            {"status": "unready", "database": "reachable", "pending_migrations": pending},
            status=503,
        )
    return JsonResponse({"status": "ready", "database": "reachable", "pending_migrations": 0})
