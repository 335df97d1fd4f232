"""When work can be rated, and what a rating can be."""

from __future__ import annotations

from datetime import datetime, timedelta

from timshel.operation.work.rules import TASK
from timshel.operation.work.states import Stage

SCORES = range(1, 6)
POOR = 2
"""Up to this score, somebody should say what came of it."""

WINDOW = timedelta(days=60)
RATED_STAGES = frozenset({Stage.RESOLVED, Stage.CLOSED})
LONGEST_COMMENT = 5_000


def can_be_rated(kind: str, *, stage: str, resolved_at: datetime | None, at: datetime) -> bool:
    """Tell whether a requester may still say how work was.

    Args:
        kind: of the work; tasks are rated with the request that they belong to.
        stage: where it stands.
        resolved_at: when it was done, or None.
        at: now.
    """
    return (
        kind != TASK
        and Stage(stage) in RATED_STAGES
        and resolved_at is not None
        and at - resolved_at <= WINDOW
    )
