"""What comes back to a communication is told to its owner, and the answer to who said it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import AT, Cast
from tests.jobs import run_jobs
from timshel.interfaces.worker import communications
from timshel.support.communication_plan.actions import (
    Told,
    leave_feedback,
    plan_communication,
    record_feedback,
    settle_feedback,
    tell_communication,
)
from timshel.support.communication_plan.rules import PlanContent
from timshel.support.notification.models import Notice
from timshel.support.notification.queries import notice_list

pytestmark = pytest.mark.django_db
TODAY = AT.date()


@pytest.fixture
def number(cast: Cast) -> str:
    content = PlanContent(
        subject="Planned work in spring",
        message="What is done, and why",
        stakeholders="All staff",
        owner="jonas.okereke",
        due_date=TODAY,
        is_open=True,
    )
    found = plan_communication(content, actor=cast.process_owner, at=AT)
    tell_communication(found, told=Told(TODAY, "As planned"), today=TODAY, actor=cast.agent, at=AT)
    return found


def test_both_sides_hear_of_each_other_once(cast: Cast, number: str) -> None:
    by: dict[str, Any] = {"actor": cast.agent, "at": AT}
    key = leave_feedback(number, text="Not on Friday", today=TODAY, actor=cast.requester, at=AT)
    settle_feedback(number, feedback=key, answer="We move it", is_answered=True, **by)
    run_jobs(times=2)
    told = Notice.objects.filter(topic__startswith="feedback.").order_by("pk")
    assert list(told.values_list("person_id", "topic")) == [
        (cast.agent.person_id, "feedback.received"),
        (cast.requester.person_id, "feedback.answered"),
    ]
    words = str(notice_list(actor=cast.agent, at=AT).items)
    assert "says to “Planned work in spring”: Not on Friday" in words
    assert f"/governance/communications/{number}'" in words
    words = str(notice_list(actor=cast.requester, at=AT).items)
    assert "answers what you said to “Planned work in spring”: We move it" in words
    assert f"/governance/communications/{number}/open'" in words


def test_whoever_writes_down_what_came_is_not_told_and_nobody_outside_is(
    cast: Cast, number: str
) -> None:
    given = {"text": "Too late", "received_on": TODAY, "today": TODAY, "at": AT}
    key = record_feedback(number, outsider="A supplier", actor=cast.agent, **given)
    settle_feedback(
        number, feedback=key, answer="Noted", is_answered=False, actor=cast.agent, at=AT
    )
    for job in (communications.tell_feedback, communications.tell_answer):
        job.func(feedback_id=key, by_person_id=cast.agent.person_id)
        job.func(feedback_id=0, by_person_id=None)
    assert not Notice.objects.filter(topic__startswith="feedback.").exists()
