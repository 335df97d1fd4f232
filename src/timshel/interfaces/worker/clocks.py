"""The long work on clocks: reading them again after a promise changed, and rebuilding them all.

Both go batch by batch through the work in the order of its keys, so that an errand that was left
behind by a worker goes on after the last batch that was kept; a batch that is done twice changes
nothing the second time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from timshel.relationship_agreement.service_level.actions.revisions import (
    REBUILD,
    REFRESH,
    rebuild_after,
    refresh_after,
)

Step = Callable[[int, int], None]
"""Notes that so many more pieces of work were read, and after which key to go on."""


class Asked(Protocol):
    """What a handler reads of an errand."""

    @property
    def arguments(self) -> Mapping[str, Any]:
        """What was asked for."""

    @property
    def cursor(self) -> Any:
        """After which key to go on; None at the beginning."""


def refresh_clocks(errand: Asked, step: Step, *, at: datetime) -> dict[str, Any]:
    """Read the work again that a change of a promise concerns; the sweep tells of what is late.

    Args:
        errand: with ``since`` and ``services``; see ``queue_refresh``.
        step: called after each batch.
        at: now.

    Returns:
        Nothing to be shown: how many were read stands in the progress.
    """
    since = errand.arguments.get("since")
    services = errand.arguments.get("services")

    def batch(key: int) -> tuple[int, int] | None:
        return refresh_after(
            key,
            since=datetime.fromisoformat(since) if since else None,
            services=services,
            announce=True,
            at=at,
        )

    return _by_batches(batch, errand, step)


def rebuild_clocks(errand: Asked, step: Step, *, at: datetime) -> dict[str, Any]:
    """Read all the work there is again; nobody is told.

    Args and Returns: as for :func:`refresh_clocks`.
    """
    return _by_batches(lambda key: rebuild_after(key, at=at), errand, step)


def _by_batches(
    batch: Callable[[int], tuple[int, int] | None], errand: Asked, step: Step
) -> dict[str, Any]:
    key = int(errand.cursor or 0)
    while (came := batch(key)) is not None:
        key, count = came
        step(count, key)
    return {}


HANDLERS = {REFRESH: refresh_clocks, REBUILD: rebuild_clocks}
