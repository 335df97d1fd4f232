"""Facts about the organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class UnitCreated:
    """A unit was added to the tree."""

    unit_id: int
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SiteCreated:
    """A site was added."""

    site_id: int
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TeamCreated:
    """A team was added."""

    team_id: int
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CustomerCreated:
    """A customer was added."""

    customer_id: int
    code: str
    at: datetime
