"""Who hears of planned actions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.cast import AT, SYSTEM, Cast
from timshel.interfaces.worker import planned_actions
from timshel.planning.planned_action.actions import (
    NOTHING,
    ActionPlan,
    finish_action,
    plan_action,
    remind_due,
)
from timshel.planning.planned_action.models import PlannedAction
from timshel.planning.planned_action.states import ActionKind, Reminder
from timshel.support.notification.models import Notice
from timshel.support.notification.queries import notice_list

pytestmark = pytest.mark.django_db
DUE = date(2026, 3, 20)


def planned(cast: Cast) -> str:
    plan = ActionPlan(ActionKind.PLANNED, "Replace the switch", "imre.castellane", DUE)
    return plan_action(NOTHING, plan=plan, actor=cast.process_owner, at=AT)


def test_whoever_is_to_do_it_hears_of_it_once(cast: Cast) -> None:
    number = planned(cast)
    key = PlannedAction.objects.get().pk
    for _again in range(2):
        planned_actions.tell_given.func(
            action_id=key, by_person_id=cast.process_owner.person_id, happened_at=AT.isoformat()
        )
    notice = Notice.objects.get(topic="action.given")
    assert notice.person_id == cast.requester.person_id
    (seen,) = notice_list(actor=cast.requester, at=AT).items
    assert number in str(seen)


def test_reminders_reach_whom_they_report_to_in_the_end(cast: Cast) -> None:
    planned(cast)
    key = PlannedAction.objects.get().pk
    for reminder in (Reminder.NEAR, Reminder.DUE, Reminder.ESCALATED):
        remind_due(actor=SYSTEM, at=AT + timedelta(days=60))
        planned_actions.tell_due.func(
            action_id=key, reminder=int(reminder), happened_at=AT.isoformat()
        )
    assert Notice.objects.filter(topic="action.due").count() == 3
    assert Notice.objects.filter(topic="action.late").count() == 1


def test_of_what_is_done_nobody_is_reminded(cast: Cast) -> None:
    number = planned(cast)
    finish_action(number, outcome="", actor=cast.requester, at=AT)
    key = PlannedAction.objects.get().pk
    planned_actions.tell_due.func(action_id=key, reminder=1, happened_at=AT.isoformat())
    planned_actions.tell_given.func(action_id=key, by_person_id=None, happened_at=AT.isoformat())
    planned_actions.tell_due.func(action_id=0, reminder=1, happened_at=AT.isoformat())
    assert not Notice.objects.filter(topic__startswith="action.").exists()
