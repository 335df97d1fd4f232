"""Running a process: what begins it, what a finished step leads to, and what time does.

Each change of a run is one transaction under the lock of its row, with everything that follows
from it: tasks, approvals, messages. So a worker that is killed at any moment leaves a run either
before a step or after it, never between. The lock of the run is taken before that of any work.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from timshel.kernel.actor import Actor
from timshel.kernel.bpmn.diagram import ApprovalSpec, CallSpec, TaskSpec
from timshel.kernel.bpmn.engine import Run, Stuck, begin, restore
from timshel.kernel.bpmn.records import PassState, WaitingStep
from timshel.kernel.errors import WrongState
from timshel.kernel.events import publish
from timshel.operation.process.access import hold_run
from timshel.operation.process.diagrams import (
    called_versions,
    diagram_of,
    diagrams_called,
)
from timshel.operation.process.events import CallQueued, RunStuck
from timshel.operation.process.hosting import Answer, Entered, Host, Later, host_for
from timshel.operation.process.models import ProcessRun, ProcessStep, ProcessVersion
from timshel.operation.process.states import (
    OPEN_RUNS,
    OPEN_STEPS,
    RunState,
    StepKind,
    StepState,
)
from timshel.operation.work.models import WorkItem

MOST_AUTOMATIC_STEPS = 1_000


@dataclass(frozen=True, slots=True)
class StepResult:
    """How a step ended.

    Args:
        outcome: of those that the step can end with.
        answers: plain values that it gave.
        by: who did it, as people and conditions read it.
        comment: what was said about it.
        person_id: who did it.
    """

    outcome: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    by: str = ""
    comment: str = ""
    person_id: int | None = None

    def plain(self) -> dict[str, Any]:
        """Return it as the step keeps it."""
        return {
            "by": self.by,
            "by_person": self.person_id,
            "comment": self.comment,
            "answers": dict(self.answers),
        }


@dataclass(slots=True)
class _Drive:
    """A run in the hands of whoever holds its lock; ``steps`` are those at which it stands."""

    run: ProcessRun
    engine: Run
    host: Host
    actor: Actor
    at: datetime
    facts: Mapping[str, Any] | None = None
    steps: list[ProcessStep] = field(default_factory=list)

    def given(self) -> dict[str, Any]:
        """Return the facts and the moment, as every call of the engine takes them.

        The facts are read once: whoever would change them waits for the lock.
        """
        if self.facts is None:
            self.facts = self.host.facts(self.run, at=self.at)
        return {"facts": self.facts, "at": self.at}


Change = Callable[[Run, dict[str, Any]], object]
"""What is done to a run: called with the engine, and with the facts and the moment."""


def begin_run(item: WorkItem, *, process: ProcessVersion, actor: Actor, at: datetime) -> ProcessRun:
    """Begin the process of a piece of work, in the transaction that opens the work.

    Args:
        item: saved.
        process: the version that holds for it.
        actor: who opened the work.
        at: when.
    """
    run = ProcessRun.objects.create(
        work_item=item,
        process=process,
        state=RunState.RUNNING,
        engine={},
        called=called_versions(diagram_of(process), process.variant),
        started_at=at,
    )
    begin_again(run, actor=actor, at=at)
    return run


def begin_again(run: ProcessRun, *, actor: Actor, at: datetime) -> None:
    """Begin a run that has not begun yet; the row is locked or new."""
    host = host_for(run.work_item.kind)
    diagram, called = diagram_of(run.process), diagrams_called(run)
    facts = host.facts(run, at=at)
    try:
        engine = begin(diagram, called, facts, at)
    except Stuck as stuck:
        engine = stuck.run
    _settle(_Drive(run, engine, host, actor, at, facts))


def begin_anew(run: ProcessRun, *, actor: Actor, at: datetime) -> None:
    """Let a locked run begin again from its start: what it had begun is taken back."""
    start = diagram_of(run.process).start()
    if not run.engine or start is None:
        begin_again(run, actor=actor, at=at)
        return
    element = start.id
    settle_run(run, lambda engine, given: engine.move(element, **given), actor=actor, at=at)


def complete_step(
    step: ProcessStep, *, run: ProcessRun, result: StepResult, actor: Actor, at: datetime
) -> None:
    """Complete a step that waits, and go on as far as the process goes by itself.

    Where the run cannot go on, the step is done all the same, and the run is stuck before the
    obstacle until somebody mends it; nothing is lost.

    Args:
        step: of the run, read since that is locked.
        run: locked.
        result: how it ended.
        actor: who completed it; whoever calls has asked for the right.
        at: when.

    Raises:
        WrongState: it does not wait any more.
        Invalid: it cannot end like this.
    """
    if step.state not in OPEN_STEPS or run.state not in OPEN_RUNS:
        raise WrongState
    drive = _drive(run, actor=actor, at=at)
    _complete(drive, step, result)
    _settle(drive)


def settle_run(run: ProcessRun, change: Change, *, actor: Actor, at: datetime) -> None:
    """Change where a locked run stands and do what follows from it.

    Args:
        run: locked.
        change: what is done.
        actor: who changes it.
        at: when.

    Raises:
        Refused: the engine cannot do this; nothing was changed.
    """
    drive = _drive(run, actor=actor, at=at)
    with suppress(Stuck):  # the run is sound, and stored as stuck
        change(drive.engine, drive.given())
    _settle(drive)


@transaction.atomic
def send_message(
    name: str, *, work_item_id: int, values: Mapping[str, Any], actor: Actor, at: datetime
) -> bool:
    """Let a message arrive at a run: whatever waits for it goes on.

    Args:
        name: of the message or event.
        work_item_id: whose run.
        values: plain values that came with it.
        actor: who sends it; whoever calls has asked for the right.
        at: when.

    Returns:
        Whether anything waited for it.
    """
    run = hold_run(work_item_id)
    if run is None or run.state not in OPEN_RUNS or not run.engine:
        return False
    drive = _drive(run, actor=actor, at=at)
    count = 1
    with suppress(Stuck):
        count = drive.engine.send(name, answers=values, by=actor.name, **drive.given())
    _settle(drive)
    return count > 0


def wake_due_runs(*, actor: Actor, at: datetime, limit: int = 200) -> int:
    """Fire the timers that are due; several sweeps may run at once.

    Args:
        actor: the sweep, as the journal names it.
        at: now.
        limit: how many runs at most, each in a transaction of its own.

    Returns:
        How many runs were woken.
    """
    due = ProcessRun.objects.filter(state=RunState.RUNNING, wake_at__lte=at)
    woken = 0
    for key in due.order_by("wake_at").values_list("pk", flat=True)[:limit]:
        with transaction.atomic():
            free = due.select_for_update(skip_locked=True).filter(pk=key).exists()
            run = hold_run(key) if free else None
            if run is None:
                continue
            woken += 1
            settle_run(run, lambda engine, given: engine.tick(**given), actor=actor, at=at)
    return woken


@transaction.atomic
def cancel_run(work_item_id: int, *, actor: Actor, at: datetime) -> None:
    """End a run because its work is not wanted any more; what waits is taken back."""
    run = hold_run(work_item_id)
    if run is None or run.state not in OPEN_RUNS:
        return
    host = host_for(run.work_item.kind)
    drop_steps(run.steps.filter(state__in=OPEN_STEPS), host, actor=actor, at=at)
    run.state, run.ended_at, run.wake_at, run.trouble = RunState.CANCELLED, at, None, ""
    run.save()


def _drive(run: ProcessRun, *, actor: Actor, at: datetime) -> _Drive:
    engine = restore(run.engine, diagram_of(run.process), diagrams_called(run))
    return _Drive(run, engine, host_for(run.work_item.kind), actor, at)


def _complete(drive: _Drive, step: ProcessStep, result: StepResult) -> None:
    """Hand a result to the engine; that the run cannot go on from there is stored with it."""
    with suppress(Stuck):
        drive.engine.complete(
            step.key,
            outcome=result.outcome,
            answers=result.answers,
            by=result.by,
            **drive.given(),
        )
    step.state, step.left_at, step.trouble, step.retry_at = StepState.DONE, drive.at, "", None
    step.outcome, step.result = result.outcome, result.plain()
    step.save()


def _settle(drive: _Drive) -> None:
    """Store what the run waits for now, do the automatic steps, and tell when it has ended."""
    for _round in range(MOST_AUTOMATIC_STEPS):
        answered = _enter_all(drive)
        if not answered:
            break
        for step, answer in answered:
            _complete(drive, step, StepResult("done", answer.values, by=drive.actor.name))
    else:
        raise WrongState(_("The process does not come to a rest."))
    _store(drive)


def _enter_all(drive: _Drive) -> list[tuple[ProcessStep, Answer]]:
    """Enter the steps that the run came to, take back those it left; return what was answered."""
    waiting = {each.id: each for each in drive.engine.waiting()}
    met = Q(state__in=OPEN_STEPS) | Q(key__in=waiting)
    known = {step.key: step for step in drive.run.steps.filter(met).order_by("pk")}
    _leave(drive, [step for key, step in known.items() if key not in waiting])
    drive.steps = [step for step in known.values() if step.state in OPEN_STEPS]
    answered = []
    for each in waiting.values():
        if each.id not in known:
            step = _enter(drive, each)
            drive.steps.append(step)
            answer = _begin(drive, step, each)
            if isinstance(answer, Answer):
                answered.append((step, answer))
    return answered


def _leave(drive: _Drive, left: Collection[ProcessStep]) -> None:
    """Close steps that the run left by itself: what came is done, the rest is taken back."""
    if not left:
        return
    done = {each.id for each in drive.engine.passed() if each.state == PassState.DONE}
    came = [step for step in left if step.key in done]
    for step in came:
        step.state, step.left_at, step.retry_at = StepState.DONE, drive.at, None
        step.save(update_fields=["state", "left_at", "retry_at"])
    drop_steps(
        [step for step in left if step not in came], drive.host, actor=drive.actor, at=drive.at
    )


def drop_steps(steps: Iterable[ProcessStep], host: Host, *, actor: Actor, at: datetime) -> None:
    """Take back steps that are not needed any more, with what they began; the run is locked."""
    for step in steps:
        step.state, step.left_at, step.retry_at = StepState.CANCELLED, at, None
        step.save(update_fields=["state", "left_at", "retry_at"])
        host.drop(step, actor=actor, at=at)


def _enter(drive: _Drive, waiting: WaitingStep) -> ProcessStep:
    return ProcessStep.objects.create(
        run=drive.run,
        key=waiting.id,
        element=waiting.element_id,
        path="/".join(waiting.path),
        kind=StepKind(waiting.kind),
        values=dict(waiting.values),
        due_at=waiting.due_at,
        entered_at=drive.at,
    )


def _begin(drive: _Drive, step: ProcessStep, waiting: WaitingStep) -> Answer | None:
    entered = Entered(drive.run, step, *_words(drive.run, waiting))
    spec = waiting.spec
    if isinstance(spec, TaskSpec):
        drive.host.open_task(entered, spec, actor=drive.actor, at=drive.at)
    elif isinstance(spec, ApprovalSpec):
        drive.host.ask(entered, spec, actor=drive.actor, at=drive.at)
    elif isinstance(spec, CallSpec):
        answer = drive.host.call(entered, spec, actor=drive.actor, at=drive.at)
        if isinstance(answer, Answer):
            return answer
        _queue(step, answer, at=drive.at)
    return None


def _queue(step: ProcessStep, later: Later, *, at: datetime) -> None:
    if later.by_worker:
        step.retry_at = at
        step.save(update_fields=["retry_at"])
        publish(CallQueued(step.pk, at))


def _words(run: ProcessRun, waiting: WaitingStep) -> tuple[dict[str, str], dict[str, str]]:
    diagram = diagram_of(run.process)
    if waiting.process != diagram.process:
        diagram = diagrams_called(run)[waiting.process]
    element = diagram.by_id[waiting.element_id]
    names = {"": element.name} | {each.language: each.name for each in element.translations}
    texts = {"": element.documentation} | {
        each.language: each.documentation for each in element.translations
    }
    return names, texts


def _store(drive: _Drive) -> None:
    run, engine = drive.run, drive.engine
    was_stuck = run.state == RunState.STUCK
    run.engine = engine.state()
    run.wake_at = engine.next_due_at()
    run.trouble = _trouble(drive)
    run.state = RunState.STUCK if run.trouble else RunState.RUNNING
    if engine.is_ended:
        run.state, run.ended_at, run.wake_at = RunState.ENDED, drive.at, None
        run.ending = ", ".join(each.element_id for each in engine.endings)[:100]
    run.save()
    if run.trouble and not was_stuck:
        publish(RunStuck(run.pk, None, drive.at))
    if engine.fields:
        drive.host.kept(run, engine.fields, actor=drive.actor, at=drive.at)
    if engine.is_ended:
        drive.host.ended(run, engine.error_code, actor=drive.actor, at=drive.at)
    else:
        drive.host.moved(run, actor=drive.actor, at=drive.at)


def _trouble(drive: _Drive) -> str:
    """Return why the run cannot go on; nothing where it can."""
    obstacles = [each.reason for each in drive.engine.obstacles]
    failed = [step.trouble for step in drive.steps if step.state == StepState.FAILED]
    return "\n".join([*obstacles, *failed])
