"""The rights around resources, and finding one with its right in one call."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.record_numbers import key_of
from timshel.support.resource.models import VIEW, Resource
from timshel.support.resource.rules.content import PREFIX

__all__ = [
    "MANAGE",
    "VIEW",
    "known",
    "may_answer",
    "may_manage",
    "may_see",
    "require_manage",
    "require_view",
    "resource_to_answer",
    "resource_to_change",
]

MANAGE = "resource.manage"


def may_manage(actor: Actor) -> bool:
    """Tell whether the actor may keep resources."""
    return actor.scope(MANAGE).everywhere


def require_manage(actor: Actor) -> None:
    """Refuse unless the actor may keep resources.

    Raises:
        NotAllowed: the right is missing.
    """
    if not may_manage(actor):
        raise NotAllowed


def require_view(actor: Actor) -> None:
    """Refuse unless the actor may see all resources.

    Raises:
        NotAllowed: the right is missing.
    """
    if not actor.scope(VIEW).everywhere:
        raise NotAllowed


def may_see(number: str, *, actor: Actor) -> bool:
    """Tell whether the actor may see a resource; the twin of ``visible_to``."""
    return Resource.objects.visible_to(actor).filter(pk=key_of(PREFIX, number)).exists()


def may_answer(row: Resource, *, actor: Actor) -> bool:
    """Tell whether the actor may give its figures: whoever answers for it or keeps resources."""
    is_own = actor.person_id is not None and row.owner_id == actor.person_id
    return is_own or may_manage(actor)


def known(number: str, *, actor: Actor) -> Resource:
    """Return a resource that the actor may see, with its owner, team and role.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    rows = Resource.objects.visible_to(actor).select_related("owner", "team", "role")
    found = rows.filter(pk=key_of(PREFIX, number)).first()
    if found is None:
        raise NotFound
    return found


def resource_to_change(number: str, *, actor: Actor) -> Resource:
    """Return a resource, locked, that the actor may change.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: they may see it only.
    """
    row = _locked(number, actor=actor)
    require_manage(actor)
    return row


def resource_to_answer(number: str, *, actor: Actor) -> Resource:
    """Return a resource, locked, whose figures the actor may give.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: they may see it only.
    """
    row = _locked(number, actor=actor)
    if not may_answer(row, actor=actor):
        raise NotAllowed
    return row


def _locked(number: str, *, actor: Actor) -> Resource:
    key = known(number, actor=actor).pk
    rows = Resource.objects.select_for_update(of=("self",))
    return rows.select_related("owner", "team", "role").get(pk=key)
