"""Incidents as those see them who asked or follow: stages in sentences, and nothing internal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils.functional import Promise

from timshel.kernel.actor import Actor
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.operation.rating.queries import RatingView, rating_with
from timshel.operation.rating.rules import can_be_rated
from timshel.operation.work.access import Following, require_following
from timshel.operation.work.models import OPEN, WorkItem, WorkItemQuerySet
from timshel.operation.work.states import STAGE_NAMES, Stage, WaitingReason, requester_sentence
from timshel.relationship_agreement.service_level.queries import ClockMark, clock_marks
from timshel.relationship_agreement.service_level.rules.laps import REQUESTS
from timshel.relationship_agreement.service_level.states import ClockKind
from timshel.resolution_fulfilment.incident.access import find
from timshel.resolution_fulfilment.incident.models import Incident
from timshel.resolution_fulfilment.incident.queries.listing import text_condition
from timshel.resolution_fulfilment.incident.queries.record import (
    OF_REQUESTER,
    AttachmentView,
    CommentView,
    possible_verbs,
    said_of,
)
from timshel.resolution_fulfilment.incident.states import KIND
from timshel.service_portfolio.service.models import Service
from timshel.service_portfolio.service.queries import named, words_along

NEWEST_FIRST: KeysetOrder[WorkItem] = KeysetOrder(
    SortKey("opened_at", descending=True, is_time=True), SortKey("id", descending=True)
)

TO_SOLVE = (ClockKind.RESOLVE, ClockKind.FULFIL)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One of one's own cases.

    Args:
        kind: of the work: a report of a fault, or something that was asked for.
        promised_at: when it will be solved, as promised to the requester; None while the promise
            waits. What was agreed with teams and suppliers is never shown to them.
        has_promise: whether anything is promised.
        with_whom: the person who has it, else the team, else empty.
        requester: whose it is.
    """

    id: int
    number: str
    kind: str
    title: str
    stage: str
    stage_name: Promise
    sentence: Promise
    service: str
    opened_at: datetime
    updated_at: datetime
    promised_at: datetime | None
    has_promise: bool
    with_whom: str
    requester: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case with all that its page shows to its requester and to those who follow it.

    ``following`` is how the reader does: ``own``, ``watched`` or ``unit``. Who only follows it can
    do nothing with it.
    """

    row: CaseRow
    following: str
    description: str
    waiting_reason: str | None
    requester: str
    resolution_text: str
    resolved_at: datetime | None
    conversation: tuple[CommentView, ...]
    attachments: tuple[AttachmentView, ...]
    rating: RatingView | None
    may_rate: bool
    possible: frozenset[str]
    version: int
    work: WorkItem = field(repr=False, compare=False)


def case_list(
    *,
    actor: Actor,
    at: datetime,
    whose: Following = Following.OWN,
    open: bool | None = None,  # noqa: A002 - the word of the filter in the page's address
    text: str = "",
    service: str = "",
    cursor: str | None = None,
    size: int = 25,
) -> Page[CaseRow]:
    """Return a page of what the reader asked for or reported or follows, newest first.

    Two queries, whatever the size.

    Args:
        actor: who reads.
        at: now.
        whose: one's own, what one watches, or what is shared within one's unit.
        open: only those not finished, only those finished, or all.
        text: words of number, title or description.
        service: its code; empty for all.
        cursor: where to go on, from an earlier page.
        size: cases to a page.
    """
    items = _of(whose, actor).filter(
        # What people ask for is followed in the same list; the parts of an order within it.
        Q(kind=KIND) | Q(kind=REQUESTS, parent__isnull=True),
    )
    if open is not None:
        items = items.filter(OPEN if open else ~OPEN)
    if text.strip():
        items = items.filter(text_condition(text))
    if service:
        items = items.filter(service_id__in=Service.objects.filter(code=service).values("pk"))
    items = items.select_related("team", "assignee", "requester").defer("search", "description")
    items = items.annotate(service_words=words_along())
    page = NEWEST_FIRST.page(items, cursor=cursor, size=size)
    marks = clock_marks([item.pk for item in page.items], at=at)
    return page.map(
        lambda item: _row(
            item,
            service=named(item.service_words, language=actor.language),  # type: ignore[attr-defined]
            marks=marks.get(item.pk, ()),
            language=actor.language,
        )
    )


def _of(whose: Following, actor: Actor) -> WorkItemQuerySet:
    if whose is Following.WATCHED:
        return WorkItem.objects.watched(actor)
    if whose is Following.UNIT:
        return WorkItem.objects.shared(actor)
    return WorkItem.objects.filter(
        Q(requester_id=actor.person_id) | Q(opened_by_id=actor.person_id)
    )


def case(number: str, *, actor: Actor, at: datetime) -> CaseView:
    """Return one of one's own cases, or one that one follows, in a fixed number of queries.

    Raises:
        NotFound: it does not exist, or the reader does not follow it.
    """
    item = find(number, actor=actor)
    followed = require_following(item, actor=actor)
    rows = Incident.objects.select_related("work_item__rating").defer("work_item__search")
    own = rows.annotate(service_words=words_along("work_item__service_id")).get(pk=item.pk)
    row = _row(
        item,
        service=named(own.service_words, language=actor.language),
        marks=clock_marks([item.pk], at=at).get(item.pk, ()),
        language=actor.language,
    )
    said = said_of({item.pk: False})[item.pk]
    verbs = set(possible_verbs(item, actor=actor, at=at)) & OF_REQUESTER
    if followed is not Following.OWN:
        verbs = set()
    return CaseView(
        row=row,
        following=followed.value,
        description=item.description,
        waiting_reason=item.waiting_reason,
        requester=item.requester.name,
        resolution_text=own.resolution_text,
        resolved_at=item.resolved_at,
        conversation=said.conversation,
        attachments=said.attachments,
        rating=rating_with(own.work_item),
        may_rate=followed is Following.OWN
        and can_be_rated(item.kind, stage=item.stage, resolved_at=item.resolved_at, at=at),
        possible=frozenset(verbs),
        version=item.version,
        work=item,
    )


def _row(item: WorkItem, *, service: str, marks: tuple[ClockMark, ...], language: str) -> CaseRow:
    stage = Stage(item.stage)
    reason = WaitingReason(item.waiting_reason) if item.waiting_reason else None
    team = item.team.text("name", language) if item.team else ""
    promise = _promise(marks)
    return CaseRow(
        id=item.pk,
        number=item.number,
        kind=item.kind,
        title=item.title,
        stage=item.stage,
        stage_name=STAGE_NAMES[stage],
        sentence=requester_sentence(stage, reason),
        service=service,
        opened_at=item.opened_at,
        updated_at=item.updated_at,
        promised_at=promise.due_at if promise else None,
        has_promise=promise is not None,
        with_whom=item.assignee.name if item.assignee else team,
        requester=item.requester.name,
    )


def _promise(marks: tuple[ClockMark, ...]) -> ClockMark | None:
    """Return the mark of the promise to resolve or fulfil that stands."""
    return next((mark for mark in marks if mark.kind in TO_SOLVE and mark.is_current), None)
