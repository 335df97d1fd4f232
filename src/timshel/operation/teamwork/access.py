"""Who may do what around a piece of work: whoever may work on its kind."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed
from timshel.leadership.authority.access import require
from timshel.operation.work import access as work
from timshel.operation.work.models import WorkItem
from timshel.operation.work.rules import VIEW, covers

KEEP = "work.keep_tags"

_rights: dict[str, str] = {}


def register(kind: str, permission: str) -> None:
    """Name the permission with which people work on a kind of work; the kinds come later."""
    _rights[kind] = permission


def may_help(item: WorkItem, *, actor: Actor) -> bool:
    """Tell whether the actor may work on a piece of work."""
    permission = _rights.get(item.kind)
    return permission is not None and covers(actor, permission, item)


def require_help(number: str, *, actor: Actor) -> WorkItem:
    """Return a piece of work, locked for writing, that the actor may work on.

    Raises:
        NotFound: it does not exist or the actor may not know that it does.
        NotAllowed: the actor sees it but does not work on it.
    """
    item = work.lock(number, actor=actor)
    if not may_help(item, actor=actor):
        raise NotAllowed
    return item


def find_at_desk(known: work.Known, *, actor: Actor) -> tuple[WorkItem, int]:
    """Return a piece of work that somebody of the desk sees, and that person's key.

    Raises:
        NotFound: it does not exist or the actor may not know that it does.
        NotAllowed: the actor is no person, or has no business at the desk.
    """
    item = work.find(known, actor=actor)
    if actor.person_id is None or not actor.may_somewhere(VIEW):
        raise NotAllowed
    return item, actor.person_id


def require_keeping(actor: Actor) -> None:
    """Refuse whoever may not keep the tags of the house in order.

    Raises:
        NotAllowed: the right is missing.
    """
    require(actor, KEEP)


def may_read_hand_overs(team_id: int, *, actor: Actor) -> bool:
    """Tell whether the actor reads what shifts of a team left: of it, or who sees its work."""
    return team_id in actor.team_ids or actor.may(VIEW, team=team_id)


def may_hand_over(team_id: int, *, actor: Actor) -> bool:
    """Tell whether the actor hands over for a team: one of it, or who may do its work."""
    return team_id in actor.team_ids or any(
        actor.may(permission, team=team_id) for permission in _rights.values()
    )
