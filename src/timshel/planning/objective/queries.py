"""Objectives as a tree, one by one with their readings, and for a summary."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from timshel.kernel.actor import Actor
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.planning.objective.access import known, may_manage, may_read
from timshel.planning.objective.models import Objective, ObjectiveReading
from timshel.planning.objective.rules.content import ObjectiveContent
from timshel.planning.objective.rules.control import Control, control
from timshel.planning.objective.rules.progress import is_reached, progress, together
from timshel.planning.objective.states import (
    OPEN,
    Direction,
    Level,
    ObjectiveState,
    ReadingSource,
)

NEWEST: KeysetOrder[Objective] = KeysetOrder(SortKey("id", descending=True))
MOST = 1_000
MOST_READINGS = 400


@dataclass(frozen=True, slots=True)
class ObjectiveRow:
    """A goal, a result or an objective as people see it.

    Args:
        number: by which people know it.
        content: what it says.
        owner_id: the key of whoever answers for it.
        owner_name: their name.
        has_owner_left: whether they are no longer here.
        state: where it stands.
        is_overdue: agreed and not judged after its last day, counted in UTC.
        last_value: what was read last.
        last_day: when that was.
        progress: the share of the way, from 0 to 100; None where it is not known. That of a goal
            or a result is the mean of what stands below it, where that was asked.
        is_reached: whether the last value reaches the target; None where there is none.
        outcome: how it was judged, or why it was dropped or taken back.
        agreed_at: when it was agreed last.
        ended_at: when it was judged or dropped.
        revision: rises with each change.
        may_manage: whether the reader may change and judge it, where that was asked.
        may_read: whether the reader may record what is read, where that was asked.
        depth: how far below the first row of its branch it stands.
    """

    number: str
    content: ObjectiveContent
    owner_id: int
    owner_name: str
    has_owner_left: bool
    state: ObjectiveState
    is_overdue: bool
    last_value: Decimal | None
    last_day: date | None
    progress: Decimal | None
    is_reached: bool | None
    outcome: str
    agreed_at: datetime | None
    ended_at: datetime | None
    revision: int
    may_manage: bool = False
    may_read: bool = False
    depth: int = 0


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """What was read on a day.

    Args:
        day: when.
        value: in the unit of the objective.
        source: by hand, or counted.
        note: what is to be known of it.
        read_by: who recorded it; empty for a rule.
    """

    day: date
    value: Decimal
    source: ReadingSource
    note: str
    read_by: str


@dataclass(frozen=True, slots=True)
class ObjectiveView:
    """One objective with its readings and what stands beside it.

    Args:
        row: itself.
        parent: what it serves, where the reader may see that.
        children: what serves it, of what the reader may see.
        readings: the latest of them, oldest first.
        control: their limits and what is more than chance; None where there are too few.
    """

    row: ObjectiveRow
    parent: ObjectiveRow | None
    children: tuple[ObjectiveRow, ...]
    readings: tuple[ReadingRow, ...]
    control: Control | None


@dataclass(frozen=True, slots=True)
class ObjectiveSummary:
    """How many objectives there are, goals and results left aside.

    Args:
        drafts: not agreed yet.
        running: agreed and not judged.
        overdue: of the running ones, those after their last day.
        unmeasured: of the running ones, those with a reason why they are not measured.
        unread: of the running ones that are measured, those of which nothing was ever read.
        met: judged so in the period.
        missed: judged so in the period.
        dropped: in the period.
    """

    drafts: int
    running: int
    overdue: int
    unmeasured: int
    unread: int
    met: int
    missed: int
    dropped: int


@dataclass(frozen=True, slots=True)
class ObjectiveFilter:
    """Which objectives are asked for.

    Args:
        state: in this state; None for all.
        level: of this level; None for all.
        is_overdue: only those after their last day.
        parent: only what serves this one, by its number; None for all.
        is_own: only what the reader answers for.
    """

    state: ObjectiveState | None = None
    level: Level | None = None
    is_overdue: bool = False
    parent: str | None = None
    is_own: bool = False


def objective_tree(*, actor: Actor, at: datetime, when: str = "all") -> tuple[ObjectiveRow, ...]:
    """Return what the actor may see as a tree, each row before what serves it; one query.

    Args:
        actor: who reads.
        at: now.
        when: ``open`` (drafts and what runs), ``ended`` or ``all``. How far a goal is follows
            from all that serves it, whatever is asked for.
    """
    rows = _read(Objective.objects.visible_to(actor)).order_by("pk")[:MOST]
    below: dict[str, list[ObjectiveRow]] = defaultdict(list)
    found = {row.number: _row(row, at=at) for row in rows}
    for row in found.values():
        below[row.content.parent if row.content.parent in found else ""].append(row)
    branches = [each for row in below[""] for each in _branch(row, below, 0)]
    if when == "all":
        return tuple(branches)
    wants_open = when == "open"
    return tuple(each for each in branches if (each.state in OPEN) == wants_open)


def _branch(
    row: ObjectiveRow, below: dict[str, list[ObjectiveRow]], depth: int
) -> list[ObjectiveRow]:
    """Return a row with how far it is, and all that serves it."""
    under = [_branch(each, below, depth + 1) for each in below[row.number]]
    here = replace(row, depth=depth)
    if row.content.level != Level.OBJECTIVE:
        counted = [
            each[0].progress for each in under if each[0].state not in (ObjectiveState.DROPPED,)
        ]
        here = replace(here, progress=together(counted))
    return [here, *(each for branch in under for each in branch)]


def objective_list(
    *,
    actor: Actor,
    at: datetime,
    wanted: ObjectiveFilter,
    cursor: str | None = None,
    size: int = 50,
) -> Page[ObjectiveRow]:
    """Return a page of what the actor may see, the newest first, in one query.

    Args:
        actor: who reads.
        at: now.
        wanted: which.
        cursor: where to go on.
        size: rows to a page.

    Raises:
        Invalid: the cursor is not one of ours.
        NotFound: there is nothing with the number that was asked for.
    """
    rows = Objective.objects.visible_to(actor)
    if wanted.state is not None:
        rows = rows.filter(state=wanted.state)
    if wanted.level is not None:
        rows = rows.filter(level=wanted.level)
    if wanted.is_overdue:
        rows = rows.overdue(at.date())
    if wanted.parent is not None:
        rows = rows.filter(parent=known(wanted.parent, actor=actor))
    if wanted.is_own:
        rows = rows.filter(owner_id=actor.person_id or 0)
    return NEWEST.page(_read(rows), cursor=cursor, size=size).map(lambda row: _row(row, at=at))


def objective(number: str, *, actor: Actor, at: datetime) -> ObjectiveView:
    """Return one with its readings and its neighbours, in four queries.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    found = known(number, actor=actor)
    near = Q(pk=found.pk) | Q(parent=found) | Q(parent__parent=found)
    if found.parent_id:
        near |= Q(pk=found.parent_id)
    rows = {
        row.number: row for row in _read(Objective.objects.visible_to(actor).filter(near))[:MOST]
    }
    shown = {key: _row(row, at=at) for key, row in rows.items()}
    below: dict[str, list[ObjectiveRow]] = defaultdict(list)
    for each in sorted(shown.values(), key=lambda row: row.number):
        below[each.content.parent].append(each)
    branch = _branch(shown[found.number], below, 0)
    readings = _readings(found)
    manages = may_manage(actor)
    row = replace(branch[0], may_manage=manages, may_read=may_read(found, actor=actor))
    return ObjectiveView(
        row=row,
        parent=shown.get(found.parent_number),
        children=tuple(each for each in branch if each.depth == 1),
        readings=readings,
        control=control([each.value for each in readings]),
    )


def parent_choices(*, actor: Actor, level: Level) -> list[tuple[str, str]]:
    """Return number and title of what something of a level can serve; one query."""
    wanted = (Level.GOAL,) if level == Level.RESULT else (Level.GOAL, Level.RESULT)
    rows = Objective.objects.visible_to(actor).filter(level__in=wanted, state__in=OPEN)
    return [(row.number, row.title) for row in rows.order_by("level", "pk")[:MOST]]


def objective_summary(*, at: datetime, since: datetime | None = None) -> ObjectiveSummary:
    """Return how many objectives there are and how they ended; one query.

    Args:
        at: when they are counted, and the end of the period.
        since: when the period begins; None for all that ever ended.
    """
    running = Q(state=ObjectiveState.AGREED)
    ended = Q(ended_at__lt=at) & (Q(ended_at__gte=since) if since else Q())
    last = ObjectiveReading.objects.filter(objective=OuterRef("pk")).order_by("-day")
    rows = Objective.objects.filter(level=Level.OBJECTIVE).annotate(
        last_day=Subquery(last.values("day")[:1])
    )
    counted = rows.aggregate(
        drafts=Count("pk", filter=Q(state=ObjectiveState.DRAFT)),
        running=Count("pk", filter=running),
        overdue=Count("pk", filter=running & Q(due_date__lt=at.date())),
        unmeasured=Count("pk", filter=running & ~Q(unmeasured_because="")),
        unread=Count("pk", filter=running & Q(unmeasured_because="", last_day__isnull=True)),
        met=Count("pk", filter=ended & Q(state=ObjectiveState.MET)),
        missed=Count("pk", filter=ended & Q(state=ObjectiveState.MISSED)),
        dropped=Count("pk", filter=ended & Q(state=ObjectiveState.DROPPED)),
    )
    return ObjectiveSummary(**counted)


def _read(rows: QuerySet[Objective]) -> QuerySet[Any]:
    """Read the owner and the last reading along."""
    last = ObjectiveReading.objects.filter(objective=OuterRef("pk")).order_by("-day")
    return rows.select_related("owner").annotate(
        last_value=Subquery(last.values("value")[:1]), last_day=Subquery(last.values("day")[:1])
    )


def _readings(row: Objective) -> tuple[ReadingRow, ...]:
    latest = row.readings.select_related("read_by").order_by("-day")[:MOST_READINGS]
    return tuple(
        ReadingRow(
            day=each.day,
            value=each.value,
            source=ReadingSource(each.source),
            note=each.note,
            read_by=each.read_by.name if each.read_by else "",
        )
        for each in reversed(latest)
    )


def _row(row: Any, *, at: datetime) -> ObjectiveRow:
    share = reached = None
    if row.target is not None and row.last_value is not None:
        direction = Direction(row.direction)
        reached = is_reached(row.last_value, target=row.target, direction=direction)
        if row.baseline is not None:
            share = progress(
                row.last_value, baseline=row.baseline, target=row.target, direction=direction
            )
    return ObjectiveRow(
        number=row.number,
        content=row.content(),
        owner_id=row.owner_id,
        owner_name=row.owner.name,
        has_owner_left=not row.owner.is_active,
        state=ObjectiveState(row.state),
        is_overdue=bool(
            row.state == ObjectiveState.AGREED and row.due_date and row.due_date < at.date()
        ),
        last_value=row.last_value,
        last_day=row.last_day,
        progress=share,
        is_reached=reached,
        outcome=row.outcome,
        agreed_at=row.agreed_at,
        ended_at=row.ended_at,
        revision=row.revision,
    )
