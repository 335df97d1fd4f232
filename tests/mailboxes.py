"""Mailboxes for tests, made by the real action; none of them is ever reached."""

from __future__ import annotations

from tests.cast import AT, SYSTEM
from timshel.support.communication.actions import MailboxContent, MailboxSecrets, keep_mailbox


def mailbox(code: str = "desk") -> int:
    """Make a mailbox that is fetched; returns its key."""
    content = MailboxContent(
        name=f"Mail of the {code}",
        address=f"{code}@x.example",
        team="service-desk",
        host="imap.invalid",
        taken_folder="Taken",
    )
    return keep_mailbox(
        code, content=content, secrets=MailboxSecrets(secret="a secret"), actor=SYSTEM, at=AT
    )
