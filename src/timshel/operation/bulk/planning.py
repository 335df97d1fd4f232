"""What a macro says to each piece of work: macros belong to a later app, which registers here."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from timshel.kernel.actor import Actor
from timshel.operation.work.deeds import Deed


class Planner(Protocol):
    """Returns the deeds of a macro as they are done to a piece of work."""

    def __call__(
        self, macro_id: int, *, number: str, actor: Actor, at: datetime
    ) -> tuple[Deed, ...]:
        """Return them in the words for this piece of work; refuses with sentences."""


_planner: Planner | None = None


def register(planner: Planner) -> None:
    """Say who knows macros; called once when all parts are loaded, and harmless again."""
    global _planner
    _planner = planner


def planned(macro_id: int, *, number: str, actor: Actor, at: datetime) -> tuple[Deed, ...]:
    """Return what a macro does to a piece of work.

    Args:
        macro_id: which.
        number: of the work.
        actor: who does it.
        at: when.
    """
    if _planner is None:
        raise RuntimeError("Nobody was registered who knows macros.")
    return _planner(macro_id, number=number, actor=actor, at=at)
