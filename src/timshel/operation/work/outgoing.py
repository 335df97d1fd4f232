"""What other systems are told of a piece of work: no more than its reader may see, never a note."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from timshel.kernel.actor import Actor
from timshel.operation.work.models import Audience, Comment, WorkItem
from timshel.operation.work.rules import VIEW


@dataclass(frozen=True, slots=True)
class WorkTold:
    """A piece of work as other systems are told of it.

    Args:
        number: as people know it.
        service_id: the key of its service, which belongs to a later clause.
        plain: its other fields as plain JSON, under the names that the API has for them.
    """

    number: str
    service_id: int | None
    plain: dict[str, Any]


def work_told(work_item_id: int, *, actor: Actor, only_overseen: bool = False) -> WorkTold | None:
    """Return what an actor may be told of a piece of work, or None; one query.

    Args:
        work_item_id: the work.
        actor: whose rights decide.
        only_overseen: whether seeing it by a grant alone counts, not asking for it: for what
            only those who help are shown.
    """
    items = WorkItem.objects.filter(pk=work_item_id).visible_to(actor)
    if only_overseen:
        items = items.covered(actor, VIEW)
    item = items.select_related("team", "assignee", "requester").defer("search").first()
    if item is None:
        return None
    return WorkTold(
        number=item.number,
        service_id=item.service_id,
        plain={
            "number": item.number,
            "kind": item.kind,
            "title": item.title,
            "stage": item.stage,
            "waiting_reason": item.waiting_reason,
            "impact": item.impact,
            "urgency": item.urgency,
            "priority": item.priority,
            "channel": item.channel,
            "team": item.team.code if item.team else None,
            "assignee": _person(item.assignee_id, item.assignee.name if item.assignee else ""),
            "requester": _person(item.requester_id, item.requester.name),
            "opened_at": item.opened_at.isoformat(),
            "updated_at": item.updated_at.isoformat(),
            "resolved_at": _moment(item.resolved_at),
            "closed_at": _moment(item.closed_at),
            "next_due_at": _moment(item.next_due_at),
            "version": item.version,
        },
    )


def reply_told(comment_id: int) -> dict[str, Any] | None:
    """Return a public reply as plain JSON; None for an internal note. One query.

    Whether the reader may see the work is for the caller to know.
    """
    said = Comment.objects.filter(pk=comment_id, audience=Audience.PUBLIC).first()
    if said is None:
        return None
    return {
        "author": said.author_name,
        "by_requester": said.by_requester,
        "text": said.text,
        "at": said.at.isoformat(),
    }


def _person(key: int | None, name: str) -> dict[str, Any] | None:
    return None if key is None else {"id": key, "name": name}


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
