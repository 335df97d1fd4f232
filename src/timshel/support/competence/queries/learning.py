"""Learning paths, and how far people are on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.support.competence import access
from timshel.support.competence.models import Enrolment, LearningPath, PathStep, StepProgress
from timshel.support.competence.rules import PathContent, StepContent, share
from timshel.support.competence.states import EnrolmentState, StepState

NEWEST: KeysetOrder[Enrolment] = KeysetOrder(SortKey("id", descending=True))
BY_NAME: KeysetOrder[LearningPath] = KeysetOrder(SortKey("name"), SortKey("id"))
MOST = 1_000


@dataclass(frozen=True, slots=True)
class PathRow:
    """A learning path.

    Args:
        number: by which people know it.
        content: what it says.
        role_name: of the role it prepares for; may be empty.
        steps: how many.
        is_retired: whether nobody is put on it any more.
        revision: rises with each change.
    """

    number: str
    content: PathContent
    role_name: str
    steps: int
    is_retired: bool
    revision: int


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step, and how far somebody is with it.

    Args:
        key: of the step.
        content: what it says.
        state: how far; None where nobody was asked for.
        read_at: when it was read and understood.
        signed_by: who signed it off.
        signed_at: when.
    """

    key: int
    content: StepContent
    state: StepState | None = None
    read_at: datetime | None = None
    signed_by: str = ""
    signed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """Somebody on a path.

    Args:
        number: by which people know it.
        path_number: of the path.
        path_name: of the path.
        person_code: who.
        person_name: who.
        confirmer_code: who signs off.
        confirmer_name: who signs off.
        state: where it stands.
        due_date: until when.
        is_overdue: running after its last day, counted in UTC.
        started_at: since when.
        ended_at: when it was completed or stopped.
        steps: how many there are.
        read: how many were read, those signed off included.
        signed: how many were signed off.
    """

    number: str
    path_number: str
    path_name: str
    person_code: str
    person_name: str
    confirmer_code: str
    confirmer_name: str
    state: EnrolmentState
    due_date: date | None
    is_overdue: bool
    started_at: datetime
    ended_at: datetime | None
    steps: int
    read: int
    signed: int

    @property
    def progress(self) -> int:
        """How much of it is signed off, in percent."""
        return share(self.signed, self.steps)


@dataclass(frozen=True, slots=True)
class PathView:
    """A path with its steps and who is on it.

    Args:
        row: itself.
        steps: in their order.
        learners: of whom the reader may know.
        may_manage: whether the reader may change it.
    """

    row: PathRow
    steps: tuple[StepRow, ...]
    learners: tuple[EnrolmentRow, ...]
    may_manage: bool


@dataclass(frozen=True, slots=True)
class EnrolmentView:
    """Somebody on a path, step by step.

    Args:
        row: itself.
        steps: in their order.
        is_own: whether it is the reader.
        may_sign: whether the reader signs off.
    """

    row: EnrolmentRow
    steps: tuple[StepRow, ...]
    is_own: bool
    may_sign: bool


def path_list(
    *, actor: Actor, is_retired: bool | None = None, cursor: str | None = None, size: int = 50
) -> Page[PathRow]:
    """Return a page of learning paths by name, in one query.

    Args:
        actor: who reads.
        is_retired: only those out of use, or only those in use; None for all.
        cursor: where to go on.
        size: rows to a page.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = LearningPath.objects.visible_to(actor)
    if is_retired is not None:
        rows = rows.filter(is_retired=is_retired)
    counted = rows.select_related("role").annotate(step_count=Count("steps"))
    page = BY_NAME.page(counted, cursor=cursor, size=size)
    return page.map(lambda row: _path_row(row, actor.language))


def path(number: str, *, actor: Actor, at: datetime) -> PathView:
    """Return a path with its steps and who is on it, in three queries.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    row: Any = access.path_seen(number, actor=actor)
    steps = tuple(_step_row(each) for each in row.steps.order_by("position", "pk")[:MOST])
    row.step_count = len(steps)
    learners = _counted(Enrolment.objects.visible_to(actor).filter(path=row))
    return PathView(
        row=_path_row(row, actor.language),
        steps=steps,
        learners=tuple(_row(each, at=at) for each in learners.order_by("-pk")[:MOST]),
        may_manage=access.may_manage(actor),
    )


def path_step(number: str, *, step: int, actor: Actor) -> StepRow:
    """Return one step of a path, in two queries.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    found = access.path_seen(number, actor=actor).steps.filter(pk=step).first()
    if found is None:
        raise NotFound
    return _step_row(found)


def enrolment_list(
    *,
    actor: Actor,
    at: datetime,
    state: EnrolmentState | None = None,
    cursor: str | None = None,
    size: int = 50,
) -> Page[EnrolmentRow]:
    """Return a page of people on paths, the newest first, in one query.

    Args:
        actor: who reads.
        at: now.
        state: in this state; None for all.
        cursor: where to go on.
        size: rows to a page.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = Enrolment.objects.visible_to(actor)
    if state is not None:
        rows = rows.filter(state=state)
    page = NEWEST.page(_counted(rows), cursor=cursor, size=size)
    return page.map(lambda row: _row(row, at=at))


def enrolment(number: str, *, actor: Actor, at: datetime) -> EnrolmentView:
    """Return somebody on a path, step by step, in four queries.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    found = access.enrolment_seen(number, actor=actor)
    row = _counted(Enrolment.objects.filter(pk=found.pk)).get()
    told = {each.step_id: each for each in found.progress.select_related("signed_by")}
    steps = PathStep.objects.filter(path_id=found.path_id).order_by("position", "pk")
    return EnrolmentView(
        row=_row(row, at=at),
        steps=tuple(_step_row(each, told.get(each.pk), is_asked=True) for each in steps[:MOST]),
        is_own=found.person_id == actor.person_id,
        may_sign=access.may_sign(found, actor=actor),
    )


def enrolment_rows(*, person_id: int, at: datetime) -> tuple[EnrolmentRow, ...]:
    """Return the paths that somebody is on, the newest first; one query."""
    rows = _counted(Enrolment.objects.filter(person_id=person_id)).order_by("-pk")
    return tuple(_row(each, at=at) for each in rows[:MOST])


def _counted(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Count along how many steps there are, were read and signed off."""
    done = StepProgress.objects.filter(enrolment=OuterRef("pk")).exclude(state=StepState.OPEN)
    counted: QuerySet[Any] = rows.select_related("path", "person", "confirmer").annotate(
        step_count=_count(PathStep.objects.filter(path=OuterRef("path")), "path"),
        read_count=_count(done, "enrolment"),
        signed_count=_count(done.filter(state=StepState.SIGNED), "enrolment"),
    )
    return counted


def _count(rows: QuerySet[Any], by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(total=Count("pk")).values("total")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _path_row(row: Any, language: str) -> PathRow:
    return PathRow(
        number=row.number,
        content=PathContent(row.name, row.summary, row.role.code if row.role else ""),
        role_name=row.role.text("name", language) if row.role else "",
        steps=row.step_count,
        is_retired=row.is_retired,
        revision=row.revision,
    )


def _step_row(
    row: PathStep, told: StepProgress | None = None, *, is_asked: bool = False
) -> StepRow:
    content = StepContent(row.title, row.text, row.document, row.link, row.position)
    if told is None:
        return StepRow(row.pk, content, StepState.OPEN if is_asked else None)
    return StepRow(
        key=row.pk,
        content=content,
        state=StepState(told.state),
        read_at=told.read_at,
        signed_by=told.signed_by.name if told.signed_by else "",
        signed_at=told.signed_at,
    )


def _row(row: Any, *, at: datetime) -> EnrolmentRow:
    is_running = row.state == EnrolmentState.RUNNING
    return EnrolmentRow(
        number=row.number,
        path_number=row.path.number,
        path_name=row.path.name,
        person_code=row.person.code,
        person_name=row.person.name,
        confirmer_code=row.confirmer.code,
        confirmer_name=row.confirmer.name,
        state=EnrolmentState(row.state),
        due_date=row.due_date,
        is_overdue=bool(is_running and row.due_date and row.due_date < at.date()),
        started_at=row.started_at,
        ended_at=row.ended_at,
        steps=row.step_count,
        read=row.read_count,
        signed=row.signed_count,
    )
