"""The rights around indicators and scorecards, and finding one with its right in one call."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.record_numbers import key_of
from timshel.performance_evaluation.indicator.models import VIEW, Indicator, Scorecard
from timshel.performance_evaluation.indicator.rules import CARD_PREFIX, PREFIX

__all__ = [
    "MANAGE",
    "VIEW",
    "card_to_change",
    "indicator_to_change",
    "indicator_to_read",
    "known",
    "known_card",
    "may_manage",
    "may_read",
    "may_see",
    "require_manage",
]

MANAGE = "indicator.manage"


def may_manage(actor: Actor) -> bool:
    """Tell whether the actor may choose indicators and make scorecards."""
    return actor.scope(MANAGE).everywhere


def require_manage(actor: Actor) -> None:
    """Refuse unless the actor may choose indicators and make scorecards.

    Raises:
        NotAllowed: the right is missing.
    """
    if not may_manage(actor):
        raise NotAllowed


def may_see(number: str, *, actor: Actor) -> bool:
    """Tell whether the actor may see an indicator; the twin of ``visible_to``."""
    return Indicator.objects.visible_to(actor).filter(pk=key_of(PREFIX, number)).exists()


def may_read(row: Indicator, *, actor: Actor) -> bool:
    """Tell whether the actor may have it read: its owner and whoever chooses indicators."""
    is_own = actor.person_id is not None and row.owner_id == actor.person_id
    return is_own or may_manage(actor)


def known(number: str, *, actor: Actor) -> Indicator:
    """Return an indicator that the actor may see, with its owner.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    rows = Indicator.objects.visible_to(actor).select_related("owner")
    found = rows.filter(pk=key_of(PREFIX, number)).first()
    if found is None:
        raise NotFound
    return found


def indicator_to_change(number: str, *, actor: Actor) -> Indicator:
    """Return an indicator, locked, that the actor may change.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: they may see it only.
    """
    row = _locked(number, actor=actor)
    require_manage(actor)
    return row


def indicator_to_read(number: str, *, actor: Actor) -> Indicator:
    """Return an indicator, locked, that the actor may have read.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: they may see it only.
    """
    row = _locked(number, actor=actor)
    if not may_read(row, actor=actor):
        raise NotAllowed
    return row


def known_card(number: str, *, actor: Actor) -> Scorecard:
    """Return a scorecard that the actor may see, with its owner.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    rows = Scorecard.objects.visible_to(actor).select_related("owner")
    found = rows.filter(pk=key_of(CARD_PREFIX, number)).first()
    if found is None:
        raise NotFound
    return found


def card_to_change(number: str, *, actor: Actor) -> Scorecard:
    """Return a scorecard, locked, that the actor may change.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: they may see it only.
    """
    key = known_card(number, actor=actor).pk
    require_manage(actor)
    rows = Scorecard.objects.select_for_update(of=("self",)).select_related("owner")
    return rows.get(pk=key)


def _locked(number: str, *, actor: Actor) -> Indicator:
    key = known(number, actor=actor).pk
    rows = Indicator.objects.select_for_update(of=("self",)).select_related("owner")
    return rows.get(pk=key)
