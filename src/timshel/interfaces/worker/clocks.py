"""The long work on clocks: reading them again after a promise changed, and rebuilding them all.

Both go batch by batch through the work in the order of its keys, so that an errand that was left
behind by a worker goes on after the last batch that was kept; a batch that is done twice changes
nothing the second time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from timshel.interfaces.worker.errands import Step, errand
from timshel.kernel.progress.actions import ErrandToDo
from timshel.relationship_agreement.service_level.actions.revisions import (
    REBUILD,
    REFRESH,
    rebuild_after,
    rebuild_total,
    refresh_after,
)


@errand(REFRESH)
def refresh_clocks(asked: ErrandToDo, step: Step, /, *, at: datetime) -> dict[str, Any]:
    """Read the work again that a change of a promise concerns; the sweep tells of what is late.

    Args:
        asked: with ``since`` and ``services``; see ``queue_refresh``.
        step: called after each batch.
        at: now.

    Returns:
        Nothing to be shown: how many were read stands in the progress.
    """
    since = asked.arguments.get("since")
    services = asked.arguments.get("services")

    def batch(key: int) -> tuple[int, int] | None:
        return refresh_after(
            key,
            since=datetime.fromisoformat(since) if since else None,
            services=services,
            announce=True,
            at=at,
        )

    return _by_batches(batch, asked, step)


@errand(REBUILD)
def rebuild_clocks(asked: ErrandToDo, step: Step, /, *, at: datetime) -> dict[str, Any]:
    """Read all the work there is again; nobody is told.

    Args and Returns: as for :func:`refresh_clocks`.
    """
    step(0, asked.cursor, total=rebuild_total())
    return _by_batches(lambda key: rebuild_after(key, at=at), asked, step)


def _by_batches(
    batch: Callable[[int], tuple[int, int] | None], asked: ErrandToDo, step: Step
) -> dict[str, Any]:
    key = int(asked.cursor or 0)
    while (came := batch(key)) is not None:
        key, count = came
        step(count, key)
    return {}
