"""What needs hands now: open work whose promises are broken, or soon will be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    BigIntegerField,
    Case,
    DurationField,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Extract, Floor, Least, Round
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.kernel import calendar as algebra
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.kernel.translation import translated
from timshel.operation.work.models import OPEN, WorkItem
from timshel.operation.work.rules import VIEW, covers
from timshel.operation.work.states import WAITING_NAMES, WaitingReason
from timshel.relationship_agreement.service_level.models import BusinessCalendar, Clock
from timshel.relationship_agreement.service_level.rules.forecast import (
    LIKELY,
    LIKELY_SHARE,
    is_likely,
)
from timshel.relationship_agreement.service_level.rules.forecast_reasons import (
    ToldReason,
    told_reason,
)
from timshel.relationship_agreement.service_level.states import RUNS, ClockKind, ClockState
from timshel.service_portfolio.service.models import Service
from timshel.service_portfolio.service.queries import service_names

WHENS = ("late", "hour", "today", "likely")
GROUPS = ("team", "service")
HOUR = timedelta(hours=1)
# What is due later than this and after the reader's day is no matter for now, unless it is likely.
SOON = timedelta(hours=4)
# How much worse a broken promise is with each step of priority: one critical case counts as two of
# high priority, or as sixteen of the lowest.
WEIGHTS = {1: 16, 2: 8, 3: 4, 4: 2, 5: 1}
MILLION = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST = datetime(2200, 1, 1, tzinfo=UTC)

COLUMNS = (
    "id",
    "kind",
    "lap",
    "state",
    "due_at",
    "target",
    "elapsed",
    "read_at",
    "breached_at",
    "calendar_id",
    "forecast__chance",
    "forecast__is_learnt",
    "forecast__reasons",
    "team__name",
    "team__translations",
    "supplier__name",
    "work_item_id",
    "work_item__kind",
    "work_item__number",
    "work_item__title",
    "work_item__stage",
    "work_item__waiting_reason",
    "work_item__priority",
    "work_item__version",
    "work_item__service_id",
    "work_item__unit_id",
    "work_item__team_id",
    "work_item__team__code",
    "work_item__team__name",
    "work_item__team__translations",
    "work_item__assignee_id",
    "work_item__assignee__name",
    "work_item__requester_id",
    "work_item__opened_by_id",
    "is_late",
    "section",
    "score",
)
_RANK = (SortKey("section"), SortKey("score", descending=True), SortKey("id"))
ORDERS: Mapping[str | None, KeysetOrder[Any]] = {
    None: KeysetOrder(*_RANK),
    **{group: KeysetOrder(SortKey("group_key"), *_RANK) for group in GROUPS},
}


@dataclass(frozen=True, slots=True)
class BreachFilters:
    """What of all that needs hands is asked for; None asks for no restriction.

    Args:
        when: ``late`` (late by now), ``hour`` (due within an hour), ``today`` (due before the
            reader's day ends), ``likely`` (by forecast); the last three are not late yet.
        team: the code of the team that has the work.
        service: the code of its service.
        kind: which clock.
    """

    when: str | None = None
    team: str | None = None
    service: str | None = None
    kind: ClockKind | None = None


@dataclass(frozen=True, slots=True)
class BreachRow:
    """One clock that needs hands, with the work it belongs to.

    Args:
        work_item_id: the work.
        work_kind: such as ``incident``.
        number: of the work.
        title: of the work.
        stage: where it stands.
        waiting_reason: what it waits for, or None.
        waiting_name: the same in words.
        priority: 1 to 5.
        version: of the work.
        clock_id: key of the clock.
        kind: what is measured.
        lap: which run of it.
        holder: whose time is measured, for kind ``hop`` and for tasks; else nothing.
        state: what the clock says by now.
        is_late: whether the promise is broken.
        due_at: when it is, or was, used up; None while paused in time.
        target: what is promised, working time.
        elapsed: used so far, working time.
        remaining: target less elapsed; negative once late.
        chance: that it will run out, 0 to 1; None once late, before it was worked out, and for
            those who see the work as requesters only.
        is_learnt: whether the chance was learnt; otherwise it is the share that is used.
        is_likely: whether it will rather run out than be kept.
        reasons: what moved the chance most.
        service: its name.
        service_id: its key.
        team: the team that has the work; its name.
        team_id: its key.
        team_code: its code.
        unit_id: the unit of whoever asked.
        assignee: the person who has it; the name.
        assignee_id: the key.
        sees_inside: whether the reader helps with this work or oversees it; whoever asked for it
            themselves does not learn how its clocks were counted.
    """

    work_item_id: int
    work_kind: str
    number: str
    title: str
    stage: str
    waiting_reason: str | None
    waiting_name: Promise | None
    priority: int
    version: int
    clock_id: int
    kind: ClockKind
    lap: int
    holder: str
    state: ClockState
    is_late: bool
    due_at: datetime | None
    target: timedelta
    elapsed: timedelta
    remaining: timedelta
    chance: float | None
    is_learnt: bool
    is_likely: bool
    reasons: tuple[ToldReason, ...]
    service: str
    service_id: int | None
    team: str
    team_id: int | None
    team_code: str
    unit_id: int | None
    assignee: str
    assignee_id: int | None
    sees_inside: bool


def breach_list(
    filters: BreachFilters,
    *,
    actor: Actor,
    at: datetime,
    group: str | None = None,
    cursor: str | None = None,
    size: int = 50,
) -> Page[BreachRow]:
    """Return one page of what needs hands now, in three queries whatever its size.

    What is late comes first, by how late it is times the weight of its priority; then what is not,
    by the chance of being late times that weight. All pages are ordered as of the moment of the
    first one, so that none repeats or misses a clock because time passes.

    Args:
        filters: what is asked for.
        actor: who reads; sees the work that they may see.
        at: now.
        group: ``team`` or ``service`` to put those together; the order holds within each.
        cursor: where to go on, from an earlier page.
        size: lines to a page.

    Raises:
        NotAllowed: the reader sees nobody's work but their own.
        Invalid: an unknown filter, group or cursor.
    """
    if not actor.may_somewhere(VIEW):
        raise NotAllowed
    if group not in ORDERS:
        raise Invalid({"group": [_("This grouping does not exist.")]})
    as_of, place = _decode(cursor, at=at)
    clocks = _ranked(filters, group, actor=actor, at=as_of)
    columns = COLUMNS if group is None else (*COLUMNS, "group_key")
    page = ORDERS[group].page(clocks.values_list(*columns, named=True), cursor=place, size=size)
    names = service_names(
        {row.work_item__service_id for row in page.items if row.work_item__service_id},
        language=actor.language,
    )
    calendars = BusinessCalendar.objects.in_bulk({row.calendar_id for row in page.items})
    hours = {key: calendar.hours() for key, calendar in calendars.items()}
    shown = page.map(lambda row: _row(row, hours[row.calendar_id], names, actor, at=at))
    return Page(shown.items, _encode(page.next_cursor, as_of), _encode(page.previous_cursor, as_of))


def _ranked(
    filters: BreachFilters, group: str | None, *, actor: Actor, at: datetime
) -> QuerySet[Clock]:
    """Return the clocks that are asked for with what they are ordered by."""
    late = Q(breached_at__isnull=False) | Q(state__in=sorted(RUNS), due_at__lt=at)
    clocks = Clock.objects.filter(
        is_current=True, stopped_at__isnull=True, work_item__in=_work(filters, actor)
    ).annotate(is_late=Case(When(late, then=True), default=False), likelihood=_likelihood())
    if filters.kind is not None:
        clocks = clocks.filter(kind=filters.kind)
    clocks = clocks.filter(_when(filters.when, actor=actor, at=at))
    weight = Case(
        *(When(work_item__priority=each, then=value) for each, value in WEIGHTS.items()),
        default=1,
    )
    lateness = ExpressionWrapper(
        Value(at) - Coalesce(F("breached_at"), F("due_at")), output_field=DurationField()
    )
    seconds = Cast(Floor(Extract(lateness, "epoch")), BigIntegerField())
    parts = Cast(Round(F("likelihood") * MILLION), BigIntegerField())
    clocks = clocks.annotate(
        section=Case(When(is_late=True, then=0), default=1, output_field=SmallIntegerField()),
        score=Case(
            When(is_late=True, then=seconds * weight),
            default=parts * weight,
            output_field=BigIntegerField(),
        ),
    )
    if group is not None:
        clocks = clocks.annotate(group_key=_group_key(group))
    return clocks


def _work(filters: BreachFilters, actor: Actor) -> QuerySet[WorkItem, Any]:
    items = WorkItem.objects.filter(OPEN).visible_to(actor)
    if filters.team:
        items = items.filter(team__code=filters.team)
    if filters.service:
        items = items.filter(service_id__in=Service.objects.filter(code=filters.service))
    return items.values("pk")


def _likelihood() -> Coalesce:
    """Return the chance as stored, or the share used at the last reading until there is one."""
    share = Least(
        Value(1.0),
        Extract("elapsed", "epoch") * Value(1.0) / Extract("target", "epoch"),
        output_field=FloatField(),
    )
    return Coalesce(F("forecast__chance"), share, output_field=FloatField())


def _when(when: str | None, *, actor: Actor, at: datetime) -> Q:
    is_learnt = Q(forecast__is_learnt=True)
    likely = Q(
        GreaterThanOrEqual(
            F("likelihood"),
            Case(When(is_learnt, then=LIKELY), default=LIKELY_SHARE, output_field=FloatField()),
        )
    )
    late = Q(is_late=True)
    if when is None:
        return late | likely | Q(due_at__lte=max(end_of_day(at, actor.time_zone), at + SOON))
    chosen = {
        "late": late,
        "hour": ~late & Q(due_at__lte=at + HOUR),
        "today": ~late & Q(due_at__lte=end_of_day(at, actor.time_zone)),
        "likely": ~late & likely,
    }
    if when not in chosen:
        raise Invalid({"when": [_("This filter does not exist.")]})
    return chosen[when]


def end_of_day(at: datetime, time_zone: str) -> datetime:
    """Return the end of the day that a moment belongs to in a zone, in UTC."""
    local = at.astimezone(ZoneInfo(time_zone))
    midnight = datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo)
    return midnight.astimezone(UTC)


def _group_key(group: str) -> Coalesce:
    """Return what puts rows together; work without it comes first, since it has to be placed."""
    if group == "team":
        return Coalesce(F("work_item__team__code"), Value(""))
    codes = Service.objects.filter(pk=OuterRef("work_item__service_id")).values("code")
    return Coalesce(Subquery(codes), Value(""))


def _row(
    row: Any,
    hours: algebra.BusinessCalendar,
    names: Mapping[int, str],
    actor: Actor,
    *,
    at: datetime,
) -> BreachRow:
    state, elapsed = ClockState(row.state), row.elapsed
    if state in RUNS and at > row.read_at:
        elapsed += hours.working_time(row.read_at, at)
    if state is ClockState.RUNNING and row.due_at is not None and row.due_at < at:
        state = ClockState.BREACHED
    is_late = row.is_late or state is ClockState.BREACHED
    sees_inside = _sees_inside(row, actor)
    chance = None if is_late or not sees_inside else row.forecast__chance
    is_learnt = bool(row.forecast__is_learnt)
    reason = row.work_item__waiting_reason
    return BreachRow(
        work_item_id=row.work_item_id,
        work_kind=row.work_item__kind,
        number=row.work_item__number,
        title=row.work_item__title,
        stage=row.work_item__stage,
        waiting_reason=reason,
        waiting_name=WAITING_NAMES[WaitingReason(reason)] if reason else None,
        priority=row.work_item__priority,
        version=row.work_item__version,
        clock_id=row.id,
        kind=ClockKind(row.kind),
        lap=row.lap,
        holder=row.supplier__name or _named(row, "team", actor),
        state=state,
        is_late=is_late,
        due_at=row.due_at,
        target=row.target,
        elapsed=elapsed,
        remaining=row.target - elapsed,
        chance=chance,
        is_learnt=is_learnt,
        is_likely=chance is not None and is_likely(chance, is_learnt=is_learnt),
        reasons=() if chance is None else told_reasons(row.forecast__reasons),
        service=names.get(row.work_item__service_id or 0, ""),
        service_id=row.work_item__service_id,
        team=_named(row, "work_item__team", actor),
        team_id=row.work_item__team_id,
        team_code=row.work_item__team__code or "",
        unit_id=row.work_item__unit_id,
        assignee=row.work_item__assignee__name or "",
        assignee_id=row.work_item__assignee_id,
        sees_inside=sees_inside,
    )


def told_reasons(kept: Any) -> tuple[ToldReason, ...]:
    """Return the reasons of a forecast in the reader's language."""
    return tuple(told for told in map(told_reason, kept or ()) if told is not None)


@dataclass(slots=True)
class _Placed:
    """What of a row decides who helps with the work."""

    team_id: int | None
    unit_id: int | None
    service_id: int | None


def _sees_inside(row: Any, actor: Actor) -> bool:
    """Tell whether the reader sees the work as a helper: reasons tell how a team is doing."""
    placed = _Placed(row.work_item__team_id, row.work_item__unit_id, row.work_item__service_id)
    return covers(actor, VIEW, placed)


def _named(row: Any, prefix: str, actor: Actor) -> str:
    name = getattr(row, f"{prefix}__name")
    if name is None:
        return ""
    return translated(name, getattr(row, f"{prefix}__translations"), "name", actor.language)


def _encode(cursor: str | None, as_of: datetime) -> str | None:
    return None if cursor is None else f"{(as_of - EPOCH) // timedelta(microseconds=1)}.{cursor}"


def _decode(cursor: str | None, *, at: datetime) -> tuple[datetime, str | None]:
    """Return the moment of the first page and the place in its order."""
    if not cursor:
        return at, None
    moment, _dot, place = cursor.partition(".")
    if not moment.isascii() or not moment.isdigit() or len(moment) > len("9999999999999999"):
        raise Invalid({"cursor": [_("This page address is not valid; start at the first page.")]})
    as_of = EPOCH + timedelta(microseconds=int(moment))
    if as_of > LAST or not place:
        raise Invalid({"cursor": [_("This page address is not valid; start at the first page.")]})
    return as_of, place
