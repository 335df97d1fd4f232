"""The long work of trying a draft of an agreement over past cases; it changes nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from timshel.interfaces.worker.errands import Step, errand
from timshel.kernel.progress.actions import ErrandToDo
from timshel.relationship_agreement.service_level.actions.previews import PREVIEW, preview_after


@errand(PREVIEW)
def preview_agreement(asked: ErrandToDo, step: Step, /, *, at: datetime) -> dict[str, Any]:
    """Read the cases of a period under a draft and as they are.

    Args:
        asked: with the arguments of ``begin_preview``.
        step: called after each batch; what came of all so far is the cursor.
        at: the moment of the readings.

    Returns:
        What came of it, as :class:`~.rules.previewing.Preview` writes it.
    """
    cursor: dict[str, Any] | None = asked.cursor
    while True:
        came = preview_after(cursor, asked=asked.arguments, person_id=asked.person_id, at=at)
        if came is None:
            return cursor or {}
        cursor, count = came
        step(count, cursor)
