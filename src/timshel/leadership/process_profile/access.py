"""The rights around what is said of processes, and finding one with its right in one call."""

from __future__ import annotations

from datetime import UTC, date, datetime

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.text import is_storable
from timshel.leadership.process_profile.models import VIEW, ProcessProfile
from timshel.leadership.responsibility.owning import process_owners

__all__ = [
    "MANAGE",
    "VIEW",
    "day_of",
    "known",
    "may_manage",
    "may_see",
    "profile_to_change",
    "profile_to_review",
    "require_manage",
]

MANAGE = "process_profile.manage"


def day_of(at: datetime) -> date:
    """Return the day of a moment by which reviews are counted."""
    return at.astimezone(UTC).date()


def may_manage(actor: Actor) -> bool:
    """Tell whether the actor may write what processes are for."""
    return actor.scope(MANAGE).everywhere


def require_manage(actor: Actor) -> None:
    """Refuse unless the actor may write what processes are for.

    Raises:
        NotAllowed: the right is missing.
    """
    if not may_manage(actor):
        raise NotAllowed


def may_see(code: str, *, actor: Actor, at: datetime) -> bool:
    """Tell whether the actor may see a process; the twin of ``visible_to``."""
    rows = ProcessProfile.objects.visible_to(actor, day=day_of(at))
    return is_storable(code) and rows.filter(code=code).exists()


def known(code: str, *, actor: Actor, at: datetime) -> ProcessProfile:
    """Return a process that the actor may see.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    rows = ProcessProfile.objects.visible_to(actor, day=day_of(at))
    found = rows.filter(code=code).first() if is_storable(code) else None
    if found is None:
        raise NotFound
    return found


def profile_to_change(code: str, *, actor: Actor, at: datetime) -> ProcessProfile:
    """Return a process, locked, of which the actor may write.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: they may see it only.
    """
    row = _locked(code, actor=actor, at=at)
    require_manage(actor)
    return row


def profile_to_review(code: str, *, actor: Actor, at: datetime) -> ProcessProfile:
    """Return a process, locked, that the actor may review: its owner, and whoever writes of it.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: they may see it only.
    """
    row = _locked(code, actor=actor, at=at)
    if may_manage(actor):
        return row
    owner = process_owners([code], actor=actor, at=at).get(code)
    if owner is None or not owner.is_held_by(actor.person_id):
        raise NotAllowed
    return row


def _locked(code: str, *, actor: Actor, at: datetime) -> ProcessProfile:
    key = known(code, actor=actor, at=at).pk
    return ProcessProfile.objects.select_for_update().get(pk=key)
