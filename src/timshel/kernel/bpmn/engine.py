"""A run of a process: begun, restored, moved on by what happens outside, and kept as plain JSON.

Every call that may move a run takes the facts and the moment. What cannot go on raises
:class:`Stuck`: the run is then sound, stands before the obstacle, and must be saved too;
the error carries it, and ``go_on`` tries again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from timshel.kernel.bpmn import steering
from timshel.kernel.bpmn.course import Course, container, element_of, process_of
from timshel.kernel.bpmn.diagram import (
    ApprovalSpec,
    CallSpec,
    Diagram,
    MessageSpec,
    TaskSpec,
    TimerSpec,
)
from timshel.kernel.bpmn.ledger import Ledger
from timshel.kernel.bpmn.machinery import Nested
from timshel.kernel.bpmn.records import (
    Ending,
    Obstacle,
    Passed,
    StepKind,
    WaitingStep,
)
from timshel.kernel.bpmn.values import Facts
from timshel.kernel.errors import Invalid, NotFound, Refused, WrongState

VERSION = 1

_KINDS: dict[type[Any], StepKind] = {
    TaskSpec: StepKind.TASK,
    ApprovalSpec: StepKind.APPROVAL,
    CallSpec: StepKind.CALL,
    TimerSpec: StepKind.TIMER,
    MessageSpec: StepKind.MESSAGE,
}


def begin(diagram: Diagram, called: Mapping[str, Diagram], facts: Facts, at: datetime) -> Run:
    """Begin a run and go on as far as possible.

    Args:
        diagram: a process that the checks found nothing against.
        called: the processes that it, and those it calls, may call, by code.
        facts: ``answers``, ``requester``, ``request`` and ``parts``, as conditions read them.
        at: now, aware.

    Raises:
        Stuck: an element cannot be passed; ``run`` of the error is the run.
    """
    return set_off(Course(diagram, called), facts, at)


def set_off(course: Course, facts: Facts, at: datetime) -> Run:
    """Begin a run on a course that has not begun yet; see :func:`begin`."""
    run = Run(course)
    course.use(facts, at)
    start = course.workflow.spec.diagram.start()
    if start is None:
        raise Invalid({"diagram": [_("The process has no start.")]})
    course.place(course.workflow, start.id)
    return run.moved()


def restore(state: Mapping[str, Any], diagram: Diagram, called: Mapping[str, Diagram]) -> Run:
    """Restore a run from what :meth:`Run.state` gave.

    Args:
        state: the plain JSON.
        diagram: the same process as when it began.
        called: the same called processes.

    Raises:
        Invalid: the state is of another diagram or of another version.
    """
    return take_up(Course(diagram, called), state)


def take_up(course: Course, state: Mapping[str, Any]) -> Run:
    """Restore a run on a course that has not begun yet; see :func:`restore`."""
    if state.get("version") != VERSION:
        raise Invalid(message=_("The state of the run is of another version of the product."))
    course.ledger = Ledger.read(state["passes"])
    course.steps = {path: dict(steps) for path, steps in state["steps"].items()}
    course.fields = dict(state["fields"])
    course.endings = [Ending(each[0], each[1], tuple(each[2])) for each in state["endings"]]
    course.next_number = state["next"]
    workflows: dict[int, Any] = {0: course.workflow}
    for token in state["tokens"]:
        try:
            _put_back(course, workflows, token)
        except KeyError as error:
            raise Invalid(
                message=_("The state of the run does not fit the diagram: %(element)s is missing.")
                % {"element": token["e"]}
            ) from error
    return Run(course, is_cancelled=state["cancelled"])


def _put_back(course: Course, workflows: dict[int, Any], token: Mapping[str, Any]) -> None:
    workflow = workflows[token.get("in", 0)]
    spec = workflow.spec.of(token["e"])
    task = Task(workflow, spec, workflow.task_tree, state=token.get("s", TaskState.READY))
    data = {"n": token["n"], "f": token.get("f", ""), "h": token.get("h", 0)}
    data |= {"r": token.get("r", 0), "t": datetime.fromisoformat(token["t"])}
    if "d" in token:
        data["d"] = datetime.fromisoformat(token["d"])
    data |= {key: token[key] for key in ("v", "w", "a", "o", "end") if key in token}
    task.internal_data = data
    if isinstance(spec, Nested) and task.state == TaskState.STARTED:
        workflows[token["n"]] = course.open(task)


class Run:
    """One run of a process; make it with :func:`begin` or :func:`restore`."""

    def __init__(self, course: Course, *, is_cancelled: bool = False) -> None:
        self.course = course
        self.is_cancelled = is_cancelled

    def state(self) -> dict[str, Any]:
        """Return the run as plain JSON; the diagrams are not in it."""
        course = self.course
        return {
            "version": VERSION,
            "next": course.next_number,
            "cancelled": self.is_cancelled,
            "tokens": [_token(task) for task in course.tokens()],
            "steps": {path: dict(steps) for path, steps in course.steps.items()},
            "fields": dict(course.fields),
            "endings": [[e.element_id, e.error_code, list(e.path)] for e in course.endings],
            "passes": course.ledger.written(),
        }

    # ── what is known ────────────────────────────────────────────────────────────────────────

    def waiting(self) -> tuple[WaitingStep, ...]:
        """Return every step at which something outside must happen, in the order of arrival."""
        return tuple(self._step_of(task) for task in self._waiting())

    def passed(self) -> tuple[Passed, ...]:
        """Return every pass through an element, in the order of arrival."""
        return self.course.ledger.passed()

    def flows_taken(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """Return each flow that was taken, with the path to it, in order; not what was undone."""
        taken = (each for each in self.passed() if each.flow and not each.is_undone)
        return tuple(dict.fromkeys((each.path, each.flow) for each in taken))

    def steps(self, path: tuple[str, ...] = ()) -> Mapping[str, Any]:
        """Return what steps ended with, by element: outcome, by, at (ISO), answers."""
        return self.course.steps.get("/".join(path), {})

    @property
    def fields(self) -> Mapping[str, Any]:
        """The answers that the process itself has set."""
        return self.course.fields

    @property
    def is_ended(self) -> bool:
        """Whether no token is left: it came to an end, or was cancelled."""
        return not self.course.tokens()

    @property
    def endings(self) -> tuple[Ending, ...]:
        """The ends that were reached, in order."""
        return tuple(self.course.endings)

    @property
    def error_code(self) -> str:
        """The code of the error it ended with, if it did."""
        return next((each.error_code for each in self.endings if each.error_code), "")

    @property
    def obstacles(self) -> tuple[Obstacle, ...]:
        """Where it cannot go on, and why."""
        return self.course.obstacles()

    def next_due_at(self) -> datetime | None:
        """Return when the next timer fires."""
        moments = (step.due_at for step in self.waiting() if step.due_at)
        return min(moments, default=None)

    # ── what happens ─────────────────────────────────────────────────────────────────────────

    def complete(
        self,
        step_id: str,
        *,
        outcome: str = "",
        answers: Mapping[str, Any] | None = None,
        by: str = "",
        facts: Facts,
        at: datetime,
    ) -> Run:
        """Complete a task, an approval or a call, and go on as far as possible.

        Args:
            step_id: of a waiting step.
            outcome: one that the step allows; empty = its usual one.
            answers: what was filled in, or what a service gave back.
            by: who did it, as conditions and people read it.
            facts: what is true now.
            at: now.

        Raises:
            NotFound: no such step waits.
            Invalid: the step has no such outcome; under ``outcome``.
            Stuck: an element after it cannot be passed.
        """
        task = self._find(step_id)
        spec = element_of(task).spec
        if not isinstance(spec, (TaskSpec, ApprovalSpec, CallSpec)):
            raise WrongState(_("This step waits for a moment or a message."))
        allowed = ("done",) if isinstance(spec, CallSpec) else spec.outcomes
        if outcome and not isinstance(spec, CallSpec) and outcome not in allowed:
            raise Invalid({"outcome": [_("The step cannot end like this.")]})
        self.course.use(facts, at)
        self.course.note(task, outcome or allowed[0], by, answers)
        self.course.leave(task)
        return self.moved()

    def catches(self, step_id: str, code: str) -> bool:
        """Tell whether an error at a step would be caught by an event of the diagram."""
        return self.course.catcher(self._find(step_id), code, own=True) is not None

    def raise_error(
        self, step_id: str, code: str, *, by: str = "", facts: Facts, at: datetime
    ) -> Run:
        """Let a step fail with an error that an event of the diagram catches, and go on there.

        Raises:
            NotFound: no such step waits.
            WrongState: nothing catches the error; nothing was changed.
            Stuck: an element after it cannot be passed.
        """
        task = self._find(step_id)
        if self.course.catcher(task, code, own=True) is None:
            raise WrongState(_("Nothing in the diagram catches this error."))
        self.course.use(facts, at)
        self.course.note(task, "error", by)
        self.course.throw(task, code, own=True)
        return self.moved()

    def send(
        self,
        message: str,
        *,
        answers: Mapping[str, Any] | None = None,
        by: str = "",
        facts: Facts,
        at: datetime,
    ) -> int:
        """Deliver a message to every step that waits for it, and go on.

        Those are message events of the name, and calls of ``wait_for_event`` with it.

        Returns:
            How many steps waited for it; with none, nothing was changed.

        Raises:
            Stuck: an element after them cannot be passed.
        """
        tasks = [each for each in self._waiting() if _waits_for(each, message)]
        self.course.use(facts, at)
        for task in tasks:
            if not task.has_state(TaskState.FINISHED_MASK):
                self.course.note(task, "received", by, answers)
                self.course.leave(task)
                self.course.advance()
        self.moved()
        return len(tasks)

    def tick(self, *, facts: Facts, at: datetime) -> int:
        """Fire the timers that are due, the earliest first, and go on.

        Returns:
            How many fired.

        Raises:
            Stuck: an element after them cannot be passed.
        """
        self.course.use(facts, at)
        fired = 0
        for _round in range(1_000):
            due = [each for each in self._waiting() if each.internal_data.get("d", at) <= at]
            due = [each for each in due if "d" in each.internal_data]
            if not due:
                break
            task = min(due, key=lambda each: each.internal_data["d"])
            self.course.note(task, "fired")
            self.course.leave(task)
            self.course.advance()
            fired += 1
        self.moved()
        return fired

    def trigger(self, step_id: str, *, facts: Facts, at: datetime) -> Run:
        """Let one timer fire before its time, or one message arrive, as trials do.

        Raises:
            NotFound: no such step waits.
            WrongState: it is a task, an approval or a call.
            Stuck: an element after it cannot be passed.
        """
        task = self._find(step_id)
        spec = element_of(task).spec
        if not isinstance(spec, (TimerSpec, MessageSpec)):
            raise WrongState(_("This step waits neither for a moment nor for a message."))
        self.course.use(facts, at)
        self.course.note(task, "fired" if isinstance(spec, TimerSpec) else "received")
        self.course.leave(task)
        return self.moved()

    def go_on(self, *, facts: Facts, at: datetime) -> Run:
        """Try again what could not go on.

        Raises:
            Stuck: it still cannot.
        """
        self.course.use(facts, at)
        for task in self.course.tokens():
            task.internal_data.pop("w", None)
        return self.moved()

    # ── what people with the right may do to it ──────────────────────────────────────────────

    def skip(self, step_id: str, *, by: str = "", facts: Facts, at: datetime) -> Run:
        """Go on as if a waiting step were done; its outcome is ``skipped``.

        Raises:
            NotFound: no such step waits.
            Stuck: an element after it cannot be passed.
        """
        task = self._find(step_id)
        self.course.use(facts, at)
        task.internal_data["skipped"] = True
        self.course.note(task, "skipped", by)
        self.course.leave(task)
        return self.moved()

    def repeat(
        self, element_id: str, *, path: tuple[str, ...] = (), facts: Facts, at: datetime
    ) -> Run:
        """Go back to an element that was passed: what came of it is cancelled and done again.

        Branches beside it stay as they are, and what they brought to a join is kept.

        Args:
            element_id: where to go back to.
            path: ids of the call activities around it, from the outside in.
            facts: what is true now.
            at: now.

        Raises:
            NotFound: the element was not passed yet.
            Stuck: an element after it cannot be passed.
        """
        self.course.use(facts, at)
        steering.repeat(self.course, element_id, "/".join(path))
        self.is_cancelled = False
        return self.moved()

    def move(self, element_id: str, *, step_id: str = "", facts: Facts, at: datetime) -> Run:
        """Take a waiting step, or everything, away and stand at another element instead.

        Args:
            element_id: where to go; in the diagram of the step, or of the process itself.
            step_id: what is taken away; empty = everything.
            facts: what is true now.
            at: now.

        Raises:
            NotFound: there is no such step or element.
            Stuck: an element after it cannot be passed.
        """
        task = self._find(step_id) if step_id else None
        self.course.use(facts, at)
        steering.move(self.course, task, element_id)
        self.is_cancelled = False
        return self.moved()

    def cancel(self, *, at: datetime) -> None:
        """Take everything away that waits; the run has ended without an ending."""
        self.course.use({}, at)
        self.course.cancel_all()
        self.is_cancelled = True

    # ── inside ───────────────────────────────────────────────────────────────────────────────

    def moved(self) -> Run:
        """Go on as far as possible.

        Raises:
            Stuck: something new is in the way.
        """
        self.course.advance()
        obstacles = self.obstacles if self.course.fresh_obstacles else ()
        if obstacles:  # a later event may have taken the token away from the obstacle
            raise Stuck(obstacles, self)
        return self

    def _waiting(self) -> list[Task]:
        return [
            task
            for task in self.course.tokens()
            if "a" in task.internal_data and type(element_of(task).spec) in _KINDS
        ]

    def _find(self, step_id: str) -> Task:
        for task in self._waiting():
            if str(task.internal_data["n"]) == step_id:
                return task
        raise NotFound(_("This step is not waiting any more. Somebody may have been faster."))

    def _step_of(self, task: Task) -> WaitingStep:
        data, element = task.internal_data, element_of(task)
        spec: Any = element.spec
        return WaitingStep(
            id=str(data["n"]),
            element_id=element.id,
            element_name=element.name,
            kind=_KINDS[type(spec)],
            path=self.course.calls_around(task),
            process=process_of(task).diagram.process,
            entered_at=data["t"],
            spec=spec,
            due_at=data.get("d"),
            values=data.get("v", {}),
            attached_to=element.attached_to,
        )


class Stuck(Refused):
    """The run stands before an element that cannot be passed; everything before it is kept.

    The state of the run is sound and must be saved; ``Run.go_on`` tries again.

    Args:
        obstacles: where, and why; at least one.
        run: the run.
    """

    code = "stuck"
    default = gettext_lazy("The process cannot go on.")

    def __init__(self, obstacles: tuple[Obstacle, ...], run: Run) -> None:
        self.obstacles = obstacles
        self.run = run
        first = obstacles[0]
        super().__init__(
            _("The process cannot go on at “%(element)s”: %(reason)s")
            % {"element": first.element_name or first.element_id, "reason": first.reason}
        )

    @property
    def element_id(self) -> str:
        """The first element that cannot be passed."""
        return self.obstacles[0].element_id


def _waits_for(task: Task, message: str) -> bool:
    spec = element_of(task).spec
    if isinstance(spec, MessageSpec):
        return spec.name == message
    waits = isinstance(spec, CallSpec) and spec.service == "wait_for_event"
    return waits and task.internal_data["v"].get("name") == message


def _token(task: Task) -> dict[str, Any]:
    data = task.internal_data
    token: dict[str, Any] = {"n": data["n"], "e": element_of(task).id, "t": data["t"].isoformat()}
    token |= {key: data[key] for key in ("f", "h", "r") if data[key]}
    token |= {key: data[key] for key in ("v", "w", "a", "o", "end") if key in data}
    if "d" in data:
        token["d"] = data["d"].isoformat()
    if task.state != TaskState.READY:
        token["s"] = task.state
    scope = container(task)
    if scope is not None:
        token["in"] = scope.internal_data["n"]
    return token
