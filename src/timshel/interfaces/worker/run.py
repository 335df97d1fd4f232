"""The worker process: takes jobs from the database and carries them out, several at a time.

Run by the supervisor as ``python -m timshel.interfaces.worker``; on other hosts, run it
beside a ``DATABASE_URL`` as often as wanted. SIGTERM lets running jobs finish; long work that
people watch ends at its next step, and goes on there when a worker takes it up again.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from contextlib import suppress

from timshel.interfaces.worker.capacity import concurrency

logger = logging.getLogger("timshel.worker")

HEARTBEAT_SECONDS = 5.0
STALLED_SECONDS = 20.0  # without a heartbeat for so long, a worker counts as dead
FINISH_SECONDS = 25.0  # the supervisor's own patience is a little longer
POLL_SECONDS = 5.0


async def work(jobs: int) -> None:
    """Carry out jobs until SIGTERM or SIGINT.

    Args:
        jobs: how many at once; each runs in a thread with a database connection of its own.
    """
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.utils import connector_params
    from procrastinate.psycopg_connector import PsycopgConnector

    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=jobs + 2)
    # Only the worker gets the new connector. The tasks stay bound to the app that writes on
    # Django's connection, so that a job deferred inside a job commits with that job's data.
    worker_app = app.with_connector(connector)
    async with worker_app.open_async():
        working = asyncio.create_task(
            worker_app.run_worker_async(
                concurrency=jobs,
                fetch_job_polling_interval=POLL_SECONDS,
                shutdown_graceful_timeout=FINISH_SECONDS,
                delete_jobs="successful",
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=STALLED_SECONDS,
                install_signal_handlers=False,
            )
        )
        _stop_at_signals(working)
        with suppress(asyncio.CancelledError):
            await working


def _stop_at_signals(working: asyncio.Task[None]) -> None:
    """Let a signal end the work: cancelling makes Procrastinate wait for what runs."""
    from timshel.interfaces.worker.errands import stopping

    def stop() -> None:
        stopping.set()
        working.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)


def main() -> None:
    """Set Django up, load the tasks, work; exit code 1 tells the supervisor to start anew."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "timshel.config.settings")
    import django

    django.setup()
    import psycopg
    from procrastinate.exceptions import ConnectorException

    import timshel.interfaces.worker.tasks  # noqa: F401 - importing registers them
    from timshel.interfaces.worker import watching

    watching.start()
    try:
        asyncio.run(work(concurrency()))
    except (ConnectorException, psycopg.Error, OSError) as error:
        logger.error("The worker lost the database: %s", error)  # noqa: TRY400 - no fault of code
        sys.exit(1)
