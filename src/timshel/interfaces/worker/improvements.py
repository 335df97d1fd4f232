"""Whoever suggested an improvement hears of each step it takes."""

from __future__ import annotations

from datetime import datetime

from timshel.improvement.initiative.queries import told_of
from timshel.interfaces.worker.jobs import job
from timshel.kernel.errors import NotFound
from timshel.support.notification.actions import News, notify
from timshel.support.notification.notices import excerpt
from timshel.support.notification.records import About
from timshel.support.notification.topics import Topic

RECORD = "suggestion"


@job("improvement.tell_moved", queue="notices")
def tell_moved(step_id: int, by_person_id: int | None, *, at: datetime) -> None:
    """Tell somebody what became of their suggestion, in the words that were said."""
    try:
        told = told_of(step_id)
    except NotFound:
        return
    if told.person_id is None:
        return
    news = News(
        topic=Topic.IMPROVEMENT_MOVED,
        key=f"improvement_step/{step_id}",
        people=[told.person_id],
        about=About(RECORD, told.number),
        parts={
            "number": told.number,
            "title": told.title,
            "by": told.by_name,
            "excerpt": excerpt(told.said),
            "said": f"improvement_{told.state.value}",
        },
        by_person_id=by_person_id,
    )
    notify(news, at=at)
