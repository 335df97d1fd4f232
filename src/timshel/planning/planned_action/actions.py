"""Saying who does what until when, and what came of it (clauses 6.1, 9.3 and 10.1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.kernel.text import text_faults
from timshel.planning.planned_action import access
from timshel.planning.planned_action.events import (
    ActionEnded,
    ActionFact,
    ActionGiven,
    ActionReminded,
)
from timshel.planning.planned_action.models import PlannedAction
from timshel.planning.planned_action.rules import (
    LONG_OVER,
    LONGEST_TEXT,
    NEAR,
    NOTHING,
    About,
    ActionPlan,
    plan_faults,
    reminder_of,
)
from timshel.planning.planned_action.states import ACTIONS, ActionState, Reminder, Trigger

__all__ = [
    "NOTHING",
    "About",
    "ActionPlan",
    "change_action",
    "drop_action",
    "finish_action",
    "plan_action",
    "remind_due",
    "reopen_action",
]

SUBJECT = "planned_action"
REGION = "planned_actions"


@transaction.atomic
def plan_action(about: About, *, plan: ActionPlan, actor: Actor, at: datetime) -> str:
    """Have somebody do something about a record, or about none.

    Args:
        about: the record it follows from.
        plan: who does what until when.
        actor: who may say so.
        at: when.

    Returns:
        The number of the action.

    Raises:
        Invalid: what is wrong with the plan, by field.
        NotAllowed, NotFound: as ``access.require_plan`` says.
    """
    access.require_plan(about, actor=actor)
    owner = _checked(plan)
    row = PlannedAction(
        about_kind=about.kind,
        about_code=about.code,
        owner=owner,
        planned_by_id=actor.person_id,
        planned_at=at,
    )
    for name, value in _said(plan).items():
        setattr(row, name, value)
    row.save()
    changes = {"about": (None, f"{about.kind}:{about.code}"), "owner": (None, owner.code)}
    changes |= {name: (None, str(value)) for name, value in _said(plan).items() if value}
    _journal(row, "planned_action.planned", changes, actor=actor, at=at)
    publish(_fact(row, ActionGiven, actor=actor, at=at))
    return row.number


@transaction.atomic
def change_action(
    number: str, *, plan: ActionPlan, seen_revision: int, actor: Actor, at: datetime
) -> None:
    """Say otherwise who does what until when; the same again does nothing.

    Args:
        number: of the action.
        plan: all of it, as it shall be from now on.
        seen_revision: of what was shown to whoever changes it.
        actor: who may change it.
        at: when.

    Raises:
        Invalid: what is wrong with the plan, by field.
        WrongState: it has ended, or somebody else changed it meanwhile.
        NotAllowed, NotFound: as they say.
    """
    row = access.action_to_change(number, actor=actor)
    if row.state != ActionState.OPEN:
        raise WrongState(_("This action has ended. Open it again first."))
    if row.revision != seen_revision:
        raise WrongState(
            _("Somebody else changed this action meanwhile. Look at it again, then save.")
        )
    owner = _checked(plan)
    said = _said(plan)
    changes: dict[str, tuple[Any, Any]] = {
        name: (str(getattr(row, name)), str(value))
        for name, value in said.items()
        if getattr(row, name) != value
    }
    is_given = owner.pk != row.owner_id
    if is_given:
        changes["owner"] = (row.owner.code, owner.code)
    if not changes:
        return
    if "due_date" in changes or is_given:
        row.reminded = Reminder.NONE
    for name, value in said.items():
        setattr(row, name, value)
    row.owner = owner
    row.revision += 1
    row.save()
    _journal(row, "planned_action.changed", changes, actor=actor, at=at)
    if is_given:
        publish(_fact(row, ActionGiven, actor=actor, at=at))


@transaction.atomic
def finish_action(number: str, *, outcome: str, actor: Actor, at: datetime) -> None:
    """Say that it is done, and what came of it; what is done stays so.

    Raises:
        Invalid: the outcome is too long.
        WrongState: it was dropped.
        NotAllowed, NotFound: as they say.
    """
    _end(number, Trigger.FINISH, outcome, actor=actor, at=at)


@transaction.atomic
def drop_action(number: str, *, reason: str, actor: Actor, at: datetime) -> None:
    """Say that it will not be done, and why.

    Raises:
        Invalid: there is no reason, or it is too long.
        WrongState: it was done.
        NotAllowed, NotFound: as they say.
    """
    if not reason.strip():
        raise Invalid({"outcome": [_("Please say why it will not be done.")]})
    _end(number, Trigger.DROP, reason, actor=actor, at=at)


def _end(number: str, trigger: Trigger, outcome: str, *, actor: Actor, at: datetime) -> None:
    is_done = trigger is Trigger.FINISH
    find = access.action_to_end if is_done else access.action_to_change
    row = find(number, actor=actor)
    if faults := text_faults(outcome, longest=LONGEST_TEXT):
        raise Invalid({"outcome": faults})
    target = ActionState.DONE if is_done else ActionState.DROPPED
    if row.state == target:
        return
    before = ActionState(row.state)
    row.state = ACTIONS.target(before, trigger)
    row.outcome, row.ended_at = outcome.strip(), at
    row.revision += 1
    row.save(update_fields=["state", "outcome", "ended_at", "revision"])
    changes = {"state": (before.value, target.value), "outcome": ("", row.outcome)}
    verb = "planned_action.finished" if is_done else "planned_action.dropped"
    _journal(row, verb, changes, actor=actor, at=at)
    publish(_fact(row, ActionEnded, actor=actor, at=at))


@transaction.atomic
def reopen_action(number: str, *, actor: Actor, at: datetime) -> None:
    """Open again what was done or dropped too early; what is open stays so.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    row = access.action_to_change(number, actor=actor)
    if row.state == ActionState.OPEN:
        return
    before = ActionState(row.state)
    row.state = ACTIONS.target(before, Trigger.REOPEN)
    changes = {"state": (before.value, row.state), "outcome": (row.outcome, "")}
    row.outcome, row.ended_at, row.reminded = "", None, Reminder.NONE
    row.revision += 1
    row.save(update_fields=["state", "outcome", "ended_at", "reminded", "revision"])
    _journal(row, "planned_action.reopened", changes, actor=actor, at=at)


@transaction.atomic
def remind_due(*, actor: Actor, at: datetime, limit: int = 200) -> int:
    """Publish whose last day comes near, is over or is long over: each of the three once.

    Args:
        actor: the sweep.
        at: now; days are those of UTC.
        limit: how many actions at most.

    Returns:
        How many were found; as many as the limit means that there may be more.
    """
    today = at.date()
    due = (
        Q(reminded__lt=Reminder.NEAR, due_date__lte=today + NEAR)
        | Q(reminded__lt=Reminder.DUE, due_date__lt=today)
        | Q(reminded__lt=Reminder.ESCALATED, due_date__lt=today - LONG_OVER)
    )
    found = list(
        PlannedAction.objects.select_for_update(skip_locked=True)
        .filter(due, state=ActionState.OPEN)
        .order_by("due_date", "pk")[:limit]
    )
    for row in found:
        row.reminded = reminder_of(row.due_date, today=today)
        row.save(update_fields=["reminded"])
        publish(
            ActionReminded(
                row.pk, row.about_kind, row.about_code, at, actor.person_id, reminder=row.reminded
            )
        )
    return len(found)


def _checked(plan: ActionPlan) -> Person:
    """Return who shall do what a sound plan says."""
    faults = plan_faults(plan)
    owner = Person.objects.filter(code=plan.owner, is_active=True).first()
    if owner is None:
        faults["owner"] = [
            _("There is no person %(code)s.") % {"code": plan.owner}
            if plan.owner
            else _("Please say who does it.")
        ]
    if faults or owner is None:
        raise Invalid(faults)
    return owner


def _said(plan: ActionPlan) -> dict[str, Any]:
    return {
        "kind": plan.kind.value,
        "title": plan.title.strip(),
        "detail": plan.detail.strip(),
        "due_date": plan.due_date,
    }


def _fact(row: PlannedAction, fact: type[ActionFact], *, actor: Actor, at: datetime) -> ActionFact:
    return fact(row.pk, row.about_kind, row.about_code, at, actor.person_id)


def _journal(
    row: PlannedAction,
    verb: str,
    changes: dict[str, tuple[Any, Any]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    record(verb, subject_kind=SUBJECT, subject_id=row.pk, changes=changes, actor=actor, at=at)
    live.announce({REGION}, at=at)
