"""What can be done: tell, send what waited for its time, read, choose."""

from __future__ import annotations

from timshel.support.notification.actions.choosing import (
    HabitWish,
    add_device,
    choose,
    remove_device,
    set_habit,
    try_out,
)
from timshel.support.notification.actions.mailing import send_due_mails
from timshel.support.notification.actions.pushing import (
    PushFailed,
    PushService,
    PushTarget,
    SubscriptionGone,
    push_due,
    push_to,
)
from timshel.support.notification.actions.reading import (
    forget_notices,
    mark_all_read,
    mark_read,
    mark_record_read,
    mark_seen,
    settle_record,
)
from timshel.support.notification.actions.reminding import remind
from timshel.support.notification.actions.telling import Letter, News, notify

__all__ = [
    "HabitWish",
    "Letter",
    "News",
    "PushFailed",
    "PushService",
    "PushTarget",
    "SubscriptionGone",
    "add_device",
    "choose",
    "forget_notices",
    "mark_all_read",
    "mark_read",
    "mark_record_read",
    "mark_seen",
    "notify",
    "push_due",
    "push_to",
    "remind",
    "remove_device",
    "send_due_mails",
    "set_habit",
    "settle_record",
    "try_out",
]
