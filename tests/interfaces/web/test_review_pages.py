"""Pages of management reviews."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests.cast import SYSTEM, Cast
from tests.interfaces.rooms import reviews as room
from tests.interfaces.web.desk import browser_of, now
from timshel.interfaces.connectors.packs.files import PackFile
from timshel.interfaces.connectors.packs.management.management_reviews import (
    load_management_reviews,
)
from timshel.performance_evaluation.management_review import actions
from timshel.performance_evaluation.management_review.models import ManagementReview, OutputDecision
from timshel.performance_evaluation.management_review.states import Output
from timshel.planning.planned_action.actions import ActionPlan, plan_action
from timshel.planning.planned_action.rules import About
from timshel.planning.planned_action.states import ActionKind
from timshel.support.meeting import actions as meetings
from timshel.support.meeting.models import Decision, Meeting

pytestmark = pytest.mark.django_db
REVIEWS = "/governance/reviews"


def staged(cast: Cast) -> str:
    """Plan a review of which the meeting is over, and draw its pack; returns its address."""
    number = room.stage(cast, at=now() - timedelta(hours=5))["<str:review>"]
    return f"{REVIEWS}/{number}"


def test_a_review_is_planned_prepared_held_and_closed(cast: Cast) -> None:
    keeper = browser_of(cast.process_owner)
    first = staged(cast)
    room.grow(cast, 1, at=now())
    actions_left = Meeting.objects.order_by("pk")[1]
    ManagementReview.objects.filter(meeting=actions_left).delete()
    assert "Review of the year" in keeper.get(f"{REVIEWS}/new").content.decode()
    assert keeper.post(f"{REVIEWS}/new", {"meeting": "MTG0"}).status_code == 422
    made = keeper.post(f"{REVIEWS}/new", {"meeting": actions_left.number})
    assert made.status_code == 302
    planned = keeper.get(made["Location"]).content.decode()
    assert "What the pack will hold" in planned
    assert keeper.get(f"{made['Location']}/pdf").status_code == 404
    assert keeper.get(f"{made['Location']}/inputs/risks").status_code == 404
    assert keeper.post(f"{made['Location']}/draw").status_code == 302
    shown = keeper.get(first).content.decode()
    assert "Risks and opportunities" in shown
    said = {"text": "We carry it.", "revision": "2"}
    assert keeper.post(f"{first}/inputs/risks", said).status_code == 302
    stale = keeper.post(f"{first}/inputs/risks", {**said, "text": "Otherwise"})
    assert stale.status_code == 422
    assert "Otherwise" in stale.content.decode()
    assert keeper.post(f"{first}/freeze").status_code == 302
    frozen = keeper.get(first).content.decode()
    assert "The pack is as it was frozen" in frozen
    assert "We carry it." in frozen
    early = keeper.post(f"{first}/hold", follow=True).content.decode()
    assert "The meeting has not taken place yet." in early


def test_it_is_closed_once_all_is_decided(cast: Cast) -> None:
    keeper = browser_of(cast.process_owner)
    first = staged(cast)
    assert keeper.post(f"{first}/freeze").status_code == 302
    meeting = Meeting.objects.order_by("pk")[0].number
    by: dict[str, Any] = {"actor": cast.process_owner, "at": now()}
    meetings.add_decision(meeting, text="We hire.", decided_by="chair", **by)
    meetings.hold_meeting(meeting, **by)
    meetings.approve_minutes(meeting, actor=cast.manager, at=now())
    assert keeper.post(f"{first}/hold").status_code == 302
    assert "No decision is named yet" in keeper.post(f"{first}/close", follow=True).content.decode()
    key = Decision.objects.get().pk
    for output in Output:
        address = f"{first}/outputs/{output}"
        assert "We hire." in keeper.get(address).content.decode()
        assert keeper.post(address, {"decisions": [key + 1]}).status_code == 422
        assert keeper.post(address, {"decisions": [key]}).status_code == 302
    assert keeper.get(f"{first}/outputs/weather").status_code == 404
    closed = keeper.post(f"{first}/close", follow=True).content.decode()
    assert "The review is closed." in closed


def test_all_that_came_of_reviews_is_a_spreadsheet(cast: Cast) -> None:
    keeper = browser_of(cast.process_owner)
    staged(cast)
    meeting = Meeting.objects.get().number
    by: dict[str, Any] = {"actor": cast.process_owner, "at": now()}
    meetings.add_decision(meeting, text="We hire.", decided_by="chair", **by)
    OutputDecision.objects.create(
        review=ManagementReview.objects.get(), output="system", decision=Decision.objects.get()
    )
    day = (now() + timedelta(days=30)).date()
    wanted = ActionPlan(
        title="Write the advertisement",
        kind=ActionKind.DECISION,
        owner="imre.castellane",
        due_date=day,
    )
    number = plan_action(About("meeting", meeting), plan=wanted, **by)
    book = load_workbook(BytesIO(keeper.get(f"{REVIEWS}/xlsx").content))
    reviews, decisions, planned = (list(sheet.values) for sheet in book.worksheets)
    assert reviews[1][:2] == (ManagementReview.objects.get().number, "Review of the year")
    assert decisions[1][:2] == (reviews[1][0], "We hire.")
    assert decisions[1][2] == str(Output.SYSTEM.label)
    assert planned[1][:3] == (reviews[1][0], number, "Write the advertisement")
    narrowed = load_workbook(BytesIO(keeper.get(f"{REVIEWS}/xlsx?state=closed").content))
    assert [sheet.max_row for sheet in narrowed.worksheets] == [1, 1, 1]


def test_it_can_be_reviewed_in_another_meeting(cast: Cast) -> None:
    keeper = browser_of(cast.process_owner)
    first = staged(cast)
    present = Meeting.objects.get().number
    assert present in keeper.get(f"{first}/change").content.decode()
    assert keeper.post(f"{first}/change", {"meeting": "MTG0"}).status_code == 422
    assert keeper.post(f"{first}/change", {"meeting": present}).status_code == 302


def test_the_pack_is_a_document_and_slides_without_script(cast: Cast) -> None:
    keeper = browser_of(cast.process_owner)
    first = staged(cast)
    number = first.rsplit("/", 1)[1]
    actions.comment_section(
        number, section="risks", text="<b>We</b> carry it.", actor=cast.process_owner, at=now()
    )
    document = keeper.get(f"{first}/pdf")
    assert document.content.startswith(b"%PDF")
    slides = keeper.get(f"{first}/slides")
    assert "attachment" in slides["Content-Disposition"]
    text = slides.content.decode()
    assert text.count("<section>") == 14
    assert "<script" not in text
    assert "http" not in text
    assert "&lt;b&gt;We&lt;/b&gt; carry it." in text


def test_who_may_not_manage_sees_no_buttons_and_is_refused(cast: Cast) -> None:
    first = staged(cast)
    reader = browser_of(cast.auditor)
    assert "Freeze the pack" not in reader.get(first).content.decode()
    for deed in ("draw", "freeze", "hold", "close"):
        assert reader.post(f"{first}/{deed}").status_code == 403
    for form in ("change", "inputs/risks", "outputs/system"):
        assert reader.get(f"{first}/{form}").status_code == 403
    assert reader.get(f"{REVIEWS}/new").status_code == 403
    stranger = browser_of(cast.agent)
    assert stranger.get(f"{REVIEWS}/MRV0000000").status_code == 404


def test_a_list_takes_as_many_queries_with_many(cast: Cast) -> None:
    keeper = browser_of(cast.process_owner)
    staged(cast)
    taken = []
    for more in (2, 7):
        for position in range(more):
            room.grow(cast, position + 1, at=now())
        keeper.get(REVIEWS)
        with CaptureQueriesContext(connection) as found:
            assert keeper.get(f"{REVIEWS}?state=planned").status_code == 200
        taken.append(len(found))
    assert taken[0] == taken[1]


def test_a_pack_brings_reviews_once(cast: Cast) -> None:
    room.stage(cast, at=now() - timedelta(days=30))
    meeting = Meeting.objects.get()
    ManagementReview.objects.all().delete()
    by: dict[str, Any] = {"actor": cast.process_owner, "at": now()}
    meetings.add_decision(meeting.number, text="We hire.", decided_by="chair", **by)
    meetings.hold_meeting(meeting.number, **by)
    meetings.approve_minutes(meeting.number, actor=cast.manager, at=now())
    answers = [{"output": each.value, "decisions": [1]} for each in Output]
    row = {
        "board": room.BOARD,
        "meeting": meeting.title,
        "state": "closed",
        "comments": [{"section": "risks", "text": "Well."}],
        "answers": answers,
    }
    file = PackFile("management-reviews.yaml", "", {"reviews": [row]})
    assert load_management_reviews(file, actor=SYSTEM, at=now()) == 1
    assert load_management_reviews(file, actor=SYSTEM, at=now()) == 0
    assert ManagementReview.objects.get().state == "closed"


def test_the_meeting_and_the_home_of_governance_lead_to_the_review(cast: Cast) -> None:
    keeper = browser_of(cast.process_owner)
    first = staged(cast)
    meeting = Meeting.objects.order_by("pk")[0].number
    assert f'href="{first}"' in keeper.get(f"/governance/meetings/{meeting}").content.decode()
    home = keeper.get("/governance/standing").content.decode()
    assert "Decisions open" in home
    assert f'href="{REVIEWS}?state=held"' in home
    ManagementReview.objects.all().delete()
    assert first not in keeper.get(f"/governance/meetings/{meeting}").content.decode()
