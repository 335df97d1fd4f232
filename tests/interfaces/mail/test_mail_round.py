"""Mail in, mail out, mail in again: with all that reacts to it."""

from __future__ import annotations

import pytest

from tests.brought import address, write
from tests.cast import AT, Cast, later
from tests.jobs import run_jobs
from timshel.operation.work.models import Comment, WorkItem
from timshel.resolution_fulfilment.incident.actions import note_on_incident, reply_to_incident
from timshel.resolution_fulfilment.intake.actions import set_mail_rule
from timshel.support.communication.actions import Arrival, receive_message
from timshel.support.communication.models import OutgoingMessage
from timshel.support.communication.states import ArrivalDoor

BY_PIPE = Arrival(ArrivalDoor.PIPE)

pytestmark = pytest.mark.usefixtures("shelf")


def test_the_answer_to_our_answer_becomes_an_entry(cast: Cast) -> None:
    set_mail_rule(
        None,
        service="mail",
        unknown_senders="hold",
        automatic_mail="ignore",
        actor=cast.administrator,
        at=AT,
    )
    first = write(cast.requester, "It is dark.", subject="No light")
    receive_message(first.as_bytes(), arrival=BY_PIPE, at=AT)
    run_jobs()
    item = WorkItem.objects.get()
    assert item.title == "No light"

    note_on_incident(item.number, text="Known troublemaker.", actor=cast.agent, at=later(1))
    reply_to_incident(item.number, text="Is it on?", actor=cast.agent, at=later(2))
    run_jobs()
    sent = list(OutgoingMessage.objects.filter(address=address(cast.requester)).order_by("pk"))
    assert [each.kind for each in sent] == ["incident.opened", "incident.replied"]
    assert all("troublemaker" not in each.text + each.html for each in sent)

    answer = write(
        cast.requester,
        "Yes, it is.\n\nOn 2 March 2026 at 9:14, desk@x.example wrote:\n> Is it on?",
        subject="Re: anything",
        in_reply_to=sent[-1].message_id,
    )
    receive_message(answer.as_bytes(), arrival=BY_PIPE, at=later(5))
    run_jobs()
    told = Comment.objects.filter(audience="public").order_by("pk")
    assert [each.text for each in told] == ["Is it on?", "Yes, it is."]
    assert WorkItem.objects.count() == 1


def test_a_job_that_runs_twice_makes_one_entry(cast: Cast) -> None:
    receive_message(write(cast.requester).as_bytes(), arrival=BY_PIPE, at=AT)
    run_jobs(times=2)
    assert WorkItem.objects.count() == 1


def test_no_machine_is_answered(cast: Cast) -> None:
    away = write(cast.requester, "I am away.", auto_submitted="auto-replied")
    receive_message(away.as_bytes(), arrival=BY_PIPE, at=AT)
    run_jobs()
    assert not OutgoingMessage.objects.exists()
    assert not WorkItem.objects.exists()
