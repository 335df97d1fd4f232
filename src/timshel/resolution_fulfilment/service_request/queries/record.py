"""Requests as helpers see them, and what would follow from stopping one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise

from timshel.context.people.queries import PersonCard, card_of
from timshel.kernel.actor import Actor
from timshel.kernel.forms import Shown
from timshel.leadership.approval.queries import ApprovalView, standings_of
from timshel.operation.process.queries import RunView, run_view
from timshel.operation.rating.queries import RatingView, rating_with
from timshel.operation.work.access import Known, is_own, may_read_notes
from timshel.operation.work.models import OPEN, WorkItem
from timshel.operation.work.rules import VIEW, covers
from timshel.operation.work.states import (
    STAGE_NAMES,
    WAITING_NAMES,
    Stage,
    WaitingReason,
    requester_sentence,
)
from timshel.relationship_agreement.service_level.queries import ClockView, clock_laps
from timshel.relationship_agreement.service_level.states import ClockKind
from timshel.resolution_fulfilment.incident.queries import (
    AttachmentView,
    CommentView,
    HistoryLine,
)
from timshel.resolution_fulfilment.incident.queries.record import (
    WITH_REQUESTER,
    history_of,
    said_of,
)
from timshel.resolution_fulfilment.service_request.access import KIND, STEER, WORK, find
from timshel.resolution_fulfilment.service_request.queries.answers import answers_of
from timshel.resolution_fulfilment.service_request.queries.cases import (
    possible_verbs,
    request_row,
)
from timshel.resolution_fulfilment.service_request.queries.parts import (
    PartRow,
    TaskRow,
    parts_of,
    seen_parts,
    tasks_of,
)


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """A request as helpers see it; ``possible`` holds the verbs the reader may use now.

    Who only asked for it sees nothing that helpers write for each other, and no clocks of teams.
    """

    id: int
    number: str
    title: str
    description: str
    offering_code: str
    offering: str
    service_id: int | None
    service_code: str
    service: str
    purpose: str
    variant: str
    stage: str
    stage_name: Promise
    waiting_reason: str | None
    waiting_name: Promise | None
    sentence: Promise
    priority: int
    channel: str
    team_code: str
    team: str
    assignee_id: int | None
    assignee: str
    requester_id: int
    requester: PersonCard
    opened_by: str
    opened_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    next_due_at: datetime | None
    price: Decimal | None
    currency: str
    price_period: str
    answers: tuple[Shown, ...]
    fields: Mapping[str, Any]
    parent_number: str
    parts: tuple[PartRow, ...]
    tasks: tuple[TaskRow, ...]
    approvals: tuple[ApprovalView, ...]
    run: RunView | None
    clocks: tuple[ClockView, ...]
    conversation: tuple[CommentView, ...]
    attachments: tuple[AttachmentView, ...]
    history: tuple[HistoryLine, ...]
    outcome: str
    outcome_text: str
    rating: RatingView | None
    possible: frozenset[str]
    may_read_notes: bool
    may_steer: bool
    sees_inside: bool
    version: int
    work: WorkItem = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Consequences:
    """What would be lost if a request were stopped or changed now.

    Args:
        parts: open requests of its parts.
        begun: tasks that somebody has begun, as number and title.
        waiting: tasks that nobody has begun.
        done: tasks that are done already.
        approvals: approvals that were given or are asked.
    """

    parts: tuple[str, ...]
    begun: tuple[str, ...]
    waiting: tuple[str, ...]
    done: tuple[str, ...]
    approvals: tuple[str, ...]

    @property
    def is_nothing(self) -> bool:
        """Whether nobody has done anything for it yet."""
        return not (self.parts or self.begun or self.done)


def request_record(number: str, *, actor: Actor, at: datetime) -> RequestRecord:
    """Return a request with everything of its page, in a fixed number of queries.

    Raises:
        NotFound: it does not exist, or the reader may not know that it does.
    """
    item = find(number, actor=actor)
    request = request_row(item.pk, *WITH_REQUESTER)
    notes, works = may_read_notes(item, actor=actor), covers(actor, WORK, item)
    inside = notes or works
    said = said_of({item.pk: notes})[item.pk]
    laps = clock_laps(item.pk, at=at, is_foretold=inside)
    reason = WaitingReason(item.waiting_reason) if item.waiting_reason else None
    offering, own = request.offering, is_own(item, actor=actor)
    parts = parts_of(item, language=actor.language, at=at)
    if not (own or covers(actor, VIEW, item)):
        parts = seen_parts(parts, actor=actor)
    return RequestRecord(
        id=item.pk,
        number=item.number,
        title=item.title,
        description=item.description,
        offering_code=offering.code,
        offering=offering.text("name", actor.language),
        service_id=item.service_id,
        service_code=offering.service.code,
        service=offering.service.text("name", actor.language),
        purpose=request.purpose,
        variant=request.variant,
        stage=item.stage,
        stage_name=STAGE_NAMES[Stage(item.stage)],
        waiting_reason=item.waiting_reason,
        waiting_name=WAITING_NAMES[reason] if reason else None,
        sentence=requester_sentence(Stage(item.stage), reason),
        priority=item.priority,
        channel=item.channel,
        team_code=item.team.code if item.team else "",
        team=item.team.text("name", actor.language) if item.team else "",
        assignee_id=item.assignee_id,
        assignee=item.assignee.name if item.assignee else "",
        requester_id=item.requester_id,
        requester=card_of(request.work_item.requester, language=actor.language),
        opened_by=request.work_item.opened_by.name if request.work_item.opened_by else "",
        opened_at=item.opened_at,
        updated_at=item.updated_at,
        resolved_at=item.resolved_at,
        closed_at=item.closed_at,
        next_due_at=item.next_due_at,
        price=request.price,
        currency=request.currency,
        price_period=request.price_period,
        answers=answers_of(request, language=actor.language, with_confidential=works or own),
        fields=request.fields if inside else {},
        parent_number=request.work_item.parent.number if request.work_item.parent else "",
        parts=parts,
        tasks=(
            tasks_of([item.pk, *(each.id for each in parts)], language=actor.language)
            if inside
            else ()
        ),
        approvals=standings_of(item.pk, language=actor.language, at=at),
        run=run_view(item.pk, language=actor.language),
        clocks=tuple(
            each for each in laps if each.is_current and (inside or each.kind is not ClockKind.HOP)
        ),
        conversation=said.conversation,
        attachments=said.attachments,
        history=history_of(item, with_notes=notes),
        outcome=request.outcome,
        outcome_text=request.outcome_text,
        rating=rating_with(request.work_item),
        possible=frozenset(possible_verbs(item, request, actor=actor, at=at)),
        may_read_notes=notes,
        may_steer=covers(actor, STEER, item),
        sees_inside=inside,
        version=item.version,
        work=item,
    )


def consequences(work: Known, *, actor: Actor, at: datetime) -> Consequences:
    """Return what would be lost if a request were withdrawn, cancelled or changed now.

    Raises:
        NotFound: it does not exist, or the reader may not know that it does.
    """
    item = find(work, actor=actor)
    open_parts = WorkItem.objects.filter(OPEN, parent=item, kind=KIND).defer("search")
    parts = list(open_parts.order_by("pk"))
    tasks = tasks_of([item.pk, *(part.pk for part in parts)], language=actor.language)
    told = [each for each in tasks if each.is_told]
    return Consequences(
        parts=tuple(f"{part.number} {part.title}" for part in parts),
        begun=_titles(told, Stage.IN_PROGRESS, Stage.WAITING),
        waiting=_titles(told, Stage.NEW),
        done=_titles(told, Stage.RESOLVED, Stage.CLOSED),
        approvals=tuple(
            each.title for each in standings_of(item.pk, language=actor.language, at=at)
        ),
    )


def _titles(tasks: list[TaskRow], *stages: Stage) -> tuple[str, ...]:
    return tuple(each.title for each in tasks if each.stage in stages)
