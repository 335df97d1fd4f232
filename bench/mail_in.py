"""How many mails a second come in by IMAP and by LMTP, and become entries of cases.

    python bench/mail_in.py [--mails 2000] [--route 30] [--data DIRECTORY]

The organisation of the tests, on a database of its own that is thrown away and keeps what it
commits as a real one does. Debian's Dovecot holds the mails that are fetched; those that are
brought come one after the other through one connection, and then through four. Each is kept, and
answered only once that is committed. At last some are taken up, one after the other, as a worker
does it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import smtplib
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LINES = 4  # connections at once


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mails", type=int, default=2_000)
    parser.add_argument(
        "--route", type=int, default=30, help="how many are taken up; more of one sender are held"
    )
    parser.add_argument("--data", type=Path, help="where the database lies while it is needed")
    given = parser.parse_args()
    folder = Path(given.data or tempfile.mkdtemp(prefix="timshel-bench-"))
    folder.chmod(0o711)
    os.environ["TIMSHEL_DATA"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "timshel.config.settings")
    from timshel.kernel.embedded_database import EmbeddedDatabase

    database = EmbeddedDatabase(folder / "database", durable=True)
    database.start(patience=60)
    os.environ["DATABASE_URL"] = database.url()
    try:
        _measure(given.mails, given.route)
    finally:
        database.stop(patience=10)
        if given.data is None:
            shutil.rmtree(folder, ignore_errors=True)


def _measure(count: int, routed: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from tests.brought import address
    from tests.cast import build_cast
    from tests.dovecot import running_dovecot
    from tests.odd_mails import made_mails

    sender = address(build_cast().requester)
    by_imap, by_lmtp, by_four = (made_mails(count, seed=each, sender=sender) for each in (1, 2, 3))
    print(f"{count} mails, {sum(map(len, by_imap)) // count} bytes each")
    with running_dovecot() as server:
        server.put("bench", by_imap)
        mailbox_id = _mailbox(server.imap)
        _told("by IMAP", count, lambda: _fetch(mailbox_id))
    with _Listener() as port:
        _told("by LMTP, one connection", count, lambda: _bring(port, by_lmtp))
        _told(f"by LMTP, {LINES} connections", count, lambda: _bring_at_once(port, by_four))
    _route(routed)


def _mailbox(port: int) -> int:
    from tests.cast import AT, SYSTEM
    from tests.dovecot import word
    from timshel.support.communication import actions

    content = actions.MailboxContent(
        name="Desk",
        address="desk@x.example",
        team="service-desk",
        host="127.0.0.1",
        port=port,
        security="none",
        user="bench",
        taken_folder="Taken",
    )
    secrets = actions.MailboxSecrets(secret=word())
    return actions.keep_mailbox("desk", content=content, secrets=secrets, actor=SYSTEM, at=AT)


def _fetch(mailbox_id: int) -> None:
    from timshel.interfaces.mail.receiving import poll_mailbox

    taken = poll_mailbox(mailbox_id)
    assert taken is not None, "nothing was taken"


def _bring(port: int, mails: Iterable[bytes]) -> None:
    with smtplib.LMTP("127.0.0.1", port, timeout=60) as client:
        for mail in mails:
            client.sendmail("imre@x.example", ["desk@x.example"], mail)


def _bring_at_once(port: int, mails: Sequence[bytes]) -> None:
    lines = [
        threading.Thread(target=_bring, args=(port, mails[start::LINES])) for start in range(LINES)
    ]
    for each in lines:
        each.start()
    for each in lines:
        each.join()


def _route(count: int) -> None:
    from timshel.interfaces.worker.mail import take_up
    from timshel.support.communication.models import IncomingMessage
    from timshel.support.communication.states import IncomingState

    waiting = IncomingMessage.objects.filter(state=IncomingState.ARRIVED)
    keys = list(waiting.order_by("pk").values_list("pk", flat=True)[:count])

    def route() -> None:
        for key in keys:
            take_up(key, at=datetime.now(UTC))

    _told("taken up by one thread", len(keys), route)
    outcomes = IncomingMessage.objects.filter(pk__in=keys).values_list("state", flat=True)
    print({state: list(outcomes).count(state) for state in sorted(set(outcomes))})


def _told(what: str, count: int, work: Callable[[], None]) -> None:
    began = time.perf_counter()
    work()
    took = time.perf_counter() - began
    print(f"{what}: {count / took:,.0f} a second ({count} in {took:.1f} s)")


class _Listener:
    """A listener in a thread of this process."""

    def __init__(self) -> None:
        self._ready = threading.Event()
        self._stop: tuple[Any, Any] | None = None
        self._port = 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> int:
        self._thread.start()
        assert self._ready.wait(20), "nobody listens"
        return self._port

    def __exit__(self, *_error: object) -> None:
        if self._stop is not None:
            loop, task = self._stop
            loop.call_soon_threadsafe(task.cancel)
        self._thread.join(20)

    def _run(self) -> None:
        from timshel.interfaces.mail import lmtp

        async def listen() -> None:
            self._stop = (asyncio.get_running_loop(), asyncio.current_task())
            await lmtp.listen(host="127.0.0.1", is_ready=self._note)

        try:
            asyncio.run(listen())
        except asyncio.CancelledError:
            return

    def _note(self, port: int) -> None:
        self._port = port
        self._ready.set()


if __name__ == "__main__":
    main()
