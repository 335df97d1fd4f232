"""What can be done with webhooks."""

from timshel.support.webhook.actions.keeping import (
    WebhookMade,
    WebhookWanted,
    change_webhook,
    create_webhook,
    delete_webhook,
    pause_webhook,
    resume_webhook,
    rotate_secret,
    stop_of_leaver,
)
from timshel.support.webhook.actions.replaying import (
    replay_delivery,
    replay_failed,
    try_webhook,
)
from timshel.support.webhook.actions.sending import Heard, announce_due, deliver_due, forget_old
from timshel.support.webhook.actions.spreading import send_event, spread_event

__all__ = [
    "Heard",
    "WebhookMade",
    "WebhookWanted",
    "announce_due",
    "change_webhook",
    "create_webhook",
    "delete_webhook",
    "deliver_due",
    "forget_old",
    "pause_webhook",
    "replay_delivery",
    "replay_failed",
    "resume_webhook",
    "rotate_secret",
    "send_event",
    "spread_event",
    "stop_of_leaver",
    "try_webhook",
]
