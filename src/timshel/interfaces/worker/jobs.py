"""How a job is declared: it reads the clock once, gets a sound connection, and is tried again.

Every job may run more than once: a worker that died is no proof that its job was not done. So
each is written to change nothing the second time.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.db import connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.tasks import Task

# Seconds: 4, 8, 16, … for about nine hours, then the job is kept as failed, to be looked at.
RETRIES = RetryStrategy(max_attempts=13, wait=2, exponential_wait=2)

AnyTask = Task[Any, Any, Any]


def job(
    name: str, *, queue: str, is_repeated: bool = True
) -> Callable[[Callable[..., Any]], AnyTask]:
    """Declare a job that reactions defer.

    Args:
        name: stays the same for as long as jobs of that name may be waiting.
        queue: the queue it waits in.
        is_repeated: whether it is tried again when it fails; not where a sweep does that.

    Returns:
        A decorator for a function that takes ``at`` and the job's own arguments.
    """

    def declare(function: Callable[..., Any]) -> AnyTask:
        retry = RETRIES if is_repeated else False
        return app.task(name=name, queue=queue, retry=retry)(_prepared(function))

    return declare


def sweep(name: str, *, cron: str) -> Callable[[Callable[..., Any]], AnyTask]:
    """Declare a job that runs by the clock, once for all workers together.

    It is not tried again: the next run does what this one did not.

    Args:
        name: as for :func:`job`.
        cron: when, as five fields, or six with seconds as the last.

    Returns:
        A decorator for a function that takes ``at``.
    """

    def declare(function: Callable[..., Any]) -> AnyTask:
        @functools.wraps(function)
        def without_timestamp(timestamp: int) -> None:  # noqa: ARG001 - given by the scheduler
            _prepared(function)()

        task = app.task(name=name, queue="sweeps", queueing_lock=name)(without_timestamp)
        return app.periodic(cron=cron)(task)

    return declare


def _prepared(function: Callable[..., Any]) -> Callable[..., None]:
    @functools.wraps(function)
    def run(**arguments: Any) -> None:
        _leave_broken_connections()
        try:
            function(at=datetime.now(UTC), **arguments)
        finally:
            _leave_broken_connections()

    return run


def _leave_broken_connections() -> None:
    """Close connections that broke or got old: a thread of the worker outlives many jobs.

    One in the middle of a transaction belongs to whoever called the job as a function.
    """
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
