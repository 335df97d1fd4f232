"""The LMTP listener (RFC 2033): a mail server brings mail, and hears for each recipient whether
we have it.

Nothing is answered before it is true: "250" follows the commit, and while the database is away
everything is answered with "451", upon which the mail server keeps what it has and tries again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any, TypeVar

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session
from django.conf import settings
from django.db import Error as AnyDatabaseError
from django.db import connection

from timshel.interfaces.mail.brought import Place, keep_brought, place_for
from timshel.support.communication.states import ArrivalDoor

logger = logging.getLogger("timshel.mail")

Result = TypeVar("Result")

AT_ONCE = 4  # messages that are being written down
CONNECTIONS = 50
LONGEST_LINE = 8 * 1024 * 1024  # some programs write attachments without a line break
IDLE_SECONDS = 300.0
LEAVE_SECONDS = 5.0
SOCKET_MODE = 0o660  # the mail server is let in by its group
LATER = "451 4.3.0 Nothing can be taken at the moment. Please try again later."
PAUSED = "451 4.2.0 This mailbox is paused. Please try again later."
UNKNOWN = "550 5.1.1 There is no such mailbox."
TAKEN = "250 2.0.0 Taken"
TOO_LARGE = "552 5.3.4 This message is larger than {limit} bytes."
BUSY = b"421 4.3.2 Too many connections. Please try again later.\r\n"
_NO_ANSWER_TO_DATA = ("354", "501", "503")


class Server(LMTP):
    """One conversation; answers once for each recipient, where SMTP answers once."""

    line_length_limit = LONGEST_LINE
    _recipients = 0

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - named by the library
        """Take the content, and answer for each recipient (RFC 2033, section 4.2)."""
        self._recipients = len(self.envelope.rcpt_tos) if self.envelope else 0
        try:
            await super().smtp_DATA(arg)
        finally:
            self._recipients = 0

    async def push(self, status: Any) -> None:
        """Send an answer; those to the content as often as there are recipients."""
        text = status.decode() if isinstance(status, bytes) else status
        if text.startswith("552 "):
            text = TOO_LARGE.format(limit=settings.MAIL_MAX_BYTES)
        if self._recipients and not text.startswith(_NO_ANSWER_TO_DATA):
            text = "\r\n".join([text] * self._recipients)
        await super().push(text)


class Handler:
    """Decides what is answered; works in threads, since the database makes one wait."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="lmtp")
        self._places: dict[str, Place] = {}

    async def handle_RCPT(  # noqa: N802 - named by the library
        self,
        _server: Server,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Say whether there is somebody at an address."""
        try:
            place = await self._in_thread(lambda: place_for(address))
        except Exception:
            logger.exception("It could not be found out whether %s is ours", address)
            return LATER
        if place is None:
            return UNKNOWN
        if not place.is_active:
            return PAUSED
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.append(str(place.mailbox_id or ""))
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - named by the library
        self, _server: Server, _session: Session, envelope: Envelope
    ) -> str:
        """Keep the message, and only then say so."""
        raw = envelope.content
        if not isinstance(raw, bytes):
            raise TypeError(raw)
        found = [int(each) for each in envelope.rcpt_options if each]
        try:
            await self._in_thread(
                lambda: keep_brought(
                    raw,
                    door=ArrivalDoor.LMTP,
                    mailbox_id=found[0] if found else None,
                    further=found[1:],
                    sender=envelope.mail_from,
                    recipients=tuple(envelope.rcpt_tos),
                )
            )
        except Exception:
            logger.exception("A message could not be kept; its server keeps it")
            return LATER
        return TAKEN

    async def handle_exception(self, error: Exception) -> str:
        """Say that it was our fault, and that the server should try again."""
        logger.error("A conversation went wrong", exc_info=error)
        return LATER

    def close(self) -> None:
        """Let end what is being kept, and close the connections to the database."""
        # Each thread has a connection of its own, and meets the others so that none is passed.
        meeting = Barrier(AT_ONCE)
        for _ in range(AT_ONCE):
            self._threads.submit(_leave, meeting)
        self._threads.shutdown(wait=True)

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _connected, work)


def _leave(meeting: Barrier) -> None:
    connection.close()
    with contextlib.suppress(BrokenBarrierError):
        meeting.wait(LEAVE_SECONDS)


def _connected(work: Callable[[], Result]) -> Result:
    """Work on a sound connection: a thread outlives many messages, and the database's restarts."""
    connection.close_if_unusable_or_obsolete()
    try:
        return work()
    except AnyDatabaseError:
        connection.close()
        raise


async def listen(
    *,
    host: str | None = None,
    port: int = 0,
    path: Path | None = None,
    is_ready: Callable[[int], None] | None = None,
) -> None:
    """Listen until SIGTERM or SIGINT; conversations under way may end what they are sending.

    Args:
        host: to listen on, with a port.
        port: 0 takes a free one.
        path: of a socket, instead of both.
        is_ready: called with the port once mail can be brought.
    """
    loop = asyncio.get_running_loop()
    handler, alive = Handler(), set[Server]()

    def begin() -> asyncio.BaseProtocol:
        return _Counted(handler, alive, loop=loop)

    if path is not None:
        path.unlink(missing_ok=True)
        server = await loop.create_unix_server(begin, str(path))
        path.chmod(SOCKET_MODE)
    else:
        server = await loop.create_server(begin, host, port)
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(ValueError, RuntimeError):  # only in the main thread
            loop.add_signal_handler(number, asked.set)
    if is_ready is not None:
        is_ready(0 if path is not None else int(server.sockets[0].getsockname()[1]))
    try:
        await asked.wait()
    finally:
        server.close()
        if path is not None:
            path.unlink(missing_ok=True)
        await asyncio.shield(loop.run_in_executor(None, handler.close))


class _Counted(Server):
    """A conversation that counts among the others, of which there may not be too many."""

    def __init__(
        self, handler: Handler, alive: set[Server], *, loop: asyncio.AbstractEventLoop
    ) -> None:
        super().__init__(
            handler,
            data_size_limit=settings.MAIL_MAX_BYTES,
            enable_SMTPUTF8=True,
            hostname=settings.MAIL_DOMAIN,
            ident="Timshel LMTP",
            timeout=IDLE_SECONDS,
            loop=loop,
        )
        self._alive = alive

    def connection_made(self, transport: Any) -> None:
        """Begin a conversation, or say that there are too many."""
        if len(self._alive) >= CONNECTIONS:
            transport.write(BUSY)
            transport.close()
            return
        self._alive.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """End it."""
        self._alive.discard(self)
        with contextlib.suppress(AttributeError):  # of one that never began
            super().connection_lost(error)


def prepare_socket(path: Path) -> None:
    """Make the folder of a socket, which the mail server must be able to pass into."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not path.is_socket():
        raise FileExistsError(f"{path} is no socket")
    os.umask(0o007)
