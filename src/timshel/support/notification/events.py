"""Facts about notifications."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PushDue:
    """Somebody is to be told something on their devices now.

    Args:
        person_id: who.
        at: when.
    """

    person_id: int
    at: datetime
