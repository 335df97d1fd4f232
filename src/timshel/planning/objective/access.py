"""The rights around objectives, and finding one with its right in one call."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.record_numbers import key_of
from timshel.planning.objective.models import VIEW, Objective
from timshel.planning.objective.rules.content import PREFIX

__all__ = [
    "MANAGE",
    "VIEW",
    "known",
    "may_manage",
    "may_read",
    "may_see",
    "objective_to_change",
    "objective_to_read",
    "require_manage",
]

MANAGE = "objective.manage"


def may_manage(actor: Actor) -> bool:
    """Tell whether the actor may set objectives and say how they ended."""
    return actor.scope(MANAGE).everywhere


def require_manage(actor: Actor) -> None:
    """Refuse unless the actor may set objectives.

    Raises:
        NotAllowed: the right is missing.
    """
    if not may_manage(actor):
        raise NotAllowed


def may_see(number: str, *, actor: Actor) -> bool:
    """Tell whether the actor may see an objective; the twin of ``visible_to``."""
    return Objective.objects.visible_to(actor).filter(pk=key_of(PREFIX, number)).exists()


def may_read(row: Objective, *, actor: Actor) -> bool:
    """Tell whether the actor may record what is read of it: its owner and whoever sets them."""
    is_own = actor.person_id is not None and row.owner_id == actor.person_id
    return is_own or may_manage(actor)


def known(number: str, *, actor: Actor) -> Objective:
    """Return an objective that the actor may see, with its people and what it serves.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    rows = Objective.objects.visible_to(actor).select_related("owner", "parent")
    found = rows.filter(pk=key_of(PREFIX, number)).first()
    if found is None:
        raise NotFound
    return found


def objective_to_change(number: str, *, actor: Actor) -> Objective:
    """Return an objective, locked, that the actor may change.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: they may see it only.
    """
    row = _locked(number, actor=actor)
    require_manage(actor)
    return row


def objective_to_read(number: str, *, actor: Actor) -> Objective:
    """Return an objective, locked, of which the actor may record readings.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: they may see it only.
    """
    row = _locked(number, actor=actor)
    if not may_read(row, actor=actor):
        raise NotAllowed
    return row


def _locked(number: str, *, actor: Actor) -> Objective:
    key = known(number, actor=actor).pk
    rows = Objective.objects.select_for_update(of=("self",)).select_related("owner", "parent")
    return rows.get(pk=key)
