"""The right to see what could not be sent, and to have it sent again."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.leadership.authority.access import require

MANAGE = "communication.manage"


def require_manage(actor: Actor) -> None:
    """Refuse unless the actor may see and repeat messages that were not sent.

    Raises:
        NotAllowed: the right is missing.
    """
    require(actor, MANAGE)
