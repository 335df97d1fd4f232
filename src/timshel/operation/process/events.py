"""Facts about processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CallQueued:
    """A step waits for a worker to call another system."""

    step_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RunStuck:
    """A run cannot go on until somebody mends it."""

    work_item_id: int
    step_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ProcessPublished:
    """A version of a process was published and holds for what begins from now on."""

    version_id: int
    code: str
    at: datetime
