"""What programs give and get of boards and meetings."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from timshel.interfaces.api.fields import (
    Code,
    Cursor,
    Given,
    PageSize,
    Sent,
    Storable,
    Version,
)
from timshel.interfaces.api.links import Links
from timshel.support.meeting import queries
from timshel.support.meeting.rules import (
    LONGEST_CODE,
    LONGEST_DECISION,
    LONGEST_MINUTES,
    LONGEST_NAME,
    LONGEST_PURPOSE,
    LONGEST_ROLE,
    LONGEST_TITLE,
    MOST_GUESTS,
    MOST_ITEMS,
    MOST_MONTHS,
    MOST_PEOPLE,
    BoardContent,
    MeetingContent,
    StandingItem,
)
from timshel.support.meeting.states import BoardKind, DecidedBy, MeetingState, Presence

Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), Storable]
Place = Annotated[str, Field(max_length=LONGEST_TITLE), Storable]
BoardName = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), Storable]
Purpose = Annotated[str, Field(max_length=LONGEST_PURPOSE), Storable]
AboutCode = Annotated[str, Field(max_length=LONGEST_CODE), Storable]
MaybePerson = Annotated[str, Field(max_length=80), Storable]
MinutesText = Annotated[str, Field(max_length=LONGEST_MINUTES), Storable]
SeenRevision = Annotated[
    Version | None, Field(description="As it was read: with another one, 409 answers.")
]
GuestName = Annotated[str, Field(max_length=LONGEST_NAME), Storable]


class KindOfBoard(StrEnum):
    """What a board is there for."""

    MANAGEMENT_REVIEW = BoardKind.MANAGEMENT_REVIEW.value
    CHANGE_ADVISORY = BoardKind.CHANGE_ADVISORY.value
    SERVICE_REVIEW = BoardKind.SERVICE_REVIEW.value
    IMPROVEMENT = BoardKind.IMPROVEMENT.value
    PROJECT = BoardKind.PROJECT.value
    OTHER = BoardKind.OTHER.value


class WhenMet(StrEnum):
    """Which meetings: to come, over, or over without approved minutes."""

    COMING = "coming"
    PAST = "past"
    UNAPPROVED = "unapproved"


class CameOrNot(StrEnum):
    """Whether somebody who was invited came."""

    INVITED = Presence.INVITED.value
    PRESENT = Presence.PRESENT.value
    EXCUSED = Presence.EXCUSED.value


class HowDecided(StrEnum):
    """How a decision came about."""

    CONSENSUS = DecidedBy.CONSENSUS.value
    VOTE = DecidedBy.VOTE.value
    CHAIR = DecidedBy.CHAIR.value


class BoardQuery(Given):
    """Which boards are asked for."""

    kind: KindOfBoard | None = Field(None, description="Only of this kind.")
    is_active: bool = Field(
        default=True, description="Those that still meet, or those that do not."
    )
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class MeetingQuery(Given):
    """Which meetings are asked for."""

    when: WhenMet = Field(WhenMet.COMING, description="Which of them.")
    board: Code | None = Field(None, description="The code of a board.")
    mine: bool = Field(default=False, description="Only those that I lead, write or am invited to.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class PersonOfMeeting(Sent):
    """Somebody around a board or a meeting."""

    code: str
    name: str


class MeetingBoard(Sent):
    """People who meet again and again for a purpose."""

    code: str
    name: str
    kind: KindOfBoard
    chair: PersonOfMeeting
    every_months: int = Field(description="How many months lie between two meetings at most.")
    service: str = Field(description="The code of the service it is about; may be empty.")
    customer: str = Field(description="The code of the customer it is about; may be empty.")
    is_active: bool
    last_at: datetime | None = Field(description="When it met last.")
    next_at: datetime | None = Field(description="When it meets next.")
    due_date: date | None = Field(description="The day by which it is to meet.")
    is_overdue: bool = Field(description="That day is over, and no meeting is called.")


class MeetingBoards(Sent):
    """A page of boards, by name."""

    items: tuple[MeetingBoard, ...]
    links: Links


class BoardMembership(Sent):
    """Somebody on a board."""

    person: PersonOfMeeting
    role: str
    valid_from: date
    valid_until: date | None = Field(description="The last day.")


class AgendaEntry(Sent):
    """An item of a standing agenda."""

    title: str
    source: str = Field(description="What is drawn from records for it; may be empty.")


class MeetingBoardDetail(MeetingBoard):
    """A board with its members and its standing agenda."""

    purpose: str
    secretary: PersonOfMeeting | None
    agenda: tuple[AgendaEntry, ...]
    members: tuple[BoardMembership, ...]
    revision: int = Field(description="To be sent along with a change.")


class GivenItem(Given):
    """An item of an agenda."""

    title: Title = Field(examples=["Any other business"])
    source: AboutCode = Field("", description="What is drawn from records; empty for nothing.")

    def item(self) -> StandingItem:
        """Return it as the domain takes it."""
        return StandingItem(self.title, self.source)


class BoardGiven(Given):
    """What a board is."""

    name: BoardName = Field(examples=["Management review"])
    kind: KindOfBoard
    purpose: Purpose = Field("", description="What it is there for.")
    chair: Code = Field(description="The code of whoever leads it and approves its minutes.")
    secretary: MaybePerson = Field("", description="The code of whoever writes its minutes.")
    every_months: Annotated[int, Field(strict=True, ge=1, le=MOST_MONTHS)] = Field(
        description="How many months lie between two meetings at most."
    )
    service: AboutCode = Field("", description="The code of the service it is about.")
    customer: AboutCode = Field("", description="The code of the customer it is about.")
    agenda: list[GivenItem] = Field(
        default_factory=list, max_length=MOST_ITEMS, description="Of each meeting, in order."
    )
    is_active: bool = Field(default=True, description="Whether it still meets.")

    def content(self) -> BoardContent:
        """Return it as the domain takes it."""
        return BoardContent(
            name=self.name,
            kind=self.kind.value,
            purpose=self.purpose,
            chair=self.chair,
            secretary=self.secretary,
            every_months=self.every_months,
            service=self.service,
            customer=self.customer,
            agenda=tuple(each.item() for each in self.agenda),
            is_active=self.is_active,
        )


class NewBoard(BoardGiven):
    """A board that is set up."""

    code: Annotated[str, Field(min_length=2, max_length=LONGEST_CODE), Storable] = Field(
        description="Small letters, digits and hyphens; it stays.", examples=["management-review"]
    )


class ChangedBoard(BoardGiven):
    """All of a board, as it shall be."""

    revision: SeenRevision = None


class NewMember(Given):
    """Who becomes a member."""

    person: Code = Field(description="The code of the person.")
    role: Annotated[str, Field(max_length=LONGEST_ROLE), Storable] = Field(
        "", description="As what, in a few words."
    )
    valid_from: date | None = Field(None, description="The first day; today if missing.")


class EndedMember(Given):
    """When a membership ends."""

    valid_until: date | None = Field(None, description="The last day; today if missing.")


class MeetingListed(Sent):
    """A meeting in a list."""

    number: str
    title: str
    board: str = Field(description="The code of its board; may be empty.")
    board_name: str
    starts_at: datetime
    ends_at: datetime
    place: str
    state: MeetingState
    chair: PersonOfMeeting


class MeetingsListed(Sent):
    """A page of meetings: the soonest first, or those that are over with the latest first."""

    items: tuple[MeetingListed, ...]
    links: Links


class DrawnLine(Sent):
    """A record that is spoken about."""

    text: str
    kind: str = Field(description="Of the record it leads to; may be empty.")
    code: str = Field(description="By which people know that record.")


class DrawnFigure(Sent):
    """A figure with its name."""

    name: str
    value: str


class DrawnRecords(Sent):
    """What was drawn from records for an item."""

    title: str
    lines: tuple[DrawnLine, ...]
    figures: tuple[DrawnFigure, ...]
    drawn_at: datetime | None


class AgendaItem(Sent):
    """An item of the agenda with what was said."""

    position: int
    title: str
    source: str
    minutes: str = Field(description="Markdown; may be empty.")
    drawn: DrawnRecords | None


class MeetingAttendance(Sent):
    """Somebody who was invited."""

    person: PersonOfMeeting
    presence: CameOrNot


class MeetingDecision(Sent):
    """Something that was decided."""

    id: int = Field(description="Its key.")
    text: str = Field(description="Markdown.")
    decided_by: HowDecided


class Meeting(MeetingListed):
    """A meeting with agenda, attendance, minutes and decisions."""

    secretary: PersonOfMeeting | None
    guests: tuple[str, ...]
    agenda: tuple[AgendaItem, ...]
    attendance: tuple[MeetingAttendance, ...]
    decisions: tuple[MeetingDecision, ...]
    prepared_at: datetime | None
    held_at: datetime | None
    approved_at: datetime | None
    revision: int = Field(description="To be sent along with a change.")


class MeetingGiven(Given):
    """What is said of a meeting beforehand."""

    title: Title = Field(examples=["Management review, spring"])
    starts_at: AwareDatetime = Field(description="When it begins.")
    ends_at: AwareDatetime = Field(description="When it ends.")
    place: Place = ""
    chair: MaybePerson = Field("", description="A person's code; empty for the chair of the board.")
    secretary: MaybePerson = Field("", description="The code of whoever writes the minutes.")
    invited: list[Code] = Field(
        default_factory=list, max_length=MOST_PEOPLE, description="The codes of those invited."
    )

    def content(self) -> MeetingContent:
        """Return it as the domain takes it."""
        return MeetingContent(
            title=self.title,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            place=self.place,
            chair=self.chair,
            secretary=self.secretary,
            invited=tuple(self.invited),
        )


class NewMeeting(MeetingGiven):
    """A meeting that is called; one of a board invites its members besides."""

    board: Annotated[str, Field(max_length=LONGEST_CODE), Storable] = Field(
        "", description="The code of its board; empty for none."
    )


class ChangedMeeting(MeetingGiven):
    """All of a planned meeting, as it shall be."""

    revision: SeenRevision = None


class AgendaGiven(Given):
    """All of an agenda, in order."""

    items: list[GivenItem] = Field(max_length=MOST_ITEMS, description="In order.")
    revision: SeenRevision = None


class TextOfItem(Given):
    """What was said on an item of the agenda."""

    position: Annotated[int, Field(strict=True, ge=1, le=1_000)]
    text: MinutesText = Field(description="Markdown.")


class PresenceOf(Given):
    """Whether somebody came."""

    person: Code = Field(description="The code of the person.")
    presence: CameOrNot


class MinutesGiven(Given):
    """What is written down; what is not named stays."""

    texts: list[TextOfItem] = Field(default_factory=list, max_length=MOST_ITEMS + 1)
    presence: list[PresenceOf] = Field(default_factory=list, max_length=2 * MOST_PEOPLE)
    guests: list[GuestName] | None = Field(None, max_length=MOST_GUESTS)
    revision: SeenRevision = None


class DecisionGiven(Given):
    """Something that was decided, and how."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_DECISION), Storable] = Field(
        description="Markdown.", examples=["The second line is bought."]
    )
    decided_by: HowDecided


def _person(person: queries.PersonRef) -> PersonOfMeeting:
    return PersonOfMeeting(code=person.code, name=person.name)


def _maybe(person: queries.PersonRef | None) -> PersonOfMeeting | None:
    return None if person is None else _person(person)


def board_fields(row: queries.BoardRow) -> dict[str, object]:
    """Return what lists tell of a board."""
    return {
        "code": row.code,
        "name": row.name,
        "kind": KindOfBoard(row.kind.value),
        "chair": _person(row.chair),
        "every_months": row.every_months,
        "service": row.service,
        "customer": row.customer,
        "is_active": row.is_active,
        "last_at": row.last_at,
        "next_at": row.next_at,
        "due_date": row.due_date,
        "is_overdue": row.is_overdue,
    }


def board_detail(view: queries.BoardView) -> MeetingBoardDetail:
    """Return a board with its members and its standing agenda."""
    members = tuple(
        BoardMembership(
            person=_person(each.person),
            role=each.role,
            valid_from=each.valid_from,
            valid_until=each.valid_until,
        )
        for each in view.members
    )
    more: dict[str, object] = {
        "purpose": view.purpose,
        "secretary": _maybe(view.secretary),
        "agenda": tuple(AgendaEntry(title=each.title, source=each.source) for each in view.agenda),
        "members": members,
        "revision": view.revision,
    }
    return MeetingBoardDetail.model_validate(board_fields(view.row) | more)


def listed(row: queries.MeetingRow) -> dict[str, object]:
    """Return what lists tell of a meeting."""
    return {
        "number": row.number,
        "title": row.title,
        "board": row.board_code,
        "board_name": row.board_name,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "place": row.place,
        "state": row.state,
        "chair": _person(row.chair),
    }


def meeting_detail(view: queries.MeetingView) -> Meeting:
    """Return a meeting with all that stands on its page."""
    more: dict[str, object] = {
        "secretary": _maybe(view.secretary),
        "guests": view.guests,
        "agenda": tuple(map(_item, view.agenda)),
        "attendance": tuple(
            MeetingAttendance(person=_person(each.person), presence=CameOrNot(each.presence.value))
            for each in view.attendance
        ),
        "decisions": tuple(
            MeetingDecision(
                id=each.id, text=each.text, decided_by=HowDecided(each.decided_by.value)
            )
            for each in view.decisions
        ),
        "prepared_at": view.prepared_at,
        "held_at": view.held_at,
        "approved_at": view.approved_at,
        "revision": view.revision,
    }
    return Meeting.model_validate(listed(view.row) | more)


def _item(item: queries.ItemRow) -> AgendaItem:
    drawn = item.drawn
    return AgendaItem(
        position=item.position,
        title=item.title,
        source=item.source,
        minutes=item.minutes,
        drawn=DrawnRecords(drawn_at=item.drawn_at, **asdict(drawn)) if drawn else None,
    )
