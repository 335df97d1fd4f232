"""Asking the requester something from a task: they see their request and know of no tasks."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from timshel.kernel.actor import Actor
from timshel.kernel.events import publish
from timshel.operation.task.access import WORK
from timshel.operation.task.actions import wait_task
from timshel.operation.task.actions.doing import open_task_item
from timshel.operation.work.actions import Said, comment
from timshel.operation.work.files import Upload
from timshel.operation.work.models import Audience, WorkItem
from timshel.operation.work.states import WaitingReason
from timshel.relationship_agreement.service_level.actions import refresh_clocks
from timshel.resolution_fulfilment.service_request.events import RequestReplied


@transaction.atomic
def ask_from_task(
    number: str, *, text: str, files: tuple[Upload, ...] = (), actor: Actor, at: datetime
) -> RequestReplied:
    """Ask the requester something that a task needs; the task waits for the answer.

    Whoever works on the task may ask, whether or not the whole request is theirs to answer.

    Args:
        number: the task.
        text: the question, Markdown; it stands in the conversation of the request.
        files: sent along, and public too.
        actor: who works on the task.
        at: when.

    Raises:
        Invalid: nothing was asked.
        WrongState: the task is finished or waits already.
        NotAllowed, NotFound: as they say.
    """
    task = open_task_item(number, WORK, actor=actor)
    request = (
        WorkItem.objects.select_for_update(of=("self",), no_key=True)
        .select_related("team", "assignee", "requester")
        .defer("search")
        .get(pk=task.parent_id or 0)
    )
    said = Said(text=text, audience=Audience.PUBLIC, files=files)
    also = {"response": (None, True)}
    made = comment(request, said, verb="service_request.replied", also=also, actor=actor, at=at)
    refresh_clocks(request, at=at)
    wait_task(task.number, reason=WaitingReason.REQUESTER, actor=actor, at=at)
    event = RequestReplied(
        request.pk, request.number, at, actor.person_id, made.pk, by_requester=False
    )
    publish(event)
    return event
