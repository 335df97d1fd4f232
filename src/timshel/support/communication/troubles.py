"""What can be wrong with a mailbox that is fetched, in the words of whoever has to mend it, and
how long it is left alone then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

POLL_EVERY = timedelta(minutes=1)
POLL_WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=10),
    timedelta(minutes=20),
    timedelta(minutes=30),
)
FAILURES_TOLD = 3  # so many in a row are no hiccup: those who look after it are told


class MailboxTrouble(StrEnum):
    """Why no mail could be fetched."""

    NONE = ""
    NAME = "name"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    CERTIFICATE = "certificate"
    NO_TLS = "no_tls"
    NOT_IMAP = "not_imap"
    SECRET = "secret"  # noqa: S105 - the word, not one
    TOKEN = "token"  # noqa: S105 - the word, not one
    SIGN_IN = "sign_in"
    FOLDER = "folder"
    TAKEN_FOLDER = "taken_folder"
    BROKEN_OFF = "broken_off"
    NOT_KEPT = "not_kept"
    OTHER = "other"


SENTENCES: Mapping[MailboxTrouble, Promise] = {
    MailboxTrouble.NAME: _("Nobody knows a server of this name. Check how the name is written."),
    MailboxTrouble.NO_ANSWER: _(
        "The server does not answer in time. A firewall may be in between, or the port is wrong."
    ),
    MailboxTrouble.REFUSED: _("The machine is there, but nothing answers on this port."),
    MailboxTrouble.CERTIFICATE: _(
        "The server's certificate is not trusted. It may have run out, be for another name, or"
        " come from an authority that this machine does not know."
    ),
    MailboxTrouble.NO_TLS: _(
        "No protected connection comes about. Either the server offers none, or the port is for"
        " the other kind: usually 993 for TLS, and 143 for STARTTLS."
    ),
    MailboxTrouble.NOT_IMAP: _("What answers on this port does not speak IMAP."),
    MailboxTrouble.SECRET: _(
        "The password or secret cannot be read any more, since the installation's key changed."
        " Enter it again."
    ),
    MailboxTrouble.TOKEN: _(
        "The authority gave no access token. Check the client, its secret, and whether the"
        " permission was withdrawn."
    ),
    MailboxTrouble.SIGN_IN: _(
        "The server refused the sign-in. Check the user and the password, and whether IMAP is"
        " allowed for this account."
    ),
    MailboxTrouble.FOLDER: _("There is no such folder to take mail from."),
    MailboxTrouble.TAKEN_FOLDER: _(
        "Mail cannot be moved to the folder for what was taken: it is missing, and could not be"
        " made."
    ),
    MailboxTrouble.BROKEN_OFF: _("The connection broke off in between."),
    MailboxTrouble.NOT_KEPT: _(
        "Some mail could not be kept here. It stays on the server and is tried again."
    ),
    MailboxTrouble.OTHER: _("Something went wrong that nobody foresaw."),
}


class MailboxFailed(Exception):  # noqa: N818 - named for what happened
    """No mail could be fetched from a mailbox.

    Args:
        trouble: what is wrong.
        said: how the other side put it; may be empty.
    """

    def __init__(self, trouble: MailboxTrouble, said: str = "") -> None:
        self.trouble = trouble
        self.said = said
        super().__init__(f"{trouble}: {said}")


def poll_again_after(failures: int) -> timedelta:
    """Return how long a mailbox is left alone after so many failures in a row."""
    return POLL_WAITS[min(failures, len(POLL_WAITS)) - 1] if failures else POLL_EVERY
