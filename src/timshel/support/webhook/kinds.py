"""The kinds of events that can be sent: what each tells, and who composes it.

What happened belongs to later clauses; ``timshel.reactions`` registers each kind here with the
function that reads what is told, under the rights of whoever owns the webhook. A kind has a
version: fields may be added to it, and what would change a field makes the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound, Text

PREFIX = "timshel."
TRIAL = "webhook.trial"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of what is told.

    Args:
        name: as it stands in the data.
        schema: of JSON Schema: its type and whatever narrows it.
        text: what it means.
        example: a value as it may be sent.
    """

    name: str
    schema: Mapping[str, Any]
    text: Text
    example: Any


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one event to one owner.

    Args:
        subject: what it is about, such as a number.
        data: plain JSON.
    """

    subject: str
    data: Mapping[str, Any]


class Composing(Protocol):
    """Reads what is told of an event."""

    def __call__(self, about: Mapping[str, Any], /, *, actor: Actor, at: datetime) -> Told | None:
        """Return what an actor may be told, in a fixed number of queries; None for nothing.

        Args:
            about: as it was published.
            actor: the owner of the webhook.
            at: now.
        """


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event.

    Args:
        name: such as ``incident.opened``; on the wire it begins with ``timshel.``.
        group: under which it stands in lists.
        text: when it is sent, in a sentence.
        fields: of its data.
        composing: reads them.
        told_to: whose webhooks are told, in a sentence; ``composing`` sees to it.
        version: of the fields.
    """

    name: str
    group: Text
    text: Text
    fields: tuple[Field, ...]
    composing: Composing
    told_to: Text
    version: int = 1

    @property
    def type(self) -> str:
        """Return the type as it stands in the event."""
        return PREFIX + self.name

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of its data."""
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.type,
            "description": str(self.text),
            "type": "object",
            "properties": {
                each.name: {
                    **each.schema,
                    "description": str(each.text),
                    "examples": [each.example],
                }
                for each in self.fields
            },
            "required": [each.name for each in self.fields],
        }

    def example(self) -> dict[str, Any]:
        """Return data as it may be sent, by the schema."""
        return {each.name: each.example for each in self.fields}


_kinds: dict[str, Kind] = {}


def register(kinds: Iterable[Kind]) -> None:
    """Name kinds of events; naming one again replaces it."""
    _kinds.update({each.name: each for each in kinds})


def kinds() -> tuple[Kind, ...]:
    """Return all kinds, in the order in which they were named."""
    return tuple(_kinds.values())


def kind_named(name: str) -> Kind:
    """Return a kind by its name, with or without what all begin with.

    Raises:
        NotFound: there is none.
    """
    found = _kinds.get(name.removeprefix(PREFIX))
    if found is None:
        raise NotFound
    return found
