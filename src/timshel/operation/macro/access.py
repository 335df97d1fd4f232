"""Names of rights, and finding something to change, with the right to, in one call."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import QuerySet

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.operation.macro.models import Shared, visible_to
from timshel.operation.macro.rules import MANAGE, WORK, Placed, may_keep, works

__all__ = ["MANAGE", "WORK", "find", "require_keep", "require_work", "to_change", "works"]

Kept = TypeVar("Kept", bound=Shared)


def require_work(actor: Actor) -> None:
    """Refuse unless the actor works at the desk.

    Raises:
        NotAllowed: they do not.
    """
    if not works(actor):
        raise NotAllowed


def require_keep(placed: Placed, *, actor: Actor) -> None:
    """Refuse unless the actor may keep something for those for whom it is.

    Raises:
        NotAllowed: it is for others, and the right to keep what they share is missing.
    """
    if not may_keep(actor, placed):
        raise NotAllowed


def find(rows: QuerySet[Kept], key: int, *, actor: Actor) -> Kept:
    """Return a macro or text that the actor finds, used or no more.

    Raises:
        NotFound: there is none, or it is not meant for the actor.
    """
    found = rows.filter(visible_to(actor), pk=key).select_related("team").first()
    if found is None:
        raise NotFound
    return found


def to_change(rows: QuerySet[Kept], key: int, *, actor: Actor) -> Kept:
    """Return a macro or text, locked for writing, that the actor may change.

    Raises:
        NotFound: there is none, or the actor may not know that there is.
        NotAllowed: the actor finds it but may not change it.
    """
    found = rows.filter(visible_to(actor), pk=key).select_for_update(of=("self",)).first()
    if found is None:
        raise NotFound
    require_keep(found, actor=actor)
    return found
