"""Whoever knows services: a later clause says here what they are called and who stands behind.

Resources name a service by its code. The source is registered once at start-up (in
``timshel.reactions``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ServicePeople:
    """Who stands behind a service.

    Args:
        code: of the service.
        name: of the service.
        owner: who answers for it, by name; empty where nobody does.
        teams: those that support it, by name.
        people: how many there are, each once: its owner and the members of these teams.
    """

    code: str
    name: str
    owner: str
    teams: tuple[str, ...]
    people: int


class Source(Protocol):
    """Knows services."""

    def names(self, *, language: str) -> Mapping[str, str]:
        """Return the names of all services by code; one query."""

    def people(self, *, language: str) -> tuple[ServicePeople, ...]:
        """Return who stands behind each live service, by name, in a fixed number of queries."""


_sources: list[Source] = []


def register(source: Source) -> None:
    """Say who knows services; registering again replaces."""
    _sources[:] = [source]


def service_names(*, language: str) -> Mapping[str, str]:
    """Return the names of all services by code; empty where nobody knows them."""
    return _sources[0].names(language=language) if _sources else {}


def service_people(*, language: str) -> tuple[ServicePeople, ...]:
    """Return who stands behind each live service; empty where nobody knows that."""
    return _sources[0].people(language=language) if _sources else ()
