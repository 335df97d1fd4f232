"""Where long work stands, as its row tells it."""

from __future__ import annotations

from enum import StrEnum


class ErrandState(StrEnum):
    """Where an errand stands.

    DELAYED is between two attempts; RUNNING also holds for the moment in which its worker died
    and no other has taken it up yet.
    """

    QUEUED = "queued"
    RUNNING = "running"
    DELAYED = "delayed"
    DONE = "done"
    FAILED = "failed"
