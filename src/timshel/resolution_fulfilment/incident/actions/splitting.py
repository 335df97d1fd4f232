"""Something else that was said in a case becomes a case of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid
from timshel.operation.teamwork.models import WorkLink
from timshel.operation.teamwork.states import WorkLinkKind
from timshel.operation.work.actions import change_work_item
from timshel.operation.work.models import Attachment, Audience, Comment, WorkItem
from timshel.resolution_fulfilment.incident.access import WORK, require
from timshel.resolution_fulfilment.incident.actions.opening import IncidentReport, open_incident
from timshel.resolution_fulfilment.incident.events import IncidentOpened
from timshel.resolution_fulfilment.incident.models import Incident
from timshel.service_portfolio.service.models import LifeCycle, Service


@dataclass(frozen=True, slots=True)
class SplitOff:
    """What becomes a case of its own.

    Args:
        title: one line.
        comment_id: the public message that it is taken from, with its files; None for none.
        text: what it says; empty for the words of the message.
        service: the code of its service; None for that of the case.
    """

    title: str
    comment_id: int | None = None
    text: str = ""
    service: str | None = None


@transaction.atomic
def split_incident(number: str, *, part: SplitOff, actor: Actor, at: datetime) -> IncidentOpened:
    """Open a case of its own from something that was said in another, with a link between them.

    It is for the requester of the case, or for whoever wrote the message, if that was the
    requester's side. Nothing is taken away: the message and its files stay where they are, too.

    Args:
        number: the incident in which it was said.
        part: what becomes of its own.
        actor: a helper who works on it and may report for others.
        at: when.

    Raises:
        NotAllowed, NotFound: as they say.
        Invalid: no title, no text, or a message that is not there or is internal: the new case
            is read by whoever asked for it.
    """
    item = require(number, WORK, actor=actor)
    comment = _comment(item, part.comment_id)
    text = part.text.strip() or (comment.text if comment else "")
    if not text:
        raise Invalid({"text": [_("Please write what the new case is about.")]})
    asks = item.requester_id
    if comment is not None and comment.by_requester and comment.author_id is not None:
        asks = comment.author_id
    own = Incident.objects.select_related("offering").get(work_item=item)
    service = part.service if part.service is not None else _service_code(item)
    keeps = part.service is None and own.offering is not None and own.offering.is_active
    report = IncidentReport(
        title=part.title,
        description=text,
        service=service,
        offering=own.offering.code if keeps and own.offering else None,
        impact=item.impact,
        urgency=item.urgency,
        requester_id=asks,
        channel=Channel(item.channel),
    )
    event = open_incident(report, actor=actor, at=at)
    _tie(item, event, comment, actor=actor, at=at)
    return event


def _tie(
    item: WorkItem,
    event: IncidentOpened,
    comment: Comment | None,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Link the two, and give the new one the files of the message."""
    WorkLink.objects.create(
        source_id=event.work_item_id,
        target=item,
        kind=WorkLinkKind.RELATED,
        made_by_id=actor.person_id,
        at=at,
    )
    if comment is not None:
        Attachment.objects.bulk_create(
            Attachment(
                work_item_id=event.work_item_id,
                audience=Audience.PUBLIC,
                name=file.name,
                media_type=file.media_type,
                size=file.size,
                sha256=file.sha256,
                added_by_id=file.added_by_id,
                at=at,
            )
            for file in comment.attachments.filter(audience=Audience.PUBLIC).order_by("pk")
        )
    split = {"id": event.work_item_id, "name": event.number}
    also = {"split_off": (None, split)}
    change_work_item(item, verb="incident.split", values={}, also=also, actor=actor, at=at)


def _comment(item: WorkItem, comment_id: int | None) -> Comment | None:
    if comment_id is None:
        return None
    comments = Comment.objects.filter(work_item=item, audience=Audience.PUBLIC)
    comment = comments.filter(pk=comment_id).first()
    if comment is None:
        raise Invalid({"comment": [_("There is no such message in this case.")]})
    return comment


def _service_code(item: WorkItem) -> str | None:
    """Return the code of the service of a case, where it still lives."""
    live = Service.objects.filter(pk=item.service_id or 0, life_cycle=LifeCycle.LIVE)
    return live.values_list("code", flat=True).first()
