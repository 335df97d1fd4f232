"""The rights that calls ask for, and finding one with the right in one call."""

from __future__ import annotations

from timshel.context.organization.access import MANAGE
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.operation.call.models import Call, CallBack
from timshel.operation.call.rules import VIEW

LOG = "call.log"
RECORD = "call.record"
MEASURE = "call.measure"
MEASURE_PEOPLE = "call.measure_people"

__all__ = [
    "LOG",
    "MANAGE",
    "MEASURE",
    "MEASURE_PEOPLE",
    "RECORD",
    "VIEW",
    "call_back_to_change",
    "call_to_log",
    "require_log",
    "require_manage",
    "require_measure",
    "require_record",
    "require_view",
]


def require_log(actor: Actor) -> None:
    """Refuse unless the actor may write down calls and promise call-backs.

    Raises:
        NotAllowed: the right is missing, or no person acts.
    """
    if not actor.may_somewhere(LOG):
        raise NotAllowed


def require_view(actor: Actor) -> None:
    """Refuse unless the actor may see calls somewhere, or writes them down.

    Raises:
        NotAllowed: neither right is there.
    """
    if not actor.may_somewhere(VIEW) and not actor.may_somewhere(LOG):
        raise NotAllowed


def require_measure(actor: Actor) -> None:
    """Refuse unless the actor may see how calls are answered somewhere.

    Raises:
        NotAllowed: the right is missing altogether.
    """
    if not actor.may_somewhere(MEASURE):
        raise NotAllowed


def require_record(actor: Actor) -> None:
    """Refuse unless the actor may tell of calls, as a telephone system does.

    Raises:
        NotAllowed: the right is missing, or holds in a part only.
    """
    if not actor.scope(RECORD).everywhere:
        raise NotAllowed


def require_manage(actor: Actor) -> None:
    """Refuse unless the actor may keep lines and templates.

    Raises:
        NotAllowed: the right is missing, or holds in a part only.
    """
    if not actor.scope(MANAGE).everywhere:
        raise NotAllowed


def call_to_log(call_id: int, *, actor: Actor) -> Call:
    """Return a call, locked, that the actor may write down.

    Raises:
        NotAllowed: the actor writes down no calls.
        NotFound: there is none, or the actor may not see it.
    """
    require_log(actor)
    seen = Call.objects.visible_to(actor).filter(pk=call_id).values("pk")
    call = Call.objects.select_for_update(of=("self",)).filter(pk__in=seen).first()
    if call is None:
        raise NotFound
    return call


def call_back_to_change(call_back_id: int, *, actor: Actor) -> CallBack:
    """Return a call-back, locked, that the actor may finish or move.

    Raises:
        NotAllowed: the actor writes down no calls.
        NotFound: there is none, or the actor may not see it.
    """
    require_log(actor)
    seen = CallBack.objects.visible_to(actor).filter(pk=call_back_id).values("pk")
    call_back = CallBack.objects.select_for_update(of=("self",)).filter(pk__in=seen).first()
    if call_back is None:
        raise NotFound
    return call_back
