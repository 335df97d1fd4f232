"""Facts about long work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class ErrandBegun:
    """Long work waits to be done by a worker."""

    errand_id: int
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ErrandEnded:
    """Long work that somebody began is done, or could not be done.

    Args:
        errand_id: its key.
        kind: which handler did it.
        person_id: who asked for it.
        title: in the first language; translated when shown.
        has_failed: whether it could not be done.
        took: from when it was asked for until its end.
        at: when.
    """

    errand_id: int
    kind: str
    person_id: int
    title: str
    has_failed: bool
    took: timedelta
    at: datetime
