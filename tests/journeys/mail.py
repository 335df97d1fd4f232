"""The mails that the product left in its folder."""

from __future__ import annotations

import email
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from tests.interfaces.cli.product import until


class MailFolder:
    """The folder into which the product writes mails where no server is named."""

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
