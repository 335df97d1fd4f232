"""Whoever sees to a communication hears what came back; who said it hears the answer."""

from __future__ import annotations

from datetime import datetime

from timshel.interfaces.worker.jobs import job
from timshel.kernel.errors import NotFound
from timshel.support.communication_plan.queries import ToldFeedback, feedback_told_of
from timshel.support.communication_plan.rules import HEARD, SUBJECT
from timshel.support.notification.actions import News, notify
from timshel.support.notification.notices import excerpt
from timshel.support.notification.records import About
from timshel.support.notification.topics import Topic


@job("communication_plan.tell_feedback", queue="notices")
def tell_feedback(feedback_id: int, by_person_id: int | None, *, at: datetime) -> None:
    """Tell whoever sees to a communication what came back to it."""
    try:
        told = feedback_told_of(feedback_id)
    except NotFound:
        return
    news = News(
        topic=Topic.FEEDBACK_RECEIVED,
        key=f"feedback/{feedback_id}",
        people=[told.owner_id],
        about=About(SUBJECT, told.number),
        parts=_parts(told, by=told.who, said=told.text),
        by_person_id=by_person_id,
    )
    notify(news, at=at)


@job("communication_plan.tell_answer", queue="notices")
def tell_answer(feedback_id: int, by_person_id: int | None, *, at: datetime) -> None:
    """Tell somebody what was answered to what they said."""
    try:
        told = feedback_told_of(feedback_id)
    except NotFound:
        return
    if told.person_id is None:
        return
    news = News(
        topic=Topic.FEEDBACK_ANSWERED,
        key=f"feedback_answer/{feedback_id}",
        people=[told.person_id],
        about=About(HEARD, told.number),
        parts=_parts(told, by=told.settled_by, said=told.answer),
        by_person_id=by_person_id,
    )
    notify(news, at=at)


def _parts(told: ToldFeedback, *, by: str, said: str) -> dict[str, str]:
    return {"number": told.number, "title": told.subject, "by": by, "excerpt": excerpt(said)}
