"""How the lists of a plan changed from one version to the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from timshel.kernel.errors import Text
from timshel.planning.plan import sources
from timshel.planning.plan.sources import Drawn, Line, Reading


@dataclass(frozen=True, slots=True)
class ListDifference:
    """How a list of records changed; a count is None where the list was not read."""

    name: str
    title: Text
    before: int | None
    after: int | None
    came: tuple[Line, ...]
    went: tuple[Line, ...]

    @property
    def is_different(self) -> bool:
        """Whether anything changed."""
        return self.before != self.after or bool(self.came or self.went)


def list_difference(name: str, before: Reading | None, after: Reading | None) -> ListDifference:
    """Return how a list changed; its records are told apart where all of them were named."""
    old = before.drawn if before else None
    new = after.drawn if after else None
    is_named = _is_named(old) and _is_named(new)
    return ListDifference(
        name=name,
        title=sources.title_of(name),
        before=old.count if old else None,
        after=new.count if new else None,
        came=_beyond(new, old) if is_named else (),
        went=_beyond(old, new) if is_named else (),
    )


def _beyond(one: Drawn | None, other: Drawn | None) -> tuple[Line, ...]:
    """Return the records that one list names and the other does not."""
    known = {(line.kind, line.code) for line in _lines(other)}
    return tuple(line for line in _lines(one) if (line.kind, line.code) not in known)


def _is_named(drawn: Drawn | None) -> bool:
    return drawn is not None and not drawn.is_more and len(drawn.lines) == drawn.count


def _lines(drawn: Drawn | None) -> Iterable[Line]:
    return drawn.lines if drawn else ()
