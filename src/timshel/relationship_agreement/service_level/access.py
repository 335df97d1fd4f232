"""The right to set what is promised."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed

CONFIGURE = "service_level.configure"


def require_configure(actor: Actor, *, service_id: int | None = None) -> None:
    """Refuse unless the actor may set calendars and targets.

    Args:
        actor: who asks.
        service_id: the service whose target it is; None for calendars and for the standard.

    Raises:
        NotAllowed: the right is missing, or holds for other services only.
    """
    if not actor.may(CONFIGURE, service=service_id):
        raise NotAllowed
