"""The communication plan, one communication with what came back, and what waits for an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.journal.queries import JournalEntry, history
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.support.communication_plan.access import heard, known, may_manage, may_tell
from timshel.support.communication_plan.models import (
    Feedback,
    Occasion,
    PlannedCommunication,
    PlanQuerySet,
)
from timshel.support.communication_plan.rules import ANSWER_DAYS, SUBJECT, PlanContent
from timshel.support.communication_plan.states import PlanState

NEWEST: KeysetOrder[PlannedCommunication] = KeysetOrder(SortKey("id", descending=True))
MOST = 200


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A planned communication as people see it."""

    number: str
    content: PlanContent
    owner_name: str
    state: PlanState
    is_overdue: bool
    reason: str
    revision: int


@dataclass(frozen=True, slots=True)
class OccasionRow:
    """One telling."""

    day: date
    said: str
    reached: int | None
    evidence: str
    told_by: str


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """What came back, and what was answered."""

    key: int
    number: str
    subject: str
    who: str
    text: str
    received_on: date
    is_overdue: bool
    answer: str
    is_answered: bool
    settled_by: str
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class ToldFeedback:
    """What came back, for whoever is told of it.

    ``person_id`` is who said it, None for somebody from outside; ``owner_id`` who sees to it.
    """

    number: str
    subject: str
    owner_id: int
    person_id: int | None
    who: str
    text: str
    answer: str
    settled_by: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """One with its latest tellings, what came back and what happened, the newest first."""

    row: PlanRow
    occasions: tuple[OccasionRow, ...]
    feedback: tuple[FeedbackRow, ...]
    history: tuple[JournalEntry, ...]
    may_manage: bool
    may_tell: bool

    @property
    def may_hear(self) -> bool:
        """Whether the reader may record what came back: not to what was never told at all."""
        return self.may_tell and (self.row.state != PlanState.CANCELLED or bool(self.occasions))


@dataclass(frozen=True, slots=True)
class HeardView:
    """What was told to everybody, and what the reader said to it."""

    number: str
    subject: str
    message: str
    feedback: tuple[FeedbackRow, ...]


@dataclass(frozen=True, slots=True)
class PlanFilter:
    """Which communications are asked for; what is not given asks for all."""

    state: PlanState | None = None
    owner: str = ""
    is_overdue: bool = False
    words: str = ""


def communication_list(
    *, actor: Actor, at: datetime, wanted: PlanFilter, cursor: str | None = None, size: int = 50
) -> Page[PlanRow]:
    """Return a page of what the actor may see, the newest first, in one query.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows, today = _asked(wanted, actor=actor, at=at), actor.day_at(at)
    return NEWEST.page(rows, cursor=cursor, size=size).map(lambda row: _row(row, today=today))


def whole_plan(*, actor: Actor, at: datetime, wanted: PlanFilter) -> Iterator[PlanRow]:
    """Yield what the actor may see and asks for, by day; one query, for a file."""
    rows = _asked(wanted, actor=actor, at=at).order_by("due_date", "pk")
    today = actor.day_at(at)
    return (_row(row, today=today) for row in rows.iterator(chunk_size=MOST))


def _asked(wanted: PlanFilter, *, actor: Actor, at: datetime) -> PlanQuerySet:
    rows = PlannedCommunication.objects.visible_to(actor).select_related("owner")
    if wanted.state is not None:
        rows = rows.filter(state=wanted.state)
    if wanted.owner:
        rows = rows.filter(owner__code=wanted.owner)
    if wanted.is_overdue:
        rows = rows.overdue(actor.day_at(at))
    if wanted.words:
        rows = rows.filter(
            Q(subject__icontains=wanted.words) | Q(stakeholders__icontains=wanted.words)
        )
    return rows


def communication(number: str, *, actor: Actor, at: datetime) -> PlanView:
    """Return one with its tellings, what came back and what happened, in four queries.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    found, today = known(number, actor=actor), actor.day_at(at)
    told = found.occasions.select_related("told_by").order_by("-day")[:MOST]
    back = found.feedback.select_related("communication", "person", "settled_by")
    return PlanView(
        row=_row(found, today=today),
        occasions=tuple(_occasion(each) for each in told),
        feedback=tuple(_feedback(each, today=today) for each in back.order_by("-pk")[:MOST]),
        history=history(SUBJECT, [found.pk])[::-1],
        may_manage=may_manage(actor),
        may_tell=may_tell(found, actor=actor),
    )


def heard_communication(number: str, *, actor: Actor, at: datetime) -> HeardView:
    """Return what was told to everybody, and what the reader said to it; two queries.

    Raises:
        NotFound: it was not told to everybody.
    """
    found, today = heard(number, actor=actor), actor.day_at(at)
    own = found.feedback.filter(person_id=actor.person_id or 0)
    rows = own.select_related("communication", "person", "settled_by").order_by("-pk")[:MOST]
    back = tuple(_feedback(each, today=today) for each in rows)
    return HeardView(found.number, found.subject, found.message, back)


def open_feedback(*, actor: Actor, at: datetime) -> tuple[FeedbackRow, ...]:
    """Return what waits for an answer, of what the actor may see, the oldest first; one query."""
    seen, today = PlannedCommunication.objects.visible_to(actor), actor.day_at(at)
    rows = Feedback.objects.waiting().filter(communication__in=seen)
    read = rows.select_related("communication", "person", "settled_by")
    return tuple(_feedback(each, today=today) for each in read.order_by("received_on", "pk")[:MOST])


def feedback_told_of(feedback_id: int) -> ToldFeedback:
    """Return what is told of feedback; one query, and nobody's rights are asked.

    Raises:
        NotFound: it is gone.
    """
    rows = Feedback.objects.select_related("communication", "person", "settled_by")
    found = rows.filter(pk=feedback_id).first()
    if found is None:
        raise NotFound
    return ToldFeedback(
        number=found.communication.number,
        subject=found.communication.subject,
        owner_id=found.communication.owner_id,
        person_id=found.person_id,
        who=found.person.name if found.person else found.outsider,
        text=found.text,
        answer=found.answer,
        settled_by=found.settled_by.name if found.settled_by else "",
    )


def _row(row: PlannedCommunication, *, today: date) -> PlanRow:
    state = PlanState(row.state)
    return PlanRow(
        number=row.number,
        content=row.content(),
        owner_name=row.owner.name,
        state=state,
        is_overdue=state == PlanState.PLANNED and row.due_date < today,
        reason=row.reason,
        revision=row.revision,
    )


def _occasion(row: Occasion) -> OccasionRow:
    name = row.told_by.name if row.told_by else ""
    return OccasionRow(row.day, row.said, row.reached, row.evidence, name)


def _feedback(row: Feedback, *, today: date) -> FeedbackRow:
    latest = today - timedelta(days=ANSWER_DAYS)
    return FeedbackRow(
        key=row.pk,
        number=row.communication.number,
        subject=row.communication.subject,
        who=row.person.name if row.person else row.outsider,
        text=row.text,
        received_on=row.received_on,
        is_overdue=row.settled_at is None and row.received_on < latest,
        answer=row.answer,
        is_answered=row.is_answered,
        settled_by=row.settled_by.name if row.settled_by else "",
        settled_at=row.settled_at,
    )
