"""Incidents in every stage, and every verb ready to be tried on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

from tests.cast import Cast, later, opened
from timshel.kernel.actor import Actor
from timshel.operation.work.files import Upload
from timshel.operation.work.models import WorkItem
from timshel.operation.work.states import Stage, WaitingReason
from timshel.resolution_fulfilment.incident import actions
from timshel.resolution_fulfilment.incident.models import Incident
from timshel.resolution_fulfilment.incident.states import Verb

Act = Callable[..., Any]


def row(number: str) -> WorkItem:
    """Return the row of a piece of work as the database has it."""
    return WorkItem.objects.select_related("team", "assignee", "requester").get(number=number)


def own_row(number: str) -> Incident:
    """Return what an incident has beyond what all work has."""
    return Incident.objects.select_related("offering").get(work_item__number=number)


def upload(
    name: str = "screen.png", content: bytes = b"\x89PNG", media_type: str = "image/png"
) -> Upload:
    """Return a file as a door hands it on."""
    return Upload(name, media_type, BytesIO(content), len(content))


def in_stage(stage: Stage, cast: Cast, *, by: Actor | None = None, **report: Any) -> str:
    """Open an incident of the requester's and bring it to a stage; returns its number."""
    number = opened(by or cast.requester, **report)
    lead: dict[str, Any] = {"actor": cast.lead, "at": later(1)}
    match stage:
        case Stage.IN_PROGRESS:
            actions.start_incident(number, **lead)
        case Stage.WAITING:
            actions.wait_incident(number, reason=WaitingReason.SUPPLIER, **lead)
        case Stage.RESOLVED | Stage.CLOSED:
            actions.resolve_incident(number, code="fixed", text="New cable.", **lead)
            if stage is Stage.CLOSED:
                actions.close_incident(number, **lead)
        case Stage.CANCELLED:
            actions.cancel_incident(number, reason="Reported twice.", **lead)
        case Stage.NEW:
            pass
    assert row(number).stage == stage
    return number


def _change(number: str, *, actor: Actor, at: datetime) -> Any:
    return actions.change_incident(
        number,
        changes={"title": "Another title"},
        seen_version=row(number).version,
        actor=actor,
        at=at,
    )


def _with(action: Act, **given: Any) -> Act:
    return lambda number, *, actor, at: action(number, **given, actor=actor, at=at)


DO: Mapping[Verb, Act] = {
    Verb.TAKE: actions.take_incident,
    Verb.START: actions.start_incident,
    Verb.ASSIGN: _with(actions.assign_incident, team="workplace"),
    Verb.ESCALATE: _with(actions.escalate_incident, reason="Needs a new screen."),
    Verb.REPLY: _with(actions.reply_to_incident, text="Is the lamp on?"),
    Verb.NOTE: _with(actions.note_on_incident, text="Third time this year."),
    Verb.WAIT: _with(actions.wait_incident, reason=WaitingReason.SUPPLIER),
    Verb.RESUME: actions.resume_incident,
    Verb.RESOLVE: _with(actions.resolve_incident, code="fixed", text="New cable."),
    Verb.REOPEN: _with(actions.reopen_incident, reason="Black again."),
    Verb.CLOSE: actions.close_incident,
    Verb.CANCEL: _with(actions.cancel_incident, reason="Reported twice."),
    Verb.CHANGE: _change,
    Verb.WITHDRAW: actions.withdraw_incident,
    Verb.CONFIRM: actions.confirm_incident,
}
"""Each verb with arguments that are right, so that only stage and right can refuse it."""
