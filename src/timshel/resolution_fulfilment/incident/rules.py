"""Pure decisions about incidents: impact by the service's state, windows, and who changed what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from timshel.kernel.errors import Difference
from timshel.kernel.journal.queries import JournalEntry
from timshel.operation.work.conflicts import seen_values

CLOSE_AFTER = timedelta(days=7)
REOPEN_WINDOW = timedelta(days=30)

_IMPACT_OF_STATE = {"down": 1, "degraded": 2, "faulty": 3}


def impact_of(service_state: str | None, *, stated: int) -> int:
    """Return the impact: from the state of the service where that is known, else as stated.

    Args:
        service_state: ``down``, ``degraded``, ``faulty`` or None.
        stated: 1 high, 2 medium, 3 low.
    """
    return stated if service_state is None else _IMPACT_OF_STATE[service_state]


def one_line(text: str) -> str:
    """Return a text as one line: lists, subjects of messages and files hold it as such."""
    return " ".join(text.split())


def within_reopen_window(resolved_at: datetime | None, *, at: datetime) -> bool:
    """Tell whether a resolved or closed incident may still be reopened by anyone concerned."""
    return resolved_at is not None and at - resolved_at <= REOPEN_WINDOW


def override(values: Mapping[str, Any]) -> tuple[int | None, str]:
    """Return the priority that a person set against the matrix, and why; None where none did.

    Args:
        values: with ``priority`` and ``priority_reason``; without a reason the matrix decided.
    """
    reason = str(values["priority_reason"] or "")
    return (values["priority"], reason) if reason else (None, "")


def asked_override(
    asked: Mapping[str, Any], current: Mapping[str, Any], later: Sequence[JournalEntry]
) -> tuple[int | None, str] | None:
    """Return the priority and the reason that a person asks for, or None for no change.

    What the matrix gave and still stands may be asked for by its number: without a reason, and
    for nothing as long as the matrix gives it.

    Args:
        asked: with ``priority``, where None asks for what the matrix says, and
            ``priority_reason``, where nothing means the reason that was seen.
        current: today's ``priority`` and ``priority_reason``.
        later: the entries written since the person read the record, oldest first.
    """
    if "priority" not in asked:
        return None
    seen = seen_values(current, later)
    reason = str(asked.get("priority_reason") or seen["priority_reason"] or "").strip()
    wanted = (None, "") if asked["priority"] is None else (asked["priority"], reason)
    if wanted in (override(seen), override(current)):
        return None
    repeated = (seen["priority"], seen["priority_reason"] or "")
    stands = repeated == (current["priority"], current["priority_reason"] or "")
    return None if wanted == repeated and not stands else wanted


def override_conflicts(
    asked: Mapping[str, Any], current: Mapping[str, Any], later: Sequence[JournalEntry]
) -> tuple[Difference, ...]:
    """Return the difference where the person and someone else both decided on the priority.

    A priority that merely followed the matrix in the meantime was nobody's decision.

    Args: as for :func:`asked_override`.
    """
    wanted = asked_override(asked, current, later)
    seen = seen_values(current, later)
    if wanted is None or override(seen) == override(current):
        return ()
    decided = [entry for entry in later if "priority_reason" in entry.changes]
    last = (decided or [entry for entry in later if "priority" in entry.changes])[-1]
    return (
        Difference(
            field="priority",
            seen=seen["priority"],
            current=current["priority"],
            wanted=wanted[0],
            changed_by=last.who,
            changed_at=last.at,
        ),
    )
