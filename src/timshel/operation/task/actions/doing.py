"""Doing a task: who has it, what is ticked off, what it waits for, what is noted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Team
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound, WrongState
from timshel.kernel.events import publish
from timshel.kernel.text import is_storable
from timshel.operation.process.access import hold_run
from timshel.operation.process.hosting import host_for
from timshel.operation.process.models import ProcessRun
from timshel.operation.task.access import ASSIGN, OPEN, WORK
from timshel.operation.task.actions.opening import begun
from timshel.operation.task.events import TaskAssigned
from timshel.operation.task.models import Task
from timshel.operation.teamwork.actions import mention_people
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
from timshel.operation.work.holders import chosen_person, chosen_team
from timshel.operation.work.models import Audience, WorkItem
from timshel.operation.work.rules import TASK
from timshel.operation.work.states import BY_HAND, Trigger, WaitingReason
from timshel.operation.work.unchanged import require_unchanged


@transaction.atomic
def take_task(
    number: str, *, seen_version: int | None = None, actor: Actor, at: datetime
) -> WorkItem:
    """Take a task oneself, and start it if it is new; taking it again changes nothing.

    Raises:
        Conflict: someone else took it since the person looked.
        WrongState, NotAllowed, NotFound, Invalid: as they say.
    """
    run, item = hold_task(number, WORK, actor=actor)
    if actor.person_id is None:
        raise Invalid({"assignee": [_("Only a person can take this.")]})
    taker = Person.objects.get(pk=actor.person_id)
    require_unchanged(item, {"assignee": taker}, seen_version=seen_version)
    return _give(item, run=run, team=item.team, assignee=taker, starts=True, actor=actor, at=at)


@transaction.atomic
def assign_task(
    number: str,
    *,
    team: str | None = None,
    assignee_id: int | None = None,
    seen_version: int | None = None,
    actor: Actor,
    at: datetime,
) -> WorkItem:
    """Give a task to a team, or to a person in it, or to no one in it.

    Args:
        number: the task.
        team: the team's code; None keeps the present team.
        assignee_id: a member of that team, or None for nobody yet.
        seen_version: the version the person looked at; None does not ask.
        actor: who assigns.
        at: when.

    Raises:
        Invalid: no such team, or the person is not in it.
        Conflict: someone else assigned it in the meantime.
        WrongState, NotAllowed, NotFound: as they say.
    """
    run, item = hold_task(number, ASSIGN, actor=actor)
    to_team = chosen_team(team) if team else item.team
    assignee = chosen_person(assignee_id, team=to_team) if assignee_id else None
    wanted = {"team": to_team, "assignee": assignee}
    require_unchanged(item, wanted, seen_version=seen_version)
    return _give(item, run=run, team=to_team, assignee=assignee, starts=False, actor=actor, at=at)


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
    run, item = hold_task(number, WORK, actor=actor)
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
    _tell_host(run, actor=actor, at=at)
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
    made = comment(item, said, verb="task.noted", actor=actor, at=at)
    mention_people(made, actor=actor, at=at)
    return made.pk


def open_task_item(number: str, permission: str, *, actor: Actor) -> WorkItem:
    """Return an open task, locked after its run; as ``hold_task``."""
    return hold_task(number, permission, actor=actor)[1]


def hold_task(number: str, permission: str, *, actor: Actor) -> tuple[ProcessRun, WorkItem]:
    """Return an open task for which the actor has a permission, and its run before it, locked.

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
    run = hold_run(run_id) if run_id is not None else None
    item = _task_item(number, permission, actor=actor)
    if run is None:
        raise NotFound
    if item.stage not in OPEN:
        raise WrongState
    return run, item


def _tell_host(run: ProcessRun, *, actor: Actor, at: datetime) -> None:
    """Let the work that a task is a part of hear that somebody began it."""
    host_for(run.work_item.kind).moved(run, actor=actor, at=at)


def _task_item(number: str, permission: str, *, actor: Actor) -> WorkItem:
    return require(number, permission, kind=TASK, actor=actor)


def _give(
    item: WorkItem,
    *,
    run: ProcessRun,
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
        _tell_host(run, actor=actor, at=at)
        publish(
            TaskAssigned(item.pk, item.number, at, actor.person_id, item.team_id, item.assignee_id)
        )
    return item
