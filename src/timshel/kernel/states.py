"""State machines as transition tables, read by actions, pages and documentation alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from timshel.kernel.errors import WrongState

State = TypeVar("State", bound=StrEnum)
Trigger = TypeVar("Trigger", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Transition(Generic[State, Trigger]):
    """One arrow: ``trigger`` leads from any of ``sources`` to ``target``."""

    trigger: Trigger
    sources: frozenset[State]
    target: State


class StateMachine(Generic[State, Trigger]):
    """A table of transitions in which each trigger has exactly one target.

    Args:
        name: what the diagram is called.
        initial: the state of a new record.
        transitions: the arrows.
    """

    def __init__(
        self, name: str, *, initial: State, transitions: tuple[Transition[State, Trigger], ...]
    ) -> None:
        self.name = name
        self.initial = initial
        self.transitions = transitions
        self._by_trigger = {transition.trigger: transition for transition in transitions}
        if len(self._by_trigger) != len(transitions):
            raise ValueError(f"{name} has two transitions for one trigger")

    def allows(self, state: State, trigger: Trigger) -> bool:
        """Tell whether ``trigger`` is possible in ``state``."""
        return state in self._by_trigger[trigger].sources

    def triggers(self, state: State) -> Iterator[Trigger]:
        """Yield the triggers possible in ``state``, in the order of the table."""
        return (each.trigger for each in self.transitions if state in each.sources)

    def target(self, state: State, trigger: Trigger) -> State:
        """Return where ``trigger`` leads from ``state``.

        Raises:
            WrongState: the table has no such arrow.
        """
        if not self.allows(state, trigger):
            raise WrongState
        return self._by_trigger[trigger].target

    def diagram(self) -> str:
        """Return the machine as a Mermaid state diagram, from which the docs are generated."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        lines += [
            f"    {source} --> {transition.target}: {transition.trigger}"
            for transition in self.transitions
            for source in sorted(transition.sources)
        ]
        return "\n".join(lines)
