"""What can be done with processes and their runs (clause 8.1)."""

from __future__ import annotations

from timshel.operation.process.actions.calling import (
    Caller,
    CallFailed,
    perform_call,
    perform_due_calls,
)
from timshel.operation.process.actions.definitions import (
    choose_variant,
    discard_process_draft,
    own_process,
    publish_process,
    retire_process,
    save_process_draft,
)
from timshel.operation.process.actions.running import (
    StepResult,
    begin_anew,
    begin_run,
    cancel_run,
    complete_step,
    send_message,
    wake_due_runs,
)
from timshel.operation.process.actions.steering import (
    move_run,
    repeat_step,
    retry_run,
    skip_step,
)
from timshel.operation.process.actions.trials import Play, begin_trial, play_trial

__all__ = [
    "CallFailed",
    "Caller",
    "Play",
    "StepResult",
    "begin_anew",
    "begin_run",
    "begin_trial",
    "cancel_run",
    "choose_variant",
    "complete_step",
    "discard_process_draft",
    "move_run",
    "own_process",
    "perform_call",
    "perform_due_calls",
    "play_trial",
    "publish_process",
    "repeat_step",
    "retire_process",
    "retry_run",
    "save_process_draft",
    "send_message",
    "skip_step",
    "wake_due_runs",
]
