"""Who reads report cards, who says what is done about a broken promise, whose subscription it is.

Report cards are for whoever may see agreements; their figures are counted over the work that the
reader may see.
"""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.operation.work import access as work
from timshel.operation.work.models import WorkItem
from timshel.performance_evaluation.reporting.models import ReportSubscription
from timshel.relationship_agreement.service_level.access import require_view

REMEDIATE = "reporting.remediate"


def require_cards(actor: Actor) -> None:
    """Refuse unless the actor may read report cards.

    Raises:
        NotAllowed: the right to see agreements is missing.
    """
    require_view(actor)


def require_remediate(number: str, *, actor: Actor) -> WorkItem:
    """Return a case, locked for writing, about whose promises the actor may say what is done.

    Raises:
        NotFound: it does not exist or the actor may not know that it does.
        NotAllowed: the right is missing.
    """
    return work.require(number, REMEDIATE, actor=actor)


def require_own_subscription(subscription_id: int, *, actor: Actor) -> ReportSubscription:
    """Return a subscription of the actor's, locked for writing.

    Raises:
        NotFound: there is none, or it is somebody else's.
        NotAllowed: the actor is no person.
    """
    if actor.person_id is None:
        raise NotAllowed
    own = ReportSubscription.objects.select_for_update().filter(person=actor.person_id)
    found = own.filter(pk=subscription_id).first()
    if found is None:
        raise NotFound
    return found
