"""Something that happened outside, which a request's process may wait for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, WrongState
from timshel.kernel.text import is_plain
from timshel.operation.process.actions import send_message
from timshel.operation.work.actions import change_work_item, check_text
from timshel.resolution_fulfilment.service_request.access import WORK, require
from timshel.resolution_fulfilment.service_request.actions.stages import hold


@transaction.atomic
def deliver_event(
    number: str, *, name: str, values: Mapping[str, Any], actor: Actor, at: datetime
) -> None:
    """Let what a request's process waits for arrive.

    Args:
        number: the request.
        name: of the message or event, as the diagram names it.
        values: plain values that came with it.
        actor: a helper, or a program that acts for one.
        at: when.

    Raises:
        Invalid: these are no plain values.
        WrongState: nothing waits for it.
        NotAllowed, NotFound: as they say.
    """
    if not is_plain(values):
        raise Invalid({"values": [_("These values cannot be kept.")]})
    hold(number)
    item = require(number, WORK, actor=actor)
    check_text(name, field="name", longest=200)
    also = {"event": (None, name)}
    change_work_item(
        item, verb="service_request.event_arrived", values={}, also=also, actor=actor, at=at
    )
    if not send_message(name, work_item_id=item.pk, values=values, actor=actor, at=at):
        raise WrongState(_("Nothing waits for this."))
