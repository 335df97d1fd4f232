"""Finding, authorising and locking a piece of work in one call, so that no caller forgets one."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.text import is_storable
from timshel.operation.work.models import WorkItem
from timshel.operation.work.rules import NOTES, covers, may_view

MAXIMUM_NUMBER = 20


def find(number: str, *, kind: str | None = None, actor: Actor) -> WorkItem:
    """Return a piece of work that the actor may see.

    Args:
        number: as people know it.
        kind: of the work; another kind is not there. None takes any.
        actor: who asks.

    Raises:
        NotFound: it does not exist or the actor may not know that it does.
    """
    return _seen(number, kind=kind, actor=actor, lock=False)


def require(number: str, permission: str, *, kind: str | None = None, actor: Actor) -> WorkItem:
    """Return a piece of work, locked for writing, for which the actor has a permission.

    Raises:
        NotFound: it does not exist or the actor may not know that it does.
        NotAllowed: the actor sees it but lacks the permission.
    """
    item = _seen(number, kind=kind, actor=actor, lock=True)
    if not covers(actor, permission, item):
        raise NotAllowed
    return item


def require_own(number: str, *, kind: str | None = None, actor: Actor) -> WorkItem:
    """Return a piece of work, locked for writing, that the actor asked for or reported.

    Raises:
        NotFound: it does not exist or the actor may not know that it does.
        NotAllowed: it is somebody else's.
    """
    item = _seen(number, kind=kind, actor=actor, lock=True)
    if not is_own(item, actor=actor):
        raise NotAllowed
    return item


def is_own(item: WorkItem, *, actor: Actor) -> bool:
    """Tell whether the actor asked for this work or reported it for someone."""
    return actor.person_id is not None and actor.person_id in (
        item.requester_id,
        item.opened_by_id,
    )


def may_read_notes(item: WorkItem, *, actor: Actor) -> bool:
    """Tell whether the actor may read the internal notes of a piece of work."""
    return covers(actor, NOTES, item)


def _seen(number: str, *, kind: str | None, actor: Actor, lock: bool) -> WorkItem:
    if len(number) > MAXIMUM_NUMBER or not is_storable(number):
        raise NotFound
    items = WorkItem.objects.filter(number=number.upper()).defer("search")
    items = items.select_related("team", "assignee", "requester")
    if lock:
        items = items.select_for_update(of=("self",), no_key=True)
    item = items.first()
    if item is None or kind not in (None, item.kind) or not may_view(actor, item):
        raise NotFound
    return item
