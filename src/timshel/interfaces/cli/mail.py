"""``timshel mail``: mail that mail servers bring, and mailboxes that are fetched by hand."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from pathlib import Path
from typing import Any

import click

from timshel.interfaces.cli.environment import data_option, ready_django
from timshel.interfaces.cli.exits import Exit, Stop
from timshel.interfaces.cli.output import say, warn

LATER = 75  # EX_TEMPFAIL of sysexits.h: the mail server keeps the message and tries again


@click.group()
def mail() -> None:
    """Take in mail from mail servers and mailboxes."""


@mail.command()
@data_option
@click.option("--mailbox", default=None, help="Code of the mailbox that it came to.")
@click.option("--sender", default=None, help="Sender of the envelope; <> is the null sender.")
@click.option("--recipient", "recipients", multiple=True, help="Recipient of the envelope.")
def receive(
    data: Path, mailbox: str | None, sender: str | None, recipients: tuple[str, ...]
) -> None:
    """Take in one message from standard input, as a mail server pipes it.

    \b
    The exit code is one of sysexits.h:
      0   it is kept
      65  it is too large
      67  there is no such mailbox
      75  it could not be kept now; the mail server tries again

    \b
    Examples:
      timshel mail receive --mailbox service-desk < message
    """
    try:
        with ready_django(data):
            from timshel.interfaces.mail.pipe import receive as take

            code: int = take(
                sys.stdin.buffer,
                mailbox=mailbox,
                sender=sender,
                recipients=recipients,
                environment=os.environ,
            )
    except (Stop, Exception) as error:  # noqa: BLE001 - whatever happens, the message is not lost
        warn(f"The message could not be kept, and should be brought again: {error}")
        code = LATER
    sys.exit(int(code))


@mail.command()
@data_option
@click.argument("mailbox")
def poll(data: Path, mailbox: str) -> None:
    """Take the mail that lies in a mailbox now.

    \b
    Examples:
      timshel mail poll service-desk
    """
    with ready_django(data):
        from timshel.interfaces.mail.receiving import poll_mailbox
        from timshel.support.communication.queries import mailbox_by_code

        found = mailbox_by_code(mailbox)
        if found is None:
            raise Stop(f"There is no mailbox {mailbox}.")
        taken = poll_mailbox(found.id)
        if taken is None:
            raise Stop("Nothing was taken: it is paused, being taken already, or out of reach.")
        say(f"{taken.new} new, {taken.known} known already, {taken.held} too large.")


@mail.command()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Port to listen on.")
@click.option(
    "--socket",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Socket to listen on, instead of a port.",
)
def listen(data: Path, host: str, port: int | None, path: Path | None) -> None:
    """Listen for mail that a mail server brings by LMTP, until Ctrl-C.

    \b
    Examples:
      timshel mail listen --port 2424
      timshel mail listen --socket /var/spool/postfix/private/timshel
    """
    if (port is None) == (path is None):
        raise click.UsageError("Give either --port or --socket.")
    with ready_django(data):
        from timshel.interfaces.mail import lmtp

        logging.getLogger("mail.log").setLevel(logging.WARNING)  # the library tells every line
        where: dict[str, Any] = {"host": host, "port": port or 0}
        if path is not None:
            where = {"path": path}
        try:
            if path is not None:
                lmtp.prepare_socket(path)
            asyncio.run(lmtp.listen(**where, is_ready=lambda given: _tell(host, given, path)))
        except OSError as error:
            raise Stop(f"Nobody can be listened to there: {error.strerror}.", Exit.PORT) from error


def _tell(host: str, port: int, path: Path | None) -> None:
    say(f"Mail is taken by LMTP at {path or f'{host}:{port}'}.")
