"""Filling in a task's form and finishing the task, which lets its process go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, Text, WrongState
from timshel.kernel.events import publish
from timshel.kernel.forms import NoReferences, References, form_from, read_answers
from timshel.operation.process.actions import StepResult, complete_step
from timshel.operation.task.access import WORK
from timshel.operation.task.actions.doing import hold_task, open_task_item
from timshel.operation.task.events import TaskCompleted
from timshel.operation.task.models import Task
from timshel.operation.work import clocks
from timshel.operation.work.actions import change_work_item, check_text, stage_values
from timshel.operation.work.states import Stage, Trigger


@dataclass(frozen=True, slots=True)
class Completion:
    """What somebody says who finishes a task.

    Args:
        outcome: one of the task's; None for its usual one.
        comment: what there is to say about it; needed where it is not the usual outcome.
        raw: what stands in the form, as typed; None keeps what was saved.
        references: finds what answers name.
    """

    outcome: str | None = None
    comment: str = ""
    raw: Mapping[str, Any] | None = None
    references: References = field(default_factory=NoReferences)


@transaction.atomic
def save_task_answers(number: str, *, raw: Mapping[str, Any], actor: Actor, at: datetime) -> None:
    """Keep what was typed into a task's form, right or not; nothing is journalled until the end.

    Raises:
        WrongState, NotAllowed, NotFound: as they say.
    """
    del at  # as typed is as typed
    item = open_task_item(number, WORK, actor=actor)
    Task.objects.filter(pk=item.pk).update(answers=dict(raw))


@transaction.atomic
def complete_task(
    number: str, *, completion: Completion, actor: Actor, at: datetime
) -> TaskCompleted:
    """Finish a task; its process goes on with the outcome.

    Args:
        number: the task.
        completion: how it ended.
        actor: who did it.
        at: when.

    Raises:
        Invalid: the form is not filled in as it should be, or the checklist is not done.
        WrongState, NotAllowed, NotFound: as they say.
    """
    run, item = hold_task(number, WORK, actor=actor)
    task = Task.objects.select_related("step").get(pk=item.pk)
    outcome = _outcome(task, completion)
    answers = _answers(task, completion, actor=actor, at=at)
    _check(task, outcome, completion)
    task.answers, task.outcome = answers, outcome
    task.save(update_fields=["answers", "outcome"])
    # Nobody confirms a task: it is finished with its last word.
    values = stage_values(item, Trigger.RESOLVE, at=at)
    values |= {"stage": Stage.CLOSED.value, "closed_at": at}
    also = {"outcome": (None, outcome), "reason": (None, completion.comment.strip() or None)}
    change_work_item(item, verb="task.completed", values=values, also=also, actor=actor, at=at)
    clocks.read_again(item, at=at)
    result = StepResult(
        outcome,
        answers,
        by=actor.name,
        comment=completion.comment.strip(),
        person_id=actor.person_id,
    )
    complete_step(task.step, run=run, result=result, actor=actor, at=at)
    event = TaskCompleted(item.pk, item.number, at, actor.person_id, outcome)
    publish(event)
    return event


def _outcome(task: Task, completion: Completion) -> str:
    outcome = completion.outcome or task.outcomes[0]
    if outcome not in task.outcomes:
        raise Invalid({"outcome": [_("Please choose one of the choices.")]})
    return str(outcome)


def _answers(task: Task, completion: Completion, *, actor: Actor, at: datetime) -> dict[str, Any]:
    if task.form is None or completion.outcome not in (None, task.outcomes[0]):
        return {}
    reading = read_answers(
        form_from(task.form),
        task.answers if completion.raw is None else completion.raw,
        requester={},
        language=actor.language,
        references=completion.references,
        today=timezone.localdate(at),
    )
    if reading.errors:
        raise Invalid(reading.errors)
    return reading.answers


def _check(task: Task, outcome: str, completion: Completion) -> None:
    """Refuse to finish as usual while lines are open, and otherwise than usual without a word."""
    check_text(completion.comment, field="comment", longest=10_000)
    usual = outcome == task.outcomes[0]
    problems: dict[str, list[Text]] = {}
    if usual and any(line["done_at"] is None for line in task.checklist):
        problems["checklist"] = [_("Please tick off every line of the checklist first.")]
    if not usual and not completion.comment.strip():
        problems["comment"] = [_("Please say why, so that whoever goes on knows.")]
    if problems:
        raise Invalid(problems)
    if task.outcome:
        raise WrongState
