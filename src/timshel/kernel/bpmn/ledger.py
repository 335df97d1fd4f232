"""The passes of a run, in order: what was entered, by which flow, after which pass, and left when.

Kept as plain JSON rows, so that a run's state is written and read without conversion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from timshel.kernel.bpmn.records import Passed, PassState

_LETTERS = {
    PassState.WAITING: "w",
    PassState.DONE: "d",
    PassState.CANCELLED: "c",
    PassState.SKIPPED: "s",
}
_STATES = {letter: state for state, letter in _LETTERS.items()}


@dataclass(slots=True)
class Row:
    """One pass.

    Attributes:
        number: of the token.
        element: id of the element.
        path: ids of the call activities around it, joined by ``/``.
        scope: number of the pass of the sub-process or call activity it lies in; 0 = none.
        cause: number of the pass before it; 0 = none.
        entered, left: ISO moments; an empty ``left`` = it is there still.
        state: a letter.
        flow: by which it was entered.
        into: for a token that joined another one, the number of that one.
        outcome: what a step ended with.
        is_undone: whether somebody went back behind it since.
    """

    number: int
    element: str
    path: str
    scope: int
    cause: int
    entered: str
    left: str = ""
    state: str = "w"
    flow: str = ""
    into: int = 0
    outcome: str = ""
    is_undone: bool = False

    def as_list(self) -> list[Any]:
        """Return it as a JSON row."""
        return [
            self.number, self.element, self.path, self.scope, self.cause, self.entered, self.left,
            self.state, self.flow, self.into, self.outcome, self.is_undone,
        ]  # fmt: skip


@dataclass(slots=True)
class Ledger:
    """All passes of one run."""

    rows: dict[int, Row] = field(default_factory=dict)

    @classmethod
    def read(cls, rows: Iterable[list[Any]]) -> Ledger:
        """Read what :meth:`written` wrote."""
        return cls({row[0]: Row(*row) for row in rows})

    def written(self) -> list[list[Any]]:
        """Return the passes as JSON."""
        return [row.as_list() for row in self.rows.values()]

    def enter(self, row: Row) -> None:
        """Note a new pass."""
        self.rows[row.number] = row

    def leave(self, number: int, at: datetime, state: PassState, into: int = 0) -> None:
        """Note that a pass is over."""
        row = self.rows.get(number)
        if row is not None and not row.left:
            row.left = at.isoformat()
            row.state = _LETTERS[state]
            row.into = into or row.into

    def passed(self) -> tuple[Passed, ...]:
        """Return every pass, in the order of arrival."""
        return tuple(_as_passed(row) for row in self.rows.values())

    def last_of(self, element: str, path: str) -> Row | None:
        """Return the latest pass of an element that still counts."""
        found = (r for r in self.standing() if r.element == element and r.path == path)
        return max(found, key=lambda row: row.number, default=None)

    def standing(self) -> Iterator[Row]:
        """Yield the passes behind which nobody went back."""
        return (row for row in self.rows.values() if not row.is_undone)

    def joined(self, number: int) -> Iterator[Row]:
        """Yield the tokens that joined another one."""
        return (row for row in self.standing() if row.into == number)

    def following(self, number: int, *, inner: bool = True) -> frozenset[int]:
        """Return what came of a pass, itself included.

        That is what it caused, what its token joined, and all that lies in a sub-process it began.

        Args:
            number: of the pass.
            inner: whether what lies in the pass itself, as a sub-process, counts.
        """
        children: dict[int, list[Row]] = {}
        inside: dict[int, list[int]] = {}
        for row in self.standing():
            children.setdefault(row.cause, []).append(row)
            inside.setdefault(row.scope, []).append(row.number)
        found = {number}
        open_ends = [number]
        while open_ends:
            here = self.rows[open_ends.pop()]
            later = [
                each.number for each in children.get(here.number, ()) if each.scope == here.scope
            ]
            if inner or here.number != number:
                later += inside.get(here.number, ())
            later += [here.into] if here.into else []
            fresh = [each for each in later if each not in found]
            found.update(fresh)
            open_ends += fresh
        return frozenset(found)


def _as_passed(row: Row) -> Passed:
    return Passed(
        id=str(row.number),
        element_id=row.element,
        path=tuple(row.path.split("/")) if row.path else (),
        entered_at=datetime.fromisoformat(row.entered),
        left_at=datetime.fromisoformat(row.left) if row.left else None,
        state=_STATES[row.state],
        flow=row.flow,
        outcome=row.outcome,
        is_undone=row.is_undone,
    )
