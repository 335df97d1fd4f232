"""The communication plan: what is told to whom and when, and what comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.cast import AT, Cast
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.kernel.journal.models import Entry
from timshel.support.communication_plan import actions
from timshel.support.communication_plan.actions import PlanContent, Told
from timshel.support.communication_plan.queries import (
    PlanFilter,
    communication,
    communication_list,
    heard_communication,
    open_feedback,
)
from timshel.support.communication_plan.rules import next_due
from timshel.support.communication_plan.states import COMMUNICATIONS, PlanState, Rhythm, Trigger

pytestmark = pytest.mark.django_db
TODAY = AT.date()
CONTENT = PlanContent(
    subject="Planned work in spring",
    message="What is done, and why",
    stakeholders="All staff",
    owner="jonas.okereke",
    due_date=TODAY,
)


def planned(cast: Cast, content: PlanContent = CONTENT) -> str:
    return actions.plan_communication(content, actor=cast.process_owner, at=AT)


def tell(number: str, cast: Cast, day: date = TODAY) -> None:
    told = Told(day, "As planned", 40, "Minutes")
    actions.tell_communication(number, told=told, today=TODAY, actor=cast.agent, at=AT)


@pytest.mark.parametrize("state", list(PlanState))
@pytest.mark.parametrize("trigger", list(Trigger))
def test_each_trigger_moves_what_is_planned_alone(state: PlanState, trigger: Trigger) -> None:
    targets = {
        Trigger.TELL: PlanState.TOLD,
        Trigger.REPEAT: PlanState.PLANNED,
        Trigger.CANCEL: PlanState.CANCELLED,
    }
    if state == PlanState.PLANNED:
        assert COMMUNICATIONS.target(state, trigger) == targets[trigger]
    else:
        with pytest.raises(WrongState):
            COMMUNICATIONS.target(state, trigger)


@pytest.mark.parametrize(
    ("rhythm", "told", "due"),
    [
        (Rhythm.ONCE, date(2026, 1, 31), None),
        (Rhythm.MONTHLY, date(2026, 1, 31), date(2026, 2, 28)),
        (Rhythm.MONTHLY, date(2026, 3, 1), date(2026, 3, 31)),
        (Rhythm.QUARTERLY, date(2026, 1, 2), date(2026, 4, 30)),
        (Rhythm.HALF_YEARLY, date(2026, 8, 1), date(2027, 1, 31)),
        (Rhythm.YEARLY, date(2026, 2, 1), date(2027, 1, 31)),
    ],
)
def test_the_rhythm_says_when_it_is_due_again(rhythm: Rhythm, told: date, due: date | None) -> None:
    assert next_due(date(2026, 1, 31), rhythm=rhythm, day_of_month=31, told=told) == due


def test_a_short_month_does_not_move_the_rhythm_for_good(cast: Cast) -> None:
    number = planned(cast, replace(CONTENT, rhythm=Rhythm.MONTHLY, due_date=date(2025, 10, 31)))
    due = []
    for told in (date(2025, 10, 31), date(2025, 11, 30), date(2026, 1, 2), date(2026, 2, 28)):
        tell(number, cast, told)
        view = communication(number, actor=cast.process_owner, at=AT)
        due.append(view.row.content.due_date)
        again = replace(view.row.content, subject=f"Told until {told}")
        actions.change_communication(
            number,
            content=again,
            seen_revision=view.row.revision,
            actor=cast.process_owner,
            at=AT,
        )
    assert due == [date(2025, 11, 30), date(2025, 12, 31), date(2026, 1, 31), date(2026, 3, 31)]


def test_it_is_planned_changed_and_told_once(cast: Cast) -> None:
    number = planned(cast)
    other = replace(CONTENT, subject="Planned work in May")
    deed = {"content": other, "actor": cast.process_owner, "at": AT}
    actions.change_communication(number, seen_revision=1, **deed)
    with pytest.raises(WrongState):
        actions.change_communication(number, seen_revision=1, **deed)
    actions.change_communication(number, seen_revision=2, **deed)
    tell(number, cast)
    view = communication(number, actor=cast.process_owner, at=AT)
    assert (view.row.state, view.row.content.subject) == (PlanState.TOLD, other.subject)
    assert [each.reached for each in view.occasions] == [40]
    with pytest.raises(WrongState):
        tell(number, cast)
    with pytest.raises(WrongState):
        actions.cancel_communication(number, reason="No", actor=cast.process_owner, at=AT)
    with pytest.raises(WrongState):
        actions.change_communication(number, seen_revision=3, **deed)


def test_what_repeats_stays_planned_and_is_told_once_a_day(cast: Cast) -> None:
    number = planned(cast, replace(CONTENT, rhythm=Rhythm.MONTHLY))
    tell(number, cast)
    row = communication(number, actor=cast.agent, at=AT).row
    assert (row.state, row.content.due_date) == (PlanState.PLANNED, date(2026, 4, 2))
    with pytest.raises(Invalid):
        tell(number, cast)
    actions.cancel_communication(number, reason="Merged", actor=cast.process_owner, at=AT)
    actions.cancel_communication(number, reason="Merged", actor=cast.process_owner, at=AT)
    row = communication(number, actor=cast.agent, at=AT).row
    assert (row.state, row.reason) == (PlanState.CANCELLED, "Merged")


def test_faults_are_named_together_and_nothing_is_kept(cast: Cast) -> None:
    before = Entry.objects.count()
    with pytest.raises(Invalid) as refusal:
        planned(cast, replace(CONTENT, subject=" ", message="", owner="nobody"))
    assert set(refusal.value.fields) == {"subject", "message", "owner"}
    assert Entry.objects.count() == before


def test_without_the_right_nothing_changes(cast: Cast) -> None:
    number = planned(cast)
    before = Entry.objects.count()
    for_agent = {"actor": cast.agent, "at": AT}
    with pytest.raises(NotAllowed):
        actions.plan_communication(CONTENT, **for_agent)
    with pytest.raises(NotAllowed):
        actions.cancel_communication(number, reason="No", **for_agent)
    with pytest.raises(NotAllowed):
        actions.change_communication(number, content=CONTENT, seen_revision=1, **for_agent)
    told = Told(TODAY, "Said")
    for stranger in (cast.requester, cast.second_agent):
        with pytest.raises(NotFound):
            actions.tell_communication(number, told=told, today=TODAY, actor=stranger, at=AT)
    with pytest.raises(NotAllowed):
        actions.tell_communication(number, told=told, today=TODAY, actor=cast.auditor, at=AT)
    assert Entry.objects.count() == before


def test_feedback_is_taken_and_answered_once(cast: Cast) -> None:
    number = planned(cast)
    given = {"text": "Too late for us", "today": TODAY, "actor": cast.agent, "at": AT}
    with pytest.raises(Invalid):
        actions.record_feedback(number, outsider="", received_on=TODAY + timedelta(days=1), **given)
    old = TODAY - timedelta(days=15)
    key = actions.record_feedback(number, outsider="A supplier", received_on=old, **given)
    (row,) = open_feedback(actor=cast.auditor, at=AT)
    assert (row.who, row.is_overdue) == ("A supplier", True)
    assert open_feedback(actor=cast.requester, at=AT) == ()
    answer = {"feedback": key, "answer": "We move it", "is_answered": True, "at": AT}
    with pytest.raises(NotAllowed):
        actions.settle_feedback(number, actor=cast.auditor, **answer)
    actions.settle_feedback(number, actor=cast.agent, **answer)
    assert open_feedback(actor=cast.agent, at=AT) == ()
    with pytest.raises(WrongState):
        actions.settle_feedback(number, actor=cast.agent, **answer)


def test_nothing_comes_back_to_what_was_never_told(cast: Cast) -> None:
    told, never = planned(cast), planned(cast)
    tell(told, cast)
    repeated = planned(cast, replace(CONTENT, rhythm=Rhythm.MONTHLY))
    tell(repeated, cast)
    for number in (repeated, never):
        actions.cancel_communication(number, reason="No money", actor=cast.process_owner, at=AT)
    given = {"text": "Too late", "outsider": "A guest", "received_on": TODAY, "today": TODAY}
    for number in (told, repeated):
        assert communication(number, actor=cast.agent, at=AT).may_hear
        assert actions.record_feedback(number, **given, actor=cast.agent, at=AT)  # type: ignore[arg-type]
    assert not communication(never, actor=cast.agent, at=AT).may_hear
    with pytest.raises(WrongState):
        actions.record_feedback(never, **given, actor=cast.agent, at=AT)  # type: ignore[arg-type]


def test_the_day_is_the_reader_s(cast: Cast) -> None:
    number = planned(cast)
    late = AT.replace(hour=23, minute=30)  # the next day already further east
    there = replace(cast.agent, time_zone="Europe/Helsinki")
    here = replace(cast.agent, time_zone="Europe/London")
    wanted = PlanFilter(is_overdue=True)
    assert communication(number, actor=there, at=late).row.is_overdue
    assert not communication(number, actor=here, at=late).row.is_overdue
    assert communication_list(actor=there, at=late, wanted=wanted).items
    assert not communication_list(actor=here, at=late, wanted=wanted).items


def test_everybody_answers_what_was_told_to_all_and_sees_their_own(cast: Cast) -> None:
    number = planned(cast, replace(CONTENT, is_open=True))
    given = {"text": "Thank you", "today": TODAY, "at": AT}
    with pytest.raises(NotFound):
        actions.leave_feedback(number, actor=cast.requester, **given)
    tell(number, cast)
    key = actions.leave_feedback(number, actor=cast.requester, **given)
    actions.settle_feedback(
        number, feedback=key, answer="Gladly", is_answered=False, actor=cast.agent, at=AT
    )
    view = heard_communication(number, actor=cast.requester, at=AT)
    assert [each.answer for each in view.feedback] == ["Gladly"]
    assert heard_communication(number, actor=cast.other_requester, at=AT).feedback == ()


def test_the_register_is_filtered_before_paging(cast: Cast) -> None:
    late = planned(cast, replace(CONTENT, due_date=TODAY - timedelta(days=1)))
    told = planned(cast, replace(CONTENT, subject="Other", owner="bastian.nwosu"))

    def found(**wanted: object) -> list[str]:
        page = communication_list(
            actor=cast.process_owner,
            at=AT,
            wanted=PlanFilter(**wanted),  # type: ignore[arg-type]
        )
        return [each.number for each in page.items]

    assert found() == [told, late]
    assert found(is_overdue=True) == [late]
    assert found(owner="bastian.nwosu") == [told]
    assert found(words="spring") == [late]
    assert found(state=PlanState.CANCELLED) == []
