"""Management reviews: the pack drawn from records, frozen, and what the meeting decided."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cast import SYSTEM, Cast, later
from timshel.kernel.actor import Actor
from timshel.kernel.due import Asked
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, Refused, WrongState
from timshel.kernel.journal.models import Entry
from timshel.kernel.looking_back import Span
from timshel.performance_evaluation.management_review import access, actions, queries
from timshel.performance_evaluation.management_review.due import due_reviews
from timshel.performance_evaluation.management_review.models import ManagementReview
from timshel.performance_evaluation.management_review.rules import FIRST_PERIOD, digest_of
from timshel.performance_evaluation.management_review.states import (
    REVIEW,
    Output,
    ReviewState,
    ReviewTrigger,
    Section,
)
from timshel.planning.planned_action.actions import ActionPlan, plan_action
from timshel.planning.planned_action.rules import About
from timshel.planning.planned_action.states import ActionKind
from timshel.support.competence import actions as skills
from timshel.support.competence.actions import CertificateContent, SkillContent
from timshel.support.competence.reviewing import skills_reviewed
from timshel.support.meeting import actions as meetings
from timshel.support.meeting.models import Board, Decision
from timshel.support.meeting.rules import BoardContent, MeetingContent

pytestmark = pytest.mark.django_db
NOW = later(days=10)


def called(cast: Cast, *, at: datetime = NOW, kind: str = "management_review") -> str:
    """Call a meeting that begins an hour later; returns its number."""
    code = f"board-{kind.replace('_', '-')}"
    if not Board.objects.filter(code=code).exists():
        board = BoardContent("Review", kind, "wendell.achterberg", 3)
        meetings.create_board(code, content=board, actor=cast.process_owner, at=at)
    start = at + timedelta(hours=1)
    content = MeetingContent("Spring review", start, start + timedelta(hours=2))
    return meetings.call_meeting(content=content, board=code, actor=cast.process_owner, at=at)


def planned(cast: Cast, *, at: datetime = NOW) -> str:
    return actions.plan_review(meeting=called(cast, at=at), actor=cast.process_owner, at=at)


def frozen(cast: Cast, *, at: datetime = NOW) -> str:
    number = planned(cast, at=at)
    by: dict[str, Any] = {"actor": cast.process_owner, "at": at}
    actions.draw_review(number, **by)
    actions.freeze_review(number, **by)
    return number


def meeting_of(number: str) -> Any:
    return next(each for each in ManagementReview.objects.all() if each.number == number).meeting


def held(cast: Cast, *, at: datetime = NOW) -> str:
    """Return a review whose meeting took place and decided one thing, with an action."""
    number = frozen(cast, at=at)
    meeting = meeting_of(number).number
    by: dict[str, Any] = {"actor": cast.process_owner, "at": at + timedelta(hours=3)}
    meetings.add_decision(meeting, text="We hire.", decided_by="chair", **by)
    plan = ActionPlan(
        kind=ActionKind.DECISION, title="Hire", owner="wendell.achterberg", due_date=at.date()
    )
    plan_action(About("meeting", meeting), plan=plan, **by)
    meetings.hold_meeting(meeting, **by)
    actions.hold_review(number, **by)
    return number


def view_of(number: str, actor: Actor) -> queries.ReviewView:
    return queries.review(number, actor=actor, at=NOW)


def sections(view: queries.ReviewView) -> dict[str, Any]:
    assert view.pack is not None
    return {each["code"]: each for each in view.pack["sections"]}


class TestStates:
    def test_every_state_and_trigger(self) -> None:
        allowed = {
            (state, trigger): REVIEW.target(state, trigger)
            for state in ReviewState
            for trigger in ReviewTrigger
            if REVIEW.allows(state, trigger)
        }
        assert allowed == {
            (ReviewState.PLANNED, ReviewTrigger.DRAW): ReviewState.PREPARED,
            (ReviewState.PREPARED, ReviewTrigger.DRAW): ReviewState.PREPARED,
            (ReviewState.PREPARED, ReviewTrigger.FREEZE): ReviewState.FROZEN,
            (ReviewState.FROZEN, ReviewTrigger.HOLD): ReviewState.HELD,
            (ReviewState.HELD, ReviewTrigger.CLOSE): ReviewState.CLOSED,
        }


class TestPlanning:
    def test_a_meeting_of_the_board_becomes_a_review_once(self, cast: Cast) -> None:
        meeting = called(cast)
        choices = queries.meeting_choices(actor=cast.process_owner)
        assert [each[0] for each in choices] == [meeting]
        number = actions.plan_review(meeting=meeting, actor=cast.process_owner, at=NOW)
        view = view_of(number, cast.process_owner)
        assert view.row.state is ReviewState.PLANNED
        assert view.row.meeting == meeting
        assert view.pack is None
        assert queries.meeting_choices(actor=cast.process_owner) == ()
        assert len(queries.meeting_choices(actor=cast.process_owner, keep=meeting)) == 1
        with pytest.raises(Invalid):
            actions.plan_review(meeting=meeting, actor=cast.process_owner, at=NOW)

    def test_other_meetings_are_refused(self, cast: Cast) -> None:
        project = called(cast, kind="project")
        off = called(cast)
        meetings.cancel_meeting(off, actor=cast.process_owner, at=NOW)
        for meeting in (project, off):
            with pytest.raises(Invalid):
                actions.plan_review(meeting=meeting, actor=cast.process_owner, at=NOW)
        with pytest.raises(NotFound):
            actions.plan_review(meeting="MTG0", actor=cast.process_owner, at=NOW)

    def test_it_can_move_to_another_meeting(self, cast: Cast) -> None:
        number, other = planned(cast), called(cast)
        by: dict[str, Any] = {"actor": cast.process_owner, "at": NOW}
        with pytest.raises(WrongState):
            actions.change_review(number, meeting=other, revision=7, **by)
        actions.change_review(number, meeting=other, revision=1, **by)
        actions.change_review(number, meeting=other, revision=1, **by)
        assert view_of(number, cast.process_owner).row.meeting == other
        actions.draw_review(number, **by)
        actions.freeze_review(number, **by)
        with pytest.raises(WrongState):
            actions.change_review(number, meeting=called(cast), **by)


class TestPack:
    def test_all_sections_are_drawn_in_order(self, cast: Cast) -> None:
        number = planned(cast)
        actions.draw_review(number, actor=cast.process_owner, at=NOW)
        view = view_of(number, cast.process_owner)
        assert view.pack is not None
        assert list(sections(view)) == [each.value for each in Section]
        assert view.pack["since"] == (NOW - FIRST_PERIOD).isoformat()
        assert all(each["sentence"] and each["figures"] for each in view.pack["sections"])
        for each in view.pack["sections"]:
            assert all(len(row["cells"]) == len(each["columns"]) for row in each["rows"])

    def test_it_is_drawn_anew_until_another_moment(self, cast: Cast) -> None:
        number = planned(cast)
        earlier = NOW - timedelta(days=3)
        with pytest.raises(Invalid):
            actions.draw_review(
                number, cut_off=NOW + timedelta(1), actor=cast.process_owner, at=NOW
            )
        actions.draw_review(number, actor=cast.process_owner, at=NOW)
        actions.draw_review(number, cut_off=earlier, actor=cast.process_owner, at=NOW)
        view = view_of(number, cast.process_owner)
        assert view.row.cut_off == earlier
        assert view.row.state is ReviewState.PREPARED

    def test_what_is_said_stays_through_drawing_and_is_frozen_along(self, cast: Cast) -> None:
        number = planned(cast)
        by: dict[str, Any] = {"actor": cast.process_owner, "at": NOW}
        with pytest.raises(WrongState):
            actions.comment_section(number, section="risks", text="Well.", **by)
        actions.draw_review(number, **by)
        for section, text in (("weather", "Well."), ("risks", "a" * 4_001), ("risks", "\0")):
            with pytest.raises(Invalid):
                actions.comment_section(number, section=section, text=text, **by)
        actions.comment_section(number, section="risks", text=" Well. ", **by)
        actions.comment_section(number, section="audits", text="Gone", **by)
        actions.comment_section(number, section="audits", text="", **by)
        actions.draw_review(number, **by)
        actions.freeze_review(number, **by)
        view = view_of(number, cast.process_owner)
        assert sections(view)["risks"]["comment"] == "Well."
        assert sections(view)["audits"]["comment"] == ""
        assert view.is_intact
        assert view.pack is not None
        assert view.digest == digest_of(view.pack)
        for deed in (actions.draw_review, actions.freeze_review):
            with pytest.raises(WrongState):
                deed(number, **by)
        with pytest.raises(WrongState):
            actions.comment_section(number, section="risks", text="Otherwise.", **by)

    def test_a_pack_that_was_tampered_with_shows_it(self, cast: Cast) -> None:
        number = frozen(cast)
        row = ManagementReview.objects.get()
        row.pack["sections"][0]["sentence"] = "All is well."
        row.save()
        assert view_of(number, cast.process_owner).is_intact is False

    def test_earlier_reviews_are_followed(self, cast: Cast) -> None:
        first = held(cast)
        late = NOW + timedelta(days=90)
        second = planned(cast, at=late)
        actions.draw_review(second, actor=cast.process_owner, at=late)
        view = view_of(second, cast.process_owner)
        assert view.pack is not None
        assert view.pack["since"] == NOW.isoformat()
        earlier = sections(view)["earlier"]
        assert [row["cells"][0] for row in earlier["rows"]] == ["Hire", "We hire."]
        assert earlier["rows"][1]["code"] == meeting_of(first).number
        assert earlier["total"] == 2

    def test_it_is_told_what_people_cannot_do(self, cast: Cast) -> None:
        by: dict[str, Any] = {"actor": cast.process_owner, "at": later()}
        levels = ("Reads", "Helps", "Runs", "Teaches")
        skills.create_skill(SkillContent("linux", "Linux servers", levels=levels), **by)
        skills.say_need("linux", kind="team", code="service-desk", level=3, people=2, **by)
        for days, person in ((5, "jonas.okereke"), (30, "mirela.dobrescu"), (300, "jonas.okereke")):
            content = CertificateContent(
                person,
                "certificate",
                f"After {days}",
                "A school",
                later().date(),
                later(days=days).date(),
            )
            skills.record_certificate(content, **by)
        number = planned(cast)
        actions.draw_review(number, actor=cast.process_owner, at=NOW)
        told = sections(view_of(number, cast.process_owner))["capabilities"]
        figures = dict(told["figures"])
        assert figures["Skills that too few hold"] == "1"
        assert figures["Certificates expired"] == figures["Certificates that expire soon"] == "1"
        rows = {row["cells"][0]: row for row in told["rows"] if row["kind"]}
        assert list(rows) == ["Linux servers", "After 5", "After 30"]
        assert rows["Linux servers"]["code"] == "linux"
        assert rows["Linux servers"]["cells"][3] == "Nobody holds it (level 3, 2 wanted)"
        assert "Certificates expired: 1" in told["sentence"]
        skills.say_level("jonas.okereke", skill="linux", level=3, actor=SYSTEM, at=NOW)
        actions.draw_review(number, actor=cast.process_owner, at=NOW)
        told = sections(view_of(number, cast.process_owner))["capabilities"]
        assert dict(told["figures"])["Skills that one person alone holds"] == "1"

    def test_whoever_may_not_see_everybodys_skills_is_told_of_none(self, cast: Cast) -> None:
        skills.create_skill(
            SkillContent("linux", "Linux", levels=("a", "b", "c", "d")), actor=SYSTEM, at=later()
        )
        skills.say_need(
            "linux", kind="team", code="service-desk", level=3, people=2, actor=SYSTEM, at=later()
        )
        told = skills_reviewed(Span(later(), NOW, cast.agent, 5))
        assert (told.counts, told.rows, told.total) == ({"lacking": 0, "alone": 0}, (), 0)
        assert skills_reviewed(Span(later(), NOW, cast.auditor, 5)).total == 1


class TestHolding:
    def test_it_is_held_with_its_meeting_and_closed_once_all_is_decided(self, cast: Cast) -> None:
        number = frozen(cast)
        by: dict[str, Any] = {"actor": cast.process_owner, "at": NOW + timedelta(hours=4)}
        with pytest.raises(WrongState):
            actions.hold_review(number, **by)
        meeting = meeting_of(number).number
        meetings.add_decision(meeting, text="We hire.", decided_by="chair", **by)
        meetings.hold_meeting(meeting, **by)
        with pytest.raises(WrongState):
            actions.answer_output(number, output="system", decisions=[], **by)
        actions.hold_review(number, **by)
        with pytest.raises(WrongState):
            actions.close_review(number, **by)
        meetings.approve_minutes(meeting, actor=cast.manager, at=by["at"])
        with pytest.raises(WrongState) as refusal:
            actions.close_review(number, **by)
        assert "Improving" in str(refusal.value.message)
        key = Decision.objects.get().pk
        for output, keys in (("weather", [key]), ("system", [key + 1])):
            with pytest.raises(Invalid):
                actions.answer_output(number, output=output, decisions=keys, **by)
        for each in Output:
            actions.answer_output(number, output=each, decisions=[key], **by)
            actions.answer_output(number, output=each, decisions=[key], **by)
        actions.close_review(number, **by)
        view = view_of(number, cast.process_owner)
        assert view.row.state is ReviewState.CLOSED
        assert all(view.answered.values())

    def test_it_is_due_until_it_was_held(self, cast: Cast) -> None:
        number = planned(cast)
        asked = Asked(NOW.date() + timedelta(days=2), cast.process_owner, NOW)
        assert [each.code for each in due_reviews(asked)] == [number]
        own = Asked(NOW.date() + timedelta(days=2), cast.agent, NOW, is_own=True)
        assert list(due_reviews(own)) == []


class TestRights:
    def test_who_may_not_manage_changes_nothing(self, cast: Cast) -> None:
        number, other = planned(cast), called(cast)
        count = Entry.objects.count()
        by: dict[str, Any] = {"actor": cast.agent, "at": NOW}
        deeds = (
            lambda: actions.plan_review(meeting=other, **by),
            lambda: actions.change_review(number, meeting=other, **by),
            lambda: actions.draw_review(number, **by),
            lambda: actions.comment_section(number, section="risks", text="A", **by),
            lambda: actions.freeze_review(number, **by),
            lambda: actions.hold_review(number, **by),
            lambda: actions.answer_output(number, output="system", decisions=[], **by),
            lambda: actions.close_review(number, **by),
        )
        for deed in deeds:
            with pytest.raises(Refused):
                deed()
        assert Entry.objects.count() == count

    def test_who_sees_a_review(self, cast: Cast) -> None:
        number = planned(cast)
        for actor, sees in (
            (cast.process_owner, True),
            (cast.manager, True),
            (cast.auditor, True),
            (cast.requester, False),
        ):
            listed = [each.number for each in queries.review_list(actor=actor).items]
            assert (listed == [number]) is sees
            assert access.may_see(number, actor=actor) is sees
        with pytest.raises(NotAllowed):
            access.require_entry(cast.requester)

    def test_who_is_invited_sees_it(self, cast: Cast) -> None:
        number = planned(cast)
        meeting = meeting_of(number)
        content = MeetingContent(
            meeting.title, meeting.starts_at, meeting.ends_at, invited=("imre.castellane",)
        )
        meetings.change_meeting(meeting.number, content=content, actor=cast.process_owner, at=NOW)
        assert access.may_see(number, actor=cast.requester)
        access.require_entry(cast.requester)
