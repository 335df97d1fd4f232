"""Jobs that fetch mail, and take up what arrived: each message once, and again if that failed."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import UTC, datetime

from django.db import transaction
from django.utils.translation import gettext_noop
from procrastinate.exceptions import AlreadyEnqueued

from timshel.interfaces.mail import receiving, routing
from timshel.interfaces.worker.errands import stopping
from timshel.interfaces.worker.jobs import job, sweep
from timshel.kernel.actor import Channel, system_actor
from timshel.kernel.advisory_lock import held_alone
from timshel.leadership.authority.queries import people_with
from timshel.support.communication import actions as communication
from timshel.support.communication import queries
from timshel.support.communication.access import KEEP_MAILBOXES
from timshel.support.notification.actions import News, notify
from timshel.support.notification.records import About
from timshel.support.notification.topics import Topic

logger = logging.getLogger("timshel.mail")

PAGE = "mailboxes"
ROUTING_LOCKS = 7_302_011 << 32  # a range of advisory locks, one for each message
BATCH = 200


@job("mail.poll", queue="mail", is_repeated=False)
def poll_mailbox(mailbox_id: int, *, at: datetime) -> None:  # noqa: ARG001 - each step has its own
    """Take the mail of one mailbox; if that fails, the sweep comes back when it is due."""
    receiving.poll_mailbox(mailbox_id, should_stop=stopping.is_set)


@job("mail.try", queue="mail", is_repeated=False)
def try_mailbox(mailbox_id: int, *, at: datetime) -> None:  # noqa: ARG001 - each step has its own
    """Find out whether a mailbox can be reached, for somebody who waits for the answer."""
    receiving.try_mailbox(mailbox_id)


@job("mail.tell_trouble", queue="notices")
def tell_trouble(mailbox_id: int, happened_at: str, *, at: datetime) -> None:
    """Tell those who keep mailboxes of one that cannot be reached, unless it can again."""
    rows = queries.mailbox_list(actor=system_actor(gettext_noop("Taking up mail")))
    row = next((each for each in rows if each.id == mailbox_id and each.trouble), None)
    if row is None:
        return
    news = News(
        topic=Topic.MAILBOX_TROUBLED,
        key=f"mailbox/{mailbox_id}/{happened_at}",
        people=people_with(KEEP_MAILBOXES),
        about=About(PAGE),
        parts={"title": row.name, "excerpt": row.last_error or str(row.trouble)},
    )
    notify(news, at=at)


@sweep("mail.poll_due", cron="* * * * * */20")
def poll_due(*, at: datetime) -> None:
    """Have the mail taken of each mailbox that is due, one job for each."""
    for mailbox_id in queries.mailboxes_due(at=at):
        waiting_once = poll_mailbox.configure(queueing_lock=f"mailbox:{mailbox_id}")
        with suppress(AlreadyEnqueued), transaction.atomic():
            waiting_once.defer(mailbox_id=mailbox_id)


@job("mail.route", queue="mail", is_repeated=False)
def route_message(message_id: int, *, at: datetime) -> None:
    """Take up one message; if that fails now, the sweep goes on with it."""
    take_up(message_id, at=at)


@sweep("mail.route_arrived", cron="* * * * *")
def route_arrived(*, at: datetime) -> None:
    """Take up what waits for another attempt, and whatever a job left behind."""
    for message_id in queries.left_arrived(at=at, limit=BATCH):
        take_up(message_id, is_left_behind=True, at=datetime.now(UTC))


def take_up(message_id: int, *, is_left_behind: bool = False, at: datetime) -> None:
    """Route a message that only arrived, unless somebody else is at it.

    Whatever goes wrong is written down with the message, which is tried again and held at last:
    no message ends with its job, and none keeps the others waiting.

    Args:
        message_id: its key.
        is_left_behind: it was tried before, perhaps by a process that it ended: this attempt is
            counted before it is made.
        at: when.
    """
    actor = system_actor(gettext_noop("Taking up mail"), Channel.MAIL)
    with held_alone(ROUTING_LOCKS, message_id) as is_ours:
        if not is_ours:
            return
        if is_left_behind and not communication.note_attempt(message_id, actor=actor, at=at):
            return
        try:
            routing.route(message_id, at=at)
        except Exception as fault:
            logger.exception("Message %s could not be taken up", message_id)
            communication.note_failure(
                message_id, error=repr(fault), is_counted=is_left_behind, actor=actor, at=at
            )
