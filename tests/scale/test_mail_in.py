"""Thousands of deliveries by two doors, in any order, while what takes them up is killed.

570 mails make 2,280 deliveries: 400 of people, unless ``TIMSHEL_SCALE_MAILS`` names another
number, 40 of a machine, and the 130 odd ones that others collected, where they are. Half of them
come twice by IMAP and then twice by LMTP, the other half the other way. A real worker fetches and
routes them meanwhile, to a real listener they are brought, and both are killed again and again.

Those of people are of forty, ten each, since thirty of one sender within an hour look like a loop:
each becomes an entry. Of the forty that the machine writes thirty become cases, and the others are
held for a person.
"""

from __future__ import annotations

import os
import random
import smtplib
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from tests.brought import reference
from tests.cast import AT, SYSTEM, Cast, actor, opened
from tests.dovecot import Dovecot, running_dovecot, word
from tests.interfaces.cli.product import environment
from tests.odd_mails import as_fetched, made_mails, odd_mails
from timshel.context.people.actions import create_person
from timshel.interfaces.worker.capacity import CONCURRENCY
from timshel.operation.work.models import Comment, WorkItem
from timshel.resolution_fulfilment.intake.actions import set_mail_rule
from timshel.resolution_fulfilment.intake.models import MailEntry
from timshel.resolution_fulfilment.intake.rules import MOST_OF_SENDER
from timshel.support.communication import queries
from timshel.support.communication.actions import MailboxContent, MailboxSecrets, keep_mailbox
from timshel.support.communication.models import IncomingMessage
from timshel.support.communication.rules import fingerprint
from timshel.support.communication.states import IncomingReason, IncomingState

pytestmark = pytest.mark.scale

MAILS = int(os.environ.get("TIMSHEL_SCALE_MAILS", "400"))
OF_EACH = 10  # mails of one person
OF_MACHINE = 40
ANSWERING = 15  # people who answer in a case of theirs rather than begin new ones
PATIENCE = 400.0  # for a machine that has much else to do; alone it takes far less
USER = "scale"
LISTENED = 250  # mails after which the listener is killed, more or less
WORKED = 100  # messages fetched or settled, after which the worker is killed, more or less
KILLS = 8  # of the worker at most: each costs it the time to begin again
TAKEN, HELD, IGNORED = IncomingState.TAKEN, IncomingState.HELD, IncomingState.IGNORED

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start(settings: Any, tmp_path: Path, transactional_db: None) -> Start:
    """Return what starts a process that works on this test's database and files."""
    settings.DATA_DIRECTORY = tmp_path
    database = connection.settings_dict
    host = quote(str(database["HOST"]), safe="")
    address = f"postgresql://{database['USER']}@/{database['NAME']}?host={host}"
    if database.get("PORT"):
        address += f"&port={database['PORT']}"
    place = environment(
        DATABASE_URL=address, TIMSHEL_DATA=str(tmp_path), TIMSHEL_SECRET_KEY=settings.SECRET_KEY
    )

    def begin(*module: str) -> subprocess.Popen[bytes]:
        with (tmp_path / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *module], env=place, stdout=log, stderr=subprocess.STDOUT
            )

    return begin


@dataclass
class Work:
    """The worker: it is killed after some work, and begun again."""

    start: Start
    server: Dovecot
    chance: random.Random
    put: int = 0  # messages that were put into its mailbox
    kills: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _until: int = 0
    _looked: float = field(default=0.0)

    def go_on(self) -> None:
        """Kill it if it did enough, and begin it if nobody works; looks ten times a second."""
        if time.monotonic() < self._looked + 0.1:
            return
        self._looked = time.monotonic()
        if self._process is not None and self._done() >= self._until and self.kills < KILLS:
            assert self._process.poll() is None, "the worker ended by itself"
            self.end()
            self.kills += 1
        if self._process is None:
            self._until = self._done() + self.chance.randint(WORKED // 2, WORKED * 3 // 2)
            self._process = self.start("timshel.interfaces.worker")

    def until(self, is_done: Callable[[], bool], what: str) -> None:
        """Have it work until something is so."""
        end = time.monotonic() + PATIENCE
        while not is_done():
            assert time.monotonic() < end, f"not within {PATIENCE:.0f} s: {what}"
            self.go_on()
            time.sleep(0.1)

    def end(self) -> None:
        """Kill it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _done(self) -> int:
        settled = IncomingMessage.objects.exclude(state=IncomingState.ARRIVED).count()
        return settled + self.put - len(self.server.uids(USER))


@contextmanager
def listener(port: int, work: Work) -> Iterator[subprocess.Popen[bytes]]:
    process = work.start("timshel.interfaces.cli.main", "mail", "listen", "--port", str(port))
    try:
        for _ in range(400):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
                break
            work.go_on()
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait()


def bring(mails: Sequence[bytes], work: Work) -> int:
    """Bring mails as a mail server does: what is not answered with yes is brought again."""
    waiting, kills = list(mails), 0
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    while waiting:
        with listener(port, work) as process, suppress(smtplib.SMTPException, OSError):
            left = work.chance.randint(LISTENED // 2, LISTENED * 2)
            with smtplib.LMTP("127.0.0.1", port, timeout=60) as client:
                while waiting:
                    if left == 0:
                        # It dies with a mail under way, which it may have kept or not.
                        client.mail("imre@x.example")
                        client.rcpt("desk@x.example")
                        client.putcmd("data")
                        client.getreply()
                        client.send(smtplib._quote_periods(waiting[-1]) + b"\r\n.\r\n")
                        time.sleep(work.chance.uniform(0, 0.01))
                        process.kill()
                        kills += 1
                        break
                    client.sendmail("imre@x.example", ["desk@x.example"], waiting[-1])
                    waiting.pop()
                    left -= 1
                    work.go_on()
    return kills


def people_mails() -> list[bytes]:
    """Return mails of many people; some have a case already, in which they answer."""
    mails = []
    for number in range(MAILS // OF_EACH):
        code, sender = f"sender-{number}", f"sender{number}@aldermoor.example"
        create_person(
            code=code, name=f"Sender {number}", email=sender, language="en", actor=SYSTEM, at=AT
        )
        theirs = [as_fetched(each) for each in made_mails(OF_EACH, seed=number, sender=sender)]
        if number < ANSWERING:
            case = reference(opened(actor(code), at=datetime.now(UTC)))
            theirs = [f"In-Reply-To: {case}\r\n".encode() + each for each in theirs]
        mails += theirs
    return mails


def machine_mails() -> list[bytes]:
    """Return more mails of one sender than a person writes."""
    made = made_mails(OF_MACHINE, seed=1_000, sender="machine@elsewhere.example")
    return [as_fetched(each) for each in made]


def desk_mailbox(cast: Cast, server: Dovecot) -> None:
    """Make the mailbox of the desk, by which strangers become guests."""
    content = MailboxContent(
        name="Desk",
        address="desk@x.example",
        team="service-desk",
        host="127.0.0.1",
        port=server.imap,
        security="none",
        user=USER,
        taken_folder="Taken",
    )
    secrets = MailboxSecrets(secret=word())
    set_mail_rule(
        keep_mailbox("desk", content=content, secrets=secrets, actor=SYSTEM, at=AT),
        unknown_senders="guest",
        automatic_mail="ignore",
        actor=cast.administrator,
        at=AT,
    )


def test_each_is_one_entry_or_waits_whatever_dies(
    start: Start, cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(11)
    made, machine = people_mails(), machine_mails()
    before = WorkItem.objects.count()
    mails = [*made, *machine, *map(as_fetched, odd_mails())]
    chance.shuffle(mails)
    first, second = mails[::2], mails[1::2]
    began, killed = time.monotonic(), 0
    with running_dovecot() as server:
        work = Work(start, server, chance)
        desk_mailbox(cast, server)
        try:
            for mine, others in ((first, second), (second, first)):
                twice, again = [*mine, *mine], [*others, *others]
                chance.shuffle(twice)
                chance.shuffle(again)
                server.put(USER, twice)
                work.put += len(twice)
                killed += bring(again, work)
                work.until(lambda: not server.uids(USER), "all is fetched")
            arrived = IncomingMessage.objects.filter(state=IncomingState.ARRIVED)
            work.until(lambda: not arrived.exists(), "all is taken up")
        finally:
            work.end()
    took = time.monotonic() - began
    assert work.kills >= 3
    assert killed >= 2
    assert_all_are_kept(mails)
    assert_all_are_settled(made, machine)
    assert_each_is_one_entry(before)
    said = (tmp_path / "log").read_text(errors="replace")
    assert "could not be taken up" not in said
    with capsys.disabled():
        found = Counter(IncomingMessage.objects.values_list("state", "reason"))
        sys.stdout.write(
            f"\n{len(mails) * 4} deliveries of {len(mails)} mails in {took:.0f} s,"
            f" {work.kills} + {killed} kills: {dict(found)}\n"
        )


def assert_all_are_kept(mails: Sequence[bytes]) -> None:
    keys = IncomingMessage.objects.order_by("pk").values_list("pk", flat=True)
    kept = [queries.raw_of(key) for key in keys]
    assert len(kept) == len({fingerprint(each) for each in mails})
    assert {fingerprint(each) for each in kept} == {fingerprint(each) for each in mails}
    # What has no line end at its end gets one on its way; nothing else is changed.
    assert {each.rstrip(b"\r\n") for each in kept} <= {each.rstrip(b"\r\n") for each in mails}


def assert_all_are_settled(made: Sequence[bytes], machine: Sequence[bytes]) -> None:
    rows = dict(IncomingMessage.objects.values_list("fingerprint", "state"))
    assert set(rows.values()) <= {TAKEN, HELD, IGNORED}
    assert {rows[fingerprint(each)] for each in made} == {TAKEN}
    untold = IncomingMessage.objects.exclude(state=TAKEN).filter(reason=IncomingReason.NONE)
    assert not untold.exists()
    # The breaker counts what is written: mails that are taken up at once may pass beside each
    # other, so many as a worker does at once.
    of_machine = Counter(rows[fingerprint(each)] for each in machine)
    assert MOST_OF_SENDER <= of_machine[TAKEN] < MOST_OF_SENDER + CONCURRENCY
    assert of_machine[HELD] == OF_MACHINE - of_machine[TAKEN]


def assert_each_is_one_entry(before: int) -> None:
    taken = dict(IncomingMessage.objects.filter(state=TAKEN).values_list("pk", "record"))
    entries = MailEntry.objects.select_related("work_item").only(
        "message_id", "comment_id", "work_item__kind", "work_item__number"
    )
    linked = Counter(each.message_id for each in entries)
    assert set(linked) == set(taken)
    assert set(linked.values()) == {1}
    assert {
        each.message_id: f"{each.work_item.kind}.{each.work_item.number}" for each in entries
    } == taken
    # Nothing stands in a case that no mail is behind: neither a comment nor a case of its own.
    opening = [each.work_item_id for each in entries if each.comment_id is None]
    said = [each.comment_id for each in entries if each.comment_id is not None]
    assert len(opening) == len(set(opening)) == WorkItem.objects.count() - before
    assert sorted(said) == sorted(Comment.objects.values_list("pk", flat=True))
    assert len(opening) + len(said) == len(taken)
    assert len(said) >= ANSWERING * OF_EACH
