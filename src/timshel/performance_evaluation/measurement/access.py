"""The right to record what was measured elsewhere, and what a reader sees of a subject."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed

RECORD = "measurement.record"


def require_record(actor: Actor, *, service_id: int | None = None) -> None:
    """Refuse unless the actor may record measured values.

    Args:
        actor: who asks.
        service_id: the service that was measured; None for what is more than one service.

    Raises:
        NotAllowed: the right is missing, or holds for other services only.
    """
    if not actor.may(RECORD, service=service_id):
        raise NotAllowed
