"""What is sent and taken about calls, call-backs, lines and measures of calls."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from timshel.interfaces.api.fields import (
    Code,
    Cursor,
    Explanation,
    Given,
    Key,
    KeyInAddress,
    Label,
    NeededLine,
    PageSize,
    Sent,
    Storable,
    listed,
)
from timshel.interfaces.api.links import Links
from timshel.interfaces.api.v1.incident_shapes import PersonNamed
from timshel.operation.call.queries import CallBackRow, CallRow, LineRow, TemplateRow, What
from timshel.operation.call.states import CallBackState, CallStage, Direction, EventKind, Outcome

CallId = Annotated[str, Field(min_length=1, max_length=120), Storable]
Source = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")]
Number = Annotated[str, Field(max_length=60), Storable]
Name = Annotated[str, Field(max_length=200), Storable]
Agent = Annotated[str, Field(max_length=120), Storable]
Note = Annotated[str, Field(max_length=10_000), Storable]
WorkNumber = Annotated[str, Field(pattern=r"^[A-Za-z]{2,6}[0-9]{1,14}$")]
Channel = Literal["phone", "walk_in"]
Seconds = Annotated[int, Field(strict=True, ge=0, le=3_600)]
Level = Annotated[int, Field(strict=True, ge=1, le=3)]
Words = dict[str, dict[str, Annotated[str, Field(max_length=10_000), Storable]]]

CallOutcome = Annotated[Outcome, listed(Outcome)]
CallEventKind = Annotated[EventKind, listed(EventKind)]


class CallEvent(Given):
    """One thing that happened to a call."""

    call: CallId = Field(description="What the telephone system calls the call.")
    kind: CallEventKind = Field(description="What happened.")
    at: AwareDatetime = Field(description="When, by the clock of the telephone system.")
    queue: Code | None = Field(
        None, description="The code of the line; an unknown one becomes a line without a team."
    )
    agent: Agent = Field("", description="Who took it, as the telephone system names people.")
    number: Number = Field("", description="The number of the other side, as it is shown.")
    name: Name = Field("", description="What is shown beside the number.")
    direction: Direction = Field(
        Direction.INBOUND, description="A call is outbound if any of its events says so."
    )


class CallEvents(Given):
    """Things that happened to calls, in any order; each may be told again."""

    source: Source = Field(description="Which system tells, such as `asterisk`.")
    events: list[CallEvent] = Field(min_length=1, max_length=200)


class EventsTaken(Sent):
    """What came of telling."""

    new: int = Field(description="How many were not known before.")
    known: int = Field(description="How many were told before; they changed nothing.")
    calls: dict[str, int] = Field(description="The keys of the calls, by the system’s names.")


class CallLogged(Given):
    """A call or a visit, as somebody writes it down."""

    began_at: AwareDatetime = Field(description="When it began; within the last twelve hours.")
    outcome: CallOutcome = Field(
        description="What came of it. `resolved`, `logged` and `added` need `work`."
    )
    channel: Channel = "phone"
    direction: Direction = Direction.INBOUND
    person_id: Key | None = Field(None, description="Who it was, where that is known.")
    name: Name = Field("", description="Who it was, where it is nobody we know.")
    number: Number = Field("", description="From where, as dialled.")
    note: Note = Field("", description="What was said.")
    work: WorkNumber | None = Field(None, description="The number of the work it was about.")
    call_id: Key | None = Field(
        None, description="The key of the call as a telephone system told of it."
    )


class Linked(Given):
    """The work that a call was about."""

    work: WorkNumber


class CallQuery(Given):
    """Which calls are asked for."""

    what: What = Field(What.ALL, description="Which of them, as behind a figure.")
    since: AwareDatetime | None = Field(None, description="Began at this moment or later.")
    until: AwareDatetime | None = Field(None, description="Began before this moment.")
    line: Code | None = Field(None, description="The code of a line.")
    agent_id: KeyInAddress | None = Field(None, description="Who took them.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="Calls to a page.")


class Call(Sent):
    """A call or a visit."""

    id: int = Field(description="Its key.")
    source: str = Field(description="The telephone system; empty where it was written by hand.")
    external_id: str = Field(description="What that system calls it, or empty.")
    channel: Channel
    direction: Direction
    stage: CallStage = Field(description="Where it stands.")
    line: str = Field(description="The code of the line, or empty.")
    caller: PersonNamed | None = Field(description="Who it was, where that is known.")
    caller_name: str = Field(description="What is known of who it was.")
    number: str = Field(description="The number; empty where it is not known or was deleted.")
    agent: PersonNamed | None = Field(description="Who took it, where that is known.")
    began_at: AwareDatetime
    queued_at: AwareDatetime | None
    answered_at: AwareDatetime | None
    abandoned_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    wrapped_at: AwareDatetime | None
    transfers: int
    outcome: CallOutcome | None
    note: str
    work: str | None = Field(description="The number of the work; null where there is none to see.")
    opened_work: bool = Field(description="Whether the call is what opened the work.")

    @classmethod
    def of(cls, row: CallRow) -> Call:
        """Return a call as it is sent."""
        return cls(
            id=row.id,
            source=row.source,
            external_id=row.external_id,
            channel=row.channel,  # type: ignore[arg-type]
            direction=Direction(row.direction),
            stage=CallStage(row.stage),
            line=row.line_code,
            caller=PersonNamed(id=row.caller_id, name=row.caller) if row.caller_id else None,
            caller_name=row.caller,
            number=row.number,
            agent=PersonNamed(id=row.agent_id, name=row.agent) if row.agent_id else None,
            began_at=row.began_at,
            queued_at=row.queued_at,
            answered_at=row.answered_at,
            abandoned_at=row.abandoned_at,
            ended_at=row.ended_at,
            wrapped_at=row.wrapped_at,
            transfers=row.transfers,
            outcome=Outcome(row.outcome) if row.outcome else None,
            note=row.note,
            work=row.work or None,
            opened_work=row.opened_work,
        )


class Calls(Sent):
    """One page of calls, newest first."""

    items: tuple[Call, ...]
    links: Links


class CallMade(Sent):
    """The call that is written down now."""

    id: int = Field(description="Its key.")


class CallBackGiven(Given):
    """A promise to call somebody back."""

    due_at: AwareDatetime = Field(description="When; within ninety days.")
    reason: Explanation = Field(description="Why.")
    person_id: Key | None = Field(None, description="Whom, where that is known.")
    name: Name = Field("", description="Whom, where it is nobody we know.")
    number: Number = Field("", description="At which number; else the person’s own.")
    work: WorkNumber | None = Field(None, description="The number of the work it is about.")
    agent_id: Key | None = Field(
        None, description="Who calls, of the same team; else the token’s person."
    )
    call_id: Key | None = Field(None, description="The call in which it was promised.")


class CallBackNote(Given):
    """What came of it."""

    note: Explanation = ""


class CallBackMoved(Given):
    """Another moment."""

    due_at: AwareDatetime = Field(description="When instead; still to come.")
    note: Explanation = ""


class CallBack(Sent):
    """Somebody to be called back."""

    id: int = Field(description="Its key.")
    person: PersonNamed | None
    name: str
    number: str
    reason: str
    due_at: AwareDatetime
    is_overdue: bool
    state: CallBackState
    agent: PersonNamed | None = Field(description="Who calls.")
    attempts: int
    note: str
    work: str | None = Field(description="The number of the work; null where there is none to see.")
    finished_at: AwareDatetime | None

    @classmethod
    def of(cls, row: CallBackRow) -> CallBack:
        """Return a call-back as it is sent."""
        return cls(
            id=row.id,
            person=PersonNamed(id=row.person_id, name=row.name) if row.person_id else None,
            name=row.name,
            number=row.number,
            reason=row.reason,
            due_at=row.due_at,
            is_overdue=row.is_overdue,
            state=CallBackState(row.state),
            agent=PersonNamed(id=row.agent_id, name=row.agent) if row.agent_id else None,
            attempts=row.attempts,
            note=row.note,
            work=row.work or None,
            finished_at=row.finished_at,
        )


class CallBacks(Sent):
    """One page of call-backs."""

    items: tuple[CallBack, ...]
    links: Links


class CallBackQuery(Given):
    """Which call-backs are asked for."""

    view: Literal["mine", "team", "finished"] = Field(
        "mine", description="One’s own to be done, all that one sees, or those that are finished."
    )
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="Call-backs to a page.")


class CallBackMade(Sent):
    """The call-back that is promised now."""

    id: int = Field(description="Its key.")


class LineGiven(Given):
    """What a line is."""

    name: NeededLine
    channel: Channel = "phone"
    team: Code | None = Field(None, description="The code of the team whose line it is.")
    number: Annotated[str, Field(max_length=40), Storable] = Field(
        "", description="What people dial; where it is given, they are told."
    )
    answer_within_seconds: Seconds = Field(20, description="Within this it is answered in time.")
    short_abandon_seconds: Seconds = Field(
        5, description="Who gives up before it is left out of the figures."
    )
    translations: Words = Field({}, description="Of `name`, by language.")
    is_active: bool = True


class TelephoneLine(Sent):
    """A number that people call, or a counter they come to."""

    code: str
    name: str = Field(description="In the language that was asked for.")
    channel: Channel
    team: str = Field(description="The code of its team, or empty.")
    number: str
    answer_within_seconds: int
    short_abandon_seconds: int
    is_active: bool

    @classmethod
    def of(cls, row: LineRow) -> TelephoneLine:
        """Return a line as it is sent."""
        return cls(
            code=row.code,
            name=row.name,
            channel=row.channel,  # type: ignore[arg-type]
            team=row.team_code,
            number=row.number,
            answer_within_seconds=int(row.answer_within.total_seconds()),
            short_abandon_seconds=int(row.short_abandon.total_seconds()),
            is_active=row.is_active,
        )


class Lines(Sent):
    """All lines, by name."""

    items: tuple[TelephoneLine, ...]


class TemplateGiven(Given):
    """What people often call about."""

    name: Label
    title: NeededLine
    description: Note = ""
    solution: Note = Field("", description="What is usually done about it at once.")
    service: Annotated[str, Field(max_length=40), Storable] = Field(
        "", description="The code of a service."
    )
    impact: Level = 3
    urgency: Level = 3
    position: Annotated[int, Field(strict=True, ge=0, le=10_000)] = 0
    translations: Words = Field({}, description="Of the texts, by language.")
    is_active: bool = True


class CallTemplate(Sent):
    """What people often call about."""

    code: str
    name: str
    title: str
    description: str
    solution: str
    service: str
    impact: int
    urgency: int
    position: int
    is_active: bool

    @classmethod
    def of(cls, row: TemplateRow) -> CallTemplate:
        """Return a template as it is sent."""
        return cls(
            code=row.code,
            name=row.name,
            title=row.title,
            description=row.description,
            solution=row.solution,
            service=row.service,
            impact=row.impact,
            urgency=row.urgency,
            position=row.position,
            is_active=row.is_active,
        )


class CallTemplates(Sent):
    """All templates, in their order."""

    items: tuple[CallTemplate, ...]


class Figure(Sent):
    """The figure of a measure."""

    measure: str = Field(description="The code of the measure.")
    unit: str = Field(description="`calls`, `calls_per_case`, `percent` or `seconds`.")
    value: float | None = Field(description="Null where there was nothing to measure.")
    listed: int = Field(description="How many calls stand behind it, in the list `what`.")
    what: What


class CallFigures(Sent):
    """How calls were answered."""

    items: tuple[Figure, ...]


class FigureQuery(Given):
    """Of which calls figures are asked for."""

    since: AwareDatetime | None = Field(None, description="Began at this moment or later.")
    until: AwareDatetime | None = Field(None, description="Began before this moment.")
    line: Code | None = Field(None, description="The code of a line.")
    agent_id: KeyInAddress | None = Field(
        None, description="Of a single person; needs `call.measure_people`."
    )


def plain(value: int | Decimal | timedelta | None) -> float | None:
    """Return a figure as a number; spans in seconds."""
    if value is None:
        return None
    return value.total_seconds() if isinstance(value, timedelta) else float(value)
