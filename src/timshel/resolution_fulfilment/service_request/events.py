"""Facts about requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RequestFact:
    """What all facts about requests tell.

    Args:
        work_item_id: the request.
        number: as people know it.
        at: when.
        by_person_id: who did it, or None for the system itself.
    """

    work_item_id: int
    number: str
    at: datetime
    by_person_id: int | None


@dataclass(frozen=True, slots=True)
class RequestOpened(RequestFact):
    """Somebody asked for something; ``parent_id`` names the order that it is a part of."""

    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class RequestReplied(RequestFact):
    """A public reply was added, by the requester or by a helper."""

    comment_id: int
    by_requester: bool


@dataclass(frozen=True, slots=True)
class RequestAssigned(RequestFact):
    """A request was given to a team and perhaps a person."""

    team_id: int | None
    assignee_id: int | None


@dataclass(frozen=True, slots=True)
class RequestEnded(RequestFact):
    """A request came to its end: delivered, refused, impossible, withdrawn or cancelled."""

    outcome: str
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class RequestReopened(RequestFact):
    """What was delivered is not as it should be."""


@dataclass(frozen=True, slots=True)
class RequestClosed(RequestFact):
    """A request is finished."""
