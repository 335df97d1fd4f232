"""Pure decisions about runs: where one stands, what of it lasts, and how failures are worded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from timshel.kernel.errors import Invalid, Refused
from timshel.operation.bulk.states import RunState
from timshel.operation.work.deeds import LASTING, Deed

MOST = 50_000
"""How many pieces of work one run takes at most."""

FORGOTTEN_AFTER = timedelta(days=1)
"""How long a set that was chosen waits for being begun."""

KEPT = timedelta(days=90)
"""How long a run that ended can be looked at and taken back."""

LONGEST_SAID = 1_000


class Standing(Protocol):
    """What of a run says where it stands."""

    begun_at: datetime | None
    stop_asked_at: datetime | None
    ended_at: datetime | None
    total: int
    done: int
    failed: int


def run_state(run: Standing, *, is_taken_up: bool, is_broken: bool) -> RunState:
    """Return where a run stands.

    Args:
        run: its row.
        is_taken_up: whether a worker has begun with it.
        is_broken: whether its long work was given up after several faults.
    """
    if run.begun_at is None:
        return RunState.PREPARED
    if run.ended_at is not None:
        return RunState.DONE if run.done + run.failed >= run.total else RunState.STOPPED
    if is_broken:
        return RunState.BROKEN
    if run.stop_asked_at is not None:
        return RunState.STOPPING
    return RunState.RUNNING if is_taken_up else RunState.QUEUED


def origin_of(run_id: int) -> str:
    """Return the origin that the journal has for all that a run does."""
    return f"run {run_id}"


def can_be_undone(deeds: Iterable[Deed]) -> bool:
    """Tell whether anything of a run can be taken back: not all was only said."""
    return any(deed.kind not in LASTING for deed in deeds)


def lasting(deeds: Sequence[Deed]) -> tuple[Deed, ...]:
    """Return those deeds that nothing takes back."""
    return tuple(deed for deed in deeds if deed.kind in LASTING)


def percent(*, done: int, total: int) -> int:
    """Return how far a run is, from 0 to 100, rounded down."""
    return 100 if total == 0 else min(100, 100 * done // total)


def in_words(refusal: Refused) -> str:
    """Return why something was refused in sentences of the present language, to be kept."""
    sentences = [str(refusal.message)]
    if isinstance(refusal, Invalid) and refusal.fields:
        sentences = [str(each) for texts in refusal.fields.values() for each in texts]
    return " ".join(dict.fromkeys(sentences))[:LONGEST_SAID]
