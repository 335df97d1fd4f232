"""What one key does, which key it is for whom, and the letters of the places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from timshel.interfaces.web.navigation import navigation
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text

PAGE = "keys"
"""Under which name a person's keys are kept among their settings of pages."""


class Where(StrEnum):
    """On which pages a move is possible."""

    EVERYWHERE = "everywhere"
    LIST = "list"
    RECORD = "record"


WHERE_NAMES: Mapping[Where, Text] = {
    Where.EVERYWHERE: _("On every page"),
    Where.LIST: _("In a list, and from one record to the next"),
    Where.RECORD: _("On a record"),
}


@dataclass(frozen=True, slots=True)
class Move:
    """What one key does.

    Args:
        name: by which scripts and settings know it.
        label: what it does, for people.
        key: the character, until somebody chooses another.
        where: on which pages.
    """

    name: str
    label: Text
    key: str
    where: Where


MOVES: tuple[Move, ...] = (
    Move("help", _("Show all keys"), "?", Where.EVERYWHERE),
    Move("search", _("Search"), "/", Where.EVERYWHERE),
    Move("new", _("Begin something new"), "n", Where.EVERYWHERE),
    Move("go", _("Go to a place: this key, then the letter of the place"), "g", Where.EVERYWHERE),
    Move("next", _("Next"), "j", Where.LIST),
    Move("previous", _("Previous"), "k", Where.LIST),
    Move("reply", _("Write a reply"), "r", Where.RECORD),
    Move("note", _("Write an internal note"), "c", Where.RECORD),
    Move("assign", _("Assign"), "a", Where.RECORD),
    Move("priority", _("Change the priority"), "p", Where.RECORD),
    Move("stage", _("Choose the next step"), "s", Where.RECORD),
    Move("macros", _("Choose a macro"), "m", Where.RECORD),
)

# The letter of a place after the key that goes to one; a place without a letter is in the palette.
LETTERS: Mapping[str, str] = {
    "portal-home": "h",
    "catalogue": "o",
    "case-list": "c",
    "approval-list": "a",
    "promises": "p",
    "charter": "e",
    "desk-home": "d",
    "team-list": "t",
    "queue": "q",
    "call-log": "l",
    "call-backs": "k",
    "breaches": "b",
    "troubles": "x",
    "governance": "g",
    "responsibilities": "w",
    "administration": "m",
}


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one person.

    Args:
        is_on: whether one key alone does anything; the palette stays, it needs two.
        chosen: the key of each move by its name; empty where a move has none.
    """

    is_on: bool = True
    chosen: Mapping[str, str] = field(
        default_factory=lambda: {move.name: move.key for move in MOVES}
    )

    def plain(self) -> dict[str, Any] | None:
        """Return what is kept: only what differs from what everybody begins with."""
        own = {move.name: self.chosen[move.name] for move in MOVES if self._differs(move)}
        if self.is_on and not own:
            return None
        return {"on": self.is_on, "keys": own}

    def by_key(self) -> dict[str, str]:
        """Return the name of each move by its key."""
        return {key: name for name, key in self.chosen.items() if key}

    def _differs(self, move: Move) -> bool:
        return self.chosen[move.name] != move.key


@dataclass(frozen=True, slots=True)
class Goal:
    """A place that somebody may enter; ``letter`` is empty where it has none."""

    label: Text
    icon: str
    address: str
    letter: str


def keys_from(kept: Any) -> Keys:
    """Return somebody's keys from what was kept, whatever it is: what does not fit is left away."""
    if not isinstance(kept, Mapping):
        return Keys()
    own = kept.get("keys")
    chosen = {move.name: move.key for move in MOVES}
    if isinstance(own, Mapping):
        known = {name: key for name, key in own.items() if name in chosen and is_key(key)}
        # What somebody chose goes before a standard key that came later with a new version.
        taken = {key for key in known.values() if key}
        chosen = {name: "" if key in taken else key for name, key in chosen.items()} | known
    return Keys(bool(kept.get("on", True)), chosen)


def is_key(text: object) -> bool:
    """Tell whether a text is one visible character, or nothing for no key."""
    return (
        isinstance(text, str)
        and (not text or (len(text) == 1 and text.isprintable()))
        and (text != " ")
    )


def goals(actor: Actor) -> tuple[Goal, ...]:
    """Return the places that somebody may enter, in the order of the navigation."""
    letters = {
        reverse(name, args=("mine",) if name == "queue" else ()): letter
        for name, letter in LETTERS.items()
    }
    return tuple(
        Goal(entry.label, entry.icon, entry.address, letters.get(entry.address, ""))
        for group in navigation(actor, "")
        for entry in group.entries
    )


def something_new(actor: Actor) -> str:
    """Return the address at which somebody begins something: agents a case, others a report."""
    return reverse("incident-new" if actor.may_somewhere("work.view") else "report-choose")
