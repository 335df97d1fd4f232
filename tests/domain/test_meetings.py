"""Boards and meetings: who calls them, what stands on the agenda, and who approves the minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from tests.cast import SYSTEM, Cast, later
from tests.witness import Witness
from timshel.design_transition.maintenance.actions import plan_work
from timshel.design_transition.maintenance.rules import Plan
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, Refused, WrongState
from timshel.planning.planned_action.actions import ActionPlan, finish_action, plan_action
from timshel.planning.planned_action.rules import About
from timshel.planning.planned_action.states import ActionKind
from timshel.support.meeting import access, actions, agenda_sources
from timshel.support.meeting.events import (
    MeetingCalled,
    MeetingCancelled,
    MeetingChanged,
    MeetingHeld,
    MinutesApproved,
)
from timshel.support.meeting.models import Board, Meeting
from timshel.support.meeting.queries import board, board_list, meeting, meeting_list
from timshel.support.meeting.rules import (
    BoardContent,
    MeetingContent,
    MinutesContent,
    StandingItem,
    months_after,
)
from timshel.support.meeting.states import MEETINGS, MeetingState, Trigger

pytestmark = pytest.mark.django_db
FACTS = [MeetingCalled, MeetingChanged, MeetingHeld, MinutesApproved, MeetingCancelled]
REVIEW = BoardContent(
    name="Management review",
    kind="management_review",
    chair="wendell.achterberg",
    secretary="tamsin.harrowgate",
    every_months=3,
    purpose="Looks at the whole system.",
    agenda=(
        StandingItem("Where we stand", "overdue_actions"),
        StandingItem("Work ahead", "planned_work"),
        StandingItem("Promises", "broken_promises"),
        StandingItem("Any other business"),
    ),
)
SPRING = MeetingContent(
    title="Spring review", starts_at=later(days=10), ends_at=later(days=10, hours=2), place="B 12"
)
HELD = later(days=10, hours=2)


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    return Witness(monkeypatch, list(FACTS))


@pytest.fixture
def review(cast: Cast) -> str:
    code = actions.create_board("review", content=REVIEW, actor=cast.process_owner, at=later())
    for person in ("imre.castellane", "adaeze.thornquist"):
        actions.add_member(code, person=person, actor=cast.process_owner, at=later())
    return code


def called(by: Actor, content: MeetingContent = SPRING, *, board: str = "review") -> str:
    return actions.call_meeting(content=content, actor=by, at=later(), board=board)


def minuted(cast: Cast) -> str:
    number = called(cast.manager)
    actions.hold_meeting(number, actor=cast.manager, at=HELD)
    write(number, cast.lead)
    actions.approve_minutes(number, actor=cast.manager, at=HELD)
    return number


def write(number: str, by: Actor, text: str = "All is **well**.", **more: Any) -> None:
    content = MinutesContent(texts={1: text})
    actions.write_minutes(number, content=content, actor=by, at=HELD, **more)


def numbers(who: Actor, when: str = "coming", **more: Any) -> list[str]:
    return [row.number for row in meeting_list(actor=who, at=later(), when=when, **more).items]


class TestBoards:
    def test_a_board_is_set_up_and_changed(self, cast: Cast, witness: Witness) -> None:
        by: dict[str, Any] = {"actor": cast.process_owner, "at": later()}
        with witness.watching() as seen:
            actions.create_board("review", content=REVIEW, **by)
        assert seen.verbs == ["board.created"]
        assert seen.regions == {"meetings"}
        view = board("review", actor=cast.process_owner, at=later())
        assert view.agenda[0] == StandingItem("Open actions of earlier meetings", "open_actions")
        assert [item.title for item in view.agenda[1:]] == [item.title for item in REVIEW.agenda]
        assert (view.row.chair.name, view.may_change) == ("Wendell Achterberg", True)
        same = replace(REVIEW, agenda=view.agenda)
        with witness.unmoved():
            actions.change_board("review", content=same, **by)
        with witness.watching() as seen:
            actions.change_board("review", content=replace(same, every_months=6), **by)
        assert seen.entry.changes == {"every_months": [3, 6]}
        with witness.refused(WrongState):
            actions.change_board("review", content=REVIEW, seen_revision=1, **by)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"name": " "}, "name"),
            ({"name": "x" * 101}, "name"),
            ({"purpose": "\0"}, "purpose"),
            ({"kind": "club"}, "kind"),
            ({"chair": ""}, "chair"),
            ({"chair": "nobody"}, "chair"),
            ({"secretary": "no\0body"}, "secretary"),
            ({"every_months": 0}, "every_months"),
            ({"agenda": (StandingItem(" "),)}, "agenda"),
            ({"agenda": (StandingItem("Weather", "clouds"),)}, "agenda"),
            ({"agenda": (StandingItem("x"),) * 31}, "agenda"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(
        self, cast: Cast, witness: Witness, change: dict[str, Any], field: str
    ) -> None:
        with witness.refused(Invalid) as caught:
            actions.create_board(
                "review",
                content=replace(REVIEW, **change),
                actor=cast.process_owner,
                at=later(),
            )
        assert isinstance(caught.value, Invalid)
        assert list(caught.value.fields) == [field]

    def test_codes_are_plain_and_only_once(self, cast: Cast, review: str, witness: Witness) -> None:
        for code in ("new", "A", "x", "a b", review):
            with witness.refused(Invalid):
                actions.create_board(code, content=REVIEW, actor=cast.process_owner, at=later())

    def test_only_who_keeps_boards_changes_them(
        self, cast: Cast, review: str, witness: Witness
    ) -> None:
        for who in (cast.manager, cast.auditor, cast.requester):
            with witness.refused(NotAllowed):
                actions.create_board("other", content=REVIEW, actor=who, at=later())
            with witness.refused(NotAllowed):
                actions.change_board(review, content=REVIEW, actor=who, at=later())
            with witness.refused(NotAllowed):
                actions.add_member(review, person="petra.wolmar", actor=who, at=later())
        with witness.refused(NotFound):
            actions.change_board(review, content=REVIEW, actor=cast.agent, at=later())

    def test_members_come_and_go(self, cast: Cast, review: str, witness: Witness) -> None:
        by: dict[str, Any] = {"actor": cast.process_owner, "at": later()}
        with witness.watching() as seen:
            actions.add_member(review, person="petra.wolmar", role="Buildings", **by)
        assert seen.verbs == ["board.member_added"]
        with witness.unmoved():
            actions.add_member(review, person="petra.wolmar", role="Buildings", **by)
        with witness.refused(Invalid):
            actions.add_member(review, person="nobody", **by)
        with witness.refused(Invalid):
            actions.add_member(review, person="", **by)
        with witness.refused(Invalid):
            actions.end_member(review, person="petra.wolmar", valid_until=date(2020, 1, 1), **by)
        with witness.watching() as seen:
            actions.end_member(review, person="petra.wolmar", **by)
        assert seen.verbs == ["board.member_ended"]
        with witness.refused(NotFound):
            actions.end_member(review, person="petra.wolmar", **by)
        members = board(review, actor=cast.facilities_agent, at=later(days=2)).members
        assert [each.person.code for each in members][-1] == "petra.wolmar"

    def test_the_rhythm_says_when_a_board_is_due(self, cast: Cast, review: str) -> None:
        def row(at: datetime) -> Any:
            (only,) = board_list(actor=cast.auditor, at=at).items
            return only

        assert row(later()).due_date == date(2026, 6, 2)
        assert not row(later()).is_overdue
        assert row(later(days=100)).is_overdue
        called(cast.manager, replace(SPRING, starts_at=later(days=99), ends_at=later(days=101)))
        assert not row(later(days=100)).is_overdue
        assert row(later(days=102)).is_overdue
        minuted(cast)
        assert row(HELD).due_date == date(2026, 6, 12)
        content = replace(REVIEW, is_active=False)
        actions.change_board(review, content=content, actor=cast.process_owner, at=later())
        assert board_list(actor=cast.auditor, at=later()).items == ()
        with pytest.raises(WrongState):
            called(cast.manager)

    def test_months_end_with_their_last_day(self) -> None:
        assert months_after(date(2025, 11, 30), 3) == date(2026, 2, 28)
        assert months_after(date(2025, 12, 31), 12) == date(2026, 12, 31)


class TestCalling:
    def test_the_chair_calls_and_all_members_are_invited(
        self, cast: Cast, review: str, witness: Witness
    ) -> None:
        actions.end_member(review, person="adaeze.thornquist", actor=cast.process_owner, at=later())
        with witness.watching() as seen:
            number = called(cast.manager)
        assert seen.verbs == ["meeting.called"]
        assert seen.fact == MeetingCalled(number, later(), cast.manager.person_id)
        view = meeting(number, actor=cast.requester, at=later())
        assert [each.person.code for each in view.attendance] == [
            "imre.castellane",
            "tamsin.harrowgate",
            "wendell.achterberg",
        ]
        assert [item.source for item in view.agenda][:2] == ["open_actions", "overdue_actions"]
        assert (view.may_plan, view.row.is_own) == (False, True)

    def test_only_chair_secretary_and_keeper_call(
        self, cast: Cast, review: str, witness: Witness
    ) -> None:
        called(cast.lead)
        called(cast.process_owner)
        for who in (cast.requester, cast.auditor):
            with witness.refused(NotAllowed):
                called(who)
        with witness.refused(NotFound):
            called(cast.agent)
        with witness.refused(NotAllowed):
            called(cast.manager, board="")
        with witness.refused(Invalid):
            called(cast.process_owner, board="")
        content = replace(SPRING, chair="petra.wolmar", invited=("solveig.adeyemi",))
        number = called(cast.process_owner, content, board="")
        assert numbers(cast.facilities_agent) == [number]
        assert numbers(cast.other_requester, is_own=True) == [number]
        assert access.may_see(number, actor=cast.other_requester)
        assert not access.may_see(number, actor=cast.agent)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"title": ""}, "title"),
            ({"place": "x" * 201}, "place"),
            ({"ends_at": later(days=10)}, "ends_at"),
            ({"ends_at": later(days=30)}, "ends_at"),
            ({"chair": "nobody"}, "chair"),
            ({"invited": ("imre.castellane", "nobody")}, "invited"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(
        self,
        cast: Cast,
        review: str,
        witness: Witness,
        change: dict[str, Any],
        field: str,
    ) -> None:
        with witness.refused(Invalid) as caught:
            called(cast.manager, replace(SPRING, **change))
        assert isinstance(caught.value, Invalid)
        assert list(caught.value.fields) == [field]

    def test_it_is_moved_and_called_off(self, cast: Cast, review: str, witness: Witness) -> None:
        number = called(cast.manager)
        other = replace(
            SPRING, place="A 1", secretary="tamsin.harrowgate", invited=("petra.wolmar",)
        )
        by: dict[str, Any] = {"actor": cast.lead, "at": later()}
        with witness.watching() as seen:
            actions.change_meeting(number, content=other, **by)
        assert set(seen.entry.changes) == {"place", "invited"}
        assert type(seen.fact) is MeetingChanged
        with witness.unmoved():
            actions.change_meeting(number, content=other, **by)
        with witness.refused(WrongState):
            actions.change_meeting(number, content=SPRING, seen_revision=1, **by)
        with witness.refused(NotAllowed):
            actions.change_meeting(number, content=other, actor=cast.auditor, at=later())
        with witness.watching() as seen:
            actions.cancel_meeting(number, **by)
        assert type(seen.fact) is MeetingCancelled
        with witness.unmoved():
            actions.cancel_meeting(number, **by)
        with witness.refused(WrongState):
            actions.change_meeting(number, content=SPRING, **by)
        assert numbers(cast.requester, "past") == [number]


class TestAgenda:
    def test_it_is_said_anew_and_keeps_what_was_written(
        self, cast: Cast, review: str, witness: Witness
    ) -> None:
        number = called(cast.manager)
        write(number, cast.lead, "Nothing is open.")
        by: dict[str, Any] = {"actor": cast.lead, "at": later()}
        view = meeting(number, actor=cast.lead, at=later())
        first = StandingItem(view.agenda[0].title, view.agenda[0].source)
        with witness.watching() as seen:
            actions.set_agenda(number, items=[StandingItem("News"), first], **by)
        assert seen.verbs == ["meeting.agenda_set"]
        with witness.unmoved():
            actions.set_agenda(number, items=[StandingItem("News "), first], **by)
        with witness.refused(Invalid):
            actions.set_agenda(
                number, items=[StandingItem("Open", "open_actions"), StandingItem("News")], **by
            )
        with witness.refused(Invalid):
            actions.set_agenda(number, items=[StandingItem("")], **by)
        with witness.refused(NotAllowed):
            actions.set_agenda(number, items=[first], actor=cast.requester, at=later())
        agenda = meeting(number, actor=cast.lead, at=later()).agenda
        assert [(each.position, each.minutes) for each in agenda] == [
            (1, ""),
            (2, "Nothing is open."),
        ]

    def test_it_is_drawn_from_records_and_frozen_once_held(
        self, cast: Cast, review: str, witness: Witness
    ) -> None:
        before = minuted_with_action(cast)
        plan_work(
            plan=Plan("Mail moves", ("mail",), later(days=42), later(days=43)),
            actor=cast.service_owner,
            at=later(),
        )
        at = later(days=40)
        content = replace(SPRING, starts_at=at, ends_at=later(days=40, hours=1))
        number = actions.call_meeting(content=content, actor=cast.manager, at=at, board="review")
        with witness.watching() as seen:
            actions.prepare_agenda(number, actor=cast.manager, at=at)
        assert seen.verbs == ["meeting.agenda_prepared"]
        agenda = meeting(number, actor=cast.requester, at=at).agenda
        earlier, overdue, ahead, broken, other = agenda
        assert earlier.drawn is not None
        assert earlier.drawn.figures[0] == agenda_sources.Figure("Open", "1")
        (line,) = earlier.drawn.lines
        assert line.text == "Buy a spare (Imre Castellane, was due on 20 March 2026)"
        assert (line.kind, line.code) == ("planned_action", before)
        assert overdue.drawn is not None
        assert [each.code for each in overdue.drawn.lines] == [before]
        assert ahead.drawn is not None
        assert "Mail moves (Mail)" in ahead.drawn.lines[0].text
        assert broken.drawn is not None
        assert broken.drawn.lines == ()
        assert other.drawn is None
        actions.hold_meeting(number, actor=cast.manager, at=at)
        with witness.refused(WrongState):
            actions.prepare_agenda(number, actor=cast.manager, at=at)
        finish_action(before, outcome="Bought.", actor=cast.requester, at=at)
        assert meeting(number, actor=cast.requester, at=at).agenda == agenda

    def test_a_source_that_is_no_more_draws_nothing(
        self, cast: Cast, review: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        number = called(cast.manager)
        monkeypatch.setattr(agenda_sources, "_sources", {})
        actions.prepare_agenda(number, actor=cast.manager, at=later())
        assert meeting(number, actor=cast.manager, at=later()).agenda[0].drawn is None


def minuted_with_action(cast: Cast) -> str:
    number = called(cast.manager)
    plan = ActionPlan(ActionKind.DECISION, "Buy a spare", "imre.castellane", date(2026, 3, 20))
    action = plan_action(About("meeting", number), plan=plan, actor=cast.manager, at=later())
    write(number, cast.lead)
    actions.hold_meeting(number, actor=cast.manager, at=HELD)
    actions.approve_minutes(number, actor=cast.manager, at=HELD)
    return action


class TestMinutes:
    def test_they_are_written_and_decisions_taken(
        self, cast: Cast, review: str, witness: Witness
    ) -> None:
        number = called(cast.manager)
        content = MinutesContent(
            texts={1: " Good. "},
            presence={"imre.castellane": "present", "adaeze.thornquist": "excused"},
            guests=("Ottilie Marchbanks", " "),
        )
        by: dict[str, Any] = {"actor": cast.lead, "at": HELD}
        with witness.watching() as seen:
            actions.write_minutes(number, content=content, **by)
        assert seen.verbs == ["meeting.minutes_written"]
        with witness.unmoved():
            actions.write_minutes(number, content=content, **by)
        with witness.refused(WrongState):
            actions.write_minutes(number, content=content, seen_revision=1, **by)
        with witness.watching() as seen:
            key = actions.add_decision(number, text="We buy.", decided_by="vote", **by)
        assert seen.verbs == ["meeting.decided"]
        with witness.unmoved():
            assert key == actions.add_decision(number, text="We buy. ", decided_by="vote", **by)
        for text, how, field in (("", "vote", "text"), ("We sell.", "dice", "decided_by")):
            with witness.refused(Invalid) as caught:
                actions.add_decision(number, text=text, decided_by=how, **by)
            assert isinstance(caught.value, Invalid)
            assert list(caught.value.fields) == [field]
        view = meeting(number, actor=cast.auditor, at=HELD)
        assert view.agenda[0].minutes == "Good."
        assert view.guests == ("Ottilie Marchbanks",)
        assert [each.presence for each in view.attendance][:2] == ["excused", "present"]
        assert [each.text for each in view.decisions] == ["We buy."]
        with witness.watching() as seen:
            actions.remove_decision(number, decision_id=key, **by)
        assert seen.verbs == ["meeting.decision_removed"]
        with witness.refused(NotFound):
            actions.remove_decision(number, decision_id=key, **by)

    @pytest.mark.parametrize(
        ("content", "field"),
        [
            (MinutesContent(texts={9: "x"}), "text_9"),
            (MinutesContent(texts={1: "\0"}), "text_1"),
            (MinutesContent(presence={"petra.wolmar": "present"}), "presence"),
            (MinutesContent(presence={"imre.castellane": "asleep"}), "presence"),
            (MinutesContent(guests=("x" * 101,)), "guests"),
            (MinutesContent(guests=("x",) * 51), "guests"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(
        self, cast: Cast, review: str, witness: Witness, content: MinutesContent, field: str
    ) -> None:
        number = called(cast.manager)
        with witness.refused(Invalid) as caught:
            actions.write_minutes(number, content=content, actor=cast.lead, at=HELD)
        assert isinstance(caught.value, Invalid)
        assert list(caught.value.fields) == [field]

    def test_only_the_chair_approves_and_nothing_changes_after(
        self, cast: Cast, review: str, witness: Witness
    ) -> None:
        number = called(cast.manager)
        with witness.refused(WrongState):
            actions.hold_meeting(number, actor=cast.manager, at=later(days=9))
        with witness.refused(WrongState):
            actions.approve_minutes(number, actor=cast.manager, at=HELD)
        with witness.watching() as seen:
            actions.hold_meeting(number, actor=cast.lead, at=HELD)
        assert type(seen.fact) is MeetingHeld
        with witness.unmoved():
            actions.hold_meeting(number, actor=cast.lead, at=HELD)
        with witness.refused(WrongState):  # nothing is written yet
            actions.approve_minutes(number, actor=cast.manager, at=HELD)
        write(number, cast.lead)
        for who in (cast.lead, cast.process_owner, SYSTEM):
            with witness.refused(NotAllowed):
                actions.approve_minutes(number, actor=who, at=HELD)
        assert numbers(cast.manager, "unapproved") == [number]
        with witness.watching() as seen:
            actions.approve_minutes(number, actor=cast.manager, at=HELD)
        assert type(seen.fact) is MinutesApproved
        with witness.unmoved():
            actions.approve_minutes(number, actor=cast.manager, at=HELD)
        assert numbers(cast.manager, "unapproved") == []
        by: dict[str, Any] = {"actor": cast.manager, "at": HELD}
        for deed in (
            lambda: write(number, cast.manager, "Otherwise."),
            lambda: actions.add_decision(number, text="More.", decided_by="vote", **by),
            lambda: actions.change_meeting(number, content=SPRING, **by),
            lambda: actions.set_agenda(number, items=[], **by),
            lambda: actions.cancel_meeting(number, **by),
        ):
            with witness.refused(WrongState):
                deed()
        view = meeting(number, actor=cast.manager, at=HELD)
        possible = {view.may_plan, view.may_write, view.may_hold, view.may_approve}
        assert possible == {False}
        plan = ActionPlan(ActionKind.DECISION, "Late", "imre.castellane", date(2026, 4, 1))
        with witness.refused(NotAllowed):
            plan_action(About("meeting", number), plan=plan, actor=cast.manager, at=HELD)


@pytest.mark.parametrize("state", list(MeetingState))
@pytest.mark.parametrize("trigger", list(Trigger))
def test_every_trigger_in_every_state(state: MeetingState, trigger: Trigger) -> None:
    arrows = {
        (MeetingState.PLANNED, Trigger.HOLD): MeetingState.HELD,
        (MeetingState.PLANNED, Trigger.CANCEL): MeetingState.CANCELLED,
        (MeetingState.HELD, Trigger.APPROVE): MeetingState.MINUTED,
    }
    if (state, trigger) in arrows:
        assert MEETINGS.target(state, trigger) is arrows[state, trigger]
    else:
        with pytest.raises(Refused):
            MEETINGS.target(state, trigger)


def test_members_see_what_took_place_while_they_sat(cast: Cast, review: str) -> None:
    number = called(cast.manager)
    assert numbers(cast.service_owner) == [number]
    content = replace(SPRING, invited=())
    actions.change_meeting(number, content=content, actor=cast.manager, at=later())
    assert numbers(cast.service_owner) == [number]
    assert numbers(cast.service_owner, is_own=True) == []
    actions.end_member(review, person="adaeze.thornquist", actor=cast.process_owner, at=later())
    assert numbers(cast.service_owner) == []
    with pytest.raises(NotFound):
        meeting(number, actor=cast.service_owner, at=later())
    assert numbers(SYSTEM) == [number]


def test_lists_are_one_query_and_page(
    cast: Cast, review: str, django_assert_num_queries: Any
) -> None:
    found = [called(cast.manager) for _ in range(5)]
    for each in ("one", "two"):
        actions.create_board(each, content=REVIEW, actor=cast.process_owner, at=later())
    with django_assert_num_queries(1):
        page = meeting_list(actor=cast.requester, at=later(), size=3)
    assert [row.number for row in page.items] == found[:3]
    more = meeting_list(actor=cast.requester, at=later(), size=3, cursor=page.next_cursor)
    assert [row.number for row in more.items] == found[3:]
    with django_assert_num_queries(1):
        assert len(board_list(actor=cast.auditor, at=later()).items) == 3
    assert numbers(cast.requester, board="one") == []
    assert (Board.objects.count(), Meeting.objects.count()) == (3, 5)
    with pytest.raises(NotFound):
        meeting("MTG9999999999999999999", actor=cast.auditor, at=later())
