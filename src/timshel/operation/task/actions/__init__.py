"""What can be done with tasks (clause 8.1)."""

from __future__ import annotations

from timshel.operation.task.actions.doing import (
    assign_task,
    note_on_task,
    resume_answered,
    resume_task,
    take_task,
    tick_check,
    wait_task,
)
from timshel.operation.task.actions.finishing import Completion, complete_task, save_task_answers
from timshel.operation.task.actions.opening import TaskOpening, cancel_task, open_task

__all__ = [
    "Completion",
    "TaskOpening",
    "assign_task",
    "cancel_task",
    "complete_task",
    "note_on_task",
    "open_task",
    "resume_answered",
    "resume_task",
    "save_task_answers",
    "take_task",
    "tick_check",
    "wait_task",
]
