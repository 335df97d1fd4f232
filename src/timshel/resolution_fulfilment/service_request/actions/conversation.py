"""What is said about a request: public replies that the requester reads, and internal notes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, WrongState
from timshel.kernel.events import publish
from timshel.operation.process.actions import send_message
from timshel.operation.task.actions import resume_answered
from timshel.operation.teamwork.actions import mention_people
from timshel.operation.work.access import is_own
from timshel.operation.work.actions import Said, change_work_item, comment, stage_values
from timshel.operation.work.files import Upload
from timshel.operation.work.models import Audience, WorkItem
from timshel.operation.work.rules import covers
from timshel.operation.work.states import Stage, Trigger, WaitingReason
from timshel.relationship_agreement.service_level.actions import refresh_clocks
from timshel.resolution_fulfilment.service_request.access import (
    WORK,
    find,
    require,
    require_own,
)
from timshel.resolution_fulfilment.service_request.actions.stages import hold
from timshel.resolution_fulfilment.service_request.events import RequestReplied
from timshel.resolution_fulfilment.service_request.states import Verb, stage_allows

ANSWERED = "requester_answers"


@transaction.atomic
def reply_to_request(
    number: str,
    *,
    text: str,
    files: tuple[Upload, ...] = (),
    wait_for_requester: bool = False,
    actor: Actor,
    at: datetime,
) -> RequestReplied:
    """Add a public reply.

    A helper's reply may leave the request waiting for the answer; the requester's reply ends such
    waiting, also of tasks that asked, and arrives at a process that waits for it as the message
    ``requester_answers``.

    Args:
        number: the request.
        text: Markdown.
        files: sent along, and public too.
        wait_for_requester: a helper's reply asks something that the work has to wait for.
        actor: the requester, the person who asked for them, or a helper.
        at: when.

    Raises:
        NotAllowed, NotFound, WrongState, Invalid: as they say.
    """
    seen = find(number, actor=actor)
    helps = covers(actor, WORK, seen) and seen.requester_id != actor.person_id
    if not helps and not is_own(seen, actor=actor):
        raise NotAllowed
    if not helps:
        hold(number)  # tasks and the process may go on with it
    item = require(number, WORK, actor=actor) if helps else require_own(number, actor=actor)
    if not stage_allows(Stage(item.stage), Verb.REPLY):
        raise WrongState(_("This is finished. Please ask anew."))
    said = Said(text=text, audience=Audience.PUBLIC, by_requester=not helps, files=files)
    also = {"response": (None, True)} if helps else None
    made = comment(item, said, verb="service_request.replied", also=also, actor=actor, at=at)
    _move_on(item, helps=helps, wait=wait_for_requester, actor=actor, at=at)
    refresh_clocks(item, at=at)
    if not helps:
        resume_answered(item.pk, actor=actor, at=at)
        send_message(ANSWERED, work_item_id=item.pk, values={"text": text}, actor=actor, at=at)
    event = RequestReplied(item.pk, item.number, at, actor.person_id, made.pk, made.by_requester)
    publish(event)
    return event


def _move_on(item: WorkItem, *, helps: bool, wait: bool, actor: Actor, at: datetime) -> None:
    if helps and wait and item.stage in (Stage.NEW, Stage.IN_PROGRESS):
        verb, values = (
            "service_request.waited",
            stage_values(item, Trigger.WAIT, reason=WaitingReason.REQUESTER, at=at),
        )
    elif not helps and item.waiting_reason == WaitingReason.REQUESTER:
        verb, values = "service_request.resumed", stage_values(item, Trigger.RESUME, at=at)
    else:
        return
    change_work_item(item, verb=verb, values=values, actor=actor, at=at)


@transaction.atomic
def note_on_request(
    number: str, *, text: str, files: tuple[Upload, ...] = (), actor: Actor, at: datetime
) -> int:
    """Add an internal note, in any stage; requesters never see it.

    Returns:
        The key of the note.

    Raises:
        NotAllowed, NotFound, Invalid: as they say.
    """
    item = require(number, WORK, actor=actor)
    said = Said(text=text, audience=Audience.INTERNAL, files=files)
    made = comment(item, said, verb="service_request.noted", actor=actor, at=at)
    mention_people(made, actor=actor, at=at)
    return made.pk
