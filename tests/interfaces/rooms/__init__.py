"""What the parts of the management system put on the scenes of the rights and of the query counts.

Each part has a module here, with four names: ``BODIES`` (what is sent along, by route),
``stage(cast, at=…)`` (makes its records and returns what stands in addresses, such as
``{"<str:risk>": "RSK0000001", "<risk>": "RSK0000001"}``), ``grow(cast, position, at=…)`` (adds one
more of everything that its pages list) and ``pages(cast)`` (for each page and answer that can be
read: who asks for it, and its address).
"""

from __future__ import annotations

import importlib
import pkgutil
from datetime import datetime
from types import ModuleType
from typing import Any

from tests.cast import Cast

ROOMS: tuple[ModuleType, ...] = tuple(
    importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)
)


def bodies() -> dict[str, dict[str, Any]]:
    """Return what is sent along, by route."""
    return {route: body for room in ROOMS for route, body in room.BODIES.items()}


def stage(cast: Cast, *, at: datetime) -> dict[str, str]:
    """Make a record of each kind; returns what stands in addresses, by its place there."""
    return {place: key for room in ROOMS for place, key in room.stage(cast, at=at).items()}


def grow(cast: Cast, position: int, *, at: datetime) -> None:
    """Add one more of everything that is listed."""
    for room in ROOMS:
        room.grow(cast, position, at=at)


def pages(cast: Cast) -> dict[str, tuple[str, str]]:
    """Return for each page who asks for it, and its address."""
    return {name: page for room in ROOMS for name, page in room.pages(cast).items()}
