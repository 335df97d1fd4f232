"""What can be done about the status page."""

from timshel.resolution_fulfilment.status.actions.keeping import (
    PastTrouble,
    recall_trouble,
    set_status,
)
from timshel.resolution_fulfilment.status.actions.refreshing import refresh_status
from timshel.resolution_fulfilment.status.actions.subscribing import (
    Throttled,
    ask_by_mail,
    confirm_by_mail,
    end_by_mail,
    forget_unconfirmed,
    subscribe_status,
    unsubscribe_status,
)

__all__ = [
    "PastTrouble",
    "Throttled",
    "ask_by_mail",
    "confirm_by_mail",
    "end_by_mail",
    "forget_unconfirmed",
    "recall_trouble",
    "refresh_status",
    "set_status",
    "subscribe_status",
    "unsubscribe_status",
]
