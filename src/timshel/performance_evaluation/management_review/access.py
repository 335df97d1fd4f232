"""Who sees management reviews, and who prepares and closes them."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.record_numbers import key_of
from timshel.performance_evaluation.management_review.models import ManagementReview
from timshel.performance_evaluation.management_review.rules import MANAGE, PREFIX, VIEW

__all__ = ["MANAGE", "VIEW"]


def may_manage(actor: Actor) -> bool:
    """Tell whether the actor plans, prepares and closes reviews."""
    return actor.scope(MANAGE).everywhere


def require_manage(actor: Actor) -> None:
    """Refuse unless the actor plans, prepares and closes reviews.

    Raises:
        NotAllowed: the right is missing.
    """
    if not may_manage(actor):
        raise NotAllowed


def require_entry(actor: Actor) -> None:
    """Refuse unless the actor may see all reviews, or is invited to one.

    Raises:
        NotAllowed: neither.
    """
    everywhere = actor.scope(VIEW).everywhere or actor.scope(MANAGE).everywhere
    if not everywhere and not ManagementReview.objects.visible_to(actor).exists():
        raise NotAllowed


def known(number: str, *, actor: Actor) -> ManagementReview:
    """Return a review that the actor may see, with its meeting.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    rows = ManagementReview.objects.visible_to(actor)
    rows = rows.select_related("meeting__board", "meeting__chair")
    row = rows.filter(pk=key_of(PREFIX, number)).first()
    if row is None:
        raise NotFound
    return row


def may_see(number: str, *, actor: Actor) -> bool:
    """Tell whether the actor may see a review; the twin of ``visible_to``."""
    rows = ManagementReview.objects.visible_to(actor)
    return rows.filter(pk=key_of(PREFIX, number)).exists()


def review_to_manage(number: str, *, actor: Actor) -> ManagementReview:
    """Return a review, locked, that the actor may manage.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    key = known(number, actor=actor).pk
    require_manage(actor)
    rows = ManagementReview.objects.select_for_update(of=("self",))
    return rows.select_related("meeting").get(pk=key)
