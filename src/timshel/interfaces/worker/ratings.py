"""Ratings reach those who should hear of them."""

from __future__ import annotations

from datetime import datetime

from timshel.interfaces.worker.jobs import job
from timshel.operation.rating import telling


@job("rating.tell_rated", queue="notices")
def tell_rated(work_item_id: int, by_person_id: int | None, *, at: datetime) -> None:
    """Tell the leads of the team where somebody was not content."""
    telling.tell_rated(work_item_id, by_person_id=by_person_id, at=at)


@job("rating.tell_answered", queue="notices")
def tell_answered(work_item_id: int, by_person_id: int | None, *, at: datetime) -> None:
    """Tell the requester what came of it."""
    telling.tell_answered(work_item_id, by_person_id=by_person_id, at=at)
