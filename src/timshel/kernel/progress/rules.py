"""Pure decisions about long work: when to try it again, and how far it is."""

from __future__ import annotations

from datetime import datetime, timedelta

from timshel.kernel.progress.states import ErrandState

# After the first, second, … failed attempt without progress; after the last there is no further
# one. Long enough to outlast a restart of the database and a short lack of memory or space.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
)
KEPT = timedelta(days=30)


def wait_after(attempts: int) -> timedelta | None:
    """Return how long to wait after so many failed attempts, or None to give up."""
    return WAITS[attempts - 1] if attempts <= len(WAITS) else None


def state(
    *,
    started_at: datetime | None,
    due_at: datetime | None,
    finished_at: datetime | None,
    error: str,
) -> ErrandState:
    """Return where an errand stands.

    Args:
        started_at: when it was first taken up.
        due_at: when it is tried again, if it waits for that.
        finished_at: when it ended, well or not.
        error: what went wrong last; empty once it went on.
    """
    if finished_at is not None:
        return ErrandState.FAILED if error else ErrandState.DONE
    if due_at is not None:
        return ErrandState.DELAYED
    return ErrandState.QUEUED if started_at is None else ErrandState.RUNNING


def percent(*, done: int, total: int | None) -> int | None:
    """Return how far it is, rounded down so that 100 means all; None where nobody knows."""
    if not total:
        return None
    return max(0, min(100, done * 100 // total))
