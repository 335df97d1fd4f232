"""The right to keep suppliers; it is that of keeping the services they take part in."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed
from timshel.service_portfolio.service.access import MANAGE


def require_manage(actor: Actor) -> None:
    """Refuse unless the actor may keep the suppliers.

    Raises:
        NotAllowed: the right is missing, or holds for some services only.
    """
    if not actor.may(MANAGE):
        raise NotAllowed
