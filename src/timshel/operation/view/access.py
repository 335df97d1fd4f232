"""Who may see and change a view: finding, authorising and locking it in one call."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.operation.view.models import View
from timshel.operation.view.rules import SHARE, may_change
from timshel.operation.work.rules import VIEW

__all__ = ["SHARE", "find", "require_change", "require_desk"]

LARGEST_KEY = 2**63 - 1


def require_desk(actor: Actor) -> int:
    """Return the key of a person who may see others' work somewhere: views are for them.

    Raises:
        NotAllowed: the actor is no person, or sees none but what they asked for.
    """
    if actor.person_id is None or not actor.may_somewhere(VIEW):
        raise NotAllowed
    return actor.person_id


def find(view_id: int, *, actor: Actor) -> View:
    """Return a view that the actor may see, with owner and team.

    Raises:
        NotAllowed: views are not for this actor.
        NotFound: it does not exist or the actor may not know that it does.
    """
    return _found(view_id, actor=actor, is_locked=False)


def require_change(view_id: int, *, actor: Actor) -> View:
    """Return a view that the actor may change, locked for writing.

    Raises:
        NotFound: it does not exist or the actor may not know that it does.
        NotAllowed: it is somebody else's to change.
    """
    view = _found(view_id, actor=actor, is_locked=True)
    if not may_change(actor, view):
        raise NotAllowed
    return view


def _found(view_id: int, *, actor: Actor, is_locked: bool) -> View:
    require_desk(actor)
    if not 0 < view_id <= LARGEST_KEY:
        raise NotFound
    views = View.objects.visible_to(actor).select_related("owner", "team")
    if is_locked:
        views = views.select_for_update(of=("self",), no_key=True)
    view = views.filter(pk=view_id).first()
    if view is None:
        raise NotFound
    return view
