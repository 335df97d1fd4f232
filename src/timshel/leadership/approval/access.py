"""Who may see, answer and keep approvals, and finding and locking one in one call.

Everybody may hold a seat; answering asks for the right that everybody has, so that a token of the
API can be kept from it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.leadership.approval import outcomes
from timshel.leadership.approval.models import Approval, Delegation, Seat
from timshel.leadership.approval.rules import DECIDE, MANAGE, manages, sight

__all__ = [
    "DECIDE",
    "MANAGE",
    "approval_to_change",
    "is_barred",
    "manages_approval",
    "may_view",
    "principals_of",
    "require_delegate",
    "require_manage",
    "require_person",
]


def require_person(actor: Actor, permission: str = DECIDE) -> int:
    """Return the key of the person who acts, and refuse whoever is none or lacks a right.

    Raises:
        NotAllowed: it is not a person, or the right is missing.
    """
    if actor.person_id is None or not actor.may_somewhere(permission):
        raise NotAllowed
    return actor.person_id


def require_manage(approval: Approval, *, actor: Actor) -> None:
    """Refuse unless the actor manages an approval.

    Raises:
        NotAllowed: the right is missing, or holds elsewhere only.
    """
    if not manages_approval(approval, actor=actor):
        raise NotAllowed


def manages_approval(approval: Approval, *, actor: Actor) -> bool:
    """Tell whether the actor manages an approval, which was read with its requester."""
    return manages(actor, requester_unit_id=approval.requester.unit_id)


def require_delegate(person_id: int, *, unit_id: int | None, actor: Actor) -> None:
    """Refuse unless the actor may say who stands in for a person: themselves, or by managing.

    Raises:
        NotAllowed: it is somebody else's absence, and the right is missing.
    """
    require_person(actor)
    if actor.person_id != person_id and not manages(actor, requester_unit_id=unit_id):
        raise NotAllowed


def is_barred(approval: Approval, person_id: int) -> bool:
    """Tell whether a request is a person's own, so that they do not decide on it."""
    return person_id in (approval.requester_id, approval.asked_by_id)


def principals_of(person_id: int, *, at: datetime) -> frozenset[int]:
    """Return the keys of those in whose place a person decides at a moment, in one query."""
    running = Delegation.objects.running(at).filter(substitute=person_id)
    return frozenset(running.values_list("person_id", flat=True))


def may_view(
    approval: Approval, seats: Collection[Seat], *, principals: Collection[int], actor: Actor
) -> bool:
    """Tell whether an actor may see an approval; the twin of ``visible_to``.

    Args:
        approval: read with its requester.
        seats: all of it.
        principals: in whose place the actor decides at the moment, from :func:`principals_of`.
        actor: who asks.
    """
    seen = sight(actor)
    if seen.everything or approval.requester.unit_id in seen.units:
        return True
    if seen.person_id is None:
        return False
    if is_barred(approval, seen.person_id):
        return True
    return any(
        seat.person_id == seen.person_id
        or seat.decided_by_id == seen.person_id
        or seat.person_id in principals
        for seat in seats
    )


def approval_to_change(approval_id: int, *, actor: Actor, at: datetime) -> Approval:
    """Return an approval that the actor sees, locked, after the work that it is about.

    Raises:
        NotFound: there is none, or the actor may not know that there is.
    """
    visible = Approval.objects.visible_to(actor, at=at).filter(pk=approval_id)
    work_item_id = visible.values_list("work_item_id", flat=True).first()
    if work_item_id is None:
        raise NotFound
    return locked(approval_id, work_item_id=work_item_id)


def locked(approval_id: int, *, work_item_id: int) -> Approval:
    """Return an approval, locked after the work that it is about; nobody's rights are asked."""
    outcomes.hold(work_item_id)
    approvals = Approval.objects.select_for_update(of=("self",), no_key=True)
    return approvals.select_related("requester").get(pk=approval_id)
