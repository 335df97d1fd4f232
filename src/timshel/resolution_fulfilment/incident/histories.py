"""What happened to an incident, told from report to closure, for imports and demonstrations.

Each happening has its own moment and its own person. They are the verbs of ``actions`` in the
past tense, and mean the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from timshel.kernel.actor import Channel
from timshel.operation.work.states import WaitingReason
from timshel.resolution_fulfilment.incident.actions import IncidentReport


@dataclass(frozen=True, slots=True)
class Doer:
    """Who did something, as the journal names them.

    Args:
        person_id: the person, or None for the system itself.
        name: what the journal shows.
        channel: the door they came through; None for that of whoever writes the history.
    """

    person_id: int | None
    name: str
    channel: Channel | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """What all happenings tell: when and by whom."""

    at: datetime
    by: Doer


@dataclass(frozen=True, slots=True)
class Assigned(Happening):
    """Given to a team, and to a person in it or to nobody yet; None keeps the team."""

    team: str | None = None
    assignee_id: int | None = None


@dataclass(frozen=True, slots=True)
class Escalated(Happening):
    """Handed to the team of the next level of support, with the reason."""

    team: str
    reason: str


@dataclass(frozen=True, slots=True)
class Started(Happening):
    """Somebody began to work on it."""


@dataclass(frozen=True, slots=True)
class Waited(Happening):
    """The work had to wait for something, or for a supplier, by code."""

    reason: WaitingReason
    note: str = ""
    supplier: str | None = None


@dataclass(frozen=True, slots=True)
class Resumed(Happening):
    """The waiting was over."""


@dataclass(frozen=True, slots=True)
class Resolved(Happening):
    """It worked again, in a way that has a code and words."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Reopened(Happening):
    """It did not work after all."""

    reason: str


@dataclass(frozen=True, slots=True)
class Closed(Happening):
    """It was finished."""


@dataclass(frozen=True, slots=True)
class Cancelled(Happening):
    """It needed no work."""

    reason: str


@dataclass(frozen=True, slots=True)
class Changed(Happening):
    """Properties changed, named and valued as for ``change_incident``, but for the parent."""

    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Noted(Happening):
    """Somebody wrote an internal note."""

    text: str


@dataclass(frozen=True, slots=True)
class Replied(Happening):
    """A public reply: by a helper, who may then wait for an answer, or by the requester."""

    text: str
    by_requester: bool = False
    waits: bool = False


@dataclass(frozen=True, slots=True)
class IncidentHistory:
    """The life of one incident.

    Args:
        external_id: how it is called over there, unique in its source.
        fingerprint: anything that changes when the record over there does.
        report: as for ``open_incident``; without files.
        opened_at: when it was reported.
        opened_by: who reported it or wrote the report down.
        happenings: in their order.
    """

    external_id: str
    fingerprint: str
    report: IncidentReport
    opened_at: datetime
    opened_by: Doer
    happenings: tuple[Happening, ...] = field(default=())
