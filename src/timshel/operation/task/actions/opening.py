"""Opening a task for a step of a process, and taking it back: only a process does either."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from timshel.context.organization.models import Team
from timshel.kernel.actor import Actor
from timshel.kernel.bpmn.diagram import TaskSpec
from timshel.kernel.events import publish
from timshel.operation.process.hosting import Entered
from timshel.operation.task.access import OPEN
from timshel.operation.task.events import TaskCancelled, TaskOpened
from timshel.operation.task.models import Task
from timshel.operation.work import clocks
from timshel.operation.work.actions import (
    change_work_item,
    next_number,
    open_work_item,
    stage_values,
)
from timshel.operation.work.models import WorkItem
from timshel.operation.work.rules import TASK
from timshel.operation.work.states import STAGES, Stage, Trigger

PREFIX = "TSK"
SEQUENCE = "task_number"
LONGEST_TITLE = 250


@dataclass(frozen=True, slots=True)
class TaskOpening:
    """What a process gives somebody to do.

    Args:
        parent: the work it is a part of.
        spec: what the diagram says.
        team: who gets it; None where nobody was found.
        form: what is to be filled in, as ``kernel.forms`` writes it, or None.
        journalled: what the opening entry says beyond the row, such as the service's name.
    """

    parent: WorkItem
    spec: TaskSpec
    team: Team | None
    form: Mapping[str, Any] | None = None
    journalled: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


def open_task(entered: Entered, *, opening: TaskOpening, actor: Actor, at: datetime) -> WorkItem:
    """Open the task of a step, in the transaction in which the process came to it.

    Args:
        entered: the step.
        opening: what is to be done, and by whom.
        actor: whose doing led to it.
        at: when.
    """
    parent, spec = opening.parent, opening.spec
    item = WorkItem(
        kind=TASK,
        number=next_number(SEQUENCE, prefix=PREFIX),
        title=(entered.name[""] or entered.step.element)[:LONGEST_TITLE],
        description=entered.text.get("", ""),
        stage=STAGES.initial,
        impact=parent.impact,
        urgency=parent.urgency,
        priority=parent.priority,
        channel=actor.channel,
        requester=parent.requester,
        opened_by_id=actor.person_id,
        unit=parent.unit,
        customer=parent.customer,
        service_id=parent.service_id,
        team=opening.team,
        parent=parent,
        opened_at=at,
        updated_at=at,
    )
    target = {"amount": spec.target, "unit": spec.unit} if spec.target is not None else None
    changes: dict[str, tuple[Any, Any]] = {
        "parent": (None, parent.number),
        "step": (None, entered.step.element),
        **opening.journalled,
    }
    if target is not None:
        changes["target"] = (None, target)
    open_work_item(item, verb="task.opened", changes=changes, actor=actor, at=at)
    Task.objects.create(
        work_item=item,
        step=entered.step,
        translations=_translations(entered),
        form=opening.form,
        checklist=_checklist(spec),
        outcomes=list(spec.outcomes),
        target=target,
        is_told=spec.tells,
    )
    clocks.read_again(item, at=at)
    publish(TaskOpened(item.pk, item.number, at, actor.person_id))
    return item


def cancel_task(step_id: int, *, actor: Actor, at: datetime) -> None:
    """Take back the task of a step that is not needed any more; a finished one stays as it is."""
    item = (
        WorkItem.objects.select_for_update(of=("self",), no_key=True)
        .defer("search")
        .filter(task__step=step_id, stage__in=OPEN)
        .first()
    )
    if item is None:
        return
    values = stage_values(item, Trigger.CANCEL, at=at)
    change_work_item(item, verb="task.cancelled", values=values, actor=actor, at=at)
    clocks.read_again(item, at=at)
    publish(TaskCancelled(item.pk, item.number, at, actor.person_id))


def _translations(entered: Entered) -> dict[str, dict[str, str]]:
    languages = {*entered.name, *entered.text} - {""}
    return {
        each: {"title": entered.name.get(each, ""), "description": entered.text.get(each, "")}
        for each in sorted(languages)
    }


def _checklist(spec: TaskSpec) -> list[dict[str, Any]]:
    return [
        {
            "text": check.text,
            "translations": {each.language: {"text": each.name} for each in check.translations},
            "done_by": None,
            "done_at": None,
        }
        for check in spec.checks
    ]


def begun(item: WorkItem, *, at: datetime) -> dict[str, Any]:
    """Return what starts a task that is still new; nothing where it was started."""
    return stage_values(item, Trigger.START, at=at) if item.stage == Stage.NEW else {}
