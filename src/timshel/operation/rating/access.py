"""The right to say what came of a rating; who asked for work rates it without one."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.operation.rating.models import Rating
from timshel.operation.work.access import require
from timshel.operation.work.models import WorkItem

ANSWER = "rating.answer"


def require_answer(number: str, *, actor: Actor) -> tuple[WorkItem, Rating]:
    """Return rated work, locked, of whose rating the actor may say what came of it.

    Raises:
        NotFound: it is not there for the actor, or was not rated.
        NotAllowed: the actor sees it but lacks the right.
    """
    item = require(number, ANSWER, actor=actor)
    rating = Rating.objects.filter(work_item=item).first()
    if rating is None:
        raise NotFound
    return item, rating
