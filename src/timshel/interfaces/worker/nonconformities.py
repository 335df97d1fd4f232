"""Every day it is told which nonconformities did not end by their day."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from timshel.improvement.nonconformity.actions import tell_overdue
from timshel.interfaces.worker.jobs import sweep
from timshel.kernel.actor import system_actor

BATCH = 200


@sweep("nonconformity.tell_overdue", cron="20 5 * * *")
def tell(*, at: datetime) -> None:
    """Tell what is overdue by now, until there is none."""
    actor = system_actor(gettext_noop("Nonconformities"))
    while tell_overdue(actor=actor, at=at, limit=BATCH) == BATCH:
        pass
