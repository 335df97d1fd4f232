"""What the agendas of meetings draw from records: each source is registered once at start-up.

Meetings know nothing of actions, promises or planned work. Whoever prepares an agenda reads with
their own rights; what they drew is shown to everybody who may see the meeting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text

MOST_LINES = 50
LONGEST_LINE = 300


@dataclass(frozen=True, slots=True)
class Line:
    """One record that is spoken about.

    Args:
        text: what is said of it, in the words of whoever prepares the agenda.
        kind: of what it leads to, such as ``planned_action``; empty where it leads nowhere.
        code: by which people know that record.
    """

    text: str
    kind: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its name."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn for an item of an agenda.

    Args:
        title: what it is.
        lines: the records.
        figures: how many there are, and the like.
    """

    title: str
    lines: tuple[Line, ...] = ()
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """What a source is told of the meeting.

    Args:
        number: of the meeting.
        starts_at: when it begins.
        since: when the meeting of the board before it began; None for the first.
        earlier: the numbers of the earlier meetings of its board that took place.
        service: the code of the service that its board is about; empty for none.
        customer: the code of the customer that its board is about; empty for none.
    """

    number: str
    starts_at: datetime
    since: datetime | None
    earlier: tuple[str, ...]
    service: str
    customer: str


class Source(Protocol):
    """Draws records for an item of an agenda."""

    def draw(self, meeting: MeetingFacts, /, *, actor: Actor, at: datetime) -> Drawn:
        """Return what is spoken about, as far as the actor may see it."""


@dataclass(frozen=True, slots=True)
class _Named:
    title: Text
    source: Source


_sources: dict[str, _Named] = {}


def register(name: str, *, title: Text, source: Source) -> None:
    """Add a source; registering again replaces.

    Args:
        name: by which agendas name it.
        title: what people choose it by.
        source: what draws.
    """
    _sources[name] = _Named(title, source)


def titles() -> Mapping[str, Text]:
    """Return what can be drawn, by name."""
    return {name: each.title for name, each in _sources.items()}


def draw(name: str, meeting: MeetingFacts, *, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """Return what a source draws, as it is kept; None for a source that is no more."""
    named = _sources.get(name)
    if named is None:
        return None
    drawn = named.source.draw(meeting, actor=actor, at=at)
    lines = [
        {"text": line.text[:LONGEST_LINE], "kind": line.kind, "code": line.code}
        for line in drawn.lines[:MOST_LINES]
    ]
    figures = [asdict(figure) for figure in drawn.figures]
    return {"title": drawn.title, "lines": lines, "figures": figures}


def kept(value: Mapping[str, Any] | None) -> Drawn | None:
    """Return what was kept of a drawing, or None where nothing was drawn."""
    if value is None:
        return None
    return Drawn(
        value["title"],
        tuple(Line(**each) for each in value["lines"]),
        tuple(Figure(**each) for each in value["figures"]),
    )
