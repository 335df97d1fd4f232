"""What the requester thinks of it, in one click, with a word if there is one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, WrongState
from timshel.kernel.events import publish
from timshel.operation.work.actions import change_work_item, check_text
from timshel.operation.work.states import Stage
from timshel.resolution_fulfilment.service_request import rules
from timshel.resolution_fulfilment.service_request.access import require_own
from timshel.resolution_fulfilment.service_request.events import RequestRated
from timshel.resolution_fulfilment.service_request.models import ServiceRequest
from timshel.resolution_fulfilment.service_request.states import Verb, stage_allows


@transaction.atomic
def rate_request(
    number: str, *, rating: int, comment: str = "", actor: Actor, at: datetime
) -> RequestRated:
    """Say how a delivered request was; a later word replaces an earlier one.

    Args:
        number: the request.
        rating: 1 (poor) to 5 (very good).
        comment: in the requester's own words.
        actor: the requester, or who asked for them.
        at: when.

    Raises:
        Invalid: that is no rating.
        WrongState: it is not delivered, or was finished too long ago.
        NotAllowed, NotFound: it is somebody else's, or not there.
    """
    item = require_own(number, actor=actor)
    if rating not in rules.RATINGS:
        raise Invalid({"rating": [_("Please choose one of the choices.")]})
    check_text(comment, field="comment", longest=5_000)
    if not stage_allows(Stage(item.stage), Verb.RATE) or not rules.within(
        rules.RATE_WINDOW, item.resolved_at, at=at
    ):
        raise WrongState
    request = ServiceRequest.objects.get(pk=item.pk)
    also = {
        "rating": (request.rating, rating),
        "rating_comment": (request.rating_comment, comment.strip()),
    }
    request.rating, request.rating_comment, request.rated_at = rating, comment.strip(), at
    request.save(update_fields=["rating", "rating_comment", "rated_at"])
    change_work_item(item, verb="service_request.rated", values={}, also=also, actor=actor, at=at)
    event = RequestRated(item.pk, item.number, at, actor.person_id, rating)
    publish(event)
    return event
