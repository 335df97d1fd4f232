"""What a run tells of itself: steps that wait, elements passed, ends, and why it cannot go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from timshel.kernel.bpmn.diagram import (
    ApprovalSpec,
    CallSpec,
    MessageSpec,
    TaskSpec,
    TimerSpec,
)


class StepKind(StrEnum):
    """What a step waits for."""

    TASK = "task"
    APPROVAL = "approval"
    CALL = "call"
    TIMER = "timer"
    MESSAGE = "message"


class PassState(StrEnum):
    """How it stands with one pass through an element."""

    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class WaitingStep:
    """A step at which something outside must happen.

    Attributes:
        id: the same as long as the run lives; a later pass of the same element has another.
        element_id: where in the diagram.
        element_name: its name in English.
        kind: what it waits for.
        path: ids of the call activities that lead to it, from the outside in; the element is of
            the diagram that the last of them calls.
        process: code of the process the element is of.
        entered_at: since when it waits.
        spec: what the diagram says about it.
        due_at: for a timer, when it fires.
        values: for a call, what the service gets, evaluated when the step was entered.
        attached_to: for a boundary event, the id of its activity.
    """

    id: str
    element_id: str
    element_name: str
    kind: StepKind
    path: tuple[str, ...]
    process: str
    entered_at: datetime
    spec: TaskSpec | ApprovalSpec | CallSpec | TimerSpec | MessageSpec
    due_at: datetime | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    attached_to: str = ""


@dataclass(frozen=True, slots=True)
class Passed:
    """One pass through an element.

    Attributes:
        id: of a step that waited, the same as :attr:`WaitingStep.id`.
        element_id: where in the diagram.
        path: ids of the call activities that lead to it, from the outside in.
        entered_at: when.
        left_at: when it was left; none = it is there still.
        state: how it stands.
        flow: id of the flow by which it was entered; empty = it was not entered by one.
        outcome: what a step ended with.
        is_undone: whether somebody went back behind it since.
    """

    id: str
    element_id: str
    path: tuple[str, ...]
    entered_at: datetime
    left_at: datetime | None
    state: PassState
    flow: str = ""
    outcome: str = ""
    is_undone: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """An end event of the process itself that was reached; ``error_code`` of an error end."""

    element_id: str
    error_code: str = ""
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Where a run cannot go on, and why.

    Attributes:
        element_id: where in the diagram.
        element_name: its name in English.
        path: ids of the call activities that lead to it, from the outside in.
        reason: a sentence.
    """

    element_id: str
    element_name: str
    path: tuple[str, ...]
    reason: str
