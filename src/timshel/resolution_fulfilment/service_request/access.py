"""The rights that requests ask for; who asked for something needs none of them for it."""

from __future__ import annotations

from functools import partial

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed
from timshel.operation.work import access as work
from timshel.resolution_fulfilment.service_request.states import Verb

KIND = "service_request"

ORDER = "request.order"
ORDER_FOR_OTHERS = "request.order_for_others"
WORK = "request.work"
ASSIGN = "request.assign"
CHANGE = "request.change"
CANCEL = "request.cancel"
STEER = "request.steer"

RIGHTS: dict[Verb, str] = {
    Verb.TAKE: WORK,
    Verb.ASSIGN: ASSIGN,
    Verb.REPLY: WORK,
    Verb.NOTE: WORK,
    Verb.WAIT: WORK,
    Verb.RESUME: WORK,
    Verb.FULFIL: WORK,
    Verb.REOPEN: WORK,
    Verb.CLOSE: WORK,
    Verb.CANCEL: CANCEL,
    Verb.CHANGE: CHANGE,
    Verb.STEER: STEER,
}

# Other work has numbers too: for a request's verbs it is not there.
find = partial(work.find, kind=KIND)
require = partial(work.require, kind=KIND)
require_own = partial(work.require_own, kind=KIND)


def require_order(actor: Actor, *, requester_id: int | None) -> None:
    """Refuse unless the actor may ask for something, for this person.

    Raises:
        NotAllowed: the right is missing.
    """
    is_own = requester_id in (None, actor.person_id)
    if not actor.may_somewhere(ORDER if is_own else ORDER_FOR_OTHERS):
        raise NotAllowed
