"""Facts about planned actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ActionFact:
    """What all facts about planned actions tell.

    Args:
        action_id: which.
        about_kind: the kind of the record that it follows from; empty for none.
        about_code: by which people know that record.
        at: when the fact came about.
        by_person_id: who did it, or None for the clock.
    """

    action_id: int
    about_kind: str
    about_code: str
    at: datetime
    by_person_id: int | None


@dataclass(frozen=True, slots=True)
class ActionGiven(ActionFact):
    """Somebody is to do something from now on."""


@dataclass(frozen=True, slots=True)
class ActionEnded(ActionFact):
    """It was done or dropped."""


@dataclass(frozen=True, slots=True)
class ActionReminded(ActionFact):
    """Its last day comes near, is over, or is long over.

    Args:
        reminder: which of the three, as ``states.Reminder`` numbers them.
    """

    reminder: int
