"""The addresses of webhooks."""

from __future__ import annotations

from timshel.interfaces.web.administration import webhooks
from timshel.interfaces.web.entrance import guarded_path as path
from timshel.support.webhook.access import MANAGE

KEEP = (MANAGE,)
ONE = "webhooks/<int:key>"

WEBHOOK_PATHS = [
    path("webhooks", webhooks.webhooks, name="webhooks", permissions=KEEP),
    path("webhooks/events", webhooks.webhook_events, name="webhook-events", permissions=KEEP),
    path("webhooks/new", webhooks.new_webhook, name="webhook-new", permissions=KEEP),
    path("webhooks/check", webhooks.check_condition, name="webhook-check", permissions=KEEP),
    path(ONE, webhooks.webhook, name="webhook", permissions=KEEP),
    path(f"{ONE}/change", webhooks.change_webhook, name="webhook-change", permissions=KEEP),
    path(
        f"{ONE}/events/<slug:event_id>",
        webhooks.webhook_delivery,
        name="webhook-delivery",
        permissions=KEEP,
    ),
    path(
        f"{ONE}/events/<slug:event_id>/replay",
        webhooks.replay_delivery,
        name="webhook-delivery-replay",
        permissions=KEEP,
    ),
    path(f"{ONE}/do/<slug:verb>", webhooks.act_on_webhook, name="webhook-do", permissions=KEEP),
]
