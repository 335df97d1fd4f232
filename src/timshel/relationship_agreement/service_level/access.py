"""The rights to see and to set what is promised."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed

VIEW = "service_level.view"
CONFIGURE = "service_level.configure"


def require_configure(actor: Actor, *, service_id: int | None = None) -> None:
    """Refuse unless the actor may set calendars and agreements.

    Args:
        actor: who asks.
        service_id: the service that is promised about; None for calendars and for everything.

    Raises:
        NotAllowed: the right is missing, or holds for other services only.
    """
    if not actor.may(CONFIGURE, service=service_id):
        raise NotAllowed


def require_view(actor: Actor) -> None:
    """Refuse unless the actor may see agreements, calendars and how they are kept.

    What is promised is no secret among those who have the right in any part; figures about work
    are counted over what the reader may see.

    Raises:
        NotAllowed: the right is missing.
    """
    if not actor.may_somewhere(VIEW):
        raise NotAllowed
