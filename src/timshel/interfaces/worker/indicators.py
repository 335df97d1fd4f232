"""The readings of indicators: once a period is over, it is read."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from timshel.interfaces.worker.jobs import sweep
from timshel.kernel.actor import system_actor
from timshel.performance_evaluation.indicator.actions import read_due


@sweep("indicator.read_due", cron="20 * * * *")
def read_indicators(*, at: datetime) -> None:
    """Read the indicators whose last period was not read yet."""
    read_due(actor=system_actor(gettext_noop("Indicators")), at=at)
