"""Boards and meetings, for people and programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.support.meeting.access import (
    known,
    known_board,
    may_approve,
    may_call,
    may_manage,
    may_run,
)
from timshel.support.meeting.agenda_sources import Drawn, kept, titles
from timshel.support.meeting.models import Attendance, Board, Meeting
from timshel.support.meeting.rules import StandingItem, months_after
from timshel.support.meeting.states import (
    MEETINGS,
    TOOK_PLACE,
    WRITABLE,
    BoardKind,
    DecidedBy,
    MeetingState,
    Presence,
    Trigger,
)

__all__ = [
    "BoardRow",
    "BoardView",
    "ItemRow",
    "MeetingHost",
    "MeetingRow",
    "MeetingView",
    "PersonRef",
    "board",
    "board_list",
    "may_keep_boards",
    "meeting",
    "meeting_list",
    "titles",
]

BY_NAME: KeysetOrder[Board] = KeysetOrder(SortKey("name"), SortKey("id"))
SOONEST: KeysetOrder[Meeting] = KeysetOrder(SortKey("starts_at", is_time=True), SortKey("id"))
LATEST: KeysetOrder[Meeting] = KeysetOrder(
    SortKey("starts_at", descending=True, is_time=True), SortKey("id", descending=True)
)
WHENS = ("coming", "past", "unapproved")


@dataclass(frozen=True, slots=True)
class PersonRef:
    """Somebody, by code and name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A board in a list.

    Args:
        code: its short name.
        name: by which people know it.
        kind: what it is there for.
        chair: who leads it.
        every_months: its rhythm.
        service: the code of the service it is about; empty for none.
        customer: the code of the customer it is about; empty for none.
        is_active: whether it still meets.
        last_at: when it met last; None for never.
        next_at: when it meets next; None where nothing is called.
        due_date: the day by which it is to meet, counted in UTC; None where it meets no more.
        is_overdue: whether that day is over and no meeting is called.
    """

    code: str
    name: str
    kind: BoardKind
    chair: PersonRef
    every_months: int
    service: str
    customer: str
    is_active: bool
    last_at: datetime | None
    next_at: datetime | None
    due_date: date | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody on a board: as what, and on which days."""

    person: PersonRef
    role: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class BoardView:
    """A board with all that stands on its page.

    Args:
        row: what lists show of it.
        purpose: what it is there for.
        secretary: who writes its minutes, or None.
        agenda: its standing items.
        members: who sits there now or will; those of former times after them.
        revision: rises with each change.
        may_change: whether the reader may change it and its members.
        may_call: whether the reader may call a meeting of it.
    """

    row: BoardRow
    purpose: str
    secretary: PersonRef | None
    agenda: tuple[StandingItem, ...]
    members: tuple[MemberRow, ...]
    revision: int
    may_change: bool
    may_call: bool


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting in a list; ``is_own`` where the reader leads, writes or is invited."""

    number: str
    title: str
    board_code: str
    board_name: str
    starts_at: datetime
    ends_at: datetime
    place: str
    state: MeetingState
    chair: PersonRef
    is_own: bool


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item of an agenda.

    Args:
        position: its place, from 1.
        title: what is spoken about.
        source: the name of what is drawn for it; empty for nothing.
        minutes: Markdown; may be empty.
        drawn: what was drawn, or None.
        drawn_at: when, or None.
    """

    position: int
    title: str
    source: str
    minutes: str
    drawn: Drawn | None
    drawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """Somebody who was invited, and whether they came."""

    person: PersonRef
    presence: Presence


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """Something that was decided, and how."""

    id: int
    text: str
    decided_by: DecidedBy


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A meeting with all that stands on its page.

    Args:
        row: what lists show of it.
        secretary: who writes its minutes, or None.
        guests: the names of guests.
        agenda: in order.
        attendance: by name.
        decisions: in the order in which they were written down.
        prepared_at: when the agenda was last drawn from records, or None.
        held_at: when somebody said that it took place, or None.
        approved_at: when its minutes were approved, or None.
        revision: rises with each change.
        may_plan: whether the reader may change it, its agenda and who is invited, as it stands.
        may_write: whether the reader may write its minutes, as it stands.
        may_hold: whether the reader may say that it took place.
        may_approve: whether the reader may approve its minutes, as they stand.
    """

    row: MeetingRow
    secretary: PersonRef | None
    guests: tuple[str, ...]
    agenda: tuple[ItemRow, ...]
    attendance: tuple[AttendanceRow, ...]
    decisions: tuple[DecisionRow, ...]
    prepared_at: datetime | None
    held_at: datetime | None
    approved_at: datetime | None
    revision: int
    may_plan: bool
    may_write: bool
    may_hold: bool
    may_approve: bool


def may_keep_boards(*, actor: Actor) -> bool:
    """Tell whether the actor sets boards up, and calls meetings of no board."""
    return may_manage(actor=actor)


def board_list(
    *,
    actor: Actor,
    at: datetime,
    kind: BoardKind | None = None,
    is_active: bool | None = True,
    cursor: str | None = None,
    size: int = 50,
) -> Page[BoardRow]:
    """Return a page of the boards that the actor may see, by name; one query.

    Args:
        actor: who reads.
        at: now.
        kind: only of this kind; None for all.
        is_active: whether they still meet; None for all.
        cursor: where to go on.
        size: rows to a page.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = Board.objects.visible_to(actor)
    if kind is not None:
        rows = rows.filter(kind=kind)
    if is_active is not None:
        rows = rows.filter(is_active=is_active)
    page = BY_NAME.page(_with_meetings(rows, at=at), cursor=cursor, size=size)
    return page.map(lambda row: _board_row(row, at=at))


def board(code: str, *, actor: Actor, at: datetime) -> BoardView:
    """Return one board, in three queries.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    key = known_board(code, actor=actor).pk
    row = _with_meetings(Board.objects.filter(pk=key), at=at).get()
    members = row.members.select_related("person").order_by("person__name", "pk")
    shown = [
        MemberRow(_person(each.person), each.role, each.valid_from, each.valid_until)
        for each in members
    ]
    today = at.astimezone(UTC).date()
    shown.sort(key=lambda each: each.valid_until is not None and each.valid_until < today)
    return BoardView(
        row=_board_row(row, at=at),
        purpose=row.purpose,
        secretary=_person(row.secretary) if row.secretary else None,
        agenda=tuple(StandingItem(**each) for each in row.agenda),
        members=tuple(shown),
        revision=row.revision,
        may_change=may_manage(actor=actor),
        may_call=row.is_active and may_call(row, actor=actor),
    )


def meeting_list(
    *,
    actor: Actor,
    at: datetime,
    when: str = "coming",
    board: str | None = None,
    is_own: bool = False,
    cursor: str | None = None,
    size: int = 50,
) -> Page[MeetingRow]:
    """Return a page of the meetings that the actor may see, in one query.

    Args:
        actor: who reads.
        at: now.
        when: ``coming`` (planned and not over, the soonest first), ``past`` (held, called off or
            over, the latest first) or ``unapproved`` (over, and without approved minutes).
        board: only of the board with this code; None for all.
        is_own: only those that the reader leads, writes or is invited to.
        cursor: where to go on.
        size: rows to a page.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = Meeting.objects.visible_to(actor)
    coming = Q(state=MeetingState.PLANNED, ends_at__gt=at)
    if when == "coming":
        rows = rows.filter(coming)
    elif when == "unapproved":
        rows = rows.filter(state__in=WRITABLE).exclude(coming)
    else:
        rows = rows.exclude(coming)
    if board is not None:
        rows = rows.filter(board__code=board)
    if is_own:
        rows = rows.concerning(actor.person_id)
    order = SOONEST if when == "coming" else LATEST
    page = order.page(_with_people(rows, actor=actor), cursor=cursor, size=size)
    return page.map(lambda row: _meeting_row(row, actor=actor))


def meeting(number: str, *, actor: Actor, at: datetime) -> MeetingView:
    """Return one meeting, in five queries.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    key = known(number, actor=actor).pk
    row = _with_people(Meeting.objects.filter(pk=key), actor=actor).get()
    state = MeetingState(row.state)
    runs = may_run(row, actor=actor)
    came = row.attendance.select_related("person").order_by("person__name", "pk")
    decisions = row.decisions.order_by("pk")
    has_begun = row.starts_at <= at
    return MeetingView(
        row=_meeting_row(row, actor=actor),
        secretary=_person(row.secretary) if row.secretary else None,
        guests=tuple(row.guests),
        agenda=tuple(
            ItemRow(
                each.position,
                each.title,
                each.source,
                each.minutes,
                kept(each.drawn),
                each.drawn_at,
            )
            for each in row.agenda.order_by("position")
        ),
        attendance=tuple(
            AttendanceRow(_person(each.person), Presence(each.presence)) for each in came
        ),
        decisions=tuple(
            DecisionRow(each.pk, each.text, DecidedBy(each.decided_by)) for each in decisions
        ),
        prepared_at=row.prepared_at,
        held_at=row.held_at,
        approved_at=row.approved_at,
        revision=row.revision,
        may_plan=runs and state is MeetingState.PLANNED,
        may_write=runs and state in WRITABLE,
        may_hold=runs and has_begun and MEETINGS.allows(state, Trigger.HOLD),
        may_approve=may_approve(row, actor=actor) and MEETINGS.allows(state, Trigger.APPROVE),
    )


class MeetingHost:
    """Answers for meetings where actions follow from them."""

    def title(self, code: str, /, *, actor: Actor) -> str:
        """Return what a meeting is called.

        Raises:
            NotFound: there is none, or the actor may not see it.
        """
        return known(code, actor=actor).title

    def may_plan(self, code: str, /, *, actor: Actor) -> bool:
        """Tell whether the actor may say what follows from a meeting.

        Actions can be given until the minutes are approved; they are followed after that.
        """
        try:
            row = known(code, actor=actor)
        except NotFound:
            return False
        return may_run(row, actor=actor) and row.state in WRITABLE


def _with_meetings(rows: QuerySet[Board], *, at: datetime) -> QuerySet[Board]:
    """Read chair, secretary and the meetings before and after a moment along."""
    took_place = Q(meetings__state__in=TOOK_PLACE)
    coming = Q(meetings__state=MeetingState.PLANNED, meetings__ends_at__gt=at)
    return rows.select_related("chair", "secretary").annotate(
        last_at=Max("meetings__starts_at", filter=took_place),
        next_at=Min("meetings__starts_at", filter=coming),
    )


def _board_row(row: Board, *, at: datetime) -> BoardRow:
    last_at: datetime | None = getattr(row, "last_at")  # noqa: B009 - an annotation
    next_at: datetime | None = getattr(row, "next_at")  # noqa: B009 - an annotation
    since = (last_at or row.created_at).astimezone(UTC).date()
    due = months_after(since, row.every_months) if row.is_active else None
    is_over = due is not None and due < at.astimezone(UTC).date()
    return BoardRow(
        code=row.code,
        name=row.name,
        kind=BoardKind(row.kind),
        chair=_person(row.chair),
        every_months=row.every_months,
        service=row.service,
        customer=row.customer,
        is_active=row.is_active,
        last_at=last_at,
        next_at=next_at,
        due_date=due,
        is_overdue=is_over and next_at is None,
    )


def _with_people(rows: QuerySet[Meeting], *, actor: Actor) -> QuerySet[Meeting]:
    invited = Attendance.objects.filter(meeting=OuterRef("pk"), person_id=actor.person_id or 0)
    return rows.select_related("board", "chair", "secretary").annotate(is_invited=Exists(invited))


def _meeting_row(row: Meeting, *, actor: Actor) -> MeetingRow:
    leads = actor.person_id is not None and actor.person_id in (row.chair_id, row.secretary_id)
    return MeetingRow(
        number=row.number,
        title=row.title,
        board_code=row.board.code if row.board else "",
        board_name=row.board.name if row.board else "",
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place=row.place,
        state=MeetingState(row.state),
        chair=_person(row.chair),
        is_own=leads or getattr(row, "is_invited"),  # noqa: B009 - an annotation
    )


def _person(person: Person) -> PersonRef:
    return PersonRef(person.code, person.name)
