"""Drives ``timshel up`` as an operator does: as a process of its own, on a free port."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

SOURCE = Path(__file__).resolve().parents[3] / "src"
READY_SECONDS = 300.0  # the first start makes a database, however busy the machine is
RUN_SECONDS = 900.0
"""How long one command may take: two may load the demonstration at once on a slow machine."""


def environment(**more: str) -> dict[str, str]:
    """The environment of a shell in which nobody has set anything of ours."""
    ours = ("TIMSHEL_", "DATABASE_URL", "DJANGO_", "PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "PYTHONPATH": str(SOURCE), "PYTHONWARNINGS": "default", **more}


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "timshel.interfaces.cli.main", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=RUN_SECONDS,
        env=environment(**more),
    )


def until(condition: Any, what: str, seconds: float = 30.0) -> Any:
    """Wait until ``condition()`` is true and return what it gave."""
    end = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        assert time.monotonic() < end, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Product:
    """One running ``timshel up``."""

    def __init__(
        self,
        data: Path,
        *,
        python: str = sys.executable,
        settings: dict[str, str] | None = None,
        arguments: Sequence[str] = (),
        **options: Any,
    ) -> None:
        command = [python, "-m", "timshel.interfaces.cli.main", "up", "--data", str(data)]
        self.process = subprocess.Popen(
            [*command, "--port", "0", "--workers", "2", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment(**(settings or {})),
            **options,
        )
        self.lines: list[str] = []
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self.port = 0

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout:
            for line in self.process.stdout:
                self.lines.append(line.rstrip())

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def wait_until_ready(self) -> Product:
        def address() -> str | None:
            assert self.process.poll() is None, self.output
            return next((line for line in self.lines if "is ready at" in line), None)

        line = until(address, "ready", READY_SECONDS)
        self.port = int(line.split("http://localhost:")[1].split()[0])
        return self

    def get(self, path: str) -> tuple[int, dict[str, Any]]:
        """Return status and JSON; status 0 when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, json.loads(response.read() or b"{}")
        except (OSError, http.client.HTTPException):
            return 0, {}
        finally:
            connection.close()

    def is_ready(self) -> bool:
        return self.get("/health/ready")[0] == 200

    def family(self) -> list[psutil.Process]:
        """The supervisor's descendants."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def part(self, mark: str) -> psutil.Process:
        """The direct child whose command line holds ``mark``."""
        children = psutil.Process(self.process.pid).children()
        return next(child for child in children if mark in " ".join(child.cmdline()))

    def stop(self) -> int:
        """End it as an operator would, and return the exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.wait()

    def wait(self) -> int:
        """Wait for its end and for its last words, and return the exit code."""
        try:
            code = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self._listener.join(30)
        return code


def gone(processes: list[psutil.Process], seconds: float = 30.0) -> None:
    """Assert that all of these processes end."""

    def alive() -> list[psutil.Process]:
        return [
            process
            for process in processes
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE
        ]

    def none_is_alive() -> bool:
        try:
            return not alive()
        except psutil.NoSuchProcess:
            return False

    until(none_is_alive, f"all gone: {processes}", seconds)
