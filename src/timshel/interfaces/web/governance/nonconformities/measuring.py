"""Which figures show whether a nonconformity came to its end, so that nobody chooses them twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from timshel.improvement.nonconformity.queries import COUNTED_MEASURES, NonconformityView
from timshel.improvement.nonconformity.rules import SHORTEST_DAYS
from timshel.improvement.nonconformity.states import Direction, SourceKind
from timshel.interfaces.web.governance.indicators.words import Shown
from timshel.interfaces.web.governance.nonconformities.forms import USUAL_DAYS
from timshel.kernel.actor import Actor
from timshel.performance_evaluation.indicator.queries import (
    IndicatorFilter,
    IndicatorRow,
    indicator_list,
)
from timshel.performance_evaluation.indicator.states import IndicatorState
from timshel.performance_evaluation.measurement.states import SubjectKind

PROMISES = "attainment"
SERVICE = SubjectKind.SERVICE.value
MOST = 10
COUNTED = frozenset(each.code for each in COUNTED_MEASURES)


def followed(
    view: NonconformityView, *, actor: Actor, at: datetime
) -> tuple[list[Shown], list[IndicatorRow]]:
    """Return the indicators that run on the service of a nonconformity; one query.

    Returns:
        As pages show them, and as they are read.
    """
    if not view.row.service_code:
        return [], []
    wanted = IndicatorFilter(state=IndicatorState.RUNNING, subject=(SERVICE, view.row.service_code))
    rows = list(indicator_list(actor=actor, at=at, wanted=wanted, size=MOST).items)
    return Shown.all_of(rows, language=actor.language), rows


def begun(view: NonconformityView, *, actor: Actor, at: datetime) -> dict[str, Any]:
    """Return what the form begins with that asks for a figure before and after.

    That is the newest indicator of the service, else the promises where some were broken, and as
    many days as are over since the implementation.
    """
    found: dict[str, Any] = {"days": _days(view, actor=actor, at=at)}
    _shown, rows = followed(view, actor=actor, at=at)
    counted = [row.content for row in rows if row.content.measure in COUNTED]
    subject = f"{SERVICE}:{view.row.service_code}"
    if counted:
        better = Direction(counted[0].direction.value)
        return {**found, "measure": counted[0].measure, "subject": subject, "better": better}
    if view.row.service_code and view.row.source == SourceKind.BREACH:
        return {**found, "measure": PROMISES, "subject": subject, "better": Direction.HIGHER}
    return found


def _days(view: NonconformityView, *, actor: Actor, at: datetime) -> int:
    if view.implemented_at is None:
        return USUAL_DAYS
    zone = ZoneInfo(actor.time_zone)
    passed = (at.astimezone(zone).date() - view.implemented_at.astimezone(zone).date()).days
    return max(SHORTEST_DAYS, min(USUAL_DAYS, passed - 1))
