"""One incident with all that its page shows, under the reader's rights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise

from timshel.context.people.queries import PersonCard, card_of
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.journal.queries import JournalEntry, history
from timshel.operation.work.access import is_own, may_read_notes, may_see, seen_among
from timshel.operation.work.actions import SUBJECT
from timshel.operation.work.files import path_of
from timshel.operation.work.models import Attachment, Audience, Comment, WorkItem
from timshel.operation.work.rules import TASK, covers
from timshel.operation.work.states import (
    STAGE_NAMES,
    WAITING_NAMES,
    Stage,
    WaitingReason,
    requester_sentence,
)
from timshel.relationship_agreement.service_level.queries import ClockView, clock_laps
from timshel.relationship_agreement.service_level.states import ClockKind
from timshel.resolution_fulfilment.incident import rules
from timshel.resolution_fulfilment.incident.access import REOPEN_CLOSED, RIGHTS, find
from timshel.resolution_fulfilment.incident.models import Incident
from timshel.resolution_fulfilment.incident.queries.promises import sees_inside
from timshel.resolution_fulfilment.incident.states import Verb, stage_allows
from timshel.service_portfolio.parties.queries import supplier_names
from timshel.service_portfolio.service.queries import named, words_along

# What a reader without the right to internal notes sees of the history.
PUBLIC_VERBS = frozenset(
    {
        "opened",
        "started",
        "waited",
        "resumed",
        "replied",
        "told",
        "resolved",
        "fulfilled",
        "reopened",
        "closed",
        "cancelled",
        "merged",
        "unmerged",
        "rated",
    }
)
PUBLIC_FIELDS = frozenset({"stage", "waiting_reason", "title", "service", "resolution_text"})

# What is read with the row of a kind of work for the requester's card; who may see the work may
# see who asked for it.
WITH_REQUESTER = tuple(
    f"work_item__requester__{each}" for each in ("unit", "customer", "site", "manager")
)


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """A file as pages list it; ``size`` in bytes."""

    id: int
    name: str
    media_type: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CommentView:
    """Something said; ``audience`` is ``public`` or ``internal``."""

    id: int
    audience: str
    author: str
    by_requester: bool
    text: str
    channel: str
    at: datetime
    attachments: tuple[AttachmentView, ...]

    @property
    def is_internal(self) -> bool:
        """Whether only helpers read this."""
        return self.audience == Audience.INTERNAL


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a piece of work, oldest first, and the files that came with it at first."""

    conversation: tuple[CommentView, ...]
    attachments: tuple[AttachmentView, ...]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One entry of the journal; ``changes`` maps fields to old and new value."""

    at: datetime
    actor: str
    actor_kind: str
    channel: str
    verb: str
    changes: Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class RelatedRow:
    """Another case beside this one."""

    number: str
    title: str
    stage: str
    stage_name: Promise


@dataclass(frozen=True, slots=True)
class IncidentView:
    """An incident as helpers see it; ``possible`` holds the verbs the reader may use now.

    Who may not read notes gets none of the words that helpers write for each other. Who only asked
    for it does not learn for which supplier it waits, nor of the clocks of teams and suppliers.
    """

    id: int
    number: str
    title: str
    description: str
    stage: str
    stage_name: Promise
    waiting_reason: str | None
    waiting_name: Promise | None
    supplier_code: str
    supplier: str
    sentence: Promise
    impact: int
    urgency: int
    priority: int
    priority_reason: str
    service_state: str | None
    symptom: str
    channel: str
    service_id: int | None
    service_code: str
    service: str
    offering_code: str
    offering: str
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
    reassignments: int
    reopenings: int
    resolution_code: str | None
    resolution_text: str
    clocks: tuple[ClockView, ...]
    breached: bool
    conversation: tuple[CommentView, ...]
    attachments: tuple[AttachmentView, ...]
    history: tuple[HistoryLine, ...]
    parent: RelatedRow | None
    children: tuple[RelatedRow, ...]
    possible: frozenset[str]
    may_read_notes: bool
    sees_inside: bool
    version: int
    work: WorkItem = field(repr=False, compare=False)


def incident(number: str, *, actor: Actor, at: datetime) -> IncidentView:
    """Return an incident with everything of its page, in a fixed number of queries.

    Raises:
        NotFound: it does not exist, or the reader may not know that it does.
    """
    item = find(number, actor=actor)
    own = _own_row(item)
    notes, inside = may_read_notes(item, actor=actor), sees_inside(item, actor=actor)
    said = said_of({item.pk: notes})[item.pk]
    laps = clock_laps(item.pk, at=at, is_foretold=inside)
    parents = related([own.work_item.parent] if own.work_item.parent else [], actor=actor)
    return IncidentView(
        id=item.pk,
        number=item.number,
        title=item.title,
        description=item.description,
        impact=item.impact,
        urgency=item.urgency,
        priority=item.priority,
        priority_reason=own.priority_reason if notes else "",
        service_state=own.service_state,
        symptom=own.symptom,
        channel=item.channel,
        assignee_id=item.assignee_id,
        requester_id=item.requester_id,
        requester=card_of(own.work_item.requester, language=actor.language),
        opened_by=own.work_item.opened_by.name if own.work_item.opened_by else "",
        opened_at=item.opened_at,
        updated_at=item.updated_at,
        resolved_at=item.resolved_at,
        closed_at=item.closed_at,
        next_due_at=item.next_due_at,
        reassignments=item.reassignments,
        reopenings=item.reopenings,
        resolution_code=own.resolution_code,
        resolution_text=own.resolution_text,
        clocks=_clocks(laps, inside=inside),
        breached=any(each.breached for each in laps),
        conversation=said.conversation,
        attachments=said.attachments,
        history=history_of(item, with_notes=notes),
        parent=parents[0] if parents else None,
        children=related(_children(item), actor=actor),
        possible=frozenset(possible_verbs(item, actor=actor, at=at)),
        may_read_notes=notes,
        sees_inside=inside,
        version=item.version,
        work=item,
        **_stage_words(item),
        **_supplier(item, inside=inside, language=actor.language),
        **_names(item, own, actor.language),
    )


def _own_row(item: WorkItem) -> Incident:
    rows = Incident.objects.select_related(
        "offering", "work_item__opened_by", "work_item__parent", *WITH_REQUESTER
    ).defer("work_item__search", "work_item__parent__search")
    return rows.annotate(service_words=words_along("work_item__service_id")).get(pk=item.pk)


def _stage_words(item: WorkItem) -> dict[str, Any]:
    reason = WaitingReason(item.waiting_reason) if item.waiting_reason else None
    stage = Stage(item.stage)
    return {
        "stage": item.stage,
        "stage_name": STAGE_NAMES[stage],
        "waiting_reason": item.waiting_reason,
        "waiting_name": WAITING_NAMES[reason] if reason else None,
        "sentence": requester_sentence(stage, reason),
    }


def _supplier(item: WorkItem, *, inside: bool, language: str) -> dict[str, Any]:
    """Return the supplier that is waited for, for those who may know."""
    awaited = supplier_names([item.supplier_id] if inside else [], language=language)
    code, name = awaited.get(item.supplier_id or 0, ("", ""))
    return {"supplier_code": code, "supplier": name}


def _clocks(laps: Iterable[ClockView], *, inside: bool) -> tuple[ClockView, ...]:
    """Return the present clocks; those of teams and suppliers for those who may know."""
    return tuple(
        each for each in laps if each.is_current and (inside or each.kind is not ClockKind.HOP)
    )


def _names(item: WorkItem, own: Incident, language: str) -> dict[str, Any]:
    service: Mapping[str, Any] | None = own.service_words  # type: ignore[attr-defined]
    return {
        "service_id": item.service_id,
        "service_code": service["code"] if service else "",
        "service": named(service, language=language),
        "offering_code": own.offering.code if own.offering else "",
        "offering": own.offering.text("name", language) if own.offering else "",
        "team_code": item.team.code if item.team else "",
        "team": item.team.text("name", language) if item.team else "",
        "assignee": item.assignee.name if item.assignee else "",
    }


def said_of(works: Mapping[int, bool]) -> dict[int, Said]:
    """Return what was said of some pieces of work by their keys, in two queries.

    Args:
        works: their keys, each with whether the reader may read its notes.
    """
    with_notes = [key for key, notes in works.items() if notes]
    told = Q(work_item__in=list(works), audience=Audience.PUBLIC) | Q(work_item__in=with_notes)
    files: dict[tuple[int, int | None], list[AttachmentView]] = defaultdict(list)
    for file in Attachment.objects.filter(told).order_by("id"):
        view = AttachmentView(file.pk, file.name, file.media_type, file.size, file.at)
        files[file.work_item_id, file.comment_id].append(view)
    said: dict[int, list[CommentView]] = defaultdict(list)
    for each in Comment.objects.filter(told).order_by("at", "id"):
        said[each.work_item_id].append(
            CommentView(
                id=each.pk,
                audience=each.audience,
                author=each.author_name,
                by_requester=each.by_requester,
                text=each.text,
                channel=each.channel,
                at=each.at,
                attachments=tuple(files[each.work_item_id, each.pk]),
            )
        )
    return {key: Said(tuple(said[key]), tuple(files[key, None])) for key in works}


def attachment(attachment_id: int, *, actor: Actor) -> tuple[AttachmentView, Path]:
    """Return a file that the reader may see, and where its content lies.

    Raises:
        NotFound: there is no such file, or the reader may not know that there is.
    """
    found = (
        Attachment.objects.select_related("work_item")
        .defer("work_item__search")
        .filter(pk=attachment_id)
        .first()
    )
    if found is None or not _may_fetch(found, actor=actor):
        raise NotFound
    hidden = found.audience == Audience.INTERNAL
    if hidden and not may_read_notes(found.work_item, actor=actor):
        raise NotFound
    view = AttachmentView(found.pk, found.name, found.media_type, found.size, found.at)
    return view, path_of(found.sha256)


def _may_fetch(file: Attachment, *, actor: Actor) -> bool:
    """Tell whether a file is for a reader: whoever has a task of a request needs what came with
    the request, too."""
    if may_see(actor, file.work_item):
        return True
    parts = WorkItem.objects.visible_to(actor).filter(parent=file.work_item_id, kind=TASK)
    return file.audience == Audience.PUBLIC and parts.exists()


def history_of(item: WorkItem, *, with_notes: bool) -> tuple[HistoryLine, ...]:
    """Return what happened, oldest first; without notes, only what everybody may know."""
    entries = history(SUBJECT, [item.pk])
    if not with_notes:
        entries = tuple(entry for entry in entries if entry.verb.partition(".")[2] in PUBLIC_VERBS)
    return tuple(_line(entry, with_notes=with_notes) for entry in entries)


def _line(entry: JournalEntry, *, with_notes: bool) -> HistoryLine:
    changes = entry.changes
    if not with_notes:
        changes = {name: pair for name, pair in changes.items() if name in PUBLIC_FIELDS}
    return HistoryLine(
        at=entry.at,
        actor=entry.actor_name,
        actor_kind=entry.actor_kind,
        channel=entry.channel,
        verb=entry.verb,
        changes=changes,
    )


def _children(item: WorkItem) -> list[WorkItem]:
    return list(WorkItem.objects.filter(parent=item).defer("search").order_by("id")[:100])


def related(items: Iterable[WorkItem], *, actor: Actor) -> tuple[RelatedRow, ...]:
    """Return those of some cases that the reader may see."""
    return tuple(
        RelatedRow(each.number, each.title, each.stage, STAGE_NAMES[Stage(each.stage)])
        for each in seen_among(items, actor=actor)
    )


def possible_verbs(item: WorkItem, *, actor: Actor, at: datetime) -> Iterable[Verb]:
    """Yield what the reader may do to an incident now, by stage, right and ownership."""
    stage = Stage(item.stage)
    own = is_own(item, actor=actor)
    in_window = rules.within_reopen_window(item.resolved_at, at=at)
    for verb in Verb:
        if not stage_allows(stage, verb):
            continue
        if verb is Verb.REOPEN and not (in_window or covers(actor, REOPEN_CLOSED, item)):
            continue
        helps = verb in RIGHTS and covers(actor, RIGHTS[verb], item)
        if helps or (own and verb in OF_REQUESTER):
            yield verb


OF_REQUESTER = frozenset({Verb.REPLY, Verb.REOPEN, Verb.WITHDRAW, Verb.CONFIRM})
