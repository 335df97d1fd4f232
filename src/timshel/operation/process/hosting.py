"""What a process asks of the kind of work that it runs for.

A diagram says that a team has a task, that somebody approves, that a mail is sent; who that is
belongs to later clauses. Each kind of work registers a host, in ``timshel.reactions``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from timshel.kernel.actor import Actor
from timshel.kernel.bpmn.diagram import ApprovalSpec, CallSpec, TaskSpec
from timshel.kernel.bpmn.vocabulary import Vocabulary
from timshel.operation.process.models import ProcessRun, ProcessStep


@dataclass(frozen=True, slots=True)
class Answer:
    """A call that was answered at once."""

    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Later:
    """A call that is answered later: by a worker who calls another system, or by what happens."""

    by_worker: bool = False


@dataclass(frozen=True, slots=True)
class Entered:
    """A step that a run has come to.

    Args:
        run: locked.
        step: stored.
        name: of the element, by language; the empty language is the diagram's own.
        text: what the diagram says to the reader, by language.
    """

    run: ProcessRun
    step: ProcessStep
    name: Mapping[str, str]
    text: Mapping[str, str]


class Host(Protocol):
    """A kind of work that processes run for. All is done in the transaction of the step.

    A host is made anew each time that somebody takes a run in hand, and may keep what it reads:
    whoever would change it waits for the lock of the run.
    """

    def vocabulary(self) -> Vocabulary:
        """Return what a diagram may name."""

    def facts(self, run: ProcessRun, *, at: datetime) -> Mapping[str, Any]:
        """Return what conditions may speak of, as plain values by name."""

    def open_task(self, entered: Entered, spec: TaskSpec, *, actor: Actor, at: datetime) -> None:
        """Give somebody a task; completing it completes the step."""

    def ask(self, entered: Entered, spec: ApprovalSpec, *, actor: Actor, at: datetime) -> None:
        """Ask those who have to approve; their decision completes the step."""

    def call(
        self, entered: Entered, spec: CallSpec, *, actor: Actor, at: datetime
    ) -> Answer | Later:
        """Do what an automatic step says; its values are in the step."""

    def drop(self, step: ProcessStep, *, actor: Actor, at: datetime) -> None:
        """Take back what a step began, which is not needed any more."""

    def kept(
        self, run: ProcessRun, fields: Mapping[str, Any], *, actor: Actor, at: datetime
    ) -> None:
        """Hear which fields the process has set; conditions read them among the answers."""

    def moved(self, run: ProcessRun, *, actor: Actor, at: datetime) -> None:
        """Hear that the run stands elsewhere now, and has not ended."""

    def ended(self, run: ProcessRun, error: str, *, actor: Actor, at: datetime) -> None:
        """Hear that the run came to its end; with the code of the error it ended with, if any."""


_hosts: dict[str, Callable[[], Host]] = {}


def register(kind: str, host: Callable[[], Host]) -> None:
    """Say what makes a host for the processes of a kind of work; harmless again."""
    _hosts[kind] = host


def host_for(kind: str) -> Host:
    """Return a host for a kind of work."""
    return _hosts[kind]()


def vocabulary(kind: str = "service_request") -> Vocabulary:
    """Return what a diagram for a kind of work may name."""
    return host_for(kind).vocabulary()
