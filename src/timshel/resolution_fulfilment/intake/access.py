"""Who looks after mail that waits, who sets its rules, and who sees the mail behind an entry."""

from __future__ import annotations

from django.db.models import Q

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.leadership.authority.access import require
from timshel.operation.work.access import may_read_notes, may_see
from timshel.operation.work.models import Audience
from timshel.resolution_fulfilment.intake.models import MailEntry
from timshel.support.communication.models import FurtherArrival, IncomingMessage

HANDLE = "mail.handle"
CONFIGURE = "mail.configure"


def require_handle(actor: Actor) -> None:
    """Refuse unless the actor may look after mail that waits for a person, of any mailbox.

    Raises:
        NotAllowed: the right is missing.
    """
    if not may_handle(actor):
        raise NotAllowed


def handled_by(actor: Actor) -> Q:
    """Return the condition for mail that the actor may look after; twin of ``require_message``.

    Who has the right for a team looks after the mail of its mailboxes, also where it came to one
    of others first.
    """
    scope = actor.scope(HANDLE)
    if scope.everywhere:
        return Q()
    teams = scope.keys("team")
    further = FurtherArrival.objects.filter(mailbox__team_id__in=teams)
    return Q(mailbox__team_id__in=teams) | Q(pk__in=further.values("message"))


def require_message(message_id: int, *, actor: Actor) -> None:
    """Refuse unless the actor may look after a mail.

    Raises:
        NotAllowed: the right is missing.
        NotFound: there is no such mail, or it came to a mailbox that others look after.
    """
    require_handle(actor)
    rows = IncomingMessage.objects.filter(handled_by(actor), pk=message_id)
    if not rows.exists():
        raise NotFound


def require_configure(actor: Actor) -> None:
    """Refuse unless the actor may say what becomes of mail.

    Raises:
        NotAllowed: the right is missing, or holds only in a part.
    """
    require(actor, CONFIGURE)


def may_handle(actor: Actor) -> bool:
    """Tell whether the actor may look after mail that waits for a person, of any mailbox."""
    return actor.may_somewhere(HANDLE)


def find_entry(entry_id: int, *, actor: Actor) -> MailEntry:
    """Return the mail behind an entry that the actor may read.

    Raises:
        NotFound: there is none, or the actor may not know that there is.
    """
    found = (
        MailEntry.objects.select_related("work_item", "comment")
        .defer("work_item__search")
        .filter(pk=entry_id)
        .first()
    )
    if found is None or not may_see(actor, found.work_item):
        raise NotFound
    is_note = found.comment is not None and found.comment.audience == Audience.INTERNAL
    if is_note and not may_read_notes(found.work_item, actor=actor):
        raise NotFound
    return found
