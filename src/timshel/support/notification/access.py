"""Who keeps notices: everybody their own, and nobody anybody else's."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed

READ = "notification.read"


def require_person(actor: Actor) -> int:
    """Return the key of the person whose notices, choices and devices these are.

    Raises:
        NotAllowed: it is not a person, or a token does not reach so far.
    """
    if actor.person_id is None or not actor.may_somewhere(READ):
        raise NotAllowed
    return actor.person_id
