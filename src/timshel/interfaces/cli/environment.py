"""The data directory and the database of a command, put into the environment before Django."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from timshel.interfaces.cli.exits import Exit, Stop
from timshel.kernel.embedded_database import EmbeddedDatabase, EmbeddedDatabaseError
from timshel.kernel.file_lock import LockHeld

ATTACH_SECONDS = 60.0
DEFAULT_DATA = ".data"


def data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option ``--data``."""
    return click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        default=DEFAULT_DATA,
        envvar="TIMSHEL_DATA",
        show_default=True,
        show_envvar=True,
        help="Folder of files, secret key and database.",
    )(command)


def enter(data: Path) -> Path:
    """Make the data directory and its secret key if missing, and tell the settings of it.

    Raises:
        Stop: the folder cannot be written.
    """
    data = data.expanduser().resolve()
    try:
        _make_folder(data)
        _make_secret_key(data / "secret-key")
    except OSError as error:
        raise Stop(
            f"The data directory {data} cannot be written: {error.strerror}. "
            "Choose another with --data, or change its owner."
        ) from error
    os.environ["TIMSHEL_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "timshel.config.settings")
    return data


def _make_folder(folder: Path) -> None:
    """Make a folder and what is missing above it.

    Started by root, the database runs as another user, who must be able to pass through them.
    """
    if folder.exists():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)


def _make_secret_key(path: Path) -> None:
    if os.environ.get("TIMSHEL_SECRET_KEY") or path.exists():
        return
    fresh = path.with_name(f".secret-key.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)


def uses_own_server() -> bool:
    """Say whether the operator named a database server."""
    return bool(os.environ.get("DATABASE_URL"))


def embedded_database(data: Path) -> EmbeddedDatabase:
    """Return the embedded database of a data directory, not started."""
    return EmbeddedDatabase(data / "database")


@contextmanager
def database(data: Path) -> Iterator[None]:
    """Have a database for the length of a command.

    That is the operator's server, or the embedded one: joined when it runs already, otherwise
    started and stopped again.

    Raises:
        Stop: it cannot be had.
    """
    if uses_own_server():
        yield
        return
    embedded = embedded_database(data)
    try:
        url = embedded.start()
    except EmbeddedDatabaseError as error:
        raise Stop(str(error), Exit.DATABASE) from error
    except LockHeld as held:
        url = _join(embedded, held)
    os.environ["DATABASE_URL"] = url
    try:
        yield
    finally:
        embedded.stop()


def _join(embedded: EmbeddedDatabase, held: LockHeld) -> str:
    end = time.monotonic() + ATTACH_SECONDS
    while time.monotonic() < end:
        url = embedded.url_when_running_elsewhere()
        if url:
            return url
        time.sleep(0.1)
    raise Stop(
        f"Process {held.holder.get('pid', '?')} uses the database in {embedded.directory}, "
        "but the database does not answer. Try again, or end that process.",
        Exit.IN_USE,
    )


def set_up_django() -> None:
    """Load the settings and the apps; the environment must be complete by now.

    Raises:
        Stop: a setting cannot be read.
    """
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except (ImproperlyConfigured, ValueError) as error:
        raise Stop(f"A setting is wrong: {error}") from error


@contextmanager
def ready_django(data: Path) -> Iterator[Path]:
    """Enter the data directory, have its database, set Django up: what most commands begin with."""
    data = enter(data)
    with database(data):
        set_up_django()
        yield data
