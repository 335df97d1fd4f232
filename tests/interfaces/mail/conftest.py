"""What the tests of the mail door share: a real server, and mailboxes there and here."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cast import AT, Cast
from tests.dovecot import Dovecot, running_dovecot, word
from timshel.support.communication import actions
from timshel.support.communication.actions import MailboxContent, MailboxSecrets

Make = Callable[..., int]


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """Return a running server; each test uses mailboxes of its own."""
    with running_dovecot() as server:
        yield server


@pytest.fixture
def user(request: pytest.FixtureRequest, dovecot: Dovecot) -> Iterator[str]:
    """Return the name of somebody who has a mailbox of their own, and nothing in it."""
    name = f"desk{abs(hash(request.node.nodeid)) % 10**9}-{os.getpid()}"
    yield name
    dovecot.empty(name)


@pytest.fixture
def shelf(settings: Any, tmp_path: Path) -> Path:
    """Keep files in a folder of the test's own; returns where they lie."""
    settings.DATA_DIRECTORY = tmp_path
    return tmp_path / "files"


@pytest.fixture
def make_mailbox(cast: Cast, dovecot: Dovecot, user: str) -> Make:
    """Return what makes the mailbox here from which that of the user is fetched."""

    def make(*, secret: str | None = None, **changes: Any) -> int:
        given: dict[str, Any] = {
            "name": "Service desk",
            "address": "desk@x.example",
            "team": "service-desk",
            "host": "127.0.0.1",
            "port": dovecot.imap,
            "security": "none",
            "user": user,
            "afterwards": "move",
            "taken_folder": "Taken",
        }
        secrets = changes.pop("secrets", MailboxSecrets(secret=secret or word()))
        return actions.keep_mailbox(
            "desk",
            content=MailboxContent(**{**given, **changes}),
            secrets=secrets,
            actor=cast.administrator,
            at=AT,
        )

    return make
