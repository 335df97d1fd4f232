"""What earlier shifts of one's teams left for the next ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from timshel.context.organization.models import Team
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.kernel.text import is_storable
from timshel.operation.teamwork.access import may_read_hand_overs
from timshel.operation.teamwork.models import ShiftNote, ShiftNoteReading
from timshel.operation.work.models import WorkItem
from timshel.operation.work.states import STAGE_NAMES, Stage

NEWEST_FIRST: KeysetOrder[ShiftNote] = KeysetOrder(
    SortKey("at", descending=True, is_time=True), SortKey("id", descending=True)
)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A piece of work that a hand-over names, as it stands now."""

    number: str
    kind: str
    title: str
    stage: str
    stage_name: object
    assignee: str


@dataclass(frozen=True, slots=True)
class ShiftNoteView:
    """A hand-over; ``readers`` are those who have read it, ``is_read`` whether the reader has."""

    id: int
    team_code: str
    team: str
    author: str
    text: str
    at: datetime
    work: tuple[HandedOver, ...]
    readers: tuple[str, ...]
    is_read: bool


def shift_notes(
    team: str, *, actor: Actor, cursor: str | None = None, size: int = 20
) -> Page[ShiftNoteView]:
    """Return the hand-overs of a team, newest first; at most four queries.

    Work that the reader may not see is left out of them.

    Args:
        team: its code.
        actor: of the team, or who sees its work.
        cursor: where to go on, from an earlier page.
        size: notes to a page.

    Raises:
        NotFound: there is no such team.
        NotAllowed: the actor is not of it.
    """
    found = Team.objects.filter(code=team).first() if is_storable(team) else None
    if found is None:
        raise NotFound
    if not may_read_hand_overs(found.pk, actor=actor):
        raise NotAllowed
    rows = ShiftNote.objects.filter(team=found).select_related("team")
    page = NEWEST_FIRST.page(rows, cursor=cursor, size=size)
    views = _views(page.items, actor=actor)
    return page.map(lambda row: views[row.pk])


def unread_shift_notes(*, actor: Actor, limit: int = 10) -> tuple[ShiftNoteView, ...]:
    """Return what others left for one's own teams and one has not read, newest first."""
    rows = _unread(actor).select_related("team").order_by("-at", "-pk")[:limit]
    views = _views(rows, actor=actor)
    return tuple(views.values())


def unread_shift_note_count(*, actor: Actor, limit: int = 100) -> int:
    """Count the hand-overs that one has not read, up to ``limit``; one query."""
    return _unread(actor).values("pk")[:limit].count()


def _unread(actor: Actor) -> QuerySet[ShiftNote]:
    read = ShiftNoteReading.objects.filter(person_id=actor.person_id or 0).values("note_id")
    rows = ShiftNote.objects.filter(team_id__in=actor.team_ids).exclude(pk__in=read)
    return rows.exclude(author_id=actor.person_id or 0)


def _views(rows: Iterable[ShiftNote], *, actor: Actor) -> dict[int, ShiftNoteView]:
    notes = list(rows)
    work = _work([note.pk for note in notes], actor=actor)
    readings = ShiftNoteReading.objects.filter(note__in=[note.pk for note in notes])
    readers: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for key, person, name in readings.order_by("at", "pk").values_list(
        "note_id", "person_id", "person__name"
    ):
        readers[key].append((person, name))
    return {
        note.pk: ShiftNoteView(
            id=note.pk,
            team_code=note.team.code,
            team=note.team.text("name", actor.language),
            author=note.author_name,
            text=note.text,
            at=note.at,
            work=tuple(work[note.pk]),
            readers=tuple(name for _person, name in readers[note.pk]),
            is_read=any(person == actor.person_id for person, _name in readers[note.pk]),
        )
        for note in notes
    }


def _work(note_ids: list[int], *, actor: Actor) -> dict[int, list[HandedOver]]:
    found: dict[int, list[HandedOver]] = defaultdict(list)
    seen = WorkItem.objects.visible_to(actor).values("pk")
    rows = ShiftNote.work.through.objects.filter(shiftnote_id__in=note_ids, workitem_id__in=seen)
    for row in rows.select_related("workitem__assignee").order_by("workitem__number"):
        item = row.workitem
        found[row.shiftnote_id].append(
            HandedOver(
                number=item.number,
                kind=item.kind,
                title=item.title,
                stage=item.stage,
                stage_name=STAGE_NAMES[Stage(item.stage)],
                assignee=item.assignee.name if item.assignee else "",
            )
        )
    return found
