"""Learning from own history how likely clocks are to run out, and saying so of the open ones.

Both are the system's own work: they decide nothing about the work itself, and a forecast that is
missing or old only shows as such. Learning again by hand is an errand, since it takes a while.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Case, Count, F, Q, When
from django.utils.translation import gettext_noop

from timshel.kernel import calendar as algebra
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.progress.actions import begin_errand
from timshel.operation.work.models import OPEN, WorkItem
from timshel.relationship_agreement.service_level.access import require_configure
from timshel.relationship_agreement.service_level.models import (
    BusinessCalendar,
    Clock,
    Forecast,
    ForecastModel,
)
from timshel.relationship_agreement.service_level.queries.forecast_history import (
    clock_history,
    hands,
)
from timshel.relationship_agreement.service_level.queries.readings import clock_logs
from timshel.relationship_agreement.service_level.rules.forecast import (
    Model,
    elapsed_share,
    model_from,
)
from timshel.relationship_agreement.service_level.rules.forecast_quality import Verdict
from timshel.relationship_agreement.service_level.rules.forecast_reasons import kept_reason
from timshel.relationship_agreement.service_level.rules.lessons import Example, Lesson, teach
from timshel.relationship_agreement.service_level.rules.life import life_of
from timshel.relationship_agreement.service_level.rules.snapshots import (
    Standing,
    features,
    snapshot,
)
from timshel.relationship_agreement.service_level.states import RUNS, ClockKind

LEARN = "forecasts.learn"
TITLE = gettext_noop("Learning which promises are likely to be broken")
REGION = "forecasts"
BATCH = 1_000
# Between two looks only time passes; a share of a target of hours moves little in five minutes.
KEPT_FOR = timedelta(minutes=5)


def ask_to_learn(*, actor: Actor, at: datetime) -> int:
    """Have a worker learn from history again, as an errand that people can watch.

    Args:
        actor: who asks; needs ``service_level.configure`` for everything.
        at: when.

    Returns:
        The key of the errand.

    Raises:
        NotAllowed: the right is missing.
    """
    require_configure(actor)
    return begin_errand(LEARN, title=TITLE, total=len(ClockKind), actor=actor, at=at)


def learn_first(*, at: datetime) -> bool:
    """Learn from history if nothing was ever learnt; returns whether that was so."""
    if ForecastModel.objects.exists():
        return False
    learn_forecasts(at=at)
    return True


def learn_forecasts(*, at: datetime) -> Mapping[ClockKind, Verdict]:
    """Learn from the newest history, for each kind of clock, and measure how good that is.

    What was learnt takes the place of what was learnt before even where it may not be used: then
    history is no longer like that. All open clocks are forecast anew afterwards.

    Args:
        at: now.

    Returns:
        For each kind of clock of which there is any history, what came of it.
    """
    history = clock_history(at=at)
    found = {}
    for kind, clocks in history.items():
        if clocks:
            lesson = teach(clocks, learn=_learn)
            _store(kind, lesson, cases=len(clocks), at=at)
            found[kind] = lesson.verdict
    live.announce([REGION], at=at)
    return found


def _learn(train: Sequence[Example], calibrate: Sequence[Example]) -> Model:
    # Brought in where there is something to learn: it would make every process larger otherwise.
    from timshel.relationship_agreement.service_level.rules.learning import learn

    return learn(train, calibrate)


@transaction.atomic
def _store(kind: ClockKind, lesson: Lesson, *, cases: int, at: datetime) -> None:
    # How good it was is kept for comparison; what nobody computes with any more is not.
    before = ForecastModel.objects.filter(clock_kind=kind, is_current=True)
    before.update(is_current=False, coefficients={})
    ForecastModel.objects.create(
        clock_kind=kind,
        learnt_at=at,
        cases=cases,
        coefficients=lesson.model.as_numbers() if lesson.model else {},
        quality=dict(lesson.quality),
        is_used=lesson.verdict is Verdict.USED,
    )


def forecast_open_clocks(*, at: datetime, limit: int = 10_000) -> int:
    """Say how likely open clocks are to run out: those of changed work first, then the oldest.

    A clock that is late or has stopped has no forecast.

    Args:
        at: now.
        limit: how many clocks to look at before giving other work a turn.

    Returns:
        How many clocks were looked at; fewer than ``limit`` means that all are up to date.
    """
    models = _models()
    rows = _outdated(models, at=at, size=limit)
    backlog = _backlog() if rows else {}
    for start in range(0, len(rows), BATCH):
        _write(_forecasts(rows[start : start + BATCH], models, backlog, at=at))
    # By their keys, row by row of the smaller table: a plan for all that is left would compare each
    # with each while the planner does not know yet how many there are.
    over = list(Forecast.objects.filter(_is_over(at)).values_list("pk", flat=True))
    forgotten, _by_table = Forecast.objects.filter(pk__in=over).delete()
    if rows or forgotten:
        live.announce([REGION], at=at)
    return len(rows)


class _Row(NamedTuple):
    pk: int
    work_item_id: int
    kind: str
    state: str
    started_at: datetime
    target: timedelta
    elapsed: timedelta
    read_at: datetime
    calendar_id: int


class _Models(NamedTuple):
    """The models in use, and when the youngest of all was learnt, used or not."""

    by_kind: Mapping[str, Model]
    learnt_at: datetime | None


def _models() -> _Models:
    by_kind, moments = {}, []
    for row in ForecastModel.objects.filter(is_current=True):
        moments.append(row.learnt_at)
        model = model_from(row.coefficients) if row.is_used else None
        if model is not None:
            by_kind[row.clock_kind] = model
    return _Models(by_kind, max(moments, default=None))


def _backlog() -> Mapping[int, int]:
    """Return how many open cases each team has; 0 stands for no team."""
    rows = WorkItem.objects.filter(OPEN).values_list("team_id").annotate(Count("pk"))
    return {team_id or 0: count for team_id, count in rows}


def _is_open(at: datetime) -> Q:
    """Return the condition under which a clock is open and not late."""
    in_time = Q(due_at__isnull=True) | Q(due_at__gte=at)
    return in_time & Q(is_current=True, stopped_at__isnull=True, breached_at__isnull=True)


def _is_over(at: datetime) -> Q:
    """Return the condition under which the clock of a forecast is not so any more."""
    return (
        Q(clock__is_current=False)
        | Q(clock__stopped_at__isnull=False)
        | Q(clock__breached_at__isnull=False)
        | Q(clock__due_at__lt=at)
    )


def _outdated(models: _Models, *, at: datetime, size: int) -> list[_Row]:
    unsaid = Q(forecast__isnull=True) | Q(forecast__made_at__lt=F("work_item__updated_at"))
    old = Q(forecast__made_at__lte=at - KEPT_FOR)
    if models.learnt_at is not None:
        old |= Q(forecast__made_at__lt=models.learnt_at)
    rows = (
        Clock.objects.filter(_is_open(at))
        .filter(unsaid | old)
        .order_by(Case(When(unsaid, then=0), default=1), "forecast__made_at", "pk")
        .values_list(*_Row._fields)
    )
    return [_Row(*row) for row in rows[:size]]


def _forecasts(
    rows: Sequence[_Row], models: _Models, backlog: Mapping[int, int], *, at: datetime
) -> list[Forecast]:
    keys = {row.work_item_id for row in rows}
    logs, taken = clock_logs(keys), hands(keys)
    calendars = BusinessCalendar.objects.in_bulk({row.calendar_id for row in rows})
    hours = {key: calendar.hours() for key, calendar in calendars.items()}
    # Of two changes at once the one that is written second may be dated a little later.
    lives = {key: life_of(log, at=max(at, *(each.at for each in log))) for key, log in logs.items()}
    made = []
    for row in rows:
        standing = _standing(row, hours[row.calendar_id], at=at)
        snap = snapshot(lives[row.work_item_id], standing, taken.get(row.work_item_id, ()))
        team_backlog = backlog.get(snap.team_id or 0, 0)
        model = models.by_kind.get(row.kind)
        numbers = features(snap, backlog=team_backlog)
        found = elapsed_share(numbers) if model is None else model.predict(numbers)
        made.append(
            Forecast(
                clock_id=row.pk,
                chance=found.chance,
                is_learnt=model is not None,
                reasons=[kept_reason(each, snap, backlog=team_backlog) for each in found.reasons],
                made_at=at,
            )
        )
    return made


def _standing(row: _Row, hours: algebra.BusinessCalendar, *, at: datetime) -> Standing:
    """Return a stored reading brought forward to a moment: until it changes, only time passes."""
    elapsed = row.elapsed
    if row.state in RUNS and at > row.read_at:
        elapsed += hours.working_time(row.read_at, at)
    return Standing(row.started_at, elapsed, row.target, hours.zone)


@transaction.atomic
def _write(made: Sequence[Forecast]) -> None:
    """Write forecasts down, but for clocks that are gone meanwhile."""
    kept = Clock.objects.filter(pk__in=[each.clock_id for each in made])
    # Held until this is kept, so that none goes away in between; nobody who holds one waits for us.
    there = set(kept.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))
    Forecast.objects.bulk_create(
        [each for each in made if each.clock_id in there],
        update_conflicts=True,
        unique_fields=["clock"],
        update_fields=["chance", "is_learnt", "reasons", "made_at"],
    )
