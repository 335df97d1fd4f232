"""The ways a mail can leave, chosen by one setting: console, folder, or an SMTP address."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum
from pathlib import Path
from typing import TextIO
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from timshel.support.communication.actions import DeliveryFailed, Transport

SUBMISSION_PORTS = {"smtp": 25, "smtps": 465}
TIMEOUT = 20.0  # seconds for each answer of the server
REFUSED_FOR_GOOD = range(500, 600)

_writing = threading.Lock()


class StartTls(StrEnum):
    """Whether a plain connection is encrypted before anything is said on it."""

    ALWAYS = "always"
    OFFERED = "offered"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class ConsoleTransport:
    """Prints mails, for development."""

    stream: TextIO | None = None

    def deliver(self, mail: EmailMessage, /, *, sender: str = "") -> None:  # noqa: ARG002
        """Print a mail; the console knows no envelope."""
        stream = self.stream or sys.stdout
        with _writing:
            stream.write(f"{mail.as_string()}\n{'-' * 72}\n")
            stream.flush()


@dataclass(frozen=True, slots=True)
class FolderTransport:
    """Writes each mail as a file, named for its identity, so that twice is still one."""

    folder: Path

    def deliver(self, mail: EmailMessage, /, *, sender: str = "") -> None:
        """Write a mail; the file is complete from the moment it is there.

        Args:
            mail: what to write.
            sender: of the envelope, which stands in the file as Return-Path.
        """
        name = re.sub(r"[^A-Za-z0-9._-]", "_", str(mail["Message-ID"]).strip("<>"))[:180]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            temporary = self.folder / f".{name}.{os.getpid()}.{threading.get_ident()}"
            with temporary.open("wb") as file:
                if sender:
                    file.write(f"Return-Path: <{sender}>\r\n".encode())
                file.write(mail.as_bytes(policy=SMTP))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.folder / f"{name}.eml")
        except OSError as error:
            raise DeliveryFailed(f"The folder for mail cannot be written: {error}") from error


@dataclass(frozen=True, slots=True)
class SmtpTransport:
    """Hands mails to a server.

    Args:
        host: name or address of the server.
        port: its port.
        user: for signing in; empty for none.
        password: for signing in.
        is_tls: encrypted from the first byte.
        starttls: whether a plain connection is encrypted.
        hello: the name by which this side introduces itself.
        timeout: seconds for each answer.
    """

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    is_tls: bool = False
    starttls: StartTls = StartTls.OFFERED
    hello: str = "localhost"
    timeout: float = TIMEOUT

    def deliver(self, mail: EmailMessage, /, *, sender: str = "") -> None:
        """Send a mail, and return once the server has taken it.

        Args:
            mail: what to send.
            sender: of the envelope, to which reports come back; that of the mail where empty.

        A refusal of the recipient or the content is for good; all else may be a matter of
        configuration or of the moment, and is worth another attempt.
        """
        try:
            server = self._connect()
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryFailed(f"No connection to {self.host}: {error}") from error
        try:
            self._introduce(server)
            server.send_message(mail, from_addr=sender or None)
        except smtplib.SMTPRecipientsRefused as error:
            answers = list(error.recipients.values())
            raise DeliveryFailed(
                f"The recipient was refused: {_said(*answers[0])}",
                is_permanent=all(code in REFUSED_FOR_GOOD for code, _ in answers),
                is_recipient=True,
            ) from error
        except smtplib.SMTPDataError as error:
            raise DeliveryFailed(
                f"The mail was refused: {_said(error.smtp_code, error.smtp_error)}",
                is_permanent=error.smtp_code in REFUSED_FOR_GOOD,
            ) from error
        except smtplib.SMTPNotSupportedError as error:
            raise DeliveryFailed(f"The server cannot take it: {error}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryFailed(f"{self.host} failed: {error}") from error
        finally:
            # The mail is taken or not by now; how the parting goes changes nothing.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _connect(self) -> smtplib.SMTP:
        if self.is_tls:
            return smtplib.SMTP_SSL(
                self.host,
                self.port,
                local_hostname=self.hello,
                timeout=self.timeout,
                context=ssl.create_default_context(),
            )
        return smtplib.SMTP(self.host, self.port, local_hostname=self.hello, timeout=self.timeout)

    def _encryption(self) -> ssl.SSLContext:
        """Return a context that checks who the server is, wherever that protects something.

        With no password to give away and no encryption demanded, the mail would also go in the
        clear; an internal relay's own certificate is then better than none.
        """
        context = ssl.create_default_context()
        if self.starttls is not StartTls.ALWAYS and not self.user:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _introduce(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        if not self.is_tls and self.starttls is not StartTls.NEVER:
            if server.has_extn("starttls"):
                server.starttls(context=self._encryption())
                server.ehlo()
            elif self.starttls is StartTls.ALWAYS or self.user:
                # A password is never sent in the clear unless the operator asked for that.
                raise DeliveryFailed(f"{self.host} offers no encryption")
        if self.user:
            server.login(self.user, self.password)


def transport_for(url: str, *, folder: Path, hello: str) -> Transport:
    """Return the transport that a setting names.

    Args:
        url: ``console``, ``folder``, or ``smtp://user:password@host:port?starttls=always``
            (``smtps://`` for encryption from the first byte; ``starttls`` is ``always``,
            ``offered`` or ``never``).
        folder: where mails are written with ``folder``.
        hello: the name by which this side introduces itself to servers.

    Raises:
        ImproperlyConfigured: the setting cannot be read.
    """
    if url == "console":
        return ConsoleTransport()
    if url == "folder":
        return FolderTransport(folder)
    parts = urlsplit(url)
    if parts.scheme not in SUBMISSION_PORTS or not parts.hostname:
        raise ImproperlyConfigured(
            "TIMSHEL_MAIL must be console, folder, or smtp://user:password@host:port"
        )
    try:
        starttls = StartTls(dict(parse_qsl(parts.query)).get("starttls", StartTls.OFFERED))
        port = parts.port or SUBMISSION_PORTS[parts.scheme]
    except ValueError as error:
        raise ImproperlyConfigured(f"TIMSHEL_MAIL cannot be read: {error}") from error
    return SmtpTransport(
        host=parts.hostname,
        port=port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_tls=parts.scheme == "smtps",
        starttls=starttls,
        hello=hello,
    )


def configured_transport() -> Transport:
    """Return the transport of this installation."""
    return transport_for(
        settings.MAIL_URL, folder=settings.DATA_DIRECTORY / "mail", hello=settings.MAIL_DOMAIN
    )


def _said(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {words}"
