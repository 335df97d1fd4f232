"""Finding, authorising and locking a piece of work in one call, so that no caller forgets one."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.text import is_storable
from timshel.operation.work.models import WorkItem
from timshel.operation.work.rules import NOTES, TASK, VIEW_SHARED, covers, may_view

MAXIMUM_NUMBER = 20

Known = str | WorkItem
"""A piece of work by its number, or as ``find`` returned it earlier, which is not read again."""


def find(work: Known, *, kind: str | None = None, actor: Actor) -> WorkItem:
    """Return a piece of work that the actor may see.

    Args:
        work: by the number that people know, or as it was found before; whether the actor may see
            it is asked either way.
        kind: of the work; another kind is not there. None takes any.
        actor: who asks.

    Raises:
        NotFound: it does not exist or the actor may not know that it does.
    """
    item = work if isinstance(work, WorkItem) else _read(work, is_locked=False)
    return _seen(item, kind=kind, actor=actor)


def lock(number: str, *, kind: str | None = None, actor: Actor) -> WorkItem:
    """Return a piece of work that the actor may see, locked for writing; rights are yet to ask.

    Raises:
        NotFound: it does not exist or the actor may not know that it does.
    """
    return _seen(_read(number, is_locked=True), kind=kind, actor=actor)


def require(number: str, permission: str, *, kind: str | None = None, actor: Actor) -> WorkItem:
    """Return a piece of work, locked for writing, for which the actor has a permission.

    Raises:
        NotFound: it does not exist or the actor may not know that it does.
        NotAllowed: the actor sees it but lacks the permission.
    """
    item = lock(number, kind=kind, actor=actor)
    if not covers(actor, permission, item):
        raise NotAllowed
    return item


def require_own(number: str, *, kind: str | None = None, actor: Actor) -> WorkItem:
    """Return a piece of work, locked for writing, that the actor asked for or reported.

    Raises:
        NotFound: it does not exist or the actor may not know that it does.
        NotAllowed: it is somebody else's.
    """
    item = lock(number, kind=kind, actor=actor)
    if not is_own(item, actor=actor):
        raise NotAllowed
    return item


def may_see(actor: Actor, item: WorkItem) -> bool:
    """Tell whether an actor may see a piece of work; the twin of ``visible_to``.

    One query where neither asking for it nor a grant opens it, none otherwise.
    """
    return bool(seen_among([item], actor=actor))


def seen_among(items: Iterable[WorkItem], *, actor: Actor) -> tuple[WorkItem, ...]:
    """Return those of some pieces of work that an actor may see, in their order.

    At most one query, for those that neither asking for them nor a grant opens.
    """
    asked = tuple(items)
    closed = [each.pk for each in asked if not may_view(actor, each)]
    if not closed:
        return asked
    seen: set[int] = set()
    if actor.person_id is not None or actor.scope(VIEW_SHARED):
        found = WorkItem.objects.visible_to(actor).filter(pk__in=closed)
        seen = set(found.values_list("pk", flat=True))
    hidden = {key for key in closed if key not in seen}
    return tuple(each for each in asked if each.pk not in hidden)


class Following(StrEnum):
    """How somebody follows a piece of work on the portal."""

    OWN = "own"
    WATCHED = "watched"
    UNIT = "unit"


def following(item: WorkItem, *, actor: Actor) -> Following | None:
    """Tell how the actor follows a piece of work on the portal, or None; at most two queries.

    Whoever only oversees the work as a helper does not follow it.
    """
    if item.kind == TASK:
        return None
    if is_own(item, actor=actor):
        return Following.OWN
    this = WorkItem.objects.filter(pk=item.pk)
    if actor.person_id is not None and this.watched(actor).exists():
        return Following.WATCHED
    return Following.UNIT if actor.scope(VIEW_SHARED) and this.shared(actor).exists() else None


def require_following(item: WorkItem, *, actor: Actor) -> Following:
    """Return how the actor follows a piece of work that was found.

    Raises:
        NotFound: they do not; for the portal it is not there.
    """
    found = following(item, actor=actor)
    if found is None:
        raise NotFound
    return found


def is_own(item: WorkItem, *, actor: Actor) -> bool:
    """Tell whether the actor asked for this work or reported it for someone."""
    return actor.person_id is not None and actor.person_id in (
        item.requester_id,
        item.opened_by_id,
    )


def may_read_notes(item: WorkItem, *, actor: Actor) -> bool:
    """Tell whether the actor may read the internal notes of a piece of work."""
    return covers(actor, NOTES, item)


def _read(number: str, *, is_locked: bool) -> WorkItem | None:
    if len(number) > MAXIMUM_NUMBER or not is_storable(number):
        return None
    items = WorkItem.objects.filter(number=number.upper()).defer("search")
    items = items.select_related("team", "assignee", "requester")
    if is_locked:
        items = items.select_for_update(of=("self",), no_key=True)
    return items.first()


def _seen(item: WorkItem | None, *, kind: str | None, actor: Actor) -> WorkItem:
    if item is None or kind not in (None, item.kind) or not may_see(actor, item):
        raise NotFound
    return item
