"""What a manager does to a run by hand, with a reason that the journal keeps."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound, WrongState
from timshel.kernel.events import publish
from timshel.kernel.text import is_storable
from timshel.operation.process.access import hold_run
from timshel.operation.process.actions.running import (
    Change,
    begin_again,
    settle_run,
)
from timshel.operation.process.diagrams import diagram_of
from timshel.operation.process.events import CallQueued
from timshel.operation.process.hosting import host_for
from timshel.operation.process.models import ProcessRun, ProcessStep
from timshel.operation.process.states import OPEN_RUNS, OPEN_STEPS, StepState
from timshel.operation.work.access import require
from timshel.operation.work.actions import change_work_item, check_text
from timshel.operation.work.models import WorkItem

STEER = "request.steer"


@transaction.atomic
def skip_step(number: str, *, step_id: int, reason: str, actor: Actor, at: datetime) -> None:
    """Go on as if a step were done, without its result.

    Raises:
        Invalid: no reason was given.
        WrongState: the run has ended, or the step does not wait any more.
        NotAllowed, NotFound: as they say; a step of other work is not there.
    """
    run, item = _hold(number, reason=reason, actor=actor)
    step = run.steps.filter(pk=step_id).first()
    if step is None:
        raise NotFound
    if step.state not in OPEN_STEPS:
        raise WrongState
    before = step.key
    step.state, step.left_at, step.trouble = StepState.SKIPPED, at, ""
    step.outcome, step.retry_at = "skipped", None
    step.save()
    host_for(item.kind).drop(step, actor=actor, at=at)
    _steer(
        run,
        "service_request.step_skipped",
        lambda engine, given: engine.skip(before, by=actor.name, **given),
        element=step.element,
        reason=reason,
        item=item,
        actor=actor,
        at=at,
    )


@transaction.atomic
def repeat_step(number: str, *, element: str, reason: str, actor: Actor, at: datetime) -> None:
    """Go back to an element that the run has passed; all that came after it is done again.

    Raises:
        Invalid: no reason was given.
        WrongState: the run has ended.
        NotAllowed, NotFound: as they say; where the run never came, there is nothing to go back to.
    """
    run, item = _hold(number, reason=reason, actor=actor)
    _steer(
        run,
        "service_request.step_repeated",
        lambda engine, given: engine.repeat(element, **given),
        element=element,
        reason=reason,
        item=item,
        actor=actor,
        at=at,
    )


@transaction.atomic
def move_run(number: str, *, element: str, reason: str, actor: Actor, at: datetime) -> None:
    """Leave everything that waits and go on at another element.

    Raises:
        Invalid: no reason was given, or there is no such element.
        WrongState: the run has ended.
        NotAllowed, NotFound: as they say.
    """
    run, item = _hold(number, reason=reason, actor=actor)
    if element not in diagram_of(run.process).by_id:
        raise Invalid({"element": [_("The process has no such step.")]})
    _steer(
        run,
        "service_request.moved",
        lambda engine, given: engine.move(element, **given),
        element=element,
        reason=reason,
        item=item,
        actor=actor,
        at=at,
    )


@transaction.atomic
def retry_run(number: str, *, actor: Actor, at: datetime) -> None:
    """Try again where a run is stuck: the failed steps go on with what they gave.

    Raises:
        WrongState: nothing of it has failed.
        NotAllowed, NotFound: as they say.
    """
    run, _item = _hold(number, reason=None, actor=actor)
    if not run.engine:
        begin_again(run, actor=actor, at=at)
        return
    for step in run.steps.filter(state=StepState.FAILED).order_by("pk"):
        _call_again(step, at=at)
    settle_run(run, lambda engine, given: engine.go_on(**given), actor=actor, at=at)


def _call_again(step: ProcessStep, *, at: datetime) -> None:
    step.state, step.attempts, step.trouble, step.retry_at = StepState.WAITING, 0, "", at
    step.save()
    publish(CallQueued(step.pk, at))


def _hold(number: str, *, reason: str | None, actor: Actor) -> tuple[ProcessRun, WorkItem]:
    """Return a run that the actor may steer, its row and its work locked in that order."""
    if reason is not None:
        if not reason.strip():
            raise Invalid({"reason": [_("Please say why.")]})
        check_text(reason, field="reason", longest=1_000)
    if not is_storable(number):
        raise NotFound
    key = WorkItem.objects.filter(number=number.upper()).values_list("pk", flat=True).first()
    run = hold_run(key) if key is not None else None
    item = require(number, STEER, actor=actor)
    if run is None:
        raise NotFound
    if run.state not in OPEN_RUNS:
        raise WrongState
    run.work_item = item
    return run, item


def _steer(
    run: ProcessRun,
    verb: str,
    change: Change,
    *,
    element: str,
    reason: str,
    item: WorkItem,
    actor: Actor,
    at: datetime,
) -> None:
    also = {"step": (None, element), "reason": (None, reason.strip())}
    change_work_item(item, verb=verb, values={}, also=also, actor=actor, at=at)
    settle_run(run, change, actor=actor, at=at)
