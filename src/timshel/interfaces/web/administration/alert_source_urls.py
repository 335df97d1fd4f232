"""The addresses of the sources of alerts."""

from __future__ import annotations

from functools import partial

from timshel.interfaces.web.administration import alert_sources
from timshel.interfaces.web.entrance import guarded_path
from timshel.resolution_fulfilment.alert.access import MANAGE

path = partial(guarded_path, permissions=(MANAGE,))
ONE = "alert-sources/<str:code>"

ALERT_PATHS = [
    path("alert-sources", alert_sources.sources, name="alert-sources"),
    path("new-alert-source", alert_sources.new_source, name="alert-source-new"),
    path(ONE, alert_sources.source, name="alert-source"),
    path(f"{ONE}/token", alert_sources.token, name="alert-source-token"),
    path(f"{ONE}/rules/new", alert_sources.rule, name="alert-rule-new"),
    path(f"{ONE}/rules/<int:place>", alert_sources.rule, name="alert-rule"),
    path(f"{ONE}/rules/<int:place>/move", alert_sources.rule_deed, name="alert-rule-move"),
    path(f"{ONE}/refused/<int:payload_id>", alert_sources.payload, name="alert-payload"),
]
