"""The figures of the service charter, read again and again and as soon as something is promised."""

from __future__ import annotations

from datetime import datetime

from timshel.interfaces.worker.jobs import job, sweep
from timshel.performance_evaluation.measurement.actions import read_due_promises


@sweep("charter.read_due", cron="*/10 * * * *")
def read_charter(*, at: datetime) -> None:
    """Count the figures of all promises that are made."""
    read_due_promises(at=at)


@job("charter.read_promise", queue="notices")
def read_promise(promise_id: int, *, at: datetime) -> None:
    """Count the figures of a promise that was just published."""
    read_due_promises(at=at, only=[promise_id])
