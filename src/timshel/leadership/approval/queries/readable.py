"""Which approvals somebody may read: for notices, which are read long after."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from timshel.kernel.actor import Actor
from timshel.leadership.approval.models import Approval


def readable_approvals(
    keys: Collection[str],
    /,
    *,
    needs: str,  # noqa: ARG001
    actor: Actor,
    at: datetime,
) -> frozenset[str]:
    """Return those of some approvals that an actor may read now, in one query.

    Args:
        keys: of approvals.
        needs: nothing more is ever needed.
        actor: the reader.
        at: now; who stands in for somebody sees theirs for as long.
    """
    wanted = [int(key) for key in keys if key.isdecimal()]
    found = Approval.objects.visible_to(actor, at=at).filter(pk__in=wanted)
    return frozenset(map(str, found.values_list("pk", flat=True)))
