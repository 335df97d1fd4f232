"""Requests as the people see them who asked: what each part is doing, and nothing internal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise

from timshel.kernel.actor import Actor
from timshel.kernel.forms import Shown
from timshel.leadership.approval.queries import ApprovalView, standings_of
from timshel.operation.process.queries import RunView, StepView, run_view
from timshel.operation.rating.queries import RatingView, rating_with
from timshel.operation.rating.rules import WINDOW as RATE_WINDOW
from timshel.operation.work.access import Following, is_own, require_following
from timshel.operation.work.models import WorkItem
from timshel.operation.work.rules import covers
from timshel.operation.work.states import STAGE_NAMES, Stage, WaitingReason, requester_sentence
from timshel.relationship_agreement.service_level.queries import clock_marks
from timshel.resolution_fulfilment.incident.queries import AttachmentView, CommentView
from timshel.resolution_fulfilment.incident.queries.record import said_of
from timshel.resolution_fulfilment.service_request import rules
from timshel.resolution_fulfilment.service_request.access import RIGHTS, find
from timshel.resolution_fulfilment.service_request.models import ServiceRequest
from timshel.resolution_fulfilment.service_request.queries.answers import answers_of, form_of
from timshel.resolution_fulfilment.service_request.queries.parts import (
    PartRow,
    TaskRow,
    fulfilment,
    parts_of,
    seen_parts,
    tasks_of,
    told_steps,
)
from timshel.resolution_fulfilment.service_request.states import Verb, stage_allows

OF_REQUESTER = frozenset(
    {Verb.REPLY, Verb.REOPEN, Verb.WITHDRAW, Verb.CONFIRM, Verb.CHANGE, Verb.RATE}
)


@dataclass(frozen=True, slots=True)
class RequestCase:
    """One of one's own requests, or one that one follows, with all that its page shows.

    Args:
        following: how the reader follows it: ``own``, ``watched`` or ``unit``.
        promised_at: when it will be delivered, as promised; None while the promise waits.
        has_promise: whether anything is promised.
        with_whom: the person who has it, else the team, else empty.
        steps: of its process that the requester is told of.
        run: the whole run, for the picture; None where no process runs.
        bundle: the number of the order that it is a part of, or "".
        form: what was filled in, as ``kernel.forms`` reads it, and ``raw`` what stands in it.
        price: what it costs; None where it is free.
    """

    id: int
    following: str
    number: str
    title: str
    offering_code: str
    offering: str
    service: str
    purpose: str
    stage: str
    stage_name: Promise
    sentence: Promise
    waiting_reason: str | None
    requester_id: int
    requester: str
    opened_by: str
    opened_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    promised_at: datetime | None
    has_promise: bool
    with_whom: str
    price: Decimal | None
    currency: str
    price_period: str
    answers: tuple[Shown, ...]
    parts: tuple[PartRow, ...]
    tasks: tuple[TaskRow, ...]
    approvals: tuple[ApprovalView, ...]
    steps: tuple[StepView, ...]
    run: RunView | None
    bundle: str
    conversation: tuple[CommentView, ...]
    attachments: tuple[AttachmentView, ...]
    outcome: str
    outcome_text: str
    rating: RatingView | None
    possible: frozenset[str]
    form: Mapping[str, Any] | None
    raw: Mapping[str, Any]
    version: int
    work: WorkItem = field(repr=False, compare=False)


def request_case(number: str, *, actor: Actor, at: datetime) -> RequestCase:
    """Return one of one's own requests, or one that one follows, in a fixed number of queries.

    Who only follows it can do nothing with it, and sees neither confidential answers nor tasks;
    who reads the cases of a unit not who is asked to approve it either.

    Raises:
        NotFound: it does not exist, or the reader does not follow it.
    """
    item = find(number, actor=actor)
    followed = require_following(item, actor=actor)
    own = followed is Following.OWN
    request = request_row(item.pk)
    promise = fulfilment(clock_marks([item.pk], at=at).get(item.pk, ()))
    said = said_of({item.pk: False})[item.pk]
    run = None if followed is Following.UNIT else run_view(item.pk, language=actor.language)
    team = item.team.text("name", actor.language) if item.team else ""
    reason = WaitingReason(item.waiting_reason) if item.waiting_reason else None
    offering = request.offering
    tasks = tasks_of([item.pk], language=actor.language) if own else ()
    parts = parts_of(item, language=actor.language, at=at)
    possible = set(possible_verbs(item, request, actor=actor, at=at)) & OF_REQUESTER
    return RequestCase(
        id=item.pk,
        following=followed.value,
        number=item.number,
        title=item.title,
        offering_code=offering.code,
        offering=offering.text("name", actor.language),
        service=offering.service.text("name", actor.language),
        purpose=request.purpose,
        stage=item.stage,
        stage_name=STAGE_NAMES[Stage(item.stage)],
        sentence=requester_sentence(Stage(item.stage), reason),
        waiting_reason=item.waiting_reason,
        requester_id=item.requester_id,
        requester=item.requester.name,
        opened_by=_opened_by(request),
        opened_at=item.opened_at,
        updated_at=item.updated_at,
        resolved_at=item.resolved_at,
        promised_at=promise.due_at if promise else None,
        has_promise=promise is not None,
        with_whom=item.assignee.name if item.assignee else team,
        price=request.price,
        currency=request.currency,
        price_period=request.price_period,
        answers=answers_of(request, language=actor.language, with_confidential=own),
        parts=parts if own else seen_parts(parts, actor=actor),
        tasks=tuple(each for each in tasks if each.is_told),
        approvals=(
            ()
            if followed is Following.UNIT
            else standings_of(item.pk, language=actor.language, at=at)
        ),
        steps=told_steps(run),
        run=run,
        bundle=request.work_item.parent.number if request.work_item.parent else "",
        conversation=said.conversation,
        attachments=said.attachments,
        outcome=request.outcome,
        outcome_text=request.outcome_text,
        rating=rating_with(request.work_item),
        possible=frozenset(possible if own else ()),
        form=form_of(request) if own else None,
        raw=request.answers if own else {},
        version=item.version,
        work=item,
    )


def request_row(key: int, *others: str) -> ServiceRequest:
    """Return what a request has beyond its row of work, with everything that its pages name.

    Args:
        key: of the request.
        others: what else is read with it.
    """
    named = ("offering__service", "form", "page")
    of_work = ("work_item__parent", "work_item__opened_by", "work_item__rating")
    return (
        ServiceRequest.objects.select_related(*named, *of_work, *others)
        .defer("work_item__search", "work_item__parent__search")
        .get(pk=key)
    )


def possible_verbs(
    item: WorkItem, request: ServiceRequest, *, actor: Actor, at: datetime
) -> tuple[Verb, ...]:
    """Return what the reader may do to a request now, by stage, right and ownership."""
    stage, own = Stage(item.stage), is_own(item, actor=actor)
    found = []
    for verb in Verb:
        helps = verb in RIGHTS and covers(actor, RIGHTS[verb], item)
        if not stage_allows(stage, verb) or not (helps or (own and verb in OF_REQUESTER)):
            continue
        if _is_in_time(verb, item, at=at) and (verb is not Verb.CHANGE or request.form_id):
            found.append(verb)
    return tuple(found)


def _is_in_time(verb: Verb, item: WorkItem, *, at: datetime) -> bool:
    window = {Verb.REOPEN: rules.REOPEN_WINDOW, Verb.RATE: RATE_WINDOW}.get(verb)
    return window is None or rules.within(window, item.resolved_at, at=at)


def _opened_by(request: ServiceRequest) -> str:
    by = request.work_item.opened_by
    return by.name if by is not None and by.pk != request.work_item.requester_id else ""
