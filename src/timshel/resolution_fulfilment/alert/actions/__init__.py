"""Taking alerts in, making incidents of them, and keeping the sources and rules they come by."""

from timshel.resolution_fulfilment.alert.actions.forgetting import forget_alerts
from timshel.resolution_fulfilment.alert.actions.keeping import (
    RuleContent,
    SourceContent,
    change_source,
    create_source,
    drop_token,
    hand_over_reports,
    keep_rules,
    make_token,
)
from timshel.resolution_fulfilment.alert.actions.muting import unmute_due
from timshel.resolution_fulfilment.alert.actions.payloads import (
    dismiss_payload,
    forget_payloads,
    read_again,
)
from timshel.resolution_fulfilment.alert.actions.receiving import Received, receive_alerts
from timshel.resolution_fulfilment.alert.actions.settling import settle_due
from timshel.resolution_fulfilment.alert.actions.writing import REGION

__all__ = [
    "REGION",
    "Received",
    "RuleContent",
    "SourceContent",
    "change_source",
    "create_source",
    "dismiss_payload",
    "drop_token",
    "forget_alerts",
    "forget_payloads",
    "hand_over_reports",
    "keep_rules",
    "make_token",
    "read_again",
    "receive_alerts",
    "settle_due",
    "unmute_due",
]
