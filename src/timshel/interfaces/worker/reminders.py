"""Whoever looks after something hears when its day comes near and when it is over."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from timshel.interfaces.worker.jobs import job, sweep
from timshel.kernel import due
from timshel.kernel.actor import system_actor
from timshel.support.notification.actions import remind

BATCH = 200
NAME = gettext_noop("Reminders of what is due")


@sweep("due.remind", cron="25 5,11 * * *")
def begin(*, at: datetime) -> None:  # noqa: ARG001 - each part is looked at when its turn comes
    """Have each part looked at by itself, so that trouble with one does not keep back others.

    The second time of a day does what the first left behind.
    """
    for part in due.parts():
        remind_of.defer(part=part)


@job("due.remind_of", queue="notices")
def remind_of(part: str, *, at: datetime) -> None:
    """Tell of what is due of a part, in batches; of one that is no more there is nothing."""
    if part not in due.parts():
        return
    actor, skip = system_actor(NAME), 0
    while remind(part, actor=actor, at=at, skip=skip, limit=BATCH) == BATCH:
        skip += BATCH
