"""The call during which a helper orders in the caller's name: what is sent is tied to it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import NotFound, WrongState
from timshel.operation.call.access import LOG
from timshel.operation.call.actions import link_call
from timshel.operation.call.queries import call_view

LONGEST_KEY = 18


@dataclass(frozen=True, slots=True)
class CallAsked:
    """A call that is about no work yet.

    Args:
        id: its key.
        channel: how the caller turned to the desk.
    """

    id: int
    channel: Channel

    @property
    def way(self) -> str:
        """What the address of another step says to keep to it."""
        return f"&call={self.id}"


def call_asked(request: TimshelRequest, *, requester_id: int | None) -> CallAsked | None:
    """Return the call that the address names, where it is the requester's and about nothing yet.

    Args:
        request: with the key of the call in its address.
        requester_id: for whom something is ordered; None for the reader.
    """
    key = request.GET.get("call", "")
    is_key = key.isascii() and key.isdigit() and len(key) <= LONGEST_KEY
    if not is_key or requester_id is None or not request.actor.may_somewhere(LOG):
        return None
    try:
        row = call_view(int(key), actor=request.actor)
    except NotFound:
        return None
    if row.caller_id != requester_id or row.work:
        return None
    return CallAsked(row.id, Channel(row.channel))


def tie(call: CallAsked, number: str, *, actor: Actor, at: datetime) -> None:
    """Say that a call was about what was just sent; what is sent stays sent where that fails.

    Args:
        call: from ``call_asked``.
        number: of the request.
        actor: who sent it.
        at: now.
    """
    # Somebody else may have tied the call to other work meanwhile.
    with suppress(NotFound, WrongState):
        link_call(call.id, work=number, actor=actor, at=at)
