"""A mailbox on an IMAP server: signing in, looking, fetching bytes as they are, tidying up.

The library does the talking. What it does to messages itself (parsing them, and expunging what
others marked) is passed by: messages are fetched as bytes, and only those are removed that we
took. Whatever fails is said as a trouble that people can mend.
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError
from imap_tools.utils import encode_folder

from timshel.interfaces.mail.oauth import access_token
from timshel.support.communication import actions
from timshel.support.communication.queries import MailboxAccess
from timshel.support.communication.states import Afterwards, Security, SignIn
from timshel.support.communication.troubles import MailboxFailed, MailboxTrouble

SECONDS = 60.0
ASKED_AT_ONCE = 500
SHOWN_FOLDERS = 12
A_DAY = timedelta(days=1)
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")


@dataclass(frozen=True, slots=True)
class Listed:
    """A message in a folder: its number there, its size in bytes, and whether it is flagged."""

    uid: int
    size: int
    is_flagged: bool


class Folder:
    """An open folder.

    Args:
        box: signed in, with the folder chosen.
        mailbox: whose it is.
        uid_validity: of the folder.
        uid_next: what the next message to arrive will have at least.
        count: how many messages lie there.
    """

    def __init__(
        self,
        box: BaseMailBox,
        mailbox: MailboxAccess,
        *,
        uid_validity: int,
        uid_next: int,
        count: int,
    ) -> None:
        self.box = box
        self.mailbox = mailbox
        self.uid_validity = uid_validity
        self.uid_next = uid_next
        self.count = count

    def listed(self) -> list[Listed]:
        """Return the messages that are to be taken, the oldest first.

        Where messages are moved or deleted, that is whatever lies there. Where they stay, it is
        what came after the last one that was taken, and what nobody read; after the server
        numbered its messages anew, also what arrived since we were last there. What is listed
        once too often is known by its fingerprint.
        """
        uids = sorted(self._wanted())
        found: list[Listed] = []
        for start in range(0, len(uids), ASKED_AT_ONCE):
            found += self._sizes(uids[start : start + ASKED_AT_ONCE])
        return found

    def fetched(self, uids: Sequence[int], *, first: int | None = None) -> dict[int, bytes]:
        """Return messages as the server has them, without marking them as read.

        Args:
            uids: of which.
            first: only so many bytes of each.

        Returns:
            By number; one that is gone meanwhile is missing.
        """
        part = f"BODY.PEEK[]<0.{first}>" if first else "BODY.PEEK[]"
        found: dict[int, bytes] = {}
        for head, content in self._fetch(uids, f"(UID {part})"):
            uid = _UID.search(head)
            if uid and content is not None:
                found[int(uid[1])] = content
        return found

    def tidy(self, uids: Sequence[int]) -> None:
        """Move, delete or mark messages that are kept here now, as the mailbox says."""
        if not uids:
            return
        if self.mailbox.afterwards is Afterwards.MOVE:
            self._move(uids)
        elif self.mailbox.afterwards is Afterwards.DELETE:
            self._delete(uids)
        else:
            self._do("STORE", _set(uids), "+FLAGS.SILENT", r"(\Seen)")

    def set_aside(self, uids: Sequence[int]) -> None:
        """Leave messages for people: those of which only the beginning is kept here."""
        if uids and self.mailbox.afterwards is Afterwards.MOVE:
            self._move(uids)
        elif uids:
            self._do("STORE", _set(uids), "+FLAGS.SILENT", r"(\Seen \Flagged)")

    def offers_idle(self) -> bool:
        """Tell whether the server says by itself when mail arrives."""
        return "IDLE" in self.box.client.capabilities

    def wait(self, seconds: float) -> bool:
        """Wait until something happens in the folder, or the time is over.

        Returns:
            Whether the connection still stands.
        """
        client, idle = self.box.client, self.box.idle
        try:
            tag = client._command("IDLE")  # noqa: SLF001 - as the library does
            is_quiet = True
            while client._get_response() is not None:  # noqa: SLF001 - news before the "go on"
                is_quiet = False
            idle._idle_tag = tag  # noqa: SLF001 - what its end waits for
            if is_quiet:
                idle.poll(timeout=seconds)
            idle.stop()  # type: ignore[no-untyped-call]
        except (imaplib.IMAP4.error, ImapToolsError, OSError):
            return False
        return True

    def look_again(self) -> None:
        """Read anew how much lies in the folder."""
        fresh = _opened(self.box, self.mailbox)
        self.uid_validity, self.uid_next = fresh.uid_validity, fresh.uid_next
        self.count = fresh.count

    def _wanted(self) -> set[int]:
        mailbox = self.mailbox
        if mailbox.afterwards is not Afterwards.MARK:
            return self._found("ALL")
        found = self._found("UNSEEN")
        if mailbox.uid_validity == self.uid_validity:
            after = mailbox.last_uid + 1  # the last message is found even where it comes before
            found |= {uid for uid in self._found(f"UID {after}:*") if uid >= after}
        elif mailbox.uid_validity is not None and mailbox.last_success_at is not None:
            found |= self._found(f"SINCE {_imap_date(mailbox.last_success_at - A_DAY)}")
        return found

    def _found(self, criteria: str) -> set[int]:
        return {int(uid) for uid in self.box.uids(criteria, charset=None)}

    def _sizes(self, uids: Sequence[int]) -> list[Listed]:
        found = []
        for head, _content in self._fetch(uids, "(UID RFC822.SIZE FLAGS)"):
            uid, size = _UID.search(head), _SIZE.search(head)
            if uid and size and int(uid[1]) in set(uids):
                found.append(Listed(int(uid[1]), int(size[1]), rb"\Flagged" in head))
        return sorted(found, key=lambda each: each.uid)

    def _fetch(self, uids: Sequence[int], parts: str) -> Iterator[tuple[bytes, bytes | None]]:
        """Yield for each answer its line, and what was sent along with it."""
        if not uids:
            return
        line, content, is_open = b"", None, False
        for piece in self._do("FETCH", _set(uids), parts):
            if isinstance(piece, tuple):
                if is_open:
                    yield line, content
                line, content, is_open = piece[0], piece[1], True
            elif isinstance(piece, bytes):
                # The rest of a line whose content came before, or a line of its own.
                if is_open and not re.match(rb"\d+ \(", piece):
                    line += b" " + piece
                    continue
                if is_open:
                    yield line, content
                yield piece, None
                line, content, is_open = b"", None, False
        if is_open:
            yield line, content

    def _move(self, uids: Sequence[int]) -> None:
        target = encode_folder(self.mailbox.taken_folder)
        if "MOVE" in self.box.client.capabilities:
            self._do("MOVE", _set(uids), target)
            return
        self._do("COPY", _set(uids), target)
        self._delete(uids)

    def _delete(self, uids: Sequence[int]) -> None:
        self._do("STORE", _set(uids), "+FLAGS.SILENT", r"(\Deleted)")
        if "UIDPLUS" in self.box.client.capabilities:
            self._do("EXPUNGE", _set(uids))
        else:  # which removes what others marked, too: there is no other way
            self.box.client.expunge()

    def _do(self, command: str, *arguments: str | bytes) -> list[bytes | tuple[bytes, bytes]]:
        status, answer = self.box.client.uid(command, *arguments)  # type: ignore[arg-type]
        if status != "OK":
            raise MailboxFailed(MailboxTrouble.BROKEN_OFF, f"{command}: {_said(answer)}")
        return [each for each in answer if each is not None]


@contextmanager
def open_folder(mailbox: MailboxAccess, *, at: datetime) -> Iterator[Folder]:
    """Sign in and open the folder of a mailbox: ``with open_folder(mailbox, at=at) as folder``.

    Args:
        mailbox: whose.
        at: now.

    Raises:
        MailboxFailed: that was not possible, or the connection broke off within the block.
    """
    box = _connected(mailbox)
    try:
        try:
            _sign_in(box, mailbox, at=at)
            folder = _opened(box, mailbox)
            _make_taken_folder(box, mailbox)
            yield folder
        except (imaplib.IMAP4.error, ImapToolsError, OSError) as error:
            raise MailboxFailed(MailboxTrouble.BROKEN_OFF, _words(error)) from error
    finally:
        with suppress(imaplib.IMAP4.error, ImapToolsError, OSError):
            box.client.sock.settimeout(5)
            box.logout()


def _connected(mailbox: MailboxAccess) -> BaseMailBox:
    with _connection_troubles():
        if mailbox.security is Security.NONE:
            return MailBoxUnencrypted(mailbox.host, mailbox.port, timeout=SECONDS)
        trust = ssl.create_default_context()
        kind = MailBox if mailbox.security is Security.TLS else MailBoxStartTls
        return kind(mailbox.host, mailbox.port, timeout=SECONDS, ssl_context=trust)


@contextmanager
def _connection_troubles() -> Iterator[None]:
    """Say in words what keeps a connection from coming about."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise MailboxFailed(MailboxTrouble.CERTIFICATE, error.verify_message) from error
    except ssl.SSLError as error:
        raise MailboxFailed(MailboxTrouble.NO_TLS, str(error.reason or error)) from error
    except socket.gaierror as error:
        raise MailboxFailed(MailboxTrouble.NAME, _words(error)) from error
    except ConnectionRefusedError as error:
        raise MailboxFailed(MailboxTrouble.REFUSED, _words(error)) from error
    except TimeoutError as error:
        raise MailboxFailed(MailboxTrouble.NO_ANSWER, _words(error)) from error
    except UnicodeError as error:  # a name that cannot be one
        raise MailboxFailed(MailboxTrouble.NAME, _words(error)) from error
    except ValueError as error:  # STARTTLS on the port of TLS
        raise MailboxFailed(MailboxTrouble.NO_TLS, _words(error)) from error
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        said = _words(error)
        trouble = MailboxTrouble.NO_TLS if "TLS" in said else MailboxTrouble.NOT_IMAP
        raise MailboxFailed(trouble, said) from error
    except OSError as error:
        raise MailboxFailed(MailboxTrouble.NO_ANSWER, _words(error)) from error


def _sign_in(box: BaseMailBox, mailbox: MailboxAccess, *, at: datetime) -> None:
    said = ""
    try:
        if mailbox.sign_in is SignIn.OAUTH:
            said = _sign_in_by_token(box, mailbox, access_token(mailbox, at=at))
        elif (mailbox.user + mailbox.secret).isascii():
            box.login(mailbox.user, mailbox.secret, initial_folder=None)
        else:
            box.login_utf8(mailbox.user, mailbox.secret, initial_folder=None)
    except imaplib.IMAP4.abort:  # the connection broke, which is no refusal
        raise
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        said = _words(error)
    if not said:
        return
    if mailbox.sign_in is SignIn.OAUTH:
        actions.forget_token(mailbox.id, at=at)
    raise MailboxFailed(MailboxTrouble.SIGN_IN, said)


def _sign_in_by_token(box: BaseMailBox, mailbox: MailboxAccess, token: str) -> str:
    """Sign in by XOAUTH2; returns what the server says against it."""
    begins = f"user={mailbox.user}\1auth=Bearer {token}\1\1".encode()
    challenges: list[bytes] = []

    def answer(challenge: bytes) -> bytes:
        challenges.append(challenge)
        # A server that refuses says why in a second challenge, and wants an empty answer.
        return begins if len(challenges) == 1 else b""

    try:
        box.client.authenticate("XOAUTH2", answer)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        why = b" ".join(challenges[1:]).decode(errors="replace")
        return f"{_words(error)} {why}".strip()
    return ""


def _opened(box: BaseMailBox, mailbox: MailboxAccess) -> Folder:
    client = box.client
    status, answer = client.select(_quoted(mailbox.folder))
    if status != "OK":
        said = f"{_said(answer)} {_folders(box)}"
        raise MailboxFailed(MailboxTrouble.FOLDER, said.strip())
    return Folder(
        box,
        mailbox,
        uid_validity=_number(client.response("UIDVALIDITY")[1]),
        uid_next=_number(client.response("UIDNEXT")[1]),
        count=_number(answer),
    )


def _make_taken_folder(box: BaseMailBox, mailbox: MailboxAccess) -> None:
    if mailbox.afterwards is not Afterwards.MOVE:
        return
    # Names of folders are looked for in every server's own way of writing them.
    status, _answer = box.client.status(_quoted(mailbox.taken_folder), "(MESSAGES)")
    if status == "OK":
        return
    status, answer = box.client.create(_quoted(mailbox.taken_folder))
    if status != "OK":
        raise MailboxFailed(MailboxTrouble.TAKEN_FOLDER, _said(answer))
    box.client.subscribe(_quoted(mailbox.taken_folder))


def _folders(box: BaseMailBox) -> str:
    """Return the names of the folders that there are, for whoever misspelled one."""
    with suppress(imaplib.IMAP4.error, ImapToolsError, OSError):
        names = [each.name for each in box.folder.list()]
        more = " …" if len(names) > SHOWN_FOLDERS else ""
        return "(" + ", ".join(names[:SHOWN_FOLDERS]) + more + ")"
    return ""


def _quoted(folder: str) -> str:
    encoded: bytes = encode_folder(folder)
    return encoded.decode("ascii")


def _set(uids: Sequence[int]) -> str:
    """Return numbers as a set, in which neighbours stand as a range: a command must stay short."""
    parts: list[list[int]] = []
    for uid in sorted(uids):
        if parts and uid == parts[-1][1] + 1:
            parts[-1][1] = uid
        else:
            parts.append([uid, uid])
    return ",".join(str(a) if a == b else f"{a}:{b}" for a, b in parts)


def _number(answer: Sequence[bytes | None]) -> int:
    last = answer[-1] if answer else None
    return int(last) if last and last.isdigit() else 0


def _imap_date(moment: datetime) -> str:
    return imaplib.Time2Internaldate(moment).strip('"').split(" ")[0].lstrip()


def _said(answer: Sequence[object]) -> str:
    words = [each.decode(errors="replace") for each in answer if isinstance(each, bytes)]
    return " ".join(words)


def _words(error: BaseException) -> str:
    """Return what an error says; servers put theirs into bytes, and the library into a tuple."""
    result = getattr(error, "command_result", None)
    if isinstance(result, tuple) and isinstance(result[-1], list):
        return _said(result[-1])
    first = error.args[0] if error.args else ""
    if isinstance(first, bytes):
        return first.decode(errors="replace")
    return str(error) or type(error).__name__
