"""Facts about tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TaskFact:
    """What all facts about tasks tell.

    Args:
        work_item_id: the task.
        number: as people know it.
        at: when.
        by_person_id: who did it, or None for the system itself.
    """

    work_item_id: int
    number: str
    at: datetime
    by_person_id: int | None


@dataclass(frozen=True, slots=True)
class TaskOpened(TaskFact):
    """A process came to a step that a team has to do."""


@dataclass(frozen=True, slots=True)
class TaskAssigned(TaskFact):
    """A task was given to a team and perhaps a person."""

    team_id: int | None
    assignee_id: int | None


@dataclass(frozen=True, slots=True)
class TaskCompleted(TaskFact):
    """A task is done, or cannot be done; ``outcome`` says which."""

    outcome: str


@dataclass(frozen=True, slots=True)
class TaskCancelled(TaskFact):
    """A task is not needed any more."""
