"""Who sees long work, and who may have it tried again: its own, and what the caller names.

The kernel knows no permission of the domain. Who asks names the permissions that open what others
asked for; each counts only where it holds everywhere, since an errand belongs to no part.
"""

from __future__ import annotations

from collections.abc import Collection

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.progress.models import Errand


def sees_all(actor: Actor, permissions: Collection[str]) -> bool:
    """Tell whether one of the permissions opens everybody's errands to the actor."""
    return any(actor.scope(permission).everywhere for permission in permissions)


def is_own(errand: Errand, *, actor: Actor) -> bool:
    """Tell whether the actor asked for it."""
    return actor.person_id is not None and errand.person_id == actor.person_id


def require(
    errand_id: int, *, seen_with: Collection[str], allowed_with: Collection[str], actor: Actor
) -> Errand:
    """Return an errand, locked for writing, that the actor may have tried again.

    Args:
        errand_id: its key.
        seen_with: permissions that open everybody's errands.
        allowed_with: permissions that let one act on them.
        actor: who asks.

    Raises:
        NotFound: there is none, or the actor may not know of it.
        NotAllowed: the actor sees it, but no more.
    """
    errand = Errand.objects.select_for_update().filter(pk=errand_id).first()
    if errand is None:
        raise NotFound
    if is_own(errand, actor=actor) or sees_all(actor, allowed_with):
        return errand
    if sees_all(actor, seen_with):
        raise NotAllowed
    raise NotFound
