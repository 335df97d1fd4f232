"""The rights to see what could not be sent and send it again, and to keep mailboxes."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.leadership.authority.access import require
from timshel.support.communication.models import Mailbox

MANAGE = "communication.manage"
KEEP_MAILBOXES = "communication.keep_mailboxes"


def require_manage(actor: Actor) -> None:
    """Refuse unless the actor may see and repeat messages that were not sent.

    Raises:
        NotAllowed: the right is missing.
    """
    require(actor, MANAGE)


def require_keep_mailboxes(actor: Actor) -> None:
    """Refuse unless the actor may keep the mailboxes from which mail is taken.

    Raises:
        NotAllowed: the right is missing.
    """
    require(actor, KEEP_MAILBOXES)


def mailbox_to_change(code: str, *, actor: Actor) -> Mailbox:
    """Return a mailbox, locked, that the actor may change.

    Raises:
        NotAllowed: the actor keeps no mailboxes.
        NotFound: there is none of this code.
    """
    require_keep_mailboxes(actor)
    code = code.replace("\0", "")
    mailbox = Mailbox.objects.select_for_update(of=("self",)).filter(code=code).first()
    if mailbox is None:
        raise NotFound
    return mailbox
