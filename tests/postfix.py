"""A real mail server for tests: Debian's Postfix as an ordinary process, in a folder of its own.

It hands mail of the house to the product by LMTP, takes what the product sends by SMTP, and writes
reports about what it cannot deliver, as the mail server of an organisation does. It has to be
started by root; without that, or without Postfix, its tests are skipped on a person's machine and
fail where they must run.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PROGRAM = "/usr/sbin/postfix"
SECONDS = 20.0
HOUSE = "timshel.example"
"""The domain whose mail is handed to the product."""
GONE = "gone.example"
"""A domain of which no mailbox exists."""
MAIN = """
compatibility_level = 3.6
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
data_directory = {folder}/data
queue_directory = {folder}/queue
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.{house}
mydestination =
alias_maps =
local_recipient_maps =
mynetworks = 127.0.0.0/8
relay_domains = {house}
smtpd_relay_restrictions = permit_mynetworks, reject
recipient_delimiter = +
relay_transport = lmtp:inet:127.0.0.1:{lmtp}
default_transport = smtp:[127.0.0.1]:{sink}
transport_maps = inline:{{ {{{gone} = error:5.1.1 There is no such mailbox}} }}
smtpd_reject_unlisted_recipient = no
smtp_tls_security_level = none
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
"""
MASTER = """
127.0.0.1:{smtp} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
"""


@dataclass(frozen=True, slots=True)
class Postfix:
    """A running server.

    Args:
        folder: in which everything of it lies.
        smtp: the port at which it takes mail.
    """

    folder: Path
    smtp: int

    def post(self, sender: str, recipient: str, message: bytes) -> None:
        """Hand it a mail, as a mail program or another server does."""
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=SECONDS) as client:
            client.sendmail(sender, [recipient], message)

    def waiting(self) -> int:
        """Return how many mails it has not got rid of yet."""
        queues = (self.folder / "queue" / name for name in ("incoming", "active", "deferred"))
        return sum(1 for queue in queues for each in queue.rglob("*") if each.is_file())

    def log(self) -> str:
        """Return what the server wrote down."""
        return (self.folder / "log").read_text(errors="replace")


@contextlib.contextmanager
def running_postfix(*, lmtp: int, sink: int) -> Iterator[Postfix]:
    """Run a server for the length of the block.

    Args:
        lmtp: the port at which the product listens.
        sink: the port of the server that takes mail to all the world.
    """
    _require()
    folder = Path(tempfile.mkdtemp(prefix="timshel-postfix-"))
    server = Postfix(folder, smtp=_free_port())
    _write(server, lmtp=lmtp, sink=sink)
    try:
        _order(server, "start")
        _wait(server)
        yield server
    finally:
        _order(server, "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _require() -> None:
    if Path(PROGRAM).exists() and os.geteuid() == 0:
        return
    missing = "These tests need Postfix, and to be run by root: install postfix."
    if os.environ.get("CI"):
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)


def _write(server: Postfix, *, lmtp: int, sink: int) -> None:
    folder = server.folder
    folder.chmod(0o755)  # its processes run as others than whoever starts it
    for name in ("conf", "queue", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    given = {"folder": folder, "house": HOUSE, "gone": GONE, "lmtp": lmtp, "sink": sink}
    (folder / "conf" / "main.cf").write_text(MAIN.format(**given))
    (folder / "conf" / "master.cf").write_text(MASTER.format(smtp=server.smtp))


def _order(server: Postfix, deed: str) -> None:
    """Have it begin or end; what it says of that stands in its log."""
    subprocess.run(
        [PROGRAM, "-c", str(server.folder / "conf"), deed],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=SECONDS,
        check=False,
    )


def _wait(server: Postfix) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            smtplib.SMTP("127.0.0.1", server.smtp, timeout=2).close()
            return
        time.sleep(0.05)
    log = server.folder / "log"
    pytest.fail(log.read_text() if log.exists() else "Postfix does not begin.", pytrace=False)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
