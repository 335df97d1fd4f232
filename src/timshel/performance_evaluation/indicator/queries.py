"""Indicators in lists and alone with their readings, scorecards, and how all of them stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet

from timshel.kernel.actor import Actor
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.leadership.responsibility.models import Matrix
from timshel.performance_evaluation.indicator.access import (
    known,
    known_card,
    may_manage,
    may_read,
)
from timshel.performance_evaluation.indicator.models import (
    Indicator,
    Reading,
    Scorecard,
    ScorecardLine,
)
from timshel.performance_evaluation.indicator.rules import (
    MOST_INDICATORS,
    IndicatorContent,
    ScorecardContent,
    control_of,
    is_late,
    is_worse,
    period_from,
    standing_of,
)
from timshel.performance_evaluation.indicator.states import (
    Audience,
    Direction,
    IndicatorState,
    Standing,
)
from timshel.performance_evaluation.measurement.rules.periods import Period
from timshel.planning.objective.rules.control import Control, Signal

NEWEST: KeysetOrder[Indicator] = KeysetOrder(SortKey("id", descending=True))
NEWEST_CARDS: KeysetOrder[Scorecard] = KeysetOrder(SortKey("id", descending=True))
MOST = 1_000
MOST_READINGS = 120
OF_TREND = 12


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """An indicator as people see it.

    Args:
        number: by which people know it.
        content: what it says.
        owner_id: the key of whoever answers for it.
        owner_name: their name.
        has_owner_left: whether they are no longer here.
        state: whether it is read.
        standing: how its last reading stands.
        is_overdue: whether a reading is missing that should be there.
        last_value: what was read last.
        last_period: of which period that is; None where nothing was read.
        last_population: how many cases or promises stand behind it.
        change: ``better``, ``worse`` or ``same`` than the reading before; empty where unknown.
        retired_because: why it is read no more.
        retired_at: since when.
        made_at: since when it is followed.
        revision: rises with each change.
        may_manage: whether the reader may change it, where that was asked.
        may_read: whether the reader may have it read, where that was asked.
    """

    number: str
    content: IndicatorContent
    owner_id: int
    owner_name: str
    has_owner_left: bool
    state: IndicatorState
    standing: Standing
    is_overdue: bool
    last_value: Decimal | None
    last_period: Period | None
    last_population: int
    change: str
    retired_because: str
    retired_at: datetime | None
    made_at: datetime
    revision: int
    may_manage: bool = False
    may_read: bool = False


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """What was read for a period.

    Args:
        period: which.
        value: in the unit of the measure, minutes for times; None where there was nothing.
        population: how many cases or promises stand behind it.
        read_at: when it was read.
        standing: how it stands by the thresholds of now.
        signals: why it is more than chance; nothing for what is noise.
    """

    period: Period
    value: Decimal | None
    population: int
    read_at: datetime
    standing: Standing
    signals: frozenset[Signal] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class IndicatorView:
    """One indicator with its readings.

    Args:
        row: itself.
        readings: the latest of them, oldest first.
        control: their limits; None where there are too few.
        scorecards: number and title of those it stands on that the reader may see.
    """

    row: IndicatorRow
    readings: tuple[ReadingRow, ...]
    control: Control | None
    scorecards: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class IndicatorFilter:
    """Which indicators are asked for.

    Args:
        state: in this state; None for all.
        standing: whose last reading stands so; None for all.
        is_overdue: only those with a reading missing.
        process_code: only those that belong to this process; empty for all.
        owner: only those for which this person answers, by code; empty for all.
        subject: only those counted on this kind and code; None for all.
        is_own: only those for which the reader answers.
    """

    state: IndicatorState | None = None
    standing: Standing | None = None
    is_overdue: bool = False
    process_code: str = ""
    owner: str = ""
    subject: tuple[str, str] | None = None
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class ScorecardRow:
    """A scorecard as people see it.

    Args:
        number: by which people know it.
        content: what it says; its indicators only where it is read alone.
        owner_id: the key of whoever answers for it.
        owner_name: their name.
        has_owner_left: whether they are no longer here.
        lines: how many indicators it has.
        revision: rises with each change.
        may_manage: whether the reader may change it, where that was asked.
    """

    number: str
    content: ScorecardContent
    owner_id: int
    owner_name: str
    has_owner_left: bool
    lines: int
    revision: int
    may_manage: bool = False


@dataclass(frozen=True, slots=True)
class ScorecardLineRow:
    """An indicator on a scorecard.

    Args:
        row: the indicator.
        trend: its latest values, oldest first.
    """

    row: IndicatorRow
    trend: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class ScorecardView:
    """One scorecard with its indicators in order."""

    row: ScorecardRow
    lines: tuple[ScorecardLineRow, ...]


@dataclass(frozen=True, slots=True)
class IndicatorSummary:
    """How the indicators that are read stand.

    Args:
        running: how many are read.
        good: of them.
        warning: of them.
        bad: of them.
        no_data: of them.
        overdue: with a reading missing.
    """

    running: int
    good: int
    warning: int
    bad: int
    no_data: int
    overdue: int


def indicator_list(
    *,
    actor: Actor,
    at: datetime,
    wanted: IndicatorFilter,
    cursor: str | None = None,
    size: int = 50,
) -> Page[IndicatorRow]:
    """Return a page of what the actor may see, the newest first, in one query.

    Args:
        actor: who reads.
        at: now.
        wanted: which.
        cursor: where to go on.
        size: rows to a page.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = _wanted(wanted, actor=actor, at=at)
    return NEWEST.page(rows, cursor=cursor, size=size).map(lambda row: _row(row, at=at))


def indicator_rows(
    *, actor: Actor, at: datetime, wanted: IndicatorFilter
) -> tuple[IndicatorRow, ...]:
    """Return all that the actor may see, oldest first, for a spreadsheet; one query."""
    rows = _wanted(wanted, actor=actor, at=at).order_by("pk")[:MOST]
    return tuple(_row(row, at=at) for row in rows)


def _wanted(wanted: IndicatorFilter, *, actor: Actor, at: datetime) -> QuerySet[Any]:
    rows = Indicator.objects.visible_to(actor).select_related("owner").with_last()
    if wanted.state is not None:
        rows = rows.filter(state=wanted.state)
    if wanted.standing is not None:
        rows = rows.standing(wanted.standing)
    if wanted.is_overdue:
        rows = rows.overdue(at)
    if wanted.process_code:
        rows = rows.filter(process_code=wanted.process_code)
    if wanted.owner:
        rows = rows.filter(owner__code=wanted.owner)
    if wanted.subject is not None:
        kind, code = wanted.subject
        rows = rows.filter(subject_kind=kind, subject_code=code)
    if wanted.is_own:
        rows = rows.filter(owner_id=actor.person_id or 0)
    return rows


def indicator(number: str, *, actor: Actor, at: datetime) -> IndicatorView:
    """Return one with its readings, in four queries.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    found = known(number, actor=actor)
    readings, limits = _readings(found)
    row = Indicator.objects.select_related("owner").with_last().get(pk=found.pk)
    cards = Scorecard.objects.visible_to(actor).filter(lines__indicator=found)
    return IndicatorView(
        row=_row(row, at=at, manages=may_manage(actor), reads=may_read(found, actor=actor)),
        readings=readings,
        control=limits,
        scorecards=tuple((card.number, card.title) for card in cards.order_by("pk")[:MOST]),
    )


def indicator_summary(*, actor: Actor, at: datetime) -> IndicatorSummary:
    """Return how the indicators stand that the actor may see; two queries."""
    rows = Indicator.objects.visible_to(actor).filter(state=IndicatorState.RUNNING)
    standings: dict[Standing, int] = defaultdict(int)
    named = ("direction", "warning", "critical", "frequency", "read_until")
    for row in rows.with_last().only(*named)[:MOST]:
        standings[_standing(row)] += 1
    overdue = rows.overdue(at).aggregate(count=Count("pk"))["count"]
    return IndicatorSummary(
        running=sum(standings.values()),
        good=standings[Standing.GOOD],
        warning=standings[Standing.WARNING],
        bad=standings[Standing.BAD],
        no_data=standings[Standing.NO_DATA],
        overdue=overdue,
    )


def indicator_choices(*, actor: Actor, also: Collection[str] = ()) -> list[tuple[str, str]]:
    """Return number and title of what can stand on a scorecard; one query.

    Args:
        actor: who reads.
        also: numbers of those that stand there already, though they may be retired.
    """
    rows = Indicator.objects.visible_to(actor).order_by("title", "pk")[:MOST]
    return [
        (row.number, row.title)
        for row in rows
        if row.state == IndicatorState.RUNNING or row.number in also
    ]


def process_choices(*, language: str) -> list[tuple[str, str]]:
    """Return code and name of the processes to which indicators can belong; one query."""
    rows = Matrix.objects.filter(kind="process")
    return sorted(
        ((each.code, each.text("name", language)) for each in rows),
        key=lambda each: each[1].casefold(),
    )


def scorecard_list(
    *, actor: Actor, cursor: str | None = None, size: int = 50
) -> Page[ScorecardRow]:
    """Return a page of the scorecards that the actor may see, the newest first; one query.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows: Any = Scorecard.objects.visible_to(actor).select_related("owner")
    counted = rows.annotate(line_count=Count("lines"))
    page: Page[Any] = NEWEST_CARDS.page(counted, cursor=cursor, size=size)
    return page.map(lambda row: _card_row(row, count=row.line_count))


def scorecard(
    number: str, *, actor: Actor, at: datetime, until: date | None = None
) -> ScorecardView:
    """Return one with its indicators and their trends, in four queries.

    Args:
        number: of the scorecard.
        actor: who reads.
        at: now.
        until: the last day whose readings count; None for all.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    found = known_card(number, actor=actor)
    keys = list(
        ScorecardLine.objects.filter(scorecard=found).values_list("indicator_id", flat=True)
    )
    rows = Indicator.objects.filter(pk__in=keys).select_related("owner").with_last(until=until)
    by_key = {row.pk: row for row in rows}
    trends = _trends(keys, until=until)
    ordered = [by_key[key] for key in keys]
    numbers = tuple(row.number for row in ordered)
    return ScorecardView(
        row=_card_row(found, count=len(keys), numbers=numbers, manages=may_manage(actor)),
        lines=tuple(ScorecardLineRow(_row(row, at=at), trends[row.pk]) for row in ordered),
    )


def _trends(keys: Iterable[int], *, until: date | None) -> dict[int, tuple[Decimal | None, ...]]:
    """Return the latest values of some indicators, oldest first; one query."""
    found: dict[int, list[Decimal | None]] = defaultdict(list)
    rows = Reading.objects.filter(indicator_id__in=keys).order_by("-first_day")
    if until is not None:
        rows = rows.filter(last_day__lte=until)
    for key, value in rows.values_list("indicator_id", "value")[: MOST_INDICATORS * MOST_READINGS]:
        if len(found[key]) < OF_TREND:
            found[key].append(value)
    return defaultdict(tuple, {key: tuple(reversed(values)) for key, values in found.items()})


def _readings(row: Indicator) -> tuple[tuple[ReadingRow, ...], Control | None]:
    latest = list(row.readings.order_by("-first_day")[:MOST_READINGS])[::-1]
    limits, signals = control_of([each.value for each in latest])
    content = row.content()
    rows = tuple(
        ReadingRow(
            period=period_from(content.frequency, each.first_day, each.last_day),
            value=each.value,
            population=each.population,
            read_at=each.read_at,
            standing=_standing_of(content, each.value),
            signals=why,
        )
        for each, why in zip(latest, signals, strict=True)
    )
    return rows, limits


def _standing_of(content: IndicatorContent, value: Decimal | None) -> Standing:
    return standing_of(
        value,
        warning=content.warning,
        critical=content.critical,
        direction=content.direction,
    )


def _standing(row: Any) -> Standing:
    return standing_of(
        row.last_value,
        warning=row.warning,
        critical=row.critical,
        direction=Direction(row.direction),
    )


def _change(content: IndicatorContent, value: Decimal | None, before: Decimal | None) -> str:
    if value is None or before is None:
        return ""
    if value == before:
        return "same"
    return "worse" if is_worse(value, than=before, direction=content.direction) else "better"


def _row(row: Any, *, at: datetime, manages: bool = False, reads: bool = False) -> IndicatorRow:
    content = row.content()
    is_running = row.state == IndicatorState.RUNNING
    period = None
    if row.last_first_day is not None:
        period = period_from(content.frequency, row.last_first_day, row.last_day)
    return IndicatorRow(
        number=row.number,
        content=content,
        owner_id=row.owner_id,
        owner_name=row.owner.name,
        has_owner_left=not row.owner.is_active,
        state=IndicatorState(row.state),
        standing=_standing_of(content, row.last_value),
        is_overdue=is_running and is_late(content.frequency, row.read_until, at=at),
        last_value=row.last_value,
        last_period=period,
        last_population=row.last_population or 0,
        change=_change(content, row.last_value, row.value_before),
        retired_because=row.retired_because,
        retired_at=row.retired_at,
        made_at=row.made_at,
        revision=row.revision,
        may_manage=manages,
        may_read=reads,
    )


def _card_row(
    row: Any, *, count: int, numbers: tuple[str, ...] = (), manages: bool = False
) -> ScorecardRow:
    content = ScorecardContent(
        title=row.title,
        owner=row.owner.code,
        indicators=numbers,
        audience=Audience(row.audience),
        audience_code=row.audience_code,
        purpose=row.purpose,
    )
    return ScorecardRow(
        number=row.number,
        content=content,
        owner_id=row.owner_id,
        owner_name=row.owner.name,
        has_owner_left=not row.owner.is_active,
        lines=count,
        revision=row.revision,
        may_manage=manages,
    )
