"""The web process: Granian in WSGI mode, with as many workers as asked.

Run by the supervisor as ``python -m timshel.interfaces.cli.web_process``.
"""

from __future__ import annotations

import argparse
import gc
import os
import signal
from collections.abc import Callable
from typing import Any

from timshel.kernel.child_process import end_with_parent

Application = Callable[..., Any]

APPLICATION = "timshel.config.wsgi:application"
# A page waits for the database about as long as it computes: four threads keep a core busy,
# and each holds one of the database's connections.
BLOCKING_THREADS = 4
STOP_SECONDS = 10


def load_application() -> Application:
    """Return the WSGI application, loaded as a whole, before any worker is forked.

    The workers share its memory, and one that has died is replaced in a moment. A page that
    cannot be loaded ends the start; nobody's first click pays for loading the rest.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "timshel.config.settings")
    from django.core.wsgi import get_wsgi_application
    from django.urls import get_resolver

    application: Application = get_wsgi_application()
    _ = get_resolver().url_patterns
    gc.freeze()
    return application


def in_worker(application: Application, server: int) -> Application:
    """Prepare a worker process, in itself, and return the application.

    Args:
        application: as loaded by the server.
        server: the process id of the server; when it dies, this worker does too, at once, so
            that no worker goes on answering on the port.
    """
    end_with_parent(server, signal.SIGKILL)
    return application


def main() -> None:
    """Serve until SIGTERM."""
    from functools import partial

    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    server = Server(
        APPLICATION,
        address=asked.host,
        port=asked.port,
        interface=Interfaces.WSGI,
        workers=asked.workers,
        blocking_threads=BLOCKING_THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
    )
    server.serve(
        target_loader=partial(in_worker, load_application(), os.getpid()), wrap_loader=False
    )


if __name__ == "__main__":
    main()
