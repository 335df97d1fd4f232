"""Which long work somebody may read: for notices, which are read long after."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from timshel.kernel.actor import Actor
from timshel.kernel.progress.models import Errand


def readable_errands(
    keys: Collection[str],
    /,
    *,
    needs: str,  # noqa: ARG001
    actor: Actor,
    at: datetime,  # noqa: ARG001
) -> frozenset[str]:
    """Return those of some errands that are the actor's own, in one query.

    Args:
        keys: of errands.
        needs: nothing more is ever needed.
        actor: the reader.
        at: now.
    """
    wanted = [int(key) for key in keys if key.isdecimal()]
    found = Errand.objects.filter(pk__in=wanted, person_id=actor.person_id or 0)
    return frozenset(map(str, found.values_list("pk", flat=True)))
