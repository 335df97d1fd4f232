"""The rights around planned communications, and finding one with its right in one call."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.record_numbers import key_of
from timshel.support.communication_plan.models import VIEW, Feedback, PlannedCommunication
from timshel.support.communication_plan.rules import PREFIX

__all__ = [
    "MANAGE",
    "VIEW",
    "feedback_to_settle",
    "heard",
    "known",
    "may_manage",
    "may_tell",
    "require_manage",
    "require_view",
]

MANAGE = "communication_plan.manage"


def may_manage(actor: Actor) -> bool:
    """Tell whether the actor may plan what is told."""
    return actor.scope(MANAGE).everywhere


def require_manage(actor: Actor) -> None:
    """Refuse unless the actor may plan what is told.

    Raises:
        NotAllowed: the right is missing.
    """
    if not may_manage(actor):
        raise NotAllowed


def require_view(actor: Actor) -> None:
    """Refuse unless the actor may see the whole plan.

    Raises:
        NotAllowed: the right is missing.
    """
    if not actor.scope(VIEW).everywhere:
        raise NotAllowed


def may_tell(row: PlannedCommunication, *, actor: Actor) -> bool:
    """Tell whether the actor may say that it was told, and answer: its owner and who plans."""
    is_own = actor.person_id is not None and row.owner_id == actor.person_id
    return is_own or may_manage(actor)


def known(number: str, *, actor: Actor) -> PlannedCommunication:
    """Return one that the actor may see, with its owner.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    rows = PlannedCommunication.objects.visible_to(actor).select_related("owner")
    found = rows.filter(pk=key_of(PREFIX, number)).first()
    if found is None:
        raise NotFound
    return found


def heard(number: str, *, actor: Actor) -> PlannedCommunication:
    """Return one that was told to everybody.

    Raises:
        NotFound: there is none, it was not told yet, or the reader is nobody.
    """
    rows = PlannedCommunication.objects.told_to_all()
    found = rows.filter(pk=key_of(PREFIX, number)).first()
    if found is None or actor.person_id is None:
        raise NotFound
    return found


def to_change(number: str, *, actor: Actor) -> PlannedCommunication:
    """Return one, locked, that the actor may change.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: they may see it only.
    """
    row = _locked(known(number, actor=actor).pk)
    require_manage(actor)
    return row


def to_tell(number: str, *, actor: Actor) -> PlannedCommunication:
    """Return one, locked, of which the actor may say what was told and what came back.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: they may see it only.
    """
    row = _locked(known(number, actor=actor).pk)
    if not may_tell(row, actor=actor):
        raise NotAllowed
    return row


def feedback_to_settle(number: str, *, feedback: int, actor: Actor) -> Feedback:
    """Return what came back to one, locked, that the actor may answer.

    Raises:
        NotFound: there is none, or the actor may not see it.
        NotAllowed: they may see it only.
    """
    row = to_tell(number, actor=actor)
    found = row.feedback.select_for_update(of=("self",)).filter(pk=feedback).first()
    if found is None:
        raise NotFound
    return found


def _locked(key: int) -> PlannedCommunication:
    rows = PlannedCommunication.objects.select_for_update(of=("self",)).select_related("owner")
    return rows.get(pk=key)
