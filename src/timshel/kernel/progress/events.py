"""Facts about long work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ErrandBegun:
    """Long work waits to be done by a worker."""

    errand_id: int
    kind: str
    at: datetime
