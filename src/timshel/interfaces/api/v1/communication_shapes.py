"""The shapes of planned communications and of what comes back, as programs see them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

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
from timshel.support.communication_plan.actions import Told
from timshel.support.communication_plan.queries import FeedbackRow, HeardView, PlanRow, PlanView
from timshel.support.communication_plan.rules import (
    LONGEST_CODE,
    LONGEST_LINE,
    LONGEST_TEXT,
    MOST_REACHED,
    PlanContent,
)
from timshel.support.communication_plan.states import Medium, PlanState, Rhythm

CommunicationNumber = Annotated[str, Field(max_length=30), Storable]
Line = Annotated[str, Field(min_length=1, max_length=LONGEST_LINE), Storable]
Words = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), Storable]


class CommunicationState(StrEnum):
    """Where a planned communication stands."""

    PLANNED = PlanState.PLANNED.value
    TOLD = PlanState.TOLD.value
    CANCELLED = PlanState.CANCELLED.value


class CommunicationMedium(StrEnum):
    """By which way something is told."""

    MAIL = Medium.MAIL.value
    MEETING = Medium.MEETING.value
    PAGE = Medium.PAGE.value
    POSTER = Medium.POSTER.value
    CALL = Medium.CALL.value
    TRAINING = Medium.TRAINING.value
    OTHER = Medium.OTHER.value


class CommunicationRhythm(StrEnum):
    """How often something is told."""

    ONCE = Rhythm.ONCE.value
    MONTHLY = Rhythm.MONTHLY.value
    QUARTERLY = Rhythm.QUARTERLY.value
    HALF_YEARLY = Rhythm.HALF_YEARLY.value
    YEARLY = Rhythm.YEARLY.value


class CommunicationQuery(Given):
    """Which communications are asked for."""

    state: CommunicationState | None = Field(None, description="Only those that stand so.")
    owner: Annotated[str, Field(max_length=LONGEST_CODE), Storable] = Field(
        "", description="Only those that this person sees to, by code."
    )
    overdue: bool = Field(default=False, description="Only what should have been told by now.")
    q: Annotated[str, Field(max_length=100), Storable] = Field(
        "", description="Words of the subject or of whom it is for."
    )
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class CommunicationTerms(Given):
    """What is to be told."""

    subject: Line = Field(description="In a line.", examples=["The mail server moves"])
    message: Words = Field(description="What is said, and why; Markdown.")
    stakeholders: Line = Field(description="Whom it is for.", examples=["All staff"])
    owner: Code = Field(description="The code of the person who sees to it.")
    due_date: date = Field(description="When it is told next.")
    medium: CommunicationMedium = Field(
        CommunicationMedium.MAIL, description="By which way it is told."
    )
    rhythm: CommunicationRhythm = Field(
        CommunicationRhythm.ONCE, description="How often it is told."
    )
    service: Annotated[str, Field(max_length=LONGEST_CODE), Storable] = Field(
        "", description="The code of the service it is about; may be empty."
    )
    is_open: bool = Field(
        default=False,
        description="Whether everybody may read it once it is told, and say something to it.",
    )

    def content(self) -> PlanContent:
        """Return it as the domain takes it."""
        return PlanContent(
            subject=self.subject,
            message=self.message,
            stakeholders=self.stakeholders,
            owner=self.owner,
            due_date=self.due_date,
            medium=Medium(self.medium.value),
            rhythm=Rhythm(self.rhythm.value),
            service_code=self.service,
            is_open=self.is_open,
        )


class ChangedCommunication(CommunicationTerms):
    """All of a communication, as it shall be from now on."""

    revision: Version = Field(description="Of what was read before; refused if it changed since.")


class TellingGiven(Given):
    """What was told on a day."""

    day: date = Field(description="When; not a day to come.")
    said: Words = Field(description="What was said.")
    reached: Annotated[int, Field(ge=0, le=MOST_REACHED)] | None = Field(
        None, description="How many people it reached, where that is known."
    )
    evidence: Annotated[str, Field(max_length=LONGEST_LINE), Storable] = Field(
        "", description="Where that can be seen."
    )

    def told(self) -> Told:
        """Return it as the domain takes it."""
        return Told(self.day, self.said, self.reached, self.evidence)


class CancelGiven(Given):
    """Why it is told no more."""

    reason: Words = Field(description="Why it is told no more.")


class FeedbackGiven(Given):
    """What somebody outside said to it."""

    who: Line = Field(description="Who said it.", examples=["The union of the institute"])
    text: Words = Field(description="What was said.")
    received_on: date = Field(description="When; not a day to come.")


class OwnFeedbackGiven(Given):
    """What the caller says to it."""

    text: Words = Field(description="What is said.")


class SettleGiven(Given):
    """An answer, or why there is none."""

    answer: Words = Field(description="The answer, or why there is none.")
    is_answered: bool = Field(default=True, description="False where it is noted only.")


class TellingAnswer(Sent):
    """One telling."""

    day: date
    said: str
    reached: int | None
    evidence: str
    told_by: str = Field(description="By name; empty where the system did.")


class FeedbackAnswer(Sent):
    """What came back, and what was answered."""

    id: int
    number: str = Field(description="The number of the communication.")
    subject: str
    who: str = Field(description="By name.")
    text: str
    received_on: date
    is_overdue: bool = Field(description="Whether it has waited for more than two weeks.")
    answer: str = Field(description="Empty while it waits.")
    is_answered: bool = Field(description="False where it waits or was noted only.")
    settled_by: str
    settled_at: datetime | None


class CommunicationRow(Sent):
    """A planned communication as a list shows it."""

    number: str
    subject: str
    message: str
    stakeholders: str
    owner_code: str
    owner_name: str
    due_date: date
    medium: CommunicationMedium
    rhythm: CommunicationRhythm
    service: str
    is_open: bool
    state: CommunicationState
    is_overdue: bool
    reason: str = Field(description="Why it was cancelled; empty otherwise.")
    revision: int = Field(description="To be sent along with a change.")


class CommunicationAnswer(CommunicationRow):
    """A planned communication with its tellings and what came back, the newest first."""

    tellings: tuple[TellingAnswer, ...]
    feedback: tuple[FeedbackAnswer, ...]


class CommunicationsAnswer(Sent):
    """A page of communications, the newest first."""

    items: tuple[CommunicationRow, ...]
    links: Links


class WaitingFeedbackAnswer(Sent):
    """What waits for an answer, the oldest first."""

    items: tuple[FeedbackAnswer, ...]


class OpenCommunicationAnswer(Sent):
    """What was told to everybody, and what the caller said to it."""

    number: str
    subject: str
    message: str
    feedback: tuple[FeedbackAnswer, ...]


def row_told(row: PlanRow) -> CommunicationRow:
    """Return a communication as a list tells of it."""
    return CommunicationRow(**_facts(row))


def view_told(view: PlanView) -> CommunicationAnswer:
    """Return a communication as programs are told of it."""
    return CommunicationAnswer(
        **_facts(view.row),
        tellings=tuple(
            TellingAnswer(
                day=each.day,
                said=each.said,
                reached=each.reached,
                evidence=each.evidence,
                told_by=each.told_by,
            )
            for each in view.occasions
        ),
        feedback=tuple(map(feedback_told, view.feedback)),
    )


def open_told(view: HeardView) -> OpenCommunicationAnswer:
    """Return what was told to everybody."""
    return OpenCommunicationAnswer(
        number=view.number,
        subject=view.subject,
        message=view.message,
        feedback=tuple(map(feedback_told, view.feedback)),
    )


def feedback_told(row: FeedbackRow) -> FeedbackAnswer:
    """Return what came back as programs are told of it."""
    return FeedbackAnswer(
        id=row.key,
        number=row.number,
        subject=row.subject,
        who=row.who,
        text=row.text,
        received_on=row.received_on,
        is_overdue=row.is_overdue,
        answer=row.answer,
        is_answered=row.is_answered,
        settled_by=row.settled_by,
        settled_at=row.settled_at,
    )


def _facts(row: PlanRow) -> dict[str, Any]:
    content = row.content
    return {
        "number": row.number,
        "subject": content.subject,
        "message": content.message,
        "stakeholders": content.stakeholders,
        "owner_code": content.owner,
        "owner_name": row.owner_name,
        "due_date": content.due_date,
        "medium": content.medium.value,
        "rhythm": content.rhythm.value,
        "service": content.service_code,
        "is_open": content.is_open,
        "state": row.state.value,
        "is_overdue": row.is_overdue,
        "reason": row.reason,
        "revision": row.revision,
    }
