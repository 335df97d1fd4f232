"""Facts about services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AreaCreated:
    """An area was added to the catalogue."""

    area_id: int
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ServiceCreated:
    """A service was added."""

    service_id: int
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OfferingCreated:
    """A service gives something more."""

    offering_id: int
    service_id: int
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FunctionCreated:
    """A function was added to what teams do."""

    function_id: int
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FunctionSupported:
    """A team now supports a function at a level."""

    function_id: int
    team_id: int
    level: int
    at: datetime


@dataclass(frozen=True, slots=True)
class OfferingRelated:
    """An offering now rests on a function."""

    offering_id: int
    function_id: int
    relation: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PriorityMatrixSet:
    """Priorities follow another matrix from now on; ``service_id`` is None for the standard."""

    service_id: int | None
    at: datetime
