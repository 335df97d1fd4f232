"""What can be done with requests (clause 8.6.2)."""

from __future__ import annotations

from timshel.resolution_fulfilment.service_request.actions.asking import ask_from_task
from timshel.resolution_fulfilment.service_request.actions.assignment import (
    assign_request,
    take_request,
)
from timshel.resolution_fulfilment.service_request.actions.changing import (
    Changed,
    change_request,
)
from timshel.resolution_fulfilment.service_request.actions.conversation import (
    note_on_request,
    reply_to_request,
)
from timshel.resolution_fulfilment.service_request.actions.drafts import (
    Typed,
    discard_request_draft,
    save_request_draft,
)
from timshel.resolution_fulfilment.service_request.actions.events import deliver_event
from timshel.resolution_fulfilment.service_request.actions.opening import Order, order
from timshel.resolution_fulfilment.service_request.actions.stages import (
    cancel_request,
    close_due_requests,
    close_request,
    confirm_request,
    fulfil_request,
    reopen_request,
    resume_request,
    wait_request,
    withdraw_request,
)

__all__ = [
    "Changed",
    "Order",
    "Typed",
    "ask_from_task",
    "assign_request",
    "cancel_request",
    "change_request",
    "close_due_requests",
    "close_request",
    "confirm_request",
    "deliver_event",
    "discard_request_draft",
    "fulfil_request",
    "note_on_request",
    "order",
    "reopen_request",
    "reply_to_request",
    "resume_request",
    "save_request_draft",
    "take_request",
    "wait_request",
    "withdraw_request",
]
