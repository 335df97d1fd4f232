"""From where guests reported is forgotten once it throttles nobody."""

from __future__ import annotations

from datetime import datetime

from timshel.interfaces.worker.jobs import sweep
from timshel.resolution_fulfilment.guest.actions import forget_guest_reports


@sweep("guest.forget_reports", cron="47 * * * *")
def forget_reports(*, at: datetime) -> None:
    """Forget from where guests reported a while ago."""
    forget_guest_reports(at=at)
