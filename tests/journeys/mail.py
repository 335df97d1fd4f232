"""The mails that the product sent to a mail server, which puts each into a folder."""

from __future__ import annotations

import email
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope, Session

from tests.interfaces.cli.product import free_port, until


class Server:
    """A mail server that takes everything, and puts it into a folder.

    Args:
        folder: into which.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        self._count += 1
        whole = self._folder / f"by-smtp-{self._count:06}.eml"
        part = whole.with_suffix(".part")
        part.write_bytes(content)
        part.rename(whole)
        return "250 taken"


@contextmanager
def mail_server(folder: Path) -> Iterator[int]:
    """Run a mail server that puts what it takes into a folder; gives its port."""
    folder.mkdir(parents=True, exist_ok=True)
    controller = Controller(Server(folder), hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


class MailFolder:
    """The folder with the mails that were sent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def about(self, number: str, *, to: str) -> dict[str, EmailMessage]:
        """Return the mails to somebody about an incident, by their subjects."""
        files = self._folder.glob("*.eml")
        mails = [email.message_from_bytes(path.read_bytes(), policy=default) for path in files]
        subjects = [str(mail["Subject"]).strip() for mail in mails]
        return {
            subject: mail
            for subject, mail in zip(subjects, mails, strict=True)
            if f"[{number}]" in subject and to in str(mail["To"])
        }

    def wait_for(self, count: int, number: str, *, to: str) -> dict[str, EmailMessage]:
        """Return the mails about an incident as soon as there are so many."""

        def there() -> dict[str, EmailMessage]:
            found = self.about(number, to=to)
            return found if len(found) >= count else {}

        found: dict[str, EmailMessage] = until(there, f"{count} mails about {number}", 30)
        return found
