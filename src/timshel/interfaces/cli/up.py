"""``timshel up``: the whole product with one command."""

from __future__ import annotations

import errno
import http.client
import os
import socket
import time
from pathlib import Path

import click

from timshel.interfaces.cli.environment import (
    data_option,
    embedded_database,
    enter,
    uses_own_server,
)
from timshel.interfaces.cli.exits import Exit, Stop
from timshel.interfaces.cli.output import say
from timshel.interfaces.cli.supervisor import Part, Supervisor
from timshel.kernel.embedded_database import EmbeddedDatabase, EmbeddedDatabaseError
from timshel.kernel.file_lock import FileLock, LockHeld

PORT_PATIENCE_SECONDS = 12.0  # for the last requests of a predecessor that was killed
WEB_STOP_SECONDS = 15.0
WORKER_STOP_SECONDS = 30.0
LISTENER_STOP_SECONDS = 10.0


@click.command()
@data_option
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to answer on; 0 takes a free one.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to answer on; 0.0.0.0 for every network.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=None,
    help="Web worker processes.  [default: one per core, at least 2]",
)
@click.option(
    "--lmtp-port",
    type=click.IntRange(1, 65535),
    default=None,
    help="Port of this machine to which a mail server brings mail by LMTP.  [default: none]",
)
@click.option(
    "--lmtp-socket",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Socket to which a mail server brings mail by LMTP.  [default: none]",
)
def up(
    data: Path,
    port: int,
    host: str,
    workers: int | None,
    lmtp_port: int | None,
    lmtp_socket: Path | None,
) -> None:
    """Start everything and keep it running until Ctrl-C.

    Makes what is missing (data directory, database, tables, first account), starts the database,
    the web server and the worker, prints the address, and starts again whatever dies.

    \b
    Examples:
      timshel up
      timshel up --data /srv/timshel --port 8080 --host 0.0.0.0
      timshel up --lmtp-port 2424
      DATABASE_URL=postgresql://timshel@db.example/timshel timshel up
    """
    data = enter(data)
    lock = FileLock(data / "lock")
    address, port = _take_port(host, port, data, lock)
    url = _shown_url(host, port)
    os.environ.setdefault("TIMSHEL_ADDRESS", url)  # what links in mails begin with
    database = None if uses_own_server() else embedded_database(data)
    parts = _parts(address, port, workers or max(2, os.cpu_count() or 2))
    supervisor = Supervisor(database, parts + _listeners(data, lmtp_port, lmtp_socket))
    supervisor.listen()
    try:
        if database is not None:
            os.environ["DATABASE_URL"] = _start(database, supervisor)
        supervisor.run_once(["timshel.interfaces.cli.main", "init", "--quiet", "--data", str(data)])
        supervisor.watch(
            lambda: _is_ready(address, port),
            lambda: say(f"Timshel is ready at {url}  (Ctrl-C stops it)"),
        )
        say("Stopping.")
    finally:
        supervisor.stop()
        lock.release()
    say("Stopped.")


def _take_port(host: str, port: int, data: Path, lock: FileLock) -> tuple[str, int]:
    """Lock the data directory and find the port free, in this order.

    Raises:
        Stop: one of them is taken by others.
    """
    was_killed = bool(lock.holder())  # whoever leaves in order takes the note along
    try:
        lock.acquire()
    except LockHeld as held:
        where = f" at {held.holder['url']}" if "url" in held.holder else ""
        raise Stop(
            f"Timshel already runs on {data}: process {held.holder.get('pid', '?')}{where}.",
            Exit.IN_USE,
        ) from held
    end = time.monotonic() + (PORT_PATIENCE_SECONDS if was_killed else 0)
    while True:
        try:
            address, port = _probe(host, port)
            break
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > end:
                lock.release()
                raise Stop(_port_trouble(host, port, error), Exit.PORT) from error
            time.sleep(0.2)
    lock.acquire(url=_shown_url(host, port))
    return address, port


def _probe(host: str, port: int) -> tuple[str, int]:
    """Return the numeric address and the port after binding both for a moment.

    The web workers share the port among themselves, so they would not notice a stranger on it.
    """
    family, _, _, _, place = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(place)
        bound = probe.getsockname()
    return str(bound[0]), int(bound[1])


def _port_trouble(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program. Choose another with --port."
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has. Choose one above 1023."
    return f"The address {host}:{port} cannot be used: {error.strerror}."


def _parts(address: str, port: int, workers: int) -> list[Part]:
    web = ["timshel.interfaces.cli.web_process", "--host", address, "--port", str(port)]
    return [
        Part("web server", [*web, "--workers", str(workers)], patience=WEB_STOP_SECONDS),
        Part("worker", ["timshel.interfaces.worker"], patience=WORKER_STOP_SECONDS),
    ]


def _listeners(data: Path, port: int | None, socket_path: Path | None) -> list[Part]:
    """Return the parts to which mail servers bring mail."""
    listen = ["timshel.interfaces.cli.main", "mail", "listen", "--data", str(data)]
    wanted = []
    if port is not None:
        wanted.append([*listen, "--port", str(port)])
    if socket_path is not None:
        wanted.append([*listen, "--socket", str(socket_path.expanduser().absolute())])
    return [Part("mail listener", each, patience=LISTENER_STOP_SECONDS) for each in wanted]


def _start(database: EmbeddedDatabase, supervisor: Supervisor) -> str:
    try:
        return database.start(give_up=lambda: supervisor.leaving)
    except LockHeld as held:
        raise Stop(
            f"Process {held.holder.get('pid', '?')} is using the database in "
            f"{database.directory}, such as another timshel command. Try again when it is done.",
            Exit.IN_USE,
        ) from held
    except EmbeddedDatabaseError as error:
        raise Stop(str(error), Exit.DATABASE) from error


def _shown_url(host: str, port: int) -> str:
    name = "localhost" if host in {"", "0.0.0.0", "::", "127.0.0.1"} else host  # noqa: S104
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _is_ready(address: str, port: int) -> bool:
    """Ask the web server whether it can serve."""
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104
    allowed = os.environ.get("TIMSHEL_HOSTS", "*").split(",")[0].strip()
    headers = {} if allowed in {"", "*"} else {"Host": allowed.lstrip(".")}
    connection = http.client.HTTPConnection(local, port, timeout=5)
    try:
        connection.request("GET", "/health/ready", headers=headers)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
