"""Facts about the service charter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PromisePublished:
    """A version of a promise holds, or will hold from a day on."""

    promise_id: int
    code: str
    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PromiseRetired:
    """A promise is made no more."""

    promise_id: int
    code: str
    at: datetime
