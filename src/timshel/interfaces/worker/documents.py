"""Approved versions of documents take effect on their day."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from timshel.interfaces.worker.jobs import sweep
from timshel.kernel.actor import system_actor
from timshel.support.documentation.actions import bring_into_effect_due

BATCH = 100


@sweep("documentation.bring_into_effect", cron="7 0 * * *")
def bring_into_effect(*, at: datetime) -> None:
    """Bring into effect what is due, until there is nothing."""
    actor = system_actor(gettext_noop("Documents"))
    while bring_into_effect_due(actor=actor, at=at, limit=BATCH) == BATCH:
        pass
