"""Planned actions: who does what until when, about any record or none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError

from tests.cast import AT, SYSTEM, Cast
from timshel.context.people.models import Person
from timshel.kernel import events
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.kernel.journal.models import Entry
from timshel.planning.planned_action import hosting
from timshel.planning.planned_action.access import may_see
from timshel.planning.planned_action.actions import (
    NOTHING,
    About,
    ActionPlan,
    change_action,
    drop_action,
    finish_action,
    plan_action,
    remind_due,
    reopen_action,
)
from timshel.planning.planned_action.events import ActionReminded
from timshel.planning.planned_action.models import PlannedAction
from timshel.planning.planned_action.queries import (
    Wanted,
    actions_about,
    one_action,
    planned_action_list,
    planned_action_summary,
)
from timshel.planning.planned_action.rules import LONGEST_TITLE, reminder_of
from timshel.planning.planned_action.states import (
    ACTIONS,
    ActionKind,
    ActionState,
    Reminder,
    Trigger,
)

pytestmark = pytest.mark.django_db
LEAK = About("leak", "LEA1")
DAY = timedelta(days=1)


class Leaks:
    """A kind of record that is looked after by whoever may work on incidents anywhere."""

    def title(self, code: str, /, *, actor: Actor) -> str:
        if code != "LEA1" or not actor.may_somewhere("incident.report"):
            raise NotFound
        return "Water in the cellar"

    def may_plan(self, code: str, /, *, actor: Actor) -> bool:
        return actor.may_somewhere("incident.work")


@pytest.fixture(autouse=True)
def leaks() -> Iterator[None]:
    hosting.register("leak", Leaks())
    yield
    hosting._hosts.pop("leak")


def code_of(actor: Actor) -> str:
    return Person.objects.get(pk=actor.person_id or 0).code


def plan(cast: Cast, **more: Any) -> ActionPlan:
    given = ActionPlan(
        ActionKind.CORRECTIVE, "Mend the pipe", code_of(cast.other_requester), AT.date() + 20 * DAY
    )
    return replace(given, **more)


def planned(cast: Cast, about: About = LEAK, **more: Any) -> str:
    return plan_action(about, plan=plan(cast, **more), actor=cast.agent, at=AT)


def test_the_table_of_states() -> None:
    possible = {
        (state, trigger): ACTIONS.target(state, trigger)
        for state in ActionState
        for trigger in Trigger
        if ACTIONS.allows(state, trigger)
    }
    assert possible == {
        (ActionState.OPEN, Trigger.FINISH): ActionState.DONE,
        (ActionState.OPEN, Trigger.DROP): ActionState.DROPPED,
        (ActionState.DONE, Trigger.REOPEN): ActionState.OPEN,
        (ActionState.DROPPED, Trigger.REOPEN): ActionState.OPEN,
    }


def test_it_is_planned_about_a_record(cast: Cast) -> None:
    number = planned(cast, detail="  With copper  ")
    row = one_action(number, actor=cast.agent, at=AT)
    assert (row.number, row.about_kind, row.about_code) == (number, "leak", "LEA1")
    assert (row.title, row.detail, row.owner_id) == (
        "Mend the pipe",
        "With copper",
        cast.other_requester.person_id,
    )
    assert (row.state, row.is_overdue, row.may_change, row.may_end) == ("open", False, True, True)
    assert Entry.objects.get(verb="planned_action.planned").changes["about"] == [None, "leak:LEA1"]


def test_whoever_may_plan_for_the_record_plans_and_nobody_else(cast: Cast) -> None:
    before = Entry.objects.count()
    with pytest.raises(NotAllowed):
        plan_action(LEAK, plan=plan(cast), actor=cast.requester, at=AT)
    with pytest.raises(NotAllowed):
        plan_action(NOTHING, plan=plan(cast), actor=cast.agent, at=AT)
    for about in (About("leak", "LEA2"), About("flood", "1")):
        with pytest.raises(NotFound):
            plan_action(about, plan=plan(cast), actor=cast.process_owner, at=AT)
    assert (PlannedAction.objects.count(), Entry.objects.count()) == (0, before)
    plan_action(NOTHING, plan=plan(cast), actor=cast.process_owner, at=AT)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("title", " "),
        ("title", "x" * (LONGEST_TITLE + 1)),
        ("title", "a\0b"),
        ("detail", "x" * 4_001),
        ("owner", ""),
        ("owner", "nobody"),
    ],
)
def test_a_plan_that_says_too_little_or_too_much_is_refused(
    cast: Cast, field: str, given: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        plan_action(LEAK, plan=plan(cast, **{field: given}), actor=cast.agent, at=AT)
    assert set(refusal.value.fields) == {field}
    assert not PlannedAction.objects.exists()


def test_who_sees_an_action(cast: Cast) -> None:
    number = planned(cast)
    seeing = {
        name
        for name in (
            "requester",
            "agent",
            "second_agent",
            "other_requester",
            "manager",
            "process_owner",
        )
        if may_see(number, actor=getattr(cast, name))
    }
    assert seeing == {"agent", "other_requester", "manager", "process_owner"}
    for name in (
        "requester",
        "agent",
        "second_agent",
        "other_requester",
        "manager",
        "process_owner",
    ):
        page = planned_action_list(actor=getattr(cast, name), at=AT, wanted=Wanted())
        assert bool(page.items) == (name in seeing), name
    with pytest.raises(NotFound):
        one_action(number, actor=cast.requester, at=AT)
    with pytest.raises(NotFound):
        one_action("ACT9", actor=cast.process_owner, at=AT)


def test_a_change_is_written_down_and_the_same_again_is_none(cast: Cast) -> None:
    number = planned(cast)
    later = plan(cast, title="Replace the pipe", due_date=AT.date() + 30 * DAY)
    change_action(number, plan=later, seen_revision=1, actor=cast.agent, at=AT)
    entry = Entry.objects.get(verb="planned_action.changed")
    assert set(entry.changes) == {"title", "due_date"}
    change_action(number, plan=later, seen_revision=2, actor=cast.agent, at=AT)
    assert Entry.objects.filter(verb="planned_action.changed").count() == 1
    with pytest.raises(WrongState, match="Somebody else"):
        change_action(number, plan=plan(cast), seen_revision=1, actor=cast.agent, at=AT)
    with pytest.raises(NotAllowed):
        change_action(number, plan=later, seen_revision=2, actor=cast.other_requester, at=AT)


def test_whoever_does_it_need_not_see_what_it_is_about(cast: Cast) -> None:
    class Hidden(Leaks):
        def may_plan(self, code: str, /, *, actor: Actor) -> bool:
            if not super().may_plan(code, actor=actor):
                raise NotFound
            return True

    hosting.register("leak", Hidden())
    number = planned(cast)
    doer = cast.other_requester
    row = one_action(number, actor=doer, at=AT)
    assert (row.number, row.may_change, row.may_end) == (number, False, True)
    with pytest.raises(NotAllowed):
        drop_action(number, reason="No money", actor=doer, at=AT)
    finish_action(number, outcome="It is dry.", actor=doer, at=AT)
    assert one_action(number, actor=doer, at=AT).state == "done"


def test_its_owner_says_that_it_is_done_and_only_who_may_change_it_drops_it(cast: Cast) -> None:
    number = planned(cast)
    with pytest.raises(NotAllowed):
        drop_action(number, reason="No money", actor=cast.other_requester, at=AT)
    with pytest.raises(NotAllowed):
        finish_action(number, outcome="", actor=cast.manager, at=AT)
    finish_action(number, outcome="It is dry.", actor=cast.other_requester, at=AT)
    finish_action(number, outcome="Again.", actor=cast.other_requester, at=AT + DAY)
    row = one_action(number, actor=cast.other_requester, at=AT)
    assert (row.state, row.outcome, row.ended_at) == ("done", "It is dry.", AT)
    with pytest.raises(WrongState):
        drop_action(number, reason="No money", actor=cast.agent, at=AT)
    with pytest.raises(WrongState):
        change_action(number, plan=plan(cast), seen_revision=2, actor=cast.agent, at=AT)


def test_what_is_dropped_needs_a_reason_and_can_be_opened_again(cast: Cast) -> None:
    number = planned(cast)
    with pytest.raises(Invalid):
        drop_action(number, reason=" ", actor=cast.agent, at=AT)
    drop_action(number, reason="The house is sold.", actor=cast.agent, at=AT)
    with pytest.raises(WrongState):
        finish_action(number, outcome="", actor=cast.agent, at=AT)
    reopen_action(number, actor=cast.agent, at=AT)
    reopen_action(number, actor=cast.agent, at=AT)
    row = one_action(number, actor=cast.agent, at=AT)
    assert (row.state, row.outcome, row.ended_at) == ("open", "", None)
    assert Entry.objects.filter(verb="planned_action.reopened").count() == 1


@pytest.mark.parametrize(
    ("days", "reminder"),
    [
        (-8, Reminder.NONE),
        (-7, Reminder.NEAR),
        (0, Reminder.NEAR),
        (1, Reminder.DUE),
        (14, Reminder.DUE),
        (15, Reminder.ESCALATED),
    ],
)
def test_when_the_owner_is_reminded(days: int, reminder: Reminder) -> None:
    day = date(2026, 3, 31)
    assert reminder_of(day, today=day + days * DAY) is reminder


def test_each_reminder_comes_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    number = planned(cast)
    told: list[ActionReminded] = []
    monkeypatch.setitem(events._handlers, ActionReminded, [told.append])
    for days in (0, 13, 13, 20, 21, 22, 35, 36):
        remind_due(actor=SYSTEM, at=AT + days * DAY)
    assert [each.reminder for each in told] == [1, 2, 3]
    finish_action(number, outcome="", actor=cast.other_requester, at=AT)
    reopen_action(number, actor=cast.agent, at=AT)
    remind_due(actor=SYSTEM, at=AT + 40 * DAY)
    assert [each.reminder for each in told] == [1, 2, 3, 3]


def test_lists_and_counts(cast: Cast, django_assert_num_queries: Any) -> None:
    numbers = [planned(cast, due_date=AT.date() + days * DAY) for days in (9, -1, 3)]
    other = plan_action(NOTHING, plan=plan(cast), actor=cast.process_owner, at=AT)
    finish_action(numbers[0], outcome="", actor=cast.agent, at=AT)

    def listed(**wanted: Any) -> list[str]:
        page = planned_action_list(actor=cast.process_owner, at=AT, wanted=Wanted(**wanted))
        return [row.number for row in page.items]

    assert listed() == [numbers[1], numbers[2], other]
    assert listed(when="overdue") == [numbers[1]]
    assert listed(when="ended") == [numbers[0]]
    assert listed(about_kind="leak") == [numbers[1], numbers[2]]
    assert listed(kind=ActionKind.DECISION) == []
    assert listed(is_own=True) == []
    first = planned_action_list(actor=cast.process_owner, at=AT, wanted=Wanted(), size=2)
    with django_assert_num_queries(1):
        rest = planned_action_list(
            actor=cast.process_owner, at=AT, wanted=Wanted(), size=2, cursor=first.next_cursor
        )
    assert [row.number for row in rest.items] == [other]
    with django_assert_num_queries(1):
        about = actions_about("leak", ["LEA1", "LEA2"], at=AT)
    assert [row.number for row in about["LEA1"]] == [numbers[1], numbers[2], numbers[0]]
    summary = planned_action_summary(since=AT - DAY, at=AT + DAY)
    assert (summary.open, summary.overdue, summary.done, summary.dropped) == (3, 1, 1, 0)


def test_the_database_keeps_what_ended_with_its_moment(cast: Cast) -> None:
    planned(cast)
    with pytest.raises(DatabaseError):
        PlannedAction.objects.update(state="done")
