"""Keeps the database, the web process and the worker running, and stops them in order.

One thread, one loop: it looks at every part five times a second, starts anew what has died (with
growing pauses when it keeps dying), and leaves when asked. The parts are asked by the kernel to
end when the supervisor itself is killed; see ``kernel.child_process``.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

from timshel.interfaces.cli.exits import Exit, Stop
from timshel.interfaces.cli.output import say, warn
from timshel.kernel.child_process import ending_with_this_process
from timshel.kernel.embedded_database import EmbeddedDatabase, EmbeddedDatabaseError

PAUSES = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)  # seconds before each further start
HEALTHY_SECONDS = 30.0  # alive for so long, a part has earned a new beginning
LOOK_EVERY_SECONDS = 0.2
KILL_SECONDS = 5.0


@dataclass
class Pauses:
    """How long to wait before starting something that has died again."""

    _deaths: int = 0
    _started_at: float = 0.0
    _wanted_at: float | None = None

    def started(self) -> None:
        """Take note that it was started."""
        self._started_at = time.monotonic()
        self._wanted_at = None

    def died(self) -> float:
        """Take note that it is dead, once per death, and return the pause in seconds."""
        if self._wanted_at is None:
            now = time.monotonic()
            if now - self._started_at >= HEALTHY_SECONDS:
                self._deaths = 0
            pause = PAUSES[min(self._deaths, len(PAUSES) - 1)]
            self._deaths += 1
            self._wanted_at = now + pause
            return pause
        return 0.0

    def is_over(self) -> bool:
        """Say whether it is time to start again."""
        return self._wanted_at is not None and time.monotonic() >= self._wanted_at


@dataclass
class Part:
    """A child process that is to run always.

    Attributes:
        name: what people call it.
        command: the module and its arguments, run by this Python.
        patience: seconds it may take to stop before it is killed.
    """

    name: str
    command: Sequence[str]
    patience: float
    pauses: Pauses = field(default_factory=Pauses)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; its output goes where ours goes."""
        self.process = start_python(self.command)
        self.pauses.started()

    def is_running(self) -> bool:
        """Say whether the process is alive."""
        return self.process is not None and self.process.poll() is None

    def stop(self, hurry: Callable[[], bool]) -> None:
        """Ask the process to end, and kill it when it does not."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        end = time.monotonic() + self.patience
        while self.process.poll() is None and time.monotonic() < end and not hurry():
            time.sleep(0.02)
        if self.process.poll() is None:
            warn(f"The {self.name} did not end in time and is killed.")
            self.process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(KILL_SECONDS)


def start_python(arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start this Python with ``-m`` and ``arguments``; the child ends when this process does."""
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", *arguments],
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # a Ctrl-C in the terminal is for us alone; we stop them in order
        preexec_fn=ending_with_this_process(signal.SIGTERM),
    )


class Supervisor:
    """Starts and watches the parts until a signal asks it to leave.

    Args:
        database: the embedded database, already started, or None when another server is used.
        parts: the child processes, in the order in which they are started and stopped.
    """

    def __init__(self, database: EmbeddedDatabase | None, parts: Sequence[Part]) -> None:
        self.database = database
        self.parts = parts
        self._database_pauses = Pauses()
        self._asked = threading.Event()
        self._asks = 0

    def listen(self) -> None:
        """Take over SIGINT, SIGTERM and SIGHUP; a second one makes stopping quick."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._asks += 1
        self._asked.set()

    @property
    def leaving(self) -> bool:
        """Whether a signal has asked to stop."""
        return self._asked.is_set()

    def run_once(self, arguments: Sequence[str]) -> None:
        """Run a Python module to its end, as preparation.

        Raises:
            Stop: it failed (it has said why), or a signal came.
        """
        process = start_python(arguments)
        try:
            while process.poll() is None:
                if self._asked.wait(0.05):
                    raise Stop("Stopped.", Exit.DONE)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(KILL_SECONDS)
        if process.returncode != 0:
            known = process.returncode in {code.value for code in Exit}
            code = Exit(process.returncode) if known else Exit.WRONG
            raise Stop("Timshel cannot start before this is mended.", code)

    def watch(self, is_ready: Callable[[], bool], announce: Callable[[], None]) -> None:
        """Run the parts until asked to leave.

        Args:
            is_ready: asked until it says yes for the first time.
            announce: called then.
        """
        for part in self.parts:
            part.start()
        announced = False
        while not self._asked.wait(LOOK_EVERY_SECONDS):
            if not self._keep_database():
                continue
            for part in self.parts:
                self._keep(part)
            if not announced and is_ready():
                announced = True
                announce()

    def stop(self) -> None:
        """Stop the parts in order, the database last."""
        for part in self.parts:
            part.stop(lambda: self._asks > 1)
        if self.database is not None:
            self.database.stop()

    def _keep(self, part: Part) -> None:
        if part.is_running():
            return
        code = part.process.returncode if part.process else None
        pause = part.pauses.died()
        if part.pauses.is_over():
            warn(f"The {part.name} ended ({_cause(code)}) and is started again.")
            part.start()
        elif pause:
            warn(f"The {part.name} ended ({_cause(code)}); next try in {pause:g} s.")

    def _keep_database(self) -> bool:
        """Start the database anew if it died; say whether it runs."""
        if self.database is None or self.database.is_running():
            return True
        pause = self._database_pauses.died()
        if pause:
            warn(f"The database ended; next try in {pause:g} s.")
        if not self._database_pauses.is_over():
            return False
        self._database_pauses.started()
        try:
            self.database.start(give_up=self._asked.is_set)
        except EmbeddedDatabaseError as error:
            if not self.leaving:
                warn(f"The database could not be started again. {error}")
            return False
        say("The database ended and runs again.")
        return True


def _cause(code: int | None) -> str:
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return f"killed by {signal.Signals(-code).name}"
    return f"exit code {code}"
