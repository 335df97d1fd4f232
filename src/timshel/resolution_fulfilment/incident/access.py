"""The rights that incidents ask for; a requester's own case needs none of them."""

from functools import partial

from timshel.kernel.actor import Actor
from timshel.operation.work import access as work
from timshel.operation.work.models import WorkItem
from timshel.operation.work.rules import covers
from timshel.resolution_fulfilment.incident.states import KIND, Verb

# Other work has numbers too: for an incident's verbs it is not there.
find = partial(work.find, kind=KIND)
lock = partial(work.lock, kind=KIND)
require = partial(work.require, kind=KIND)
require_own = partial(work.require_own, kind=KIND)

REPORT = "incident.report"
REPORT_FOR_OTHERS = "incident.report_for_others"
WORK = "incident.work"
ASSIGN = "incident.assign"
CHANGE = "incident.change"
OVERRIDE_PRIORITY = "incident.override_priority"
RESOLVE = "incident.resolve"
CANCEL = "incident.cancel"
REOPEN_CLOSED = "incident.reopen_closed"

RIGHTS: dict[Verb, str] = {
    Verb.TAKE: WORK,
    Verb.START: WORK,
    Verb.ASSIGN: ASSIGN,
    Verb.ESCALATE: ASSIGN,
    Verb.REPLY: WORK,
    Verb.NOTE: WORK,
    Verb.WAIT: WORK,
    Verb.RESUME: WORK,
    Verb.RESOLVE: RESOLVE,
    Verb.REOPEN: WORK,
    Verb.CLOSE: RESOLVE,
    Verb.CANCEL: CANCEL,
    Verb.CHANGE: CHANGE,
}


def may_merge(item: WorkItem, *, actor: Actor) -> bool:
    """Tell whether somebody may end an incident by merging it, or undo that."""
    return covers(actor, RESOLVE, item) and covers(actor, WORK, item)
