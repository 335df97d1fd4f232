"""A real IMAP server for tests: Debian's Dovecot as an ordinary process, in a folder of its own.

Everybody signs in with the same password and gets a mailbox of their own. Without Dovecot the
tests are skipped on a person's machine and fail where they must run.
"""

from __future__ import annotations

import contextlib
import imaplib
import os
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PASSWORD = "a password of the tests"
NAMES = ("/usr/sbin/dovecot", "/usr/local/sbin/dovecot")
SECONDS = 20.0
CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_username_chars =
auth_username_format = %Ln
mail_location = maildir:{folder}/mail/%n
mail_fsync = never
first_valid_uid = 1
default_internal_user = {internal}
default_login_user = {login}
default_vsz_limit = 1G
lmtp_save_to_detail_mailbox = no
mail_max_userip_connections = 100
protocol lmtp {{
  postmaster_address = postmaster@x.example
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2
}}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password_word}
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}/mail/%n allow_all_users=yes
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
}}
service stats {{
  chroot =
}}
"""
OAUTH = """
introspection_url = http://127.0.0.1:{port}/introspect
introspection_mode = post
username_attribute = email
username_format = %Ln
active_attribute = active
active_value = true
"""


@dataclass(frozen=True, slots=True)
class Dovecot:
    """A running server.

    Args:
        folder: in which everything of it lies.
        imap: its port for IMAP, plain and with STARTTLS.
        imaps: its port for IMAP within TLS, with a certificate that nobody trusts.
        lmtp: its port for LMTP.
        authority: the port at which it asks whether an access token holds.
    """

    folder: Path
    imap: int
    imaps: int
    lmtp: int
    authority: int

    @contextlib.contextmanager
    def client(self, user: str) -> Iterator[imaplib.IMAP4]:
        """Sign in as somebody."""
        with imaplib.IMAP4("127.0.0.1", self.imap, timeout=SECONDS) as client:
            client.login(user, word())
            yield client

    def put(self, user: str, messages: Iterable[bytes], *, folder: str = "INBOX") -> None:
        """Put messages into a mailbox as they are."""
        with self.client(user) as client:
            for message in messages:
                status, said = client.append(folder, "", "", message)
                assert status == "OK", said

    def deliver(self, user: str, message: bytes, *, sender: str = "imre@x.example") -> None:
        """Bring a message as a mail server does, which writes its trace above it."""
        with smtplib.LMTP("127.0.0.1", self.lmtp) as client:
            client.sendmail(sender, [f"{user}@x.example"], message)

    def uids(self, user: str, folder: str = "INBOX", criteria: str = "ALL") -> list[int]:
        """Return the numbers of the messages in a folder."""
        with self.client(user) as client:
            client.select(folder, readonly=True)
            _status, answer = client.uid("SEARCH", criteria)
            return [int(each) for each in answer[0].split()]

    def contents(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """Return the messages of a folder as the server has them."""
        with self.client(user) as client:
            client.select(folder, readonly=True)
            _status, answer = client.fetch("1:*", "(BODY.PEEK[])")
            return [each[1] for each in answer if isinstance(each, tuple)]

    def empty(self, user: str) -> None:
        """Throw away a mailbox; the next one has other numbers."""
        shutil.rmtree(self.folder / "mail" / user, ignore_errors=True)

    def log(self) -> str:
        """Return what the server wrote down."""
        return (self.folder / "log").read_text(errors="replace")


def word() -> str:
    """Return the password, which may hold no space where Dovecot is told of it."""
    return PASSWORD.replace(" ", "-")


def program() -> str:
    """Return the path of the server."""
    found = next((each for each in NAMES if Path(each).exists()), "")
    if found:
        return found
    missing = "These tests need Dovecot: install dovecot-imapd and dovecot-lmtpd."
    if os.environ.get("CI"):
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)


@contextlib.contextmanager
def running_dovecot() -> Iterator[Dovecot]:
    """Run a server for the length of the block."""
    path = program()
    folder = Path(tempfile.mkdtemp(prefix="timshel-dovecot-"))
    folder.chmod(0o755)  # its processes run as others than whoever starts it
    imap, imaps, lmtp, authority = _free_ports(4)
    server = Dovecot(folder, imap=imap, imaps=imaps, lmtp=lmtp, authority=authority)
    _write(server)
    process = subprocess.Popen(
        [path, "-F", "-c", str(folder / "conf")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        _wait(server, process)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        if process.stderr is not None:
            process.stderr.close()
        shutil.rmtree(folder, ignore_errors=True)


def _write(server: Dovecot) -> None:
    is_root = os.geteuid() == 0
    me = str(os.geteuid())
    _certificate(server.folder)
    (server.folder / "mail").mkdir()
    if is_root:
        shutil.chown(server.folder / "mail", "nobody", "nogroup")
    (server.folder / "oauth2").write_text(OAUTH.format(port=server.authority))
    (server.folder / "conf").write_text(
        CONFIGURATION.format(
            folder=server.folder,
            imap=server.imap,
            imaps=server.imaps,
            lmtp=server.lmtp,
            internal="dovecot" if is_root else me,
            login="dovenull" if is_root else me,
            owner="nobody" if is_root else me,
            group="nogroup" if is_root else str(os.getegid()),
            password_word=word(),
        )
    )


def _wait(server: Dovecot, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            said = process.stderr.read() if process.stderr else b""
            pytest.fail(f"Dovecot ended: {said.decode(errors='replace')}", pytrace=False)
        with contextlib.suppress(OSError, imaplib.IMAP4.error), server.client("nobody-yet"):
            return
        time.sleep(0.1)
    pytest.fail(f"Dovecot does not answer: {server.log()[-2000:]}", pytrace=False)


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
