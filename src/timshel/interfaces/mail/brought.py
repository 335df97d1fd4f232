"""Mail that a mail server brings to us, by LMTP or a pipe: who is there to take it, and keeping it.

An answer of "we have it" leaves only after the commit; until then the server keeps the mail, and
tries again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings

from timshel.support.communication import actions, queries
from timshel.support.communication.actions import Arrival
from timshel.support.communication.queries import MailboxPlace
from timshel.support.communication.states import ArrivalDoor

NULL_SENDERS = frozenset({"<>", "mailer-daemon"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where mail for an address goes.

    Args:
        mailbox_id: the mailbox; None for reports about what we sent, which come to no mailbox.
        is_active: whether it takes any now.
    """

    mailbox_id: int | None
    is_active: bool


def place_for(address: str) -> Place | None:
    """Return where mail for an address goes, or None if it is none of ours."""
    found = queries.mailboxes_at([address]).get(address)
    if found is not None:
        return Place(found.id, found.is_active)
    return Place(None, is_active=True) if _is_for_reports(address) else None


def place_of(code: str) -> Place | None:
    """Return where mail for the mailbox of a code goes, or None if there is none."""
    found: MailboxPlace | None = queries.mailbox_by_code(code)
    return None if found is None else Place(found.id, found.is_active)


def keep_brought(
    raw: bytes,
    *,
    door: ArrivalDoor,
    mailbox_id: int | None,
    sender: str | None,
    recipients: Sequence[str],
    further: Sequence[int] = (),
) -> int:
    """Keep a mail; it is committed when this returns the key of its row.

    Args:
        raw: as it was brought.
        door: how.
        mailbox_id: to which mailbox.
        sender: of the envelope; None if nobody said.
        recipients: of the envelope.
        further: mailboxes to which it came, too.
    """
    arrival = Arrival(
        door=door,
        mailbox_id=mailbox_id,
        envelope_from=_sender(sender),
        envelope_to=tuple(recipients),
        further=tuple(further),
    )
    return actions.receive_message(raw, arrival=arrival, at=datetime.now(UTC)).message_id


def _sender(given: str | None) -> str | None:
    if given is None:
        return None
    return "" if given.strip().lower() in NULL_SENDERS else given.strip()


def _is_for_reports(address: str) -> bool:
    local, _at, domain = address.strip().strip("<>").lower().rpartition("@")
    ours = settings.MAIL_BOUNCES.lower()
    return bool(ours) and local.partition("+")[0] == ours and domain == settings.MAIL_DOMAIN.lower()
