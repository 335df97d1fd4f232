"""Whoever is hit by an outage hears when it is over."""

from __future__ import annotations

from datetime import datetime

from timshel.interfaces.worker.jobs import job
from timshel.resolution_fulfilment.outage.actions import notifying


@job("outage.tell_over", queue="notices")
def tell_over(
    work_item_id: int, happened_at: str, by_person_id: int | None, *, at: datetime
) -> None:
    """Tell those who said that they are hit."""
    notifying.tell_outage_over(
        work_item_id,
        happened_at=datetime.fromisoformat(happened_at),
        by_person_id=by_person_id,
        at=at,
    )
