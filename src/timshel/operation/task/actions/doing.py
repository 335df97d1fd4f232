"""Doing a task: who has it, what is ticked off, what it waits for, what is noted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Team
from timshel.context.people.models import Membership, Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Conflict, Invalid, WrongState
from timshel.kernel.events import publish
from timshel.kernel.text import is_storable
from timshel.operation.process.access import hold_run
from timshel.operation.process.hosting import host_for
from timshel.operation.process.models import ProcessRun
from timshel.operation.task.access import ASSIGN, OPEN, WORK
from timshel.operation.task.actions.opening import begun
from timshel.operation.task.events import TaskAssigned
from timshel.operation.task.models import Task
from timshel.operation.work import clocks
from timshel.operation.work.access import require
from timshel.operation.work.actions import (
    Said,
    assignment_values,
    change_work_item,
    check_text,
    comment,
    stage_values,
)
from timshel.operation.work.files import Upload
from timshel.operation.work.models import Audience, WorkItem
from timshel.operation.work.rules import TASK
from timshel.operation.work.states import BY_HAND, Trigger, WaitingReason

# What only a process sets: its approvals say themselves whom they wait for.


@transaction.atomic
def take_task(
    number: str, *, seen_version: int | None = None, actor: Actor, at: datetime
) -> WorkItem:
    """Take a task oneself, and start it if it is new; taking it again changes nothing.

    Raises:
        Conflict: someone else took it since the person looked.
        WrongState, NotAllowed, NotFound, Invalid: as they say.
    """
    item = open_task_item(number, WORK, actor=actor)
    if actor.person_id is None:
        raise Invalid({"assignee": [_("Only a person can take this.")]})
    others = item.assignee_id not in (None, actor.person_id)
    if others and seen_version is not None and seen_version < item.version:
        raise Conflict(message=_("Someone else took this in the meantime."))
    taker = Person.objects.get(pk=actor.person_id)
    return _give(item, team=item.team, assignee=taker, starts=True, actor=actor, at=at)


@transaction.atomic
def assign_task(
    number: str,
    *,
    team: str | None = None,
    assignee_id: int | None = None,
    actor: Actor,
    at: datetime,
) -> WorkItem:
    """Give a task to a team, or to a person in it, or to no one in it.

    Args:
        number: the task.
        team: the team's code; None keeps the present team.
        assignee_id: a member of that team, or None for nobody yet.
        actor: who assigns.
        at: when.

    Raises:
        Invalid: no such team, or the person is not in it.
        WrongState, NotAllowed, NotFound: as they say.
    """
    item = open_task_item(number, ASSIGN, actor=actor)
    to_team = _team(team) if team else item.team
    assignee = _member(assignee_id, to_team) if assignee_id else None
    return _give(item, team=to_team, assignee=assignee, starts=False, actor=actor, at=at)


@transaction.atomic
def tick_check(
    number: str, *, position: int, is_done: bool, actor: Actor, at: datetime
) -> WorkItem:
    """Tick a line of the checklist off, or take the tick back; a new task is started by it.

    Args:
        number: the task.
        position: of the line, from 0.
        is_done: ticked or not.
        actor: who.
        at: when.

    Raises:
        Invalid: there is no such line.
        WrongState, NotAllowed, NotFound: as they say.
    """
    item = open_task_item(number, WORK, actor=actor)
    task = Task.objects.get(pk=item.pk)
    if not 0 <= position < len(task.checklist):
        raise Invalid({"position": [_("The checklist has no such line.")]})
    line = task.checklist[position]
    if (line["done_at"] is not None) == is_done:
        return item
    line["done_by"] = actor.name if is_done else None
    line["done_at"] = at.isoformat() if is_done else None
    task.save(update_fields=["checklist"])
    also = {"check": (not is_done, is_done), "line": (None, line["text"])}
    change_work_item(
        item, verb="task.checked", values=begun(item, at=at), also=also, actor=actor, at=at
    )
    clocks.read_again(item, at=at)
    tell_host(item, actor=actor, at=at)
    return item


@transaction.atomic
def wait_task(
    number: str, *, reason: WaitingReason | str, note: str = "", actor: Actor, at: datetime
) -> WorkItem:
    """Let a task wait for something, with the reason that decides about its clock.

    Raises:
        Invalid: there is no such reason, or none that people choose.
        WrongState, NotAllowed, NotFound: as they say.
    """
    item = open_task_item(number, WORK, actor=actor)
    if reason not in BY_HAND:
        raise Invalid({"reason": [_("Please say what this waits for.")]})
    check_text(note, field="note", longest=1_000)
    values = stage_values(item, Trigger.WAIT, reason=WaitingReason(reason), at=at)
    also = {"note": (None, note.strip())} if note.strip() else None
    change_work_item(item, verb="task.waited", values=values, also=also, actor=actor, at=at)
    clocks.read_again(item, at=at)
    return item


@transaction.atomic
def resume_task(number: str, *, actor: Actor, at: datetime) -> WorkItem:
    """Go on with a task that waited.

    Raises:
        WrongState, NotAllowed, NotFound: as they say.
    """
    item = open_task_item(number, WORK, actor=actor)
    values = stage_values(item, Trigger.RESUME, at=at)
    change_work_item(item, verb="task.resumed", values=values, actor=actor, at=at)
    clocks.read_again(item, at=at)
    return item


def resume_answered(parent_id: int, *, actor: Actor, at: datetime) -> None:
    """Let the tasks of a piece of work go on that waited for its requester, who has answered.

    Args:
        parent_id: the work, whose run is locked.
        actor: who answered; whoever calls has asked for the right.
        at: when.
    """
    waiting = (
        WorkItem.objects.select_for_update(of=("self",), no_key=True)
        .select_related("team", "assignee", "requester")
        .defer("search")
        .filter(parent=parent_id, kind=TASK, waiting_reason=WaitingReason.REQUESTER)
        .order_by("pk")
    )
    for item in waiting:
        values = stage_values(item, Trigger.RESUME, at=at)
        change_work_item(item, verb="task.resumed", values=values, actor=actor, at=at)
        clocks.read_again(item, at=at)


@transaction.atomic
def note_on_task(
    number: str, *, text: str, files: tuple[Upload, ...] = (), actor: Actor, at: datetime
) -> int:
    """Add an internal note, in any stage; requesters never see a task or its notes.

    Returns:
        The key of the note.

    Raises:
        NotAllowed, NotFound, Invalid: as they say.
    """
    item = _task_item(number, WORK, actor=actor)
    said = Said(text=text, audience=Audience.INTERNAL, files=files)
    return comment(item, said, verb="task.noted", actor=actor, at=at).pk


def open_task_item(number: str, permission: str, *, actor: Actor) -> WorkItem:
    """Return an open task, locked after its run, for which the actor has a permission.

    Raises:
        WrongState: it is finished.
        NotAllowed, NotFound: as they say.
    """
    run_id = (
        WorkItem.objects.filter(number=number.upper(), kind=TASK)
        .values_list("task__step__run_id", flat=True)
        .first()
        if is_storable(number)
        else None
    )
    if run_id is not None:
        hold_run(run_id)
    item = _task_item(number, permission, actor=actor)
    if item.stage not in OPEN:
        raise WrongState
    return item


def tell_host(item: WorkItem, *, actor: Actor, at: datetime) -> None:
    """Let the work that a task is a part of hear that somebody began it."""
    run = ProcessRun.objects.select_related("work_item").get(pk=item.parent_id)
    host_for(run.work_item.kind).moved(run, actor=actor, at=at)


def _task_item(number: str, permission: str, *, actor: Actor) -> WorkItem:
    return require(number, permission, kind=TASK, actor=actor)


def _give(
    item: WorkItem,
    *,
    team: Team | None,
    assignee: Person | None,
    starts: bool,
    actor: Actor,
    at: datetime,
) -> WorkItem:
    values: dict[str, Any] = assignment_values(item, team=team, assignee=assignee)
    if starts:
        values |= begun(item, at=at)
    done = change_work_item(item, verb="task.assigned", values=values, actor=actor, at=at)
    if done:
        clocks.read_again(item, at=at)
        tell_host(item, actor=actor, at=at)
        publish(
            TaskAssigned(item.pk, item.number, at, actor.person_id, item.team_id, item.assignee_id)
        )
    return item


def _team(code: str) -> Team:
    team = Team.objects.filter(code=code, is_active=True).first() if is_storable(code) else None
    if team is None:
        raise Invalid({"team": [_("There is no such team.")]})
    return team


def _member(person_id: int, team: Team | None) -> Person:
    members = Membership.objects.filter(team=team).values_list("person_id")
    person = Person.objects.filter(pk=person_id, is_active=True, pk__in=members).first()
    if person is None:
        raise Invalid({"assignee": [_("This person is not a member of the team.")]})
    return person
