"""Who is told what about requests and tasks: each turns a fact into messages, once.

What a reader is told passes through the reader's own rights: requesters through the query of
their request, helpers through the same rule as their pages.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import translation

from timshel.kernel.actor import Actor, Channel
from timshel.leadership.authority.queries import actor_for
from timshel.operation.process.models import ProcessRun
from timshel.operation.work.models import Audience, Comment, WorkItem
from timshel.operation.work.rules import TASK
from timshel.resolution_fulfilment.incident.actions.notifying import (
    Links,
    Told,
    assignee_told,
    giver,
    helpers_told,
    is_urgent,
    occasion_of,
    requester_told,
    send,
    words_of,
    work_told_of,
)
from timshel.resolution_fulfilment.incident.notices import Reader, Subject
from timshel.resolution_fulfilment.service_request import notices
from timshel.resolution_fulfilment.service_request.access import KIND
from timshel.resolution_fulfilment.service_request.models import ServiceRequest
from timshel.resolution_fulfilment.service_request.queries import request_case
from timshel.resolution_fulfilment.service_request.states import Outcome
from timshel.service_portfolio.service.models import Offering
from timshel.support.communication.actions import Message, queue_message
from timshel.support.communication.queries import worded


def acknowledge_request(work_item_id: int, *, links: Links, at: datetime) -> None:
    """Tell the requester that the request arrived; of the parts of an order nobody is told.

    Args:
        work_item_id: the request.
        links: where the pages are.
        at: now.
    """
    item = _request(work_item_id)
    if item is None or item.parent_id is not None:
        return
    told = requester_told(item, links)
    if told is None:
        return
    view = request_case(item.number, actor=told.actor, at=at)
    codes = ServiceRequest.objects.values_list("parts", flat=True).get(pk=item.pk)
    named = {each.code: each for each in Offering.objects.filter(code__in=codes)}
    notice = notices.acknowledgement(
        told.about,
        reader=told.reader,
        promised_at=view.promised_at,
        parts=[named[code].text("name", told.actor.language) for code in codes if code in named],
    )
    send("service_request.opened", str(item.pk), notice, told, at=at)


def tell_request_reply(work_item_id: int, *, comment_id: int, links: Links, at: datetime) -> None:
    """Bring a public reply to the other side.

    The requester's goes to the assignee, or else to those who have begun its tasks.

    Args:
        work_item_id: the request.
        comment_id: the reply; an internal note is told to nobody.
        links: where the pages are.
        at: now.
    """
    item = _request(work_item_id)
    comments = Comment.objects.filter(work_item_id=work_item_id, audience=Audience.PUBLIC)
    spoken = comments.filter(pk=comment_id).first()
    if item is None or spoken is None:
        return
    files = spoken.attachments.filter(audience=Audience.PUBLIC).count()
    if spoken.by_requester:
        for told in _helpers(item, links, but=spoken.author_id):
            notice = notices.requester_reply(
                told.about,
                reader=told.reader,
                author=spoken.author_name,
                text=spoken.text,
                files=files,
            )
            occasion = f"{spoken.pk}/{told.person.pk}"
            send("service_request.answered", occasion, notice, told, at=at, parts=words_of(spoken))
        return
    asked = requester_told(item, links, but=spoken.author_id)
    if asked is not None:
        view = request_case(item.number, actor=asked.actor, at=at)
        notice = notices.reply(
            asked.about,
            reader=asked.reader,
            author=spoken.author_name,
            text=spoken.text,
            files=files,
            sentence=_in(asked.actor, view.sentence),
        )
        send(
            "service_request.replied",
            str(spoken.pk),
            notice,
            asked,
            at=at,
            by_person=True,
            parts=words_of(spoken),
        )


def tell_request_ending(
    work_item_id: int,
    *,
    happened_at: datetime,
    by_person_id: int | None,
    links: Links,
    at: datetime,
) -> None:
    """Tell the requester how it ended, unless they ended it; parts are told with their order.

    Args:
        work_item_id: the request.
        happened_at: when; each ending is told once.
        by_person_id: who ended it.
        links: where the pages are.
        at: now.
    """
    item = _request(work_item_id)
    if item is None or item.parent_id is not None:
        return
    request = ServiceRequest.objects.get(pk=item.pk)
    withdrawn = request.outcome == Outcome.WITHDRAWN
    told = requester_told(item, links, but=by_person_id if withdrawn else None)
    if told is None or not request.outcome:
        return  # reopened before this could be told
    notice = notices.ending(
        told.about,
        reader=told.reader,
        outcome=Outcome(request.outcome),
        text=request.outcome_text,
        rating=links.rating(item.number, told.person.pk),
    )
    send("service_request.ended", occasion_of(item, happened_at), notice, told, at=at)


def tell_work_assignment(
    work_item_id: int,
    *,
    assignee_id: int,
    happened_at: datetime,
    by_person_id: int | None,
    links: Links,
    at: datetime,
) -> None:
    """Tell the assignee that a task or a request is theirs, unless they took it themselves.

    Args:
        work_item_id: the task or request.
        assignee_id: who got it; nothing is said if somebody else has it by now.
        happened_at: when; each assignment is told once.
        by_person_id: who assigned it.
        links: where the pages are.
        at: now.
    """
    item = work_told_of(work_item_id)
    if item is None or item.assignee_id != assignee_id:
        return
    parent = WorkItem.objects.filter(children=item).values_list("title", flat=True).first()
    for told in assignee_told(item, links, but=by_person_id):
        notice = notices.assignment(told.about, reader=told.reader, request=parent or "")
        occasion = occasion_of(item, happened_at)
        send(f"{item.kind}.assigned", occasion, notice, told, at=at, parts=giver(by_person_id))


def tell_task_arrival(work_item_id: int, *, links: Links, at: datetime) -> None:
    """Tell a team that has an address of its own of a new task.

    Args:
        work_item_id: the task.
        links: where the pages are.
        at: now.
    """
    item = work_told_of(work_item_id)
    if item is None or item.kind != TASK or item.team is None or not item.team.email:
        return
    about = Subject(item.number, item.title, links.record(item.kind, item.number), item.kind)
    reader = Reader(item.team.name, item.requester.language, "UTC")
    words = worded(notices.arrival(about, reader=reader, due_at=item.next_due_at))
    queue_message(
        Message(
            key=f"task.arrived/{item.pk}",
            kind="task.arrived",
            thread=f"task.{item.number}",
            person_id=item.requester_id,
            address=item.team.email,
            subject=words.subject,
            text=words.text,
            language=reader.language,
            team_id=item.team_id,
        ),
        at=at,
    )


def tell_trouble(work_item_id: int, *, happened_at: datetime, links: Links, at: datetime) -> None:
    """Tell who answers for a process that one of its runs is stuck.

    Args:
        work_item_id: whose run.
        happened_at: when it got stuck; each time is told once.
        links: where the pages are.
        at: now.
    """
    run = ProcessRun.objects.select_related("process__owner").filter(pk=work_item_id).first()
    item = work_told_of(work_item_id)
    if run is None or item is None or run.process.owner is None or not run.trouble:
        return
    for told in helpers_told(item, [run.process.owner], links):
        notice = notices.trouble(
            told.about,
            reader=told.reader,
            process=run.process.text("name", told.actor.language),
            text=run.trouble,
        )
        send("process.stuck", occasion_of(item, happened_at), notice, told, at=at)


def _request(work_item_id: int) -> WorkItem | None:
    item = work_told_of(work_item_id)
    return item if item is not None and item.kind == KIND else None


def _helpers(item: WorkItem, links: Links, *, but: int | None) -> list[Told]:
    """Return who has a request, or else who has begun its tasks."""
    found = assignee_told(item, links, but=but)
    if found:
        return found
    about = Subject(item.number, item.title, links.record(KIND, item.number), KIND)
    tasks = WorkItem.objects.filter(parent=item, kind=TASK, assignee__isnull=False)
    people = {task.assignee_id: task.assignee for task in tasks.select_related("assignee")}
    helpers = [person for key, person in people.items() if person is not None and key != but]
    return [
        Told(person, actor, about, is_urgent(item), item.team_id)
        for person in helpers
        if (actor := actor_for(person.pk, channel=Channel.MAIL)) is not None
    ]


def _in(actor: Actor, sentence: object) -> str:
    with translation.override(actor.language):
        return str(sentence)
