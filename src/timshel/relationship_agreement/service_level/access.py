"""The rights to see and to set what is promised."""

from __future__ import annotations

from collections.abc import Iterable

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed
from timshel.service_portfolio.service.models import Offering, Service

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


def require_configure_all(
    services: Iterable[Service], offerings: Iterable[Offering], *, actor: Actor
) -> None:
    """Refuse unless the actor may promise for all that is named, or for everything if nothing is.

    Args:
        services: that are promised about.
        offerings: that are promised about; their services count.
        actor: who asks.

    Raises:
        NotAllowed: the right is missing for one of them.
    """
    keys: set[int | None] = {each.pk for each in services}
    keys |= {each.service_id for each in offerings}
    for key in keys or {None}:
        require_configure(actor, service_id=key)
