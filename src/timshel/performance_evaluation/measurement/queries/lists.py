"""The list behind a figure: cases, or promises where a case can have several."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from timshel.kernel import calendar as algebra
from timshel.kernel.actor import Actor
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.kernel.translation import translated
from timshel.performance_evaluation.measurement.queries.selection import (
    Selection,
    chosen_cases,
    chosen_promises,
)
from timshel.performance_evaluation.measurement.rules.rounding import whole_minutes
from timshel.relationship_agreement.service_level.models import BusinessCalendar
from timshel.relationship_agreement.service_level.states import RUNS
from timshel.service_portfolio.service.queries import service_names

CASE_ORDER: KeysetOrder[Any] = KeysetOrder(
    SortKey("opened_at", descending=True, is_time=True), SortKey("id", descending=True)
)
PROMISE_ORDER: KeysetOrder[Any] = KeysetOrder(
    SortKey("decided_at", descending=True, is_time=True), SortKey("id", descending=True)
)
CASE_COLUMNS = (
    "id", "number", "title", "stage", "priority", "service_id", "opened_at", "ended_at",
    "resolved_at", "reassignments", "reopenings", "team__name", "team__translations",
)  # fmt: skip
PROMISE_COLUMNS = (
    "id", "work_item_id", "work_item__kind", "work_item__number", "work_item__title",
    "work_item__priority",
    "work_item__service_id", "work_item__opened_at", "work_item__stage",
    "work_item__team__name", "work_item__team__translations",
    "work_item__incident__resolution_code",
    "kind", "lap", "state", "target", "elapsed", "read_at", "due_at", "breached_at",
    "stopped_at", "decided_at", "calendar_id", "attainment_percent", "agreement__name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in the list behind a figure.

    Args:
        number: of the case.
        title: of the case.
        stage: as it stands now.
        priority: 1 to 5.
        service: its name, or empty.
        team: its name, or empty.
        opened_at: when it was opened.
        ended_at: when it ended for good, or None.
        taken: from the opening to the solution in whole minutes, or None.
        hand_overs: how often it went to another team or person.
        reopenings: how often it was reopened.
    """

    number: str
    title: str
    stage: str
    priority: int
    service: str
    team: str
    opened_at: datetime
    ended_at: datetime | None
    taken: timedelta | None
    hand_overs: int
    reopenings: int


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """A promise in the list behind a figure.

    Args:
        work_item_id: the case.
        work_kind: whether it is an incident, a request or a task.
        number: of the case.
        title: of the case.
        stage: of the case, as it stands now.
        priority: 1 to 5.
        service: its name, or empty.
        team: its name, or empty.
        opened_at: when the case was opened.
        kind: of clock.
        lap: which run of this kind of clock.
        agreement: the name of the agreement.
        target: what was promised, working time.
        used: working time used so far, in whole minutes.
        due_at: when the target was or will be used up, or None.
        decided_at: when it was decided.
        is_kept: whether it was kept.
        late_by: working time beyond the target, in whole minutes; None where it was kept.
        goes_on: whether the clock still runs or waits.
        resolution_code: how the case came to its end, or None.
    """

    work_item_id: int
    work_kind: str
    number: str
    title: str
    stage: str
    priority: int
    service: str
    team: str
    opened_at: datetime
    kind: str
    lap: int
    agreement: str
    target: timedelta
    used: timedelta
    due_at: datetime | None
    decided_at: datetime
    is_kept: bool
    late_by: timedelta | None
    goes_on: bool
    resolution_code: str | None


def case_count(selection: Selection, *, actor: Actor, at: datetime) -> int:
    """Return how many lines the list of a selection has for a reader; one query."""
    choose = chosen_promises if selection.is_of_promises else chosen_cases
    return choose(selection, actor=actor, at=at).count()


def case_list(
    selection: Selection,
    *,
    actor: Actor,
    at: datetime,
    cursor: str | None = None,
    size: int = 50,
) -> Page[CaseLine]:
    """Return a page of the cases of a selection, newest first; two queries.

    Raises:
        Invalid: the cursor is not one of ours, or the selection names no age.
    """
    rows = chosen_cases(selection, actor=actor, at=at).values_list(*CASE_COLUMNS, named=True)
    page = CASE_ORDER.page(rows, cursor=cursor, size=size)
    names = _services({row.service_id for row in page.items}, actor)
    return page.map(lambda row: _case(row, names, actor.language))


def promise_list(
    selection: Selection,
    *,
    actor: Actor,
    at: datetime,
    cursor: str | None = None,
    size: int = 50,
) -> Page[PromiseLine]:
    """Return a page of the promises of a selection, the latest decided first; three queries.

    Raises:
        Invalid: the cursor is not one of ours, or the selection's goal is no number.
    """
    rows = chosen_promises(selection, actor=actor, at=at)
    page = PROMISE_ORDER.page(
        rows.values_list(*PROMISE_COLUMNS, named=True), cursor=cursor, size=size
    )
    names = _services({row.work_item__service_id for row in page.items}, actor)
    calendars = BusinessCalendar.objects.in_bulk({row.calendar_id for row in page.items})
    hours = {key: calendar.hours() for key, calendar in calendars.items()}
    return page.map(lambda row: _promise(row, names, hours[row.calendar_id], actor.language, at))


def _services(keys: Collection[int | None], actor: Actor) -> Mapping[int, str]:
    return service_names({key for key in keys if key is not None}, language=actor.language)


def _team(name: str | None, translations: Any, language: str) -> str:
    return "" if name is None else translated(name, translations, "name", language)


def _case(row: Any, names: Mapping[int, str], language: str) -> CaseLine:
    taken = row.resolved_at - row.opened_at if row.resolved_at else None
    return CaseLine(
        number=row.number,
        title=row.title,
        stage=row.stage,
        priority=row.priority,
        service=names.get(row.service_id or 0, ""),
        team=_team(row.team__name, row.team__translations, language),
        opened_at=row.opened_at,
        ended_at=row.ended_at,
        taken=whole_minutes(taken),
        hand_overs=row.reassignments,
        reopenings=row.reopenings,
    )


def _promise(
    row: Any,
    names: Mapping[int, str],
    hours: algebra.BusinessCalendar,
    language: str,
    at: datetime,
) -> PromiseLine:
    used = row.elapsed
    if row.state in RUNS and at > row.read_at:
        used += hours.working_time(row.read_at, at)
    is_late = row.breached_at is not None or row.stopped_at is None
    return PromiseLine(
        work_item_id=row.work_item_id,
        work_kind=row.work_item__kind,
        number=row.work_item__number,
        title=row.work_item__title,
        stage=row.work_item__stage,
        priority=row.work_item__priority,
        service=names.get(row.work_item__service_id or 0, ""),
        team=_team(row.work_item__team__name, row.work_item__team__translations, language),
        opened_at=row.work_item__opened_at,
        kind=row.kind,
        lap=row.lap,
        agreement=row.agreement__name,
        target=row.target,
        used=whole_minutes(used) or timedelta(),
        due_at=row.due_at,
        decided_at=row.decided_at,
        is_kept=not is_late,
        late_by=whole_minutes(max(used - row.target, timedelta())) if is_late else None,
        goes_on=row.stopped_at is None,
        resolution_code=row.work_item__incident__resolution_code,
    )
