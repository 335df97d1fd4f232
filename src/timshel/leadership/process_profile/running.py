"""What this clause must ask of later ones: what processes run on, and what belongs to them.

A later clause answers through a :class:`Source`, registered in ``timshel.reactions``, so that
state machines, diagrams, indicators and documents stand in one place only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a record can stand.

    Args:
        code: as it is stored.
        name: in words.
    """

    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class Move:
    """What leads from some stages to another one.

    Args:
        code: of what is done.
        sources: the codes of the stages in which it can be done.
        target: the code of the stage to which it leads.
    """

    code: str
    sources: tuple[str, ...]
    target: str


@dataclass(frozen=True, slots=True)
class Machine:
    """A state machine of the product, as the code has it.

    Args:
        code: by which profiles name it.
        name: what its records are called.
        initial: the code of the stage of a new record.
        stages: all of them, as they can be reached.
        moves: what leads where.
    """

    code: str
    name: Text
    initial: str
    stages: tuple[Stage, ...]
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Belonging:
    """A record that belongs to a process.

    Args:
        kind: such as ``indicator``.
        code: by which people know it.
        title: what it is called.
        detail: how it stands, in words.
        is_alarming: whether somebody should look at it.
    """

    kind: str
    code: str
    title: str
    detail: Text = ""
    is_alarming: bool = False


class Source(Protocol):
    """Answers what processes run on and what belongs to them."""

    def machines(self) -> Mapping[str, Machine]:
        """Return all state machines of the product by code; no query."""

    def diagrams(self, *, language: str) -> Mapping[str, str]:
        """Return the names of the processes that are drawn and published, by code; one query."""

    def indicators(self, code: str, /, *, actor: Actor, at: datetime) -> tuple[Belonging, ...]:
        """Return the indicators of a process that the actor may see; a fixed number of queries."""

    def documents(self, code: str, /, *, actor: Actor, at: datetime) -> tuple[Belonging, ...]:
        """Return the documents about a process that the actor may know; as many queries."""


class _Nobody:
    """Answers where no later clause does."""

    def machines(self) -> Mapping[str, Machine]:
        return {}

    def diagrams(self, *, language: str) -> Mapping[str, str]:  # noqa: ARG002
        return {}

    def indicators(
        self,
        code: str,  # noqa: ARG002
        /,
        *,
        actor: Actor,  # noqa: ARG002
        at: datetime,  # noqa: ARG002
    ) -> tuple[Belonging, ...]:
        return ()

    documents = indicators


_source: list[Source] = [_Nobody()]


def register(found: Source) -> None:
    """Have a source answer from now on."""
    _source[0] = found


def source() -> Source:
    """Return who answers."""
    return _source[0]
