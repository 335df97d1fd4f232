"""Facts about the scope of the management system."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ScopeApproved:
    """A version of the scope statement holds from then on."""

    version: int
    at: datetime
    by_person_id: int | None
