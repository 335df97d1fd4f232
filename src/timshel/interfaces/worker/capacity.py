"""How much a worker does at once, and how much of that may be long work."""

from __future__ import annotations

import os

CONCURRENCY = 4


def concurrency() -> int:
    """Return how many jobs run at once, from TIMSHEL_JOBS or the default."""
    return max(1, int(os.environ.get("TIMSHEL_JOBS") or CONCURRENCY))


def errands_at_once() -> int:
    """Return how many of them may be errands, so that mails and sweeps never wait for hours."""
    return max(1, concurrency() // 2)
