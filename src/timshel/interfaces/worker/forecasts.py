"""Learning what promises are likely to be broken: by night, at first, and when somebody asks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from timshel.interfaces.worker.errands import Step, errand
from timshel.interfaces.worker.jobs import sweep
from timshel.kernel.progress.actions import ErrandToDo
from timshel.relationship_agreement.service_level.actions.forecasting import (
    LEARN,
    forecast_open_clocks,
    learn_first,
    learn_forecasts,
)
from timshel.relationship_agreement.service_level.rules.forecast_quality import Verdict
from timshel.relationship_agreement.service_level.states import ClockKind

BATCH = 10_000
BETTER = gettext_noop("The forecast is used for at least one kind of clock.")
NOT_BETTER = gettext_noop("No forecast is good enough to be used; the share of the time is shown.")


@errand(LEARN)
def learn_again(asked: ErrandToDo, step: Step, /, *, at: datetime) -> dict[str, Any]:
    """Learn from the present history and forecast all open clocks by it.

    Args:
        asked: without arguments; done once, it is not done again.
        step: called when all kinds of clocks are learnt.
        at: now.

    Returns:
        A sentence that says whether any of it is used.
    """
    if asked.cursor is None:
        found = learn_forecasts(at=at)
        is_used = Verdict.USED in found.values()
        step(len(ClockKind), {"is_used": is_used})
    else:
        is_used = bool(asked.cursor["is_used"])
    _forecast_all(at=at)
    return {"note": BETTER if is_used else NOT_BETTER}


@sweep("service_level.forecast", cron="*/5 * * * *")
def forecast(*, at: datetime) -> None:
    """Forecast the open clocks; where nothing was ever learnt, learn first."""
    learn_first(at=at)
    _forecast_all(at=at)


@sweep("service_level.learn", cron="17 2 * * *")
def learn(*, at: datetime) -> None:
    """Learn from the newest history."""
    learn_forecasts(at=at)


def _forecast_all(*, at: datetime) -> None:
    while forecast_open_clocks(at=at, limit=BATCH) == BATCH:
        pass
