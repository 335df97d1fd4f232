"""The rights to see and keep interested parties, and finding one with them in one call."""

from __future__ import annotations

from timshel.context.interested_parties.models import InterestedParty, Need
from timshel.context.interested_parties.rules import MANAGE, NEED_PREFIX, VIEW
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.record_numbers import key_of
from timshel.kernel.text import is_storable

__all__ = [
    "MANAGE",
    "VIEW",
    "known",
    "may_manage",
    "may_see",
    "need_to_change",
    "party_to_change",
    "require_manage",
]


def may_manage(actor: Actor) -> bool:
    """Tell whether the actor keeps interested parties."""
    return actor.may(MANAGE)


def may_see(actor: Actor) -> bool:
    """Tell whether the actor may see interested parties; the twin of ``visible_to``."""
    return actor.may_somewhere(VIEW) or actor.may_somewhere(MANAGE)


def require_manage(actor: Actor) -> None:
    """Refuse unless the actor keeps interested parties.

    Raises:
        NotAllowed: the right is missing, or holds in a part only.
    """
    if not may_manage(actor):
        raise NotAllowed


def known(code: str, *, actor: Actor) -> InterestedParty:
    """Return a party that the actor may see.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    if not is_storable(code):
        raise NotFound
    found = InterestedParty.objects.visible_to(actor).filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def party_to_change(code: str, *, actor: Actor) -> InterestedParty:
    """Return a party, locked, that the actor may change.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: the actor does not keep interested parties.
    """
    found = known(code, actor=actor)
    require_manage(actor)
    return InterestedParty.objects.select_for_update().get(pk=found.pk)


def need_to_change(number: str, *, actor: Actor) -> Need:
    """Return a need, locked, that the actor may change, with its party.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: the actor does not keep interested parties.
    """
    if not may_see(actor):
        raise NotFound
    needs = Need.objects.select_for_update(of=("self",)).select_related("party")
    found = needs.filter(pk=key_of(NEED_PREFIX, number)).first()
    if found is None:
        raise NotFound
    require_manage(actor)
    return found
