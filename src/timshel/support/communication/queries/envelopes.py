"""In whose name a message leaves, what it answers, and where reports about it come back."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.db.models.functions import Lower

from timshel.support.communication import rules
from timshel.support.communication.models import (
    Mailbox,
    OutgoingMessage,
    Sender,
    ThreadReference,
)
from timshel.support.communication.queries.mailboxes import plain_address
from timshel.support.communication.states import MessageState


@dataclass(frozen=True, slots=True)
class From:
    """Who writes, and where answers come, each as ``Service desk <desk@example.org>``."""

    mailbox: str
    reply_to: str


def identity_of(thread: str, name: str) -> str:
    """Return the Message-ID of a message of ours in a thread."""
    return rules.identity(thread, name, domain=settings.MAIL_DOMAIN, key=settings.SECRET_KEY)


def sender_of(message_id: int) -> str:
    """Return the sender of a message's envelope; nothing where that is switched off."""
    if not settings.MAIL_BOUNCES:
        return ""
    return rules.envelope_sender(
        message_id,
        local_part=settings.MAIL_BOUNCES,
        domain=settings.MAIL_DOMAIN,
        key=settings.SECRET_KEY,
    )


def is_own_address(address: str) -> bool:
    """Tell whether mail from an address came from us, in one query at most.

    Ours are the addresses that we write from, those of teams too, and those of our mailboxes.
    """
    plain = plain_address(address)
    stated = (settings.MAIL_SENDER, settings.MAIL_REPLY_TO)
    if plain in {plain_address(parseaddr(each)[1]) for each in stated if each}:
        return True
    mailboxes, senders = (
        model.objects.annotate(plain=Lower("address")).filter(plain=plain).values("pk")
        for model in (Mailbox, Sender)
    )
    return bool(plain) and mailboxes.union(senders, all=True).exists()


def sender_for(team_id: int | None) -> From:
    """Return in whose name the mail of a team leaves, in two queries at most.

    Answers always come to a mailbox that we read: the one that was chosen, or else the team's, or
    else the installation's.

    Args:
        team_id: the team; None for mail of the installation.
    """
    own = settings.MAIL_SENDER
    fallback = settings.MAIL_REPLY_TO or own
    if team_id is None:
        return From(own, fallback)
    row = Sender.objects.select_related("mailbox").filter(team=team_id).first()
    name, address = (row.name, row.address) if row else parseaddr(own)
    if row is not None and row.mailbox is not None and row.mailbox.is_active:
        answers = row.mailbox.address
    else:
        found = Mailbox.objects.filter(team=team_id, is_active=True).order_by("pk")
        answers = found.values_list("address", flat=True).first() or parseaddr(fallback)[1]
    return From(formataddr((name, address)), formataddr((name, answers)))


def references_of(message: OutgoingMessage) -> tuple[str, ...]:
    """Return the root of the thread, and what its recipient last got or wrote in it.

    The root is never sent; it is the same for every message of the thread, which is what lets
    mail programs show them together even if one was deleted. A message that still waits is
    passed over: the recipient does not know it yet.
    """
    sent = OutgoingMessage.objects.filter(
        thread=message.thread, address=message.address, state=MessageState.SENT
    )
    ours = sent.order_by("-sent_at", "-pk").values_list("sent_at", "message_id").first()
    written = ThreadReference.objects.filter(thread=message.thread, address=message.address.lower())
    theirs = written.order_by("-at", "-pk").values_list("at", "message_id").first()
    known = sorted(((at, text) for at, text in filter(None, (ours, theirs)) if at), reverse=True)
    root = identity_of(message.thread, rules.ROOT)
    return (root, *(text for _at, text in reversed(known)))
