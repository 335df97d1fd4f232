"""The rights to read the scope and to write and approve it."""

from __future__ import annotations

from timshel.context.scope.models import ScopeStatement
from timshel.context.scope.rules import MANAGE, VIEW
from timshel.context.scope.states import ScopeState
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound

__all__ = [
    "MANAGE",
    "VIEW",
    "draft_to_change",
    "known",
    "may_manage",
    "may_see",
    "require_manage",
    "require_view",
]

LARGEST_VERSION = 2**31 - 1


def may_manage(actor: Actor) -> bool:
    """Tell whether the actor writes and approves the scope."""
    return actor.may(MANAGE)


def may_see(actor: Actor) -> bool:
    """Tell whether the actor may read the scope; the twin of ``visible_to``."""
    return actor.may_somewhere(VIEW) or actor.may_somewhere(MANAGE)


def require_view(actor: Actor) -> None:
    """Refuse unless the actor may read the scope.

    Raises:
        NotAllowed: the right is missing altogether.
    """
    if not may_see(actor):
        raise NotAllowed


def require_manage(actor: Actor) -> None:
    """Refuse unless the actor writes and approves the scope.

    Raises:
        NotAllowed: the right is missing, or holds in a part only.
    """
    if not may_manage(actor):
        raise NotAllowed


def known(version: int, *, actor: Actor) -> ScopeStatement:
    """Return a version that the actor may read.

    Raises:
        NotFound: there is none, or the actor may not read it.
    """
    if not 0 < version <= LARGEST_VERSION:
        raise NotFound
    rows = ScopeStatement.objects.visible_to(actor).select_related("written_by", "approved_by")
    found = rows.filter(version=version).first()
    if found is None:
        raise NotFound
    return found


def draft_to_change(*, actor: Actor) -> ScopeStatement:
    """Return the version that is being written, locked.

    Raises:
        NotAllowed: without the right.
        NotFound: none is being written.
    """
    require_manage(actor)
    rows = ScopeStatement.objects.select_for_update(of=("self",))
    found = rows.filter(state=ScopeState.DRAFT).first()
    if found is None:
        raise NotFound
    return found
