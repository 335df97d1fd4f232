"""The mailboxes of a pack: addresses to which a mail server brings mail."""

from __future__ import annotations

from datetime import datetime

from timshel.interfaces.connectors.packs.files import PackFile, refused
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.support.communication.actions import MailboxContent, MailboxSecrets, keep_mailbox
from timshel.support.communication.queries import mailbox_list
from timshel.support.communication.states import MailboxWay


def load_mailboxes(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Make the mailboxes of a file that are not known yet; returns how many.

    Args:
        file: the file, checked against its schema.
        actor: who has all rights everywhere.
        at: from when on they are there.

    Raises:
        InvalidPack: one cannot be used.
    """
    known = {row.code for row in mailbox_list(actor=actor)}
    rows = [row for row in file.data["mailboxes"] if row["code"] not in known]
    for position, row in enumerate(rows):
        content = MailboxContent(
            **{name: value for name, value in row.items() if name != "code"},
            way=MailboxWay.DELIVERED,
        )
        try:
            keep_mailbox(row["code"], content=content, secrets=MailboxSecrets(), actor=actor, at=at)
        except Invalid as refusal:
            raise refused(file, ["mailboxes", position], refusal) from refusal
    return len(rows)
