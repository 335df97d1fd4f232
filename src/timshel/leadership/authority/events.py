"""Facts about rights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RoleGranted:
    """A person now holds a role in a scope."""

    person_id: int
    role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RoleWithdrawn:
    """A person no longer holds a role in a scope."""

    person_id: int
    role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ServiceAccountsHandedOver:
    """Somebody answers for service accounts whose owner left."""

    codes: tuple[str, ...]
    from_person_id: int
    to_person_id: int
    at: datetime
