"""Facts about incidents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class IncidentFact:
    """What all facts about incidents tell.

    Args:
        work_item_id: the incident.
        number: as people know it.
        at: when.
        by_person_id: who did it, or None for the system itself.
    """

    work_item_id: int
    number: str
    at: datetime
    by_person_id: int | None


@dataclass(frozen=True, slots=True)
class IncidentOpened(IncidentFact):
    """Somebody reported that something is broken."""


@dataclass(frozen=True, slots=True)
class IncidentAssigned(IncidentFact):
    """An incident was given to a team and perhaps a person."""

    team_id: int | None
    assignee_id: int | None


@dataclass(frozen=True, slots=True)
class IncidentReplied(IncidentFact):
    """A public reply was added, by the requester or by a helper."""

    comment_id: int
    by_requester: bool


@dataclass(frozen=True, slots=True)
class IncidentNoted(IncidentFact):
    """An internal note was added."""

    comment_id: int


@dataclass(frozen=True, slots=True)
class IncidentMoved(IncidentFact):
    """An incident went to another stage in which nothing ends: started, waiting, resumed."""

    stage: str


@dataclass(frozen=True, slots=True)
class IncidentResolved(IncidentFact):
    """A helper believes that it works again."""


@dataclass(frozen=True, slots=True)
class IncidentReopened(IncidentFact):
    """It does not work after all."""


@dataclass(frozen=True, slots=True)
class IncidentClosed(IncidentFact):
    """An incident is finished."""


@dataclass(frozen=True, slots=True)
class IncidentCancelled(IncidentFact):
    """An incident was withdrawn or cancelled."""


@dataclass(frozen=True, slots=True)
class IncidentChanged(IncidentFact):
    """Properties of an incident were changed."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IncidentMerged(IncidentFact):
    """An incident was found to be another one, and goes on there."""

    target_id: int
    target_number: str


@dataclass(frozen=True, slots=True)
class IncidentUnmerged(IncidentFact):
    """An incident that went on in another goes on by itself again."""

    target_id: int
    target_number: str
