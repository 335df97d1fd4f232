"""Management reviews through the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tests.interfaces.api.test_agreements import Program
from tests.interfaces.rooms import reviews as room
from tests.interfaces.web.desk import now
from timshel.performance_evaluation.management_review.models import ManagementReview
from timshel.performance_evaluation.management_review.states import Output
from timshel.support.meeting import actions as meetings
from timshel.support.meeting.models import Decision, Meeting

pytestmark = pytest.mark.django_db
REVIEWS = "/management-reviews"


def test_a_review_goes_its_way(cast: Cast) -> None:
    room.stage(cast, at=now() - timedelta(hours=5))
    ManagementReview.objects.all().delete()
    meeting = Meeting.objects.get().number
    program = Program(cast.process_owner)
    made = program.ask("POST", REVIEWS, {"meeting": meeting}, status=201)
    assert (made["state"], made["pack"], made["revision"]) == ("planned", None, 1)
    program.ask("POST", REVIEWS, {"meeting": meeting}, status=422)
    one = f"{REVIEWS}/{made['number']}"
    assert program.ask("PUT", one, {"meeting": meeting, "revision": 1})["revision"] == 1
    program.ask("POST", f"{one}/draw", {"cut_off": "2999-01-01T00:00:00Z"}, status=422)
    drawn = program.ask("POST", f"{one}/draw", {})
    assert len(drawn["pack"]["sections"]) == 12
    program.ask("PUT", f"{one}/inputs/weather", {"text": "Well."}, status=422)
    program.ask("PUT", f"{one}/inputs/risks", {"text": "Well.", "revision": 2})
    program.ask("PUT", f"{one}/inputs/risks", {"text": "Other.", "revision": 2}, status=409)
    frozen = program.ask("POST", f"{one}/freeze")
    assert frozen["is_intact"]
    assert len(frozen["digest"]) == 64
    program.ask("POST", f"{one}/draw", {}, status=409)
    program.ask("POST", f"{one}/hold", status=409)
    by: dict[str, Any] = {"actor": cast.process_owner, "at": now()}
    meetings.add_decision(meeting, text="We hire.", decided_by="chair", **by)
    meetings.hold_meeting(meeting, **by)
    meetings.approve_minutes(meeting, actor=cast.manager, at=now())
    program.ask("POST", f"{one}/hold")
    program.ask("POST", f"{one}/close", status=409)
    key = Decision.objects.get().pk
    for output in Output:
        answered = program.ask("PUT", f"{one}/outputs/{output}", {"decisions": [key]})
    assert len(answered["decisions"][0]["outputs"]) == 3
    assert program.ask("POST", f"{one}/close")["state"] == "closed"
    listed = program.ask("GET", f"{REVIEWS}?state=closed")["items"]
    assert [each["number"] for each in listed] == [made["number"]]
    assert program.ask("GET", one)["pack"]["sections"][7]["comment"] == "Well."


def test_who_may_not(cast: Cast) -> None:
    number = room.stage(cast, at=now() - timedelta(hours=5))["<str:review>"]
    reader = Program(cast.auditor)
    assert reader.ask("GET", f"{REVIEWS}/{number}")["number"] == number
    reader.ask("POST", f"{REVIEWS}/{number}/freeze", status=403)
    stranger = Program(cast.requester)
    stranger.ask("GET", f"{REVIEWS}/{number}", status=404)
    stranger.ask("GET", REVIEWS, status=403)
