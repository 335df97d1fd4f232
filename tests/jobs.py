"""Carrying out deferred jobs in a test, in its own transaction and in their order."""

from __future__ import annotations

import json

from django.db import connection
from procrastinate.contrib.django import app

MOST = 1_000


def waiting_jobs() -> list[str]:
    """Return the names of the jobs that wait, in the order in which they were deferred."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        return [name for (name,) in cursor.fetchall()]


def run_jobs(*, times: int = 1) -> list[str]:
    """Carry out all waiting jobs but those for later, and what they defer; returns their names.

    Args:
        times: how often each is run, as when a worker dies just before it could say "done".
    """
    done = []
    for _ in range(MOST):
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM procrastinate_jobs WHERE id ="
                " (SELECT min(id) FROM procrastinate_jobs WHERE status = 'todo'"
                "  AND (scheduled_at IS NULL OR scheduled_at <= now()))"
                " RETURNING task_name, args::text"
            )
            row = cursor.fetchone()
        if row is None:
            return done
        name, arguments = row[0], json.loads(row[1])
        for _run in range(times):
            app.tasks[name](**arguments)
        done.append(name)
    raise AssertionError("jobs defer jobs without end")
