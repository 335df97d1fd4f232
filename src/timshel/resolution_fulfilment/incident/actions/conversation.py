"""What is said: public replies that the requester reads, internal notes that only helpers read."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, WrongState
from timshel.kernel.events import publish
from timshel.operation.teamwork.actions import mention_people
from timshel.operation.work.access import is_own
from timshel.operation.work.actions import Said, change_work_item, comment, stage_values
from timshel.operation.work.files import Upload
from timshel.operation.work.models import Audience, Comment, WorkItem
from timshel.operation.work.rules import covers
from timshel.operation.work.states import Stage, Trigger, WaitingReason
from timshel.relationship_agreement.service_level.actions import refresh_clocks
from timshel.resolution_fulfilment.incident import access
from timshel.resolution_fulfilment.incident.access import find, require, require_own
from timshel.resolution_fulfilment.incident.actions.checks import require_stage
from timshel.resolution_fulfilment.incident.actions.suppliers import supplier_change
from timshel.resolution_fulfilment.incident.events import IncidentNoted, IncidentReplied
from timshel.resolution_fulfilment.incident.states import Verb


@transaction.atomic
def reply_to_incident(
    number: str,
    *,
    text: str,
    files: tuple[Upload, ...] = (),
    wait_for_requester: bool = False,
    actor: Actor,
    at: datetime,
) -> IncidentReplied:
    """Add a public reply.

    A helper's first reply starts a new incident, and may leave it waiting for the answer. The
    requester's reply ends such waiting.

    Args:
        number: the incident.
        text: Markdown.
        files: sent along, and public too.
        wait_for_requester: a helper's reply asks something that the work has to wait for.
        actor: the requester, the person who reported it, or a helper.
        at: when.

    Raises:
        NotAllowed, NotFound, WrongState, Invalid: as they say.
    """
    seen = find(number, actor=actor)
    helps = covers(actor, access.WORK, seen) and seen.requester_id != actor.person_id
    if not helps and not is_own(seen, actor=actor):
        raise NotAllowed
    item = require(number, access.WORK, actor=actor) if helps else require_own(number, actor=actor)
    if item.stage in (Stage.CLOSED, Stage.CANCELLED):
        raise WrongState(_("This is finished. Please reopen it or report anew."))
    require_stage(item, Verb.REPLY)
    said = Said(text=text, audience=Audience.PUBLIC, by_requester=not helps, files=files)
    made = comment(
        item,
        said,
        verb="incident.replied",
        also={"response": (None, True)} if helps else None,
        actor=actor,
        at=at,
    )
    _move_on(item, helps=helps, wait=wait_for_requester, actor=actor, at=at)
    refresh_clocks(item, at=at)
    return _replied(item, made, actor=actor, at=at)


def _move_on(item: WorkItem, *, helps: bool, wait: bool, actor: Actor, at: datetime) -> None:
    if helps and wait and item.stage in (Stage.NEW, Stage.IN_PROGRESS):
        verb, values = (
            "incident.waited",
            stage_values(item, Trigger.WAIT, reason=WaitingReason.REQUESTER, at=at),
        )
    elif helps and item.stage == Stage.NEW:
        verb, values = "incident.started", stage_values(item, Trigger.START, at=at)
    elif not helps and item.waiting_reason == WaitingReason.REQUESTER:
        verb, values = "incident.resumed", stage_values(item, Trigger.RESUME, at=at)
    else:
        return
    also = supplier_change(item, values)
    change_work_item(item, verb=verb, values=values, also=also, actor=actor, at=at)


def _replied(item: WorkItem, made: Comment, *, actor: Actor, at: datetime) -> IncidentReplied:
    event = IncidentReplied(item.pk, item.number, at, actor.person_id, made.pk, made.by_requester)
    publish(event)
    return event


@transaction.atomic
def note_on_incident(
    number: str, *, text: str, files: tuple[Upload, ...] = (), actor: Actor, at: datetime
) -> IncidentNoted:
    """Add an internal note, in any stage; requesters never see it.

    Raises:
        NotAllowed, NotFound, Invalid: as they say.
    """
    item = require(number, access.WORK, actor=actor)
    said = Said(text=text, audience=Audience.INTERNAL, files=files)
    made = comment(item, said, verb="incident.noted", actor=actor, at=at)
    mention_people(made, actor=actor, at=at)
    event = IncidentNoted(item.pk, item.number, at, actor.person_id, made.pk)
    publish(event)
    return event
