"""Communications: what is to be told when, and who hears what comes back."""

from __future__ import annotations

from timshel.interfaces.web.notifications.pages import page_of
from timshel.interfaces.worker import communications
from timshel.kernel import due
from timshel.kernel.events import subscribe
from timshel.support.communication_plan.due import due_communications, heard_communications
from timshel.support.communication_plan.events import FeedbackReceived, FeedbackSettled
from timshel.support.communication_plan.rules import HEARD, SUBJECT
from timshel.support.notification import records


def register() -> None:
    """Say what is to be told when, and who hears what comes back."""
    due.register(SUBJECT, due_communications)
    records.register(HEARD, reading=heard_communications, paging=page_of("communication-open"))
    subscribe(FeedbackReceived, tell_feedback)
    subscribe(FeedbackSettled, tell_answer)


def tell_feedback(event: FeedbackReceived) -> None:
    """Whoever sees to it hears of it."""
    communications.tell_feedback.defer(
        feedback_id=event.feedback_id, by_person_id=event.by_person_id
    )


def tell_answer(event: FeedbackSettled) -> None:
    """Whoever said something hears the answer."""
    communications.tell_answer.defer(feedback_id=event.feedback_id, by_person_id=event.by_person_id)
