"""Steps that call another system: done by a worker, tried again, and never twice unmarked.

A worker takes a call up in one transaction, calls outside any, and stores the answer in another.
Killed in between, the call is made again after a while under the same key, which lets the other
side see that it is the same one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from timshel.kernel.actor import Actor
from timshel.kernel.advisory_lock import held_alone
from timshel.kernel.events import publish
from timshel.operation.process.access import hold_run
from timshel.operation.process.actions.running import StepResult, complete_step
from timshel.operation.process.events import RunStuck
from timshel.operation.process.models import ProcessStep
from timshel.operation.process.states import RunState, StepKind, StepState

MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=20)
LONGEST_PAUSE = timedelta(hours=4)
CALL_LOCKS = 7_302_011 << 32  # a range of advisory locks, one for each step


class CallFailed(Exception):  # noqa: N818 - the other side's answer, not a fault of ours
    """Another system could not be called, or said no; the text says what happened."""


class Caller(Protocol):
    """Calls another system."""

    def __call__(self, values: Mapping[str, Any], *, key: str) -> Mapping[str, Any]:
        """Call it and return what it answered, as plain values.

        Args:
            values: of the step.
            key: the same for each attempt of one step.

        Raises:
            CallFailed: it did not work.
        """


def perform_call(step_id: int, *, caller: Caller, actor: Actor, at: datetime) -> bool:
    """Make the call of a step that waits for one.

    Args:
        step_id: the step.
        caller: how.
        actor: the worker, as the journal names it.
        at: now.

    Returns:
        Whether a call was made; another worker may hold it, or it may be done already.
    """
    with held_alone(CALL_LOCKS, step_id) as is_mine:
        step = _take_up(step_id, at=at) if is_mine else None
        if step is None:
            return False
        if step.attempts > MOST_ATTEMPTS:
            # Nothing was ever heard of the last attempts: each of them ended its worker.
            _note_failure(step.pk, _("The call never came to its end."), at=at)
            return False
        try:
            answer = caller(step.values, key=f"timshel-{step.pk}")
        except CallFailed as failure:
            _note_failure(step.pk, str(failure), at=at)
        else:
            _take_answer(step.pk, answer, actor=actor, at=at)
    return True


@transaction.atomic
def _take_answer(step_id: int, answer: Mapping[str, Any], *, actor: Actor, at: datetime) -> None:
    """Let the run go on; an answer that came when nobody waited for it any more is left aside."""
    run = hold_run(ProcessStep.objects.values_list("run_id", flat=True).get(pk=step_id))
    step = run.steps.get(pk=step_id) if run is not None else None
    if run is not None and step is not None and step.state == StepState.WAITING:
        result = StepResult("done", answer, by=actor.name)
        complete_step(step, run=run, result=result, actor=actor, at=at)


def perform_due_calls(*, caller: Caller, actor: Actor, at: datetime, limit: int = 50) -> int:
    """Make the calls that wait for another attempt, and whatever a killed worker left behind."""
    due = ProcessStep.objects.filter(
        kind=StepKind.CALL, state=StepState.WAITING, retry_at__lte=at
    ).order_by("retry_at")
    keys = list(due.values_list("pk", flat=True)[:limit])
    return sum(perform_call(key, caller=caller, actor=actor, at=at) for key in keys)


@transaction.atomic
def _take_up(step_id: int, *, at: datetime) -> ProcessStep | None:
    """Count the attempt before it is made, so that one that kills the worker is counted too."""
    step = (
        ProcessStep.objects.select_for_update(of=("self",))
        .filter(pk=step_id, state=StepState.WAITING, retry_at__lte=at)
        .first()
    )
    if step is not None:
        step.attempts += 1
        step.retry_at = at + pause_after(step.attempts)
        step.save(update_fields=["attempts", "retry_at"])
    return step


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: each time twice as long, up to a bound."""
    return min(FIRST_PAUSE * (1 << attempts - 1), LONGEST_PAUSE)


@transaction.atomic
def _note_failure(step_id: int, trouble: str, *, at: datetime) -> None:
    run_id = ProcessStep.objects.values_list("run_id", flat=True).get(pk=step_id)
    run = hold_run(run_id)
    step = ProcessStep.objects.get(pk=step_id)
    if run is None or step.state != StepState.WAITING:
        return
    step.trouble = trouble
    if step.attempts >= MOST_ATTEMPTS:
        step.state, step.retry_at = StepState.FAILED, None
        run.state, run.trouble = (
            RunState.STUCK,
            _("%(trouble)s Tried %(count)d times.")
            % {
                "trouble": trouble,
                "count": min(step.attempts, MOST_ATTEMPTS),
            },
        )
        run.save(update_fields=["state", "trouble"])
        publish(RunStuck(run.pk, step.pk, at))
    step.save(update_fields=["state", "trouble", "retry_at"])
