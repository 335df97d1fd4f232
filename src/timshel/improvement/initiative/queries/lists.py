"""Improvements, for people, for who suggested them, for boards and for management reviews."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Prefetch, Q

from timshel.improvement.initiative import access
from timshel.improvement.initiative.models import Cycle, Improvement, Step
from timshel.improvement.initiative.queries.rows import (
    CycleRow,
    ImprovementRow,
    ImprovementSummary,
    ImprovementView,
    StepRow,
    SuggestionView,
    Told,
    Wanted,
    comparison_of,
    row_of,
)
from timshel.improvement.initiative.rules import PREFIX, Area
from timshel.improvement.initiative.states import (
    IMPROVEMENTS,
    OPEN,
    RANKED,
    CycleStep,
    ImprovementState,
    Outcome,
)
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.kernel.record_numbers import key_of
from timshel.kernel.text import is_storable

LATEST: KeysetOrder[Improvement] = KeysetOrder(
    SortKey("suggested_at", descending=True, is_time=True), SortKey("id", descending=True)
)
RANKING: KeysetOrder[Improvement] = KeysetOrder(
    SortKey("score", descending=True, nullable=True), SortKey("id")
)
NEWEST_CYCLES: KeysetOrder[Cycle] = KeysetOrder(
    SortKey("begun_at", descending=True, is_time=True), SortKey("id", descending=True)
)

PEOPLE = ("suggested_by", "owner", "assessed_by", "authorised_by", "cycle")
MOST_ON_BOARD = 40


def improvement_list(
    *, actor: Actor, at: datetime, wanted: Wanted, cursor: str | None = None, size: int = 50
) -> Page[ImprovementRow]:
    """Return a page of improvements that the actor may see, in one query.

    Args:
        actor: who reads.
        at: now.
        wanted: which.
        cursor: where to go on.
        size: rows to a page.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = Improvement.objects.visible_to(actor).select_related(*PEOPLE).filter(_wanted(wanted))
    if wanted.is_own:
        rows = rows.filter(owner_id=actor.person_id)
    if not is_storable(wanted.text):
        rows = rows.none()
    elif wanted.text:
        rows = rows.filter(title__icontains=wanted.text)
    order = RANKING if wanted.is_ranked else LATEST
    return order.page(rows, cursor=cursor, size=size).map(lambda row: row_of(row, at=at))


def _wanted(wanted: Wanted) -> Q:
    if wanted.is_ranked:
        kept = Q(state__in=RANKED)
    elif wanted.when == "all":
        kept = Q()
    else:
        kept = Q(state__in=OPEN) if wanted.when == "open" else ~Q(state__in=OPEN)
    if wanted.state is not None:
        kept = Q(state=wanted.state)
    if wanted.area is not None:
        kept &= Q(area_kind=wanted.area.kind)
        if wanted.area.code:
            kept &= Q(area_code=wanted.area.code)
    return kept


def one_improvement(number: str, *, actor: Actor, at: datetime) -> ImprovementView:
    """Return one improvement with its steps and what the reader may do, in a few queries.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    row = access.known(number, actor=actor)
    possible = IMPROVEMENTS.triggers(ImprovementState(row.state))
    deeds = tuple(deed for deed in possible if access.may_do(deed, row, actor=actor))
    waits = (
        row.state == ImprovementState.ASSESSED
        and access.is_own_judgement(row, actor=actor)
        and actor.may_somewhere(access.AUTHORISE)
    )
    return ImprovementView(
        row=row_of(row, at=at),
        steps=_steps(row.steps.select_related("by").order_by("at", "pk")),
        deeds=deeds,
        may_change=access.may_change(row, actor=actor),
        waits_for_other=waits,
    )


def own_suggestions(
    *, actor: Actor, cursor: str | None = None, size: int = 50
) -> Page[SuggestionView]:
    """Return a page of what the actor suggested, with what was said, in two queries.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = Improvement.objects.filter(suggested_by_id=actor.person_id)
    if actor.person_id is None:
        rows = rows.none()
    return LATEST.page(rows.prefetch_related(_in_order()), cursor=cursor, size=size).map(
        _suggestion
    )


def own_suggestion(number: str, *, actor: Actor) -> SuggestionView:
    """Return something that the actor suggested, with what was said, in two queries.

    Raises:
        NotFound: there is none, or somebody else suggested it.
    """
    rows = Improvement.objects.filter(pk=key_of(PREFIX, number), suggested_by__isnull=False)
    found = rows.filter(suggested_by_id=actor.person_id).prefetch_related(_in_order()).first()
    if found is None:
        raise NotFound
    return _suggestion(found)


def cycle_list(
    *,
    actor: Actor,
    at: datetime,
    is_closed: bool = False,
    cursor: str | None = None,
    size: int = 20,
) -> Page[CycleRow]:
    """Return a page of cycles with their improvements, the latest first; two queries.

    Args:
        actor: who reads.
        at: now.
        is_closed: those that are closed, instead of those that run.
        cursor: where to go on.
        size: rows to a page.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = Cycle.objects.visible_to(actor)
    closed = Q(step=CycleStep.CLOSED)
    rows = rows.filter(closed if is_closed else ~closed).prefetch_related(_members(actor))
    page = NEWEST_CYCLES.page(rows, cursor=cursor, size=size)
    return page.map(lambda row: _cycle(row, actor=actor, at=at))


def one_cycle(cycle_id: int, *, actor: Actor, at: datetime) -> CycleRow:
    """Return a cycle with its improvements.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    key = access.known_cycle(cycle_id, actor=actor).pk
    row = Cycle.objects.prefetch_related(_members(actor)).get(pk=key)
    area = Area(row.area_kind, row.area_code)
    may_change = access.may_manage_area(area, actor=actor)
    return _cycle(row, actor=actor, at=at, may_change=may_change)


def cycle_choices(*, actor: Actor, limit: int = 100) -> list[tuple[int, str]]:
    """Return key and name of the cycles that run, for choosing one; one query."""
    rows = Cycle.objects.visible_to(actor).exclude(step=CycleStep.CLOSED).order_by("name", "pk")
    return [(row.pk, f"{row.name} ({row.turn})") for row in rows[:limit]]


def told_of(step_id: int) -> Told:
    """Return what the notice of a step says.

    Raises:
        NotFound: there is none.
    """
    step = Step.objects.filter(pk=step_id).select_related("improvement", "by").first()
    if step is None:
        raise NotFound
    row = step.improvement
    by_name = step.by.name if step.by else ""
    state = ImprovementState(step.state)
    return Told(row.number, row.title, state, row.suggested_by_id, step.said, by_name)


def readable_improvements(
    keys: Collection[str],
    /,
    *,
    needs: str,  # noqa: ARG001
    actor: Actor,
    at: datetime,  # noqa: ARG001
) -> Collection[str]:
    """Return those of some numbers whose improvement the actor may see; one query."""
    wanted = {key_of(PREFIX, number): number for number in keys}
    seen = Improvement.objects.visible_to(actor).filter(pk__in=wanted)
    return {wanted[key] for key in seen.values_list("pk", flat=True)}


def improvement_summary(*, since: datetime, at: datetime) -> ImprovementSummary:
    """Return how improvement went in a period; three queries. Rights are the caller's.

    Args:
        since: when the period begins.
        at: its end, and the moment at which the open ones are counted.
    """
    is_open = Q(state__in=OPEN)
    late = is_open & Q(due_date__lt=at.date()) & ~Q(state=ImprovementState.DONE)
    counted = Improvement.objects.aggregate(
        suggested=Count("pk", filter=Q(suggested_at__gte=since, suggested_at__lt=at)),
        open=Count("pk", filter=is_open),
        unassessed=Count("pk", filter=Q(state=ImprovementState.SUGGESTED)),
        overdue=Count("pk", filter=late),
    )
    steps = Step.objects.filter(at__gte=since, at__lt=at).aggregate(
        **{
            name: Count("improvement", filter=Q(state=state), distinct=True)
            for name, state in (
                ("done", ImprovementState.DONE),
                ("measured", ImprovementState.MEASURED),
                ("declined", ImprovementState.DECLINED),
            )
        }
    )
    ended = Improvement.objects.filter(
        state=ImprovementState.MEASURED, moved_at__gte=since, moved_at__lt=at
    ).exclude(value_reached=None)
    outcomes = [found.outcome for row in ended if (found := comparison_of(row)) is not None]
    kept = sum(each in (Outcome.REACHED, Outcome.MORE) for each in outcomes)
    return ImprovementSummary(**counted, **steps, kept=kept, held=len(outcomes))


def _in_order() -> Prefetch[Any]:
    return Prefetch("steps", Step.objects.select_related("by").order_by("at", "pk"))


def _members(actor: Actor) -> Prefetch[Any]:
    seen = Improvement.objects.visible_to(actor).select_related(*PEOPLE)
    return Prefetch("improvements", seen.order_by("urgency", "pk"))


def _steps(steps: Iterable[Step]) -> tuple[StepRow, ...]:
    return tuple(
        StepRow(ImprovementState(each.state), each.said, each.by.name if each.by else "", each.at)
        for each in steps
    )


def _suggestion(row: Improvement) -> SuggestionView:
    return SuggestionView(
        row.number,
        row.title,
        ImprovementState(row.state),
        row.suggested_at,
        row.moved_at,
        _steps(row.steps.all()),
    )


def _cycle(row: Cycle, *, actor: Actor, at: datetime, may_change: bool | None = None) -> CycleRow:
    can = actor.scope(access.MANAGE).everywhere if may_change is None else may_change
    return CycleRow(
        id=row.pk,
        name=row.name,
        area=Area(row.area_kind, row.area_code),
        step=CycleStep(row.step),
        plan=row.plan,
        do=row.do,
        check=row.check_text,
        act=row.act,
        turn=row.turn,
        before_id=row.before_id,
        begun_at=row.begun_at,
        closed_at=row.closed_at,
        improvements=tuple(
            row_of(each, at=at) for each in list(row.improvements.all())[:MOST_ON_BOARD]
        ),
        revision=row.revision,
        may_change=can,
    )
