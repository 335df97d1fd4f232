"""Living a history through the real actions, one call for each thing that happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from timshel.kernel.actor import Actor, ActorKind, Channel, system_actor
from timshel.operation.work.models import WorkItem
from timshel.resolution_fulfilment.incident import actions
from timshel.resolution_fulfilment.incident.histories import (
    Assigned,
    Cancelled,
    Changed,
    Closed,
    Doer,
    Happening,
    IncidentHistory,
    Noted,
    Reopened,
    Resolved,
    Resumed,
    Started,
    Waited,
)

ACTIONS: Mapping[type[Happening], Callable[..., Any]] = {
    Assigned: lambda n, h, **by: actions.assign_incident(
        n, team=h.team, assignee_id=h.assignee_id, **by
    ),
    Started: lambda n, h, **by: actions.start_incident(n, **by),
    Waited: lambda n, h, **by: actions.wait_incident(n, reason=h.reason, note=h.note, **by),
    Resumed: lambda n, h, **by: actions.resume_incident(n, **by),
    Resolved: lambda n, h, **by: actions.resolve_incident(n, code=h.code, text=h.text, **by),
    Reopened: lambda n, h, **by: actions.reopen_incident(n, reason=h.reason, **by),
    Closed: lambda n, h, **by: actions.close_incident(n, **by),
    Cancelled: lambda n, h, **by: actions.cancel_incident(n, reason=h.reason, **by),
    Noted: lambda n, h, **by: actions.note_on_incident(n, text=h.text, **by),
    Changed: lambda n, h, **by: actions.change_incident(
        n, changes=h.changes, seen_version=WorkItem.objects.get(number=n).version, **by
    ),
}


def replay(history: IncidentHistory) -> str:
    """Do what happened by the actions, each at its time and by its person; returns the number."""
    number = actions.open_incident(
        history.report, actor=person(history.opened_by), at=history.opened_at
    ).number
    for happening in history.happenings:
        ACTIONS[type(happening)](number, happening, actor=person(happening.by), at=happening.at)
    return number


def person(doer: Doer) -> Actor:
    """Return a person who comes in through the import and may do everything."""
    everything = system_actor(channel=Channel.IMPORT)
    return replace(everything, kind=ActorKind.PERSON, person_id=doer.person_id, name=doer.name)
