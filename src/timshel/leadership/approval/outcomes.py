"""What an approval is for: a later clause says here what happens when it comes to its end.

Approvals know nothing of the work they are about. Whoever asks registers what follows, once, at
start-up (in ``timshel.reactions``); it then happens in the transaction of the last answer, so
that an answer is never kept without what follows from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from timshel.kernel.actor import Actor
from timshel.leadership.approval.states import Outcome


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of an approval.

    Args:
        approval_id: the approval.
        work_item_id: the work that it is about.
        step: what in that work asked, as given with the question.
        outcome: approved, refused, or expired.
        by_person_id: whose answer settled it; None where the time ran out.
        comment: what that person said; may be empty.
    """

    approval_id: int
    work_item_id: int
    step: str
    outcome: Outcome
    by_person_id: int | None
    comment: str


class Handler(Protocol):
    """What follows from an outcome."""

    def __call__(self, decided: Decided, /, *, actor: Actor, at: datetime) -> None:
        """Do it, in the transaction of the answer; what is raised here takes the answer back.

        Args:
            decided: what came of the approval. One that was withdrawn is not told: whoever
                withdrew it knows.
            actor: who answered, or the system where the time ran out.
            at: when.
        """


class Holder(Protocol):
    """What must be locked before an approval is."""

    def __call__(self, work_item_id: int, /) -> None:
        """Lock the work that an approval is about, until the transaction ends.

        Whoever changes work locks it first and may then withdraw its approvals. Answers lock in
        the same order, so that the two never wait for each other.
        """


_handlers: list[Handler] = []
_holders: list[Holder] = []


def register(handler: Handler, *, hold: Holder | None = None) -> None:
    """Have a handler called with every outcome; registering it again changes nothing.

    Args:
        handler: what follows from outcomes.
        hold: locks the work first, where the handler changes it.
    """
    if handler not in _handlers:
        _handlers.append(handler)
    if hold is not None and hold not in _holders:
        _holders.append(hold)


def hold(work_item_id: int) -> None:
    """Lock the work that an approval is about, as whoever registered says."""
    for holder in _holders:
        holder(work_item_id)


def tell(decided: Decided, *, actor: Actor, at: datetime) -> None:
    """Tell every handler what came of an approval, in the order in which they registered."""
    for handler in _handlers:
        handler(decided, actor=actor, at=at)
