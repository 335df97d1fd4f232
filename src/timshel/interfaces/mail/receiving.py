"""Taking the mail of a mailbox: each message is kept here before anything changes on the server.

So a process that is killed at any moment has either not kept a message, and it is fetched again,
or kept it but not tidied up, and it is fetched again and known by its fingerprint.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError

from timshel.interfaces.mail.imap import Folder, Listed, open_folder
from timshel.kernel.advisory_lock import held_alone
from timshel.kernel.errors import NotFound
from timshel.support.communication import actions, queries
from timshel.support.communication.actions import Arrival, Progress
from timshel.support.communication.actions.incoming import KEPT_OF_TOO_LARGE
from timshel.support.communication.queries import MailboxAccess
from timshel.support.communication.states import Afterwards, ArrivalDoor
from timshel.support.communication.troubles import MailboxFailed, MailboxTrouble

logger = logging.getLogger("timshel.mail")

POLLING_LOCKS = 7_302_012 << 32  # a range of advisory locks, one for each mailbox
FETCHED_AT_ONCE = 100
BYTES_AT_ONCE = 8 * 1024 * 1024
LONGEST_HEAD = 64 * 1024
WATCH_SECONDS = 4 * 60.0  # servers hang up after half an hour, some routers after five minutes
WATCH_SPARE = timedelta(minutes=1)


@dataclass(slots=True)
class Taken:
    """What came of taking mail.

    Args:
        new: messages that were never seen before.
        known: messages that are kept here already.
        held: messages of which only the beginning is kept.
        failed: messages that could not be kept, and stay where they are.
        last_error: why one of those could not.
    """

    new: int = 0
    known: int = 0
    held: int = 0
    failed: int = 0
    last_error: str = ""


def _never() -> bool:
    return False


def poll_mailbox(mailbox_id: int, *, should_stop: Callable[[], bool] = _never) -> Taken | None:
    """Take all mail that lies in a mailbox, unless somebody else is at it; note what came of it.

    Args:
        mailbox_id: its key.
        should_stop: asked between batches.

    Returns:
        What was taken; None if nothing was tried, or it failed.
    """
    with held_alone(POLLING_LOCKS, mailbox_id) as is_ours:
        mailbox = _to_fetch(mailbox_id) if is_ours else None
        if mailbox is None:
            return None
        with noting_trouble(mailbox_id), open_folder(mailbox, at=now()) as folder:
            return take(folder, should_stop=should_stop)
    return None


def try_mailbox(mailbox_id: int) -> None:
    """Sign in and look how much lies in a mailbox, without taking anything; note the outcome."""
    try:
        mailbox = queries.mailbox_access(mailbox_id)
    except NotFound:
        return
    except MailboxFailed as failed:
        _note(mailbox_id, failed)
        return
    with noting_trouble(mailbox_id), open_folder(mailbox, at=now()) as folder:
        actions.note_success(mailbox_id, waiting=folder.count, at=now())


def watch_mailbox(mailbox_id: int, *, should_stop: Callable[[], bool] = _never) -> bool:
    """Take mail the moment it arrives, for as long as the server says when that is.

    While it does, nobody else needs to poll; should this process die, that begins again within
    minutes.

    Args:
        mailbox_id: its key.
        should_stop: asked between two looks.

    Returns:
        Whether the server offers that; it makes no sense to ask again soon where it does not.
    """
    with held_alone(POLLING_LOCKS, mailbox_id) as is_ours:
        mailbox = _to_fetch(mailbox_id) if is_ours else None
        if mailbox is None or (mailbox.failures and mailbox.due_at and mailbox.due_at > now()):
            return True  # one that fails is left alone for as long as polling leaves it
        with noting_trouble(mailbox_id), open_folder(mailbox, at=now()) as folder:
            if not folder.offers_idle():
                take(folder, should_stop=should_stop)
                return False
            while not should_stop():
                span = timedelta(seconds=WATCH_SECONDS) + WATCH_SPARE
                take(folder, should_stop=should_stop, next_at=now() + span)
                if not folder.wait(WATCH_SECONDS):
                    break  # the server hung up, which is no trouble: we come back at once
                fresh = _to_fetch(mailbox_id)
                if fresh is None or _differs(fresh, mailbox):
                    break
                folder.mailbox = fresh
                folder.look_again()
    return True


def take(
    folder: Folder, *, should_stop: Callable[[], bool] = _never, next_at: datetime | None = None
) -> Taken:
    """Keep what lies in an open folder, and tidy up there what is kept; note what came of it.

    Args:
        folder: signed in and open.
        should_stop: asked between batches.
        next_at: when it is looked into again, if not as soon as usual.

    Raises:
        MailboxFailed: the server did not do what it was asked, or some mail could not be kept.
        DatabaseError: the database cannot be reached; nothing was lost.
    """
    taken, last_uid, is_complete = Taken(), folder.mailbox.last_uid, True
    if folder.mailbox.uid_validity != folder.uid_validity:
        last_uid = 0
    for batch in _batches(folder.listed()):
        if should_stop():
            is_complete = False
            break
        before = taken.failed
        _take_batch(folder, batch, taken)
        if taken.failed == before and is_complete:
            last_uid = max(last_uid, batch[-1].uid)
        else:
            is_complete = False
    if is_complete and folder.mailbox.afterwards is Afterwards.MARK:
        # What was there before the first look, and read by somebody, is left to them.
        last_uid = max(last_uid, folder.uid_next - 1)
    if taken.failed:
        raise MailboxFailed(MailboxTrouble.NOT_KEPT, f"{taken.failed}: {taken.last_error}")
    actions.note_success(
        folder.mailbox.id,
        waiting=_left(folder, taken),
        progress=Progress(folder.uid_validity, last_uid),
        next_at=next_at,
        at=now(),
    )
    return taken


class noting_trouble:  # noqa: N801 - read as a phrase: with noting_trouble(key)
    """Write down with a mailbox why it could not be looked into, and go on.

    Args:
        mailbox_id: its key.
    """

    def __init__(self, mailbox_id: int) -> None:
        self.mailbox_id = mailbox_id

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        """Note what failed; a database that is gone cannot note it, and whoever stops, stops."""
        if error is None or not isinstance(error, Exception):
            return False
        if isinstance(error, OperationalError | InterfaceError):
            return False
        if isinstance(error, MailboxFailed):
            _note(self.mailbox_id, error)
        else:
            logger.error("Mailbox %s could not be taken", self.mailbox_id, exc_info=error)
            _note(self.mailbox_id, MailboxFailed(MailboxTrouble.OTHER, repr(error)))
        return True


def now() -> datetime:
    """Return the moment, in UTC."""
    return datetime.now(UTC)


def _note(mailbox_id: int, failed: MailboxFailed) -> None:
    logger.warning("Mailbox %s: %s", mailbox_id, failed)
    actions.note_trouble(mailbox_id, trouble=failed.trouble, said=failed.said, at=now())


def _to_fetch(mailbox_id: int) -> MailboxAccess | None:
    try:
        mailbox = queries.mailbox_access(mailbox_id)
    except NotFound:
        return None
    except MailboxFailed as failed:
        _note(mailbox_id, failed)
        return None
    return mailbox if mailbox.is_active else None


def _differs(one: MailboxAccess, other: MailboxAccess) -> bool:
    """Tell whether somebody changed where a mailbox lies, or how we sign in there."""
    return (one.host, one.port, one.user, one.secret, one.folder, one.afterwards) != (
        other.host,
        other.port,
        other.user,
        other.secret,
        other.folder,
        other.afterwards,
    )


def _left(folder: Folder, taken: Taken) -> int:
    if folder.mailbox.afterwards is Afterwards.MARK:
        return folder.count
    return max(0, folder.count - taken.new - taken.known - taken.held)


def _batches(listed: Sequence[Listed]) -> Iterator[list[Listed]]:
    """Yield messages in batches that are neither many nor large; a large one is alone in its."""
    batch: list[Listed] = []
    size = 0
    for each in listed:
        if batch and (len(batch) == FETCHED_AT_ONCE or size + each.size > BYTES_AT_ONCE):
            yield batch
            batch, size = [], 0
        batch.append(each)
        size += min(each.size, BYTES_AT_ONCE)
    if batch:
        yield batch


def _take_batch(folder: Folder, batch: Sequence[Listed], taken: Taken) -> None:
    """Keep some messages, then tidy up those on the server."""
    too_large = [each for each in batch if each.size > settings.MAIL_MAX_BYTES]
    fitting = [each.uid for each in batch if each.size <= settings.MAIL_MAX_BYTES]
    kept = [
        uid
        for uid, raw in folder.fetched(fitting).items()
        if _keep(raw, size=None, mailbox=folder.mailbox, taken=taken)
    ]
    folder.tidy(kept)
    for each in too_large:
        # Deleting it would lose the rest: it stays, flagged, and is passed from then on.
        if each.is_flagged and folder.mailbox.afterwards is not Afterwards.MOVE:
            continue
        for uid, raw in folder.fetched([each.uid], first=KEPT_OF_TOO_LARGE).items():
            if _keep(raw, size=each.size, mailbox=folder.mailbox, taken=taken):
                folder.set_aside([uid])


def _keep(raw: bytes, *, size: int | None, mailbox: MailboxAccess, taken: Taken) -> bool:
    arrival = arrival_of(raw, mailbox_id=mailbox.id)
    try:
        if size is None:
            received = actions.receive_message(raw, arrival=arrival, at=now())
        else:
            received = actions.receive_beginning(raw, size=size, arrival=arrival, at=now())
    except (OperationalError, InterfaceError):
        raise
    except (DatabaseError, OSError, ValueError) as error:
        logger.exception("A message of mailbox %s could not be kept", mailbox.code)
        taken.failed += 1
        taken.last_error = repr(error)
        return False
    if size is not None:
        taken.held += 1
    elif received.is_new:
        taken.new += 1
    else:
        taken.known += 1
    return True


_RETURN_PATH = re.compile(rb"(?im)^return-path:[ \t]*<?([^<>\r\n]*)>?")
_RECIPIENT = re.compile(rb"(?im)^(?:delivered-to|x-original-to|envelope-to):[ \t]*<?([^<>\r\n]*)>?")


def arrival_of(raw: bytes, *, mailbox_id: int) -> Arrival:
    """Return how a message came that lay in a mailbox, as the server wrote it above it."""
    head = re.split(rb"\r?\n\r?\n", raw[:LONGEST_HEAD], maxsplit=1)[0]
    path = _RETURN_PATH.search(head)
    recipients = (each.strip().decode(errors="replace") for each in _RECIPIENT.findall(head))
    return Arrival(
        door=ArrivalDoor.IMAP,
        mailbox_id=mailbox_id,
        envelope_from=path[1].strip().decode(errors="replace") if path else None,
        envelope_to=tuple(dict.fromkeys(each for each in recipients if each)),
    )
