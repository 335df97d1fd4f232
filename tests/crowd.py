"""Threads with database connections of their own, for tests of what many do at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

PATIENCE = 30.0  # seconds after which a thread counts as stuck


class Crowd:
    """Runs functions in threads, closes their connections, and hands their errors on."""

    def __init__(self) -> None:
        self._threads: list[threading.Thread] = []
        self._errors: list[BaseException] = []

    def start(self, work: Callable[..., Any], *arguments: Any) -> None:
        """Run ``work`` in a thread."""
        thread = threading.Thread(target=self._run, args=(work, *arguments))
        thread.start()
        self._threads.append(thread)

    def wait(self) -> None:
        """Wait for all, and raise the first error that one of them met."""
        for thread in self._threads:
            thread.join(PATIENCE)
        stuck = [thread for thread in self._threads if thread.is_alive()]
        if self._errors:
            raise self._errors[0]
        assert not stuck, f"{len(stuck)} threads are stuck"

    def _run(self, work: Callable[..., Any], *arguments: Any) -> None:
        try:
            work(*arguments)
        except BaseException as error:  # noqa: BLE001 - handed on by wait
            self._errors.append(error)
        finally:
            connection.close()


def waiting_for_locks() -> int:
    """Return how many sessions of this database wait for somebody else's lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])
