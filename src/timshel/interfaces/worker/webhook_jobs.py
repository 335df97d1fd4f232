"""Sending events to other systems: who is told, delivering, attempts that are due, what is old."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from timshel.interfaces.worker.jobs import job, sweep
from timshel.kernel import outside
from timshel.support.webhook import actions
from timshel.support.webhook.actions import telling
from timshel.support.webhook.actions.sending import BATCH
from timshel.support.webhook.events import EventSent

BOUNDS = outside.Bounds(seconds=15, answer=8_000)
WITHIN = timedelta(seconds=20)  # what is still due then is left to the next look


def post(address: str, /, *, headers: Mapping[str, str], body: bytes) -> actions.Heard:
    """Post an event to a receiver and return what came of it."""
    began = time.monotonic()
    status, answer, trouble, wait = None, "", "", ""
    try:
        heard = outside.call(address, outside.Call(headers=headers, body=body), bounds=BOUNDS)
    except outside.NotReached as refusal:
        trouble = str(refusal)
    else:
        status, wait = heard.status, heard.header("Retry-After")
        answer = heard.body.decode("utf-8", "replace").replace("\0", "")
    took = timedelta(seconds=time.monotonic() - began)
    return actions.Heard(status, answer, trouble.replace("\0", ""), wait, took)


@job("webhook.spread", queue="webhooks")
def spread(
    event_id: str, kind: str, about: dict[str, Any], happened_at: str, *, at: datetime
) -> None:
    """Make the deliveries of an event."""
    moment = datetime.fromisoformat(happened_at)
    actions.spread_event(EventSent(event_id, kind, about, moment), at=at)


@job("webhook.deliver", queue="webhooks", is_repeated=False)
def deliver(subscription_id: int, *, at: datetime) -> None:
    """Deliver what is due for one webhook; what fails is taken up by the sweep."""
    actions.deliver_due(subscription_id, posting=post, at=at, within=WITHIN)


@job("webhook.tell_stopped", queue="notices")
def tell_stopped(subscription_id: int, happened_at: str, *, at: datetime) -> None:
    """Tell the owner of a webhook that it was paused."""
    moment = datetime.fromisoformat(happened_at)
    telling.tell_stopped(subscription_id, happened_at=moment, at=at)


@sweep("webhook.deliver_due", cron="* * * * * */10")
def deliver_due(*, at: datetime) -> None:
    """Have further attempts made, and whatever a killed worker left behind taken up."""
    actions.announce_due(at=at)


@sweep("webhook.forget", cron="51 2 * * *")
def forget(*, at: datetime) -> None:
    """Remove deliveries that were kept long enough, until there is none."""
    while actions.forget_old(at=at) == BATCH:
        pass
