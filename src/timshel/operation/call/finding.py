"""Who else knows whose something is: later clauses, such as assets, register a finder here.

Whoever answers the telephone types what the caller says. A person's name, number and mail are
known here, and words in the work they asked for; what is written on a device is known to the
clause that keeps devices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from timshel.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody to whom something belongs.

    Args:
        person_id: whose it is.
        what: what was found, in words, such as ``Laptop LT-20417``.
    """

    person_id: int
    what: str


Finder = Callable[[str, Actor, int], Iterable[Found]]
"""Takes what was typed, who asks, and how many at most; finds only what the actor may see."""

_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Ask a finder whenever a caller is looked for; registering it again changes nothing."""
    if finder not in _finders:
        _finders.append(finder)


def found_by_others(text: str, *, actor: Actor, limit: int) -> tuple[Found, ...]:
    """Return whose something is that a text names, as the registered finders know it."""
    return tuple(each for finder in _finders for each in finder(text, actor, limit))
