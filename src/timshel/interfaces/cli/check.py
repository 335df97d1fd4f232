"""``timshel check``: a line for each thing that must be right, and what to do when it is not."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import click

from timshel.interfaces.cli.environment import (
    data_option,
    database,
    embedded_database,
    set_up_django,
    uses_own_server,
)
from timshel.interfaces.cli.exits import Stop
from timshel.interfaces.cli.output import say

OLDEST_SERVER = 15
LEAST_FREE_BYTES = 500 * 1024 * 1024
MAIL_PLACES = frozenset({"console", "folder"})
MAIL_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Line:
    """One thing looked at."""

    is_right: bool
    text: str


def _right(text: str) -> Line:
    return Line(is_right=True, text=text)


def _wrong(text: str) -> Line:
    return Line(is_right=False, text=text)


@click.command()
@data_option
def check(data: Path) -> None:
    """Look for what is wrong: a line each, exit code 1 when there is something.

    \b
    Examples:
      timshel check --data /srv/timshel
    """
    data = data.expanduser().resolve()
    os.environ["TIMSHEL_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "timshel.config.settings")
    wrong = 0
    with ExitStack() as stack:
        for look in _looks(data, stack):
            line = _safely(look)
            say(f"{'ok   ' if line.is_right else 'WRONG'} {line.text}")
            wrong += not line.is_right
    if wrong:
        raise Stop(f"{wrong} of these {'is' if wrong == 1 else 'are'} wrong.")


def _looks(data: Path, stack: ExitStack) -> Iterator[Callable[[], Line]]:
    yield lambda: _data_directory(data)
    yield lambda: _free_space(data)
    yield lambda: _secret_key(data)
    if uses_own_server() or embedded_database(data).directory.exists():
        yield lambda: _server(data, stack)
        yield _settings
        yield _version
        yield _migrations
        yield _mail
    else:
        yield lambda: _wrong("database: there is none yet; run timshel init")


def _safely(look: Callable[[], Line]) -> Line:
    """Return what ``look`` saw; a failure to look is something wrong too."""
    try:
        return look()
    except Stop as stop:
        return _wrong(stop.message)
    except Exception as error:  # noqa: BLE001 - whatever it is, the operator wants the rest too
        return _wrong(f"{type(error).__name__}: {str(error).strip()}")


def _data_directory(data: Path) -> Line:
    if not data.is_dir():
        return _wrong(f"data directory {data}: there is none; run timshel init")
    try:
        with tempfile.TemporaryFile(dir=data):
            return _right(f"data directory {data}: can be written")
    except OSError as error:
        return _wrong(f"data directory {data}: {error.strerror}")


def _free_space(data: Path) -> Line:
    free = shutil.disk_usage(data if data.exists() else Path.cwd()).free
    return Line(is_right=free >= LEAST_FREE_BYTES, text=f"free space: {free / 1024**3:,.1f} GiB")


def _secret_key(data: Path) -> Line:
    if os.environ.get("TIMSHEL_SECRET_KEY"):
        return _right("secret key: from the environment")
    path = data / "secret-key"
    if not path.exists():
        return _wrong("secret key: there is none; run timshel init")
    if path.stat().st_mode & 0o077:
        return _wrong(f"secret key: others can read {path}; run chmod 600 on it")
    return _right("secret key: in the data directory, readable by its owner alone")


def _server(data: Path, stack: ExitStack) -> Line:
    kind = "named in DATABASE_URL" if uses_own_server() else "the embedded one"
    stack.enter_context(database(data))
    return _right(f"database server: {kind}")


def _settings() -> Line:
    set_up_django()
    from django.core.checks import ERROR, run_checks

    troubles = [message for message in run_checks() if message.level >= ERROR]
    if troubles:
        return _wrong("settings: " + "; ".join(str(message.msg) for message in troubles))
    return _right("settings: can all be read")


def _version() -> Line:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        version = cursor.fetchone()[0]
    return Line(
        is_right=version >= OLDEST_SERVER,
        text=f"PostgreSQL: version {version}, needed {OLDEST_SERVER}",
    )


def _migrations() -> Line:
    from timshel.interfaces.cli.preparation import pending_migrations

    pending = pending_migrations()
    if pending:
        return _wrong(f"tables: {pending} migrations are pending; run timshel migrate")
    return _right("tables: up to date")


def _mail() -> Line:
    from django.conf import settings

    parts = urlsplit(settings.MAIL_URL)
    if settings.MAIL_URL not in MAIL_PLACES and parts.scheme not in {"smtp", "smtps"}:
        return _wrong(f"mail: TIMSHEL_MAIL must be console, folder or smtp://…, not {parts.path!r}")
    if settings.MAIL_URL in MAIL_PLACES:
        return _right(f"mail: to the {settings.MAIL_URL}, nothing is sent")
    port = parts.port or (465 if parts.scheme == "smtps" else 25)
    try:
        with socket.create_connection((parts.hostname or "", port), timeout=MAIL_SECONDS):
            return _right(f"mail: {parts.hostname}:{port} answers")
    except OSError as error:
        return _wrong(f"mail: {parts.hostname}:{port} cannot be reached ({error})")
